//! The layouts that a world may be booted in: which stacks, of which templates.

use super::{Error, outputs};
use crate::{cloudformation, world::World};

/// How a pipeline is laid out around the service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Layout {
    /// The stacks of `infra/cdk`: one stage holds the whole life of green.
    #[default]
    Viridian,
    /// One stage for each step, three plain state machines and no roll-back, as such pipelines are found.
    Reference,
}

/// A stack to be deployed.
pub(super) struct Plan {
    pub(super) stack: &'static str,
    pub(super) template: &'static str,
    pub(super) parameters: &'static [(&'static str, &'static str)],
}

const VIRIDIAN: [Plan; 2] = [
    // What is never lost; the other one imports from it.
    Plan {
        stack: "ViridianState",
        template: include_str!("../../../cdk/template/ViridianState.json"),
        parameters: &[],
    },
    Plan {
        stack: "Viridian",
        template: include_str!("../../../cdk/template/Viridian.json"),
        // The service may scale, so that releases have something to hold still.
        parameters: &[("ScalingMax", "8"), ("ScalingMin", "0")],
    },
];

const REFERENCE: [Plan; 1] =
    [Plan { stack: "Reference", template: include_str!("../../layouts/reference.json"), parameters: &[] }];

impl Layout {
    /// Its stacks, in the order of their deployment.
    pub(super) fn plans(self) -> &'static [Plan] {
        match self {
            Self::Viridian => &VIRIDIAN,
            Self::Reference => &REFERENCE,
        }
    }

    /// The stack whose outputs describe the service: the last.
    pub(super) fn stack(self) -> &'static str {
        self.plans().last().map_or("", |plan| plan.stack)
    }

    /// An output of that stack.
    pub(super) fn output(self, world: &World, key: &str) -> Result<String, Error> {
        outputs::one(world, self.stack(), key)
    }

    /// The layout that a world was booted in, if it was.
    pub(super) fn of(world: &World) -> Option<Self> {
        [Self::Viridian, Self::Reference]
            .into_iter()
            .find(|layout| cloudformation::outputs(world, layout.stack()).is_some())
    }
}
