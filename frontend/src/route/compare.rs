//! What the address of the Compare page holds: exactly what is shown, so that a link shows the same.

use viridian_shared::comparison::view::View;

use super::{query, value};

/// What is picked on the page. Nothing picked shows the newest run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picked {
    pub run: Option<String>,
    pub finding: Option<String>,
    /// A suite that is looked at instead of a run.
    pub suite: Option<String>,
    pub probe: Option<String>,
    /// How the probe is looked at; the most telling way when none is said.
    pub look: Option<Look>,
    /// The difference in sight, from 1.
    pub difference: Option<u32>,
    /// Whether what did not change is shown too.
    pub is_unfolded: bool,
    /// How two pages or pictures lie.
    pub lay: Lay,
}

/// A way to look at a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    View(View),
    Timing,
}

/// How two pages or pictures lie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lay {
    #[default]
    TwoUp,
    Swipe,
    Onion,
    Difference,
}

impl Look {
    const ALL: [Self; 5] = [
        Self::View(View::Page),
        Self::View(View::Tree),
        Self::View(View::Source),
        Self::View(View::Headers),
        Self::Timing,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Self::View(view) => view.slug(),
            Self::Timing => "timing",
        }
    }
}

impl Lay {
    pub const ALL: [Self; 4] = [Self::TwoUp, Self::Swipe, Self::Onion, Self::Difference];

    pub fn slug(self) -> &'static str {
        match self {
            Self::TwoUp => "two-up",
            Self::Swipe => "swipe",
            Self::Onion => "onion",
            Self::Difference => "difference",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::TwoUp => "Two-up",
            Self::Swipe => "Swipe",
            Self::Onion => "Onion skin",
            Self::Difference => "Difference",
        }
    }
}

impl Picked {
    pub fn run(run: &str) -> Self {
        Self { run: Some(run.to_owned()), ..Self::default() }
    }

    /// One probe of a run.
    pub fn probe(run: &str, probe: &str) -> Self {
        Self { probe: Some(probe.to_owned()), ..Self::run(run) }
    }

    pub(super) fn query(&self) -> String {
        let number = self.difference.map(|number| number.to_string());
        query(&[
            ("run", self.run.as_deref()),
            ("finding", self.finding.as_deref()),
            ("suite", self.suite.as_deref()),
            ("probe", self.probe.as_deref()),
            ("look", self.look.map(Look::slug)),
            ("difference", number.as_deref()),
            ("unfolded", self.is_unfolded.then_some("yes")),
            ("lay", (self.lay != Lay::TwoUp).then_some(self.lay.slug())),
        ])
    }

    pub(super) fn parse(query: &str) -> Self {
        let look = value(query, "look");
        let lay = value(query, "lay");
        Self {
            run: value(query, "run"),
            finding: value(query, "finding"),
            suite: value(query, "suite"),
            probe: value(query, "probe"),
            look: Look::ALL.into_iter().find(|it| look.as_deref() == Some(it.slug())),
            difference: value(query, "difference").and_then(|number| number.parse().ok()),
            is_unfolded: value(query, "unfolded").is_some(),
            lay: Lay::ALL.into_iter().find(|it| lay.as_deref() == Some(it.slug())).unwrap_or_default(),
        }
    }
}
