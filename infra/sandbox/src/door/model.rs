//! The models: what an operation's input may hold, read once for each service when it is first called.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{LazyLock, OnceLock},
};

use regex::Regex;
use serde::Deserialize;

use super::pattern;

/// What the models of one service say of its operations here.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Model {
    /// The shape of each operation's input; none where it takes nothing.
    operations: HashMap<String, Option<String>>,
    shapes: HashMap<String, Shape>,
}

/// A shape by its name. A scalar without constraints has the name of its type.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    #[serde(default)]
    pub(super) members: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    /// Exactly one member is there.
    #[serde(default)]
    pub(super) union: bool,
    /// The shape of a list's members or of a map's values.
    #[serde(default)]
    pub(super) of: String,
    #[serde(default)]
    pub(super) key: String,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) pattern: Option<String>,
    #[serde(default, rename = "enum")]
    pub(super) values: Vec<String>,
    /// A refusal does not repeat the value.
    #[serde(default)]
    pub(super) sensitive: bool,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    #[default]
    Structure,
    List,
    Map,
    String,
    Boolean,
    Integer,
    Long,
    Float,
    Double,
    Timestamp,
    Blob,
    Document,
}

impl Kind {
    pub(super) fn is_scalar(self) -> bool {
        !matches!(self, Self::Structure | Self::List | Self::Map | Self::Document)
    }
}

impl Model {
    /// The structure that an operation takes.
    pub(super) fn input(&self, operation: &str) -> Option<&Shape> {
        static NOTHING: LazyLock<Shape> = LazyLock::new(Shape::default);
        match self.operations.get(operation)? {
            Some(name) => Some(self.shape(name)),
            None => Some(&NOTHING),
        }
    }

    pub(super) fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).unwrap_or_else(|| plain(name))
    }

    #[cfg(test)]
    pub(super) fn shapes(&self) -> impl Iterator<Item = &Shape> {
        self.shapes.values()
    }

    #[cfg(test)]
    pub(super) fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }
}

impl Shape {
    fn plain(kind: Kind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Whether a text is as the pattern says, if there is one.
    pub(super) fn matches(&self, text: &str) -> bool {
        let Some(pattern) = &self.pattern else { return true };
        self.compiled
            .get_or_init(|| pattern::whole(pattern))
            .as_ref()
            .is_none_or(|regex| regex.is_match(text))
    }

    #[cfg(test)]
    pub(super) fn compiles(&self) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| pattern::whole(pattern).is_some())
    }
}

/// A scalar without constraints.
fn plain(kind: &str) -> &'static Shape {
    static PLAIN: LazyLock<[Shape; 9]> = LazyLock::new(|| {
        [
            Kind::String,
            Kind::Boolean,
            Kind::Integer,
            Kind::Long,
            Kind::Float,
            Kind::Double,
            Kind::Timestamp,
            Kind::Blob,
            Kind::Document,
        ]
        .map(Shape::plain)
    });
    let place = match kind {
        "string" => 0,
        "boolean" => 1,
        "integer" => 2,
        "long" => 3,
        "float" => 4,
        "double" => 5,
        "timestamp" => 6,
        "blob" => 7,
        _ => 8,
    };
    &PLAIN[place]
}

macro_rules! models {
    ($($name:literal),* $(,)?) => {
        /// The model of a service by its name in [`crate::catalogue`].
        pub(super) fn of(service: &str) -> Option<&'static Model> {
            match service {
                $($name => {
                    static MODEL: LazyLock<Model> =
                        LazyLock::new(|| read(include_str!(concat!("../../models/", $name, ".json"))));
                    Some(&MODEL)
                })*
                _ => None,
            }
        }
    };
}

models!(
    "applicationautoscaling",
    "cloudformation",
    "codebuild",
    "codecommit",
    "codepipeline",
    "ecr",
    "ecs",
    "elasticloadbalancingv2",
    "events",
    "iam",
    "logs",
    "sfn",
    "sns",
    "sqs",
    "sts",
);

/// A test reads every file, so none is unreadable.
fn read(text: &str) -> Model {
    serde_json::from_str(text).unwrap_or_default()
}
