//! The values that a decision rests on, and which changes of them make a vote lapse: one table.
//!
//! [`crate::evidence`] draws them from a snapshot; what is here knows none.

use serde::{Deserialize, Serialize};

/// One value that a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What it is about.
    pub what: InputKind,
    /// Which one, where there are several: a task set's id, a target group's name, a run's number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// As the digest takes it.
    pub value: String,
}

/// What a value of the evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// The id of the release on the rail.
    Release,
    /// The commit that it brings.
    Commit,
    /// Whether a task set is primary and steady, and the commit that it runs.
    TaskSet,
    /// The image that a task set runs, by digest.
    Image,
    /// Family and revision that a task set runs.
    TaskDefinition,
    /// The target group that a task set registers in.
    TargetGroup,
    /// What the rule of the production port does.
    Production,
    /// What the rule of the test port does.
    Test,
    /// Healthy targets of a group, of all that count.
    Health,
    /// The newest comparison run of the release: suite, beginning and the two commits.
    Run,
    /// What that run came to, with the rulings that count.
    Findings,
    /// Version of the policy by which the gate is decided.
    Policy,
}

/// A value that is another one than it was; absent where it was not there before or is not any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceChange {
    /// What it is about.
    pub what: InputKind,
    /// Which one, as in [`Input::of`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// What the voter saw.
    pub before: Option<String>,
    /// What the server sees.
    pub now: Option<String>,
}

/// What is different now, in the order of what was seen, then of what is new.
pub fn differences(seen: &[Input], now: &[Input]) -> Vec<EvidenceChange> {
    let same = |one: &Input, other: &Input| one.what == other.what && one.of == other.of;
    let changed = seen.iter().filter_map(|before| {
        let now = now.iter().find(|it| same(it, before)).map(|it| &it.value);
        (now != Some(&before.value)).then(|| EvidenceChange {
            what: before.what,
            of: before.of.clone(),
            before: Some(before.value.clone()),
            now: now.cloned(),
        })
    });
    let added = now.iter().filter(|it| !seen.iter().any(|before| same(before, it)));
    let added = added.map(|it| EvidenceChange {
        what: it.what,
        of: it.of.clone(),
        before: None,
        now: Some(it.value.clone()),
    });
    changed.chain(added).collect()
}

impl InputKind {
    /// In the digest.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Commit => "commit",
            Self::TaskSet => "task_set",
            Self::Image => "image",
            Self::TaskDefinition => "task_definition",
            Self::TargetGroup => "target_group",
            Self::Production => "production",
            Self::Test => "test",
            Self::Health => "health",
            Self::Run => "run",
            Self::Findings => "findings",
            Self::Policy => "policy",
        }
    }
}

impl EvidenceChange {
    /// "the image of task set ecs-svc/1 was “a” and is “b” now".
    pub fn words(&self) -> String {
        let of = &self.of;
        let name = match self.what {
            InputKind::Release => "the release".to_owned(),
            InputKind::Commit => "the commit".to_owned(),
            InputKind::TaskSet => format!("task set {of}"),
            InputKind::Image => format!("the image of task set {of}"),
            InputKind::TaskDefinition => format!("the task definition of task set {of}"),
            InputKind::TargetGroup => format!("the target group of task set {of}"),
            InputKind::Production => "the weights of production".to_owned(),
            InputKind::Test => "the weights of the test port".to_owned(),
            InputKind::Health => format!("the health of {of}"),
            InputKind::Run => format!("comparison run {of}"),
            InputKind::Findings => format!("the findings of run {of}"),
            InputKind::Policy => "the policy of the gate".to_owned(),
        };
        match (&self.before, &self.now) {
            (Some(before), Some(now)) => format!("{name}: was “{before}”, is “{now}” now"),
            (None, Some(now)) => format!("{name}: is new, “{now}”"),
            (Some(before), None) => format!("{name}: was “{before}”, is gone"),
            (None, None) => name,
        }
    }
}

/// How much of a value matters to a vote that was given.
enum Matters {
    /// Every change of it.
    Whole,
    /// Only whether all targets are healthy: their number follows the load.
    HealthClass,
    /// Only how many findings are open or bugs, whichever run told of them.
    OpenFindings,
    /// Nothing: the sentinel compares again and again.
    Not,
}

/// The table.
fn matters(what: InputKind) -> Matters {
    match what {
        InputKind::Release
        | InputKind::Commit
        | InputKind::TaskSet
        | InputKind::Image
        | InputKind::TaskDefinition
        | InputKind::TargetGroup
        | InputKind::Production
        | InputKind::Test
        | InputKind::Policy => Matters::Whole,
        InputKind::Health => Matters::HealthClass,
        InputKind::Findings => Matters::OpenFindings,
        InputKind::Run => Matters::Not,
    }
}

/// What has changed since a vote was given and makes it lapse; nothing where it stands.
pub fn lapses(seen: &[Input], now: &[Input]) -> Vec<EvidenceChange> {
    let mut lapsed: Vec<_> = differences(&whole(seen), &whole(now));
    lapsed.retain(|change| {
        let class = |value: &Option<String>| value.as_deref().map(class).map(str::to_owned);
        change.what != InputKind::Health || class(&change.before) != class(&change.now)
    });
    let (before, after) = (findings(seen), findings(now));
    if open(before) != open(after) {
        lapsed.push(EvidenceChange {
            what: InputKind::Findings,
            of: after.or(before).map(|it| it.of.clone()).unwrap_or_default(),
            before: before.map(|it| it.value.clone()),
            now: after.map(|it| it.value.clone()),
        });
    }
    lapsed
}

/// The values that are held against each other one by one.
fn whole(inputs: &[Input]) -> Vec<Input> {
    let is_held = |it: &&Input| matches!(matters(it.what), Matters::Whole | Matters::HealthClass);
    inputs.iter().filter(is_held).cloned().collect()
}

fn findings(inputs: &[Input]) -> Option<&Input> {
    inputs.iter().find(|it| matches!(matters(it.what), Matters::OpenFindings))
}

/// "2 of 2 healthy" and "3 of 3 healthy" are one class, "1 of 2 healthy" another.
fn class(health: &str) -> &str {
    match health
        .split_once(" of ")
        .map(|(healthy, rest)| (healthy, rest.split(' ').next().unwrap_or_default()))
    {
        Some(("0", "0")) => "none",
        Some((healthy, all)) if healthy == all => "all",
        _ => "some",
    }
}

/// What a person would have to look at: "2 open" and "1 bugs" of "2 open, 0 intended, 1 bugs, 0 noise, 2 new". Nothing
/// where none is, and where nothing was compared.
fn open(findings: Option<&Input>) -> Vec<&str> {
    let parts = findings
        .map(|it| it.value.as_str())
        .unwrap_or_default()
        .split(", ")
        .filter(|it| it.ends_with(" open") || it.ends_with(" bugs"));
    parts.filter(|it| !it.starts_with("0 ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(what: InputKind, of: &str, value: &str) -> Input {
        Input { what, of: of.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn each_kind_of_change_lapses_a_vote_or_does_not() {
        use InputKind::{
            Commit, Findings, Health, Image, Policy, Production, Release, Run, TargetGroup, TaskDefinition,
            TaskSet, Test,
        };
        for what in [Release, Commit, TaskSet, Image, TaskDefinition, TargetGroup, Production, Test, Policy] {
            let lapsed = lapses(&[input(what, "x", "a")], &[input(what, "x", "b")]);
            assert_eq!(lapsed.len(), 1, "{what:?}");
            assert_eq!((lapsed[0].before.as_deref(), lapsed[0].now.as_deref()), (Some("a"), Some("b")));
            assert_eq!(lapses(&[input(what, "x", "a")], &[]).len(), 1, "{what:?} is gone");
            assert_eq!(lapses(&[], &[input(what, "x", "a")]).len(), 1, "{what:?} is new");
            assert!(lapses(&[input(what, "x", "a")], &[input(what, "x", "a")]).is_empty());
        }
        for (what, before, after, is_material) in [
            (Health, "2 of 2 healthy", "3 of 3 healthy", false),
            (Health, "2 of 2 healthy", "2 of 3 healthy", true),
            (Health, "1 of 2 healthy", "1 of 3 healthy", false),
            (Health, "2 of 2 healthy", "0 of 0 healthy", true),
            (Run, "smoke at noon", "smoke at one", false),
            (
                Findings,
                "2 open, 0 intended, 0 bugs, 0 noise, 2 new",
                "2 open, 0 intended, 0 bugs, 0 noise, 0 new",
                false,
            ),
            (
                Findings,
                "2 open, 0 intended, 0 bugs, 0 noise, 2 new",
                "1 open, 1 intended, 0 bugs, 0 noise, 2 new",
                true,
            ),
            (
                Findings,
                "0 open, 0 intended, 0 bugs, 0 noise, 0 new",
                "0 open, 0 intended, 1 bugs, 0 noise, 0 new",
                true,
            ),
        ] {
            let lapsed = lapses(&[input(what, "17", before)], &[input(what, "17", after)]);
            assert_eq!(!lapsed.is_empty(), is_material, "{before} to {after}");
        }
    }

    #[test]
    fn a_later_run_that_finds_nothing_else_lapses_no_vote() {
        let of = |run: &str, open: u32| {
            let found = format!("{open} open, 0 intended, 0 bugs, 0 noise, 0 new");
            vec![input(InputKind::Run, run, run), input(InputKind::Findings, run, &found)]
        };
        assert!(lapses(&of("17", 2), &of("18", 2)).is_empty());
        assert_eq!(lapses(&of("17", 2), &of("18", 3)).len(), 1);
        assert!(lapses(&[], &of("1", 0)).is_empty(), "the first run found nothing");
        assert_eq!(lapses(&[], &of("1", 1)).len(), 1);
    }
}
