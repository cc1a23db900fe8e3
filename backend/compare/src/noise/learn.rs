//! Noise learnt from blue alone: what differs between two answers of blue cannot tell blue from green.
//!
//! Answers of the same second teach nothing about seconds: a `Date` that two blues share is not proof that it
//! is stable. So only pairs that lie apart count as evidence that a place is stable, and what is found is a
//! proposal with counts: a [`Proposal`](viridian_shared::comparison::run::Proposal). A person accepts it; nothing is hidden before.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    answer::WholeAnswer,
    difference::{
        self, Change, Mismatch, Part, html, known_header,
        rule::{self, NoisePlace, Rules},
        text,
    },
    work::Limits,
};

/// How far apart two answers must be so that times written in seconds can differ.
pub const APART: Duration = Duration::from_millis(1100);

/// What blue against blue has shown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Lesson {
    /// Pairs of answers that were compared.
    pub pairs: usize,
    /// Those of them that lie apart far enough.
    pub pairs_apart: usize,
    /// Where answers of blue differed from each other, in the order of their places.
    #[serde(rename = "proposals")]
    pub varying: Vec<VaryingPlace>,
    /// Differences between blue and blue for which the grammar has no rule, such as a status.
    pub unstable: Vec<Mismatch>,
}

/// A place in which blue's own answers to one probe vary, and what that was seen in.
///
/// It is the ground of a [`Proposal`](viridian_shared::comparison::run::Proposal), which joins what all probes of a run
/// have shown of a place and gives the rule a name ([`Report::proposals`](crate::report::Report::proposals)).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VaryingPlace {
    /// What a rule would hide.
    pub place: NoisePlace,
    /// In how many pairs the place differed.
    pub seen: usize,
    /// Pairs that were compared.
    pub of: usize,
    /// The lower end of the 95% interval of how often it differs, 0 to 1.
    pub confidence: f64,
    /// Whether such a value belongs to the one exchange by definition, as a `Date` does.
    pub is_expected: bool,
    /// Two of the values, as evidence.
    pub examples: Vec<String>,
}

impl Lesson {
    /// Whether it was possible at all to see what varies by the second.
    pub fn is_enough(&self) -> bool {
        self.pairs_apart >= 2
    }
}

/// Learns from answers of blue to one probe, each compared with the one before it.
pub fn learn(blues: &[WholeAnswer], rules: &Rules, limits: Limits) -> Lesson {
    let mut lesson = Lesson::default();
    let mut seen: BTreeMap<NoisePlace, (usize, Vec<String>)> = BTreeMap::new();
    for pair in blues.windows(2) {
        lesson.pairs += 1;
        lesson.pairs_apart += usize::from(lie_apart(&pair[0], &pair[1]));
        let outcome = difference::between(&pair[0], &pair[1], rules, limits);
        let mut places: BTreeMap<NoisePlace, Vec<String>> = BTreeMap::new();
        for found in outcome.visible() {
            match place_of(found) {
                Some(place) => places.entry(place).or_default().extend(values(found)),
                None => lesson.unstable.push(found.clone()),
            }
        }
        for (place, examples) in places {
            let entry = seen.entry(place).or_default();
            entry.0 += 1;
            entry.1.extend(examples);
        }
    }
    lesson.varying = seen.into_iter().map(|(place, it)| varying(place, it, lesson.pairs)).collect();
    lesson
}

fn lie_apart(one: &WholeAnswer, other: &WholeAnswer) -> bool {
    one.at.duration_since(other.at).unsigned_abs() >= APART
}

fn varying(place: NoisePlace, (seen, mut examples): (usize, Vec<String>), of: usize) -> VaryingPlace {
    examples.dedup();
    examples.truncate(2);
    let is_expected =
        matches!(&place, NoisePlace::Header { header, part: None } if known_header::is_volatile(header));
    VaryingPlace { confidence: lower_end(seen, of), place, seen, of, is_expected, examples }
}

fn values(found: &Mismatch) -> impl Iterator<Item = String> {
    [&found.left, &found.right].into_iter().flatten().cloned().collect::<Vec<_>>().into_iter()
}

/// The rule of the grammar that would hide a difference, and no more than it.
pub fn place_of(found: &Mismatch) -> Option<NoisePlace> {
    let whole = matches!(found.change, Change::Added | Change::Removed);
    match found.part {
        Part::Header => of_header(found),
        Part::Json if found.change != Change::Moved => {
            let whole = whole || kind_of(found.left.as_deref()) != kind_of(found.right.as_deref());
            Some(NoisePlace::Json { path: found.spot.clone(), whole })
        }
        Part::Html if found.change != Change::Moved => of_page(found, whole),
        Part::Text => of_text(found),
        _ => None,
    }
}

/// One attribute, one text, or an element as a whole. Code has no place but what stands around.
fn of_page(found: &Mismatch, whole: bool) -> Option<NoisePlace> {
    let spot = found.spot.as_str();
    if spot == "doctype" {
        return None;
    }
    if let Some((selector, attribute)) = spot.rsplit_once(" @") {
        let only = Some(format!("@{attribute}"));
        return Some(NoisePlace::Html { selector: selector.to_owned(), whole, only });
    }
    if let Some(selector) = spot.strip_suffix(" text").filter(|it| !it.ends_with('\\')) {
        return Some(NoisePlace::Html {
            selector: selector.to_owned(),
            whole,
            only: Some("text".to_owned()),
        });
    }
    if html::is_in_code(spot) {
        return of_text(found);
    }
    Some(NoisePlace::Html { selector: spot.to_owned(), whole, only: None })
}

fn of_text(found: &Mismatch) -> Option<NoisePlace> {
    let pattern = text::around(found.left.as_deref()?, found.right.as_deref()?)?;
    rule::is_expression(&pattern).then_some(NoisePlace::Text { pattern })
}

fn of_header(found: &Mismatch) -> Option<NoisePlace> {
    if found.change != Change::Changed {
        return None;
    }
    if let Some(cookie) = found.place.strip_prefix("set-cookie ") {
        let cookie = cookie.strip_suffix(" value")?;
        let name = cookie.split_once(" at ").map_or(cookie, |(name, _)| name);
        return Some(NoisePlace::Cookie { cookie: name.to_owned() });
    }
    let (name, part) = match found.place.split_once(' ') {
        Some((name, part)) => (name, Some(part.trim_start_matches('?').to_owned())),
        None => (found.place.as_str(), None),
    };
    let header = name.to_owned();
    match part {
        Some(part) => {
            known_header::may_vary(name, &part).then_some(NoisePlace::Header { header, part: Some(part) })
        }
        None => (!known_header::is_pinned(name)).then_some(NoisePlace::Header { header, part: None }),
    }
}

/// The first letter of a JSON text tells its kind.
fn kind_of(value: Option<&str>) -> Option<char> {
    let first = value?.chars().next()?;
    Some(if first == '-' || first.is_ascii_digit() {
        '0'
    } else if first == 'f' {
        't'
    } else {
        first
    })
}

/// Wilson's interval, lower end, at 95%.
fn lower_end(seen: usize, of: usize) -> f64 {
    const Z: f64 = 1.959_964;
    let (seen, of) = (count(seen), count(of));
    if of == 0.0 {
        return 0.0;
    }
    let share = seen / of;
    let centre = share + Z * Z / (2.0 * of);
    let spread = Z * (share * (1.0 - share) / of + Z * Z / (4.0 * of * of)).sqrt();
    ((centre - spread) / (1.0 + Z * Z / of)).max(0.0)
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{NoisePlace, learn, lower_end};
    use crate::{answer::WholeAnswer, difference::rule::Rules, sample, work::Limits};

    fn blue(milliseconds: u64, date: &str, body: &str) -> WholeAnswer {
        let mut answer = sample::json(body);
        answer.headers.push(crate::answer::Header { name: "date".into(), value: date.into() });
        answer.at += Duration::from_millis(milliseconds);
        answer
    }

    fn lesson(blues: &[WholeAnswer]) -> super::Lesson {
        learn(blues, &Rules::default(), Limits::default())
    }

    /// twitter/diffy 33: both blues answered in the same second, so `Date` was never learnt as noise.
    #[test]
    fn answers_of_the_same_second_do_not_prove_that_a_date_is_stable() {
        let same = [blue(0, "10:00:00", "{}"), blue(5, "10:00:00", "{}"), blue(9, "10:00:00", "{}")];
        let hasty = lesson(&same);
        assert!(hasty.varying.is_empty() && !hasty.is_enough());
        let apart = [blue(0, "10:00:00", "{}"), blue(1200, "10:00:01", "{}"), blue(2400, "10:00:02", "{}")];
        let patient = lesson(&apart);
        assert!(patient.is_enough());
        assert_eq!(patient.varying[0].place, NoisePlace::Header { header: "date".into(), part: None });
        assert_eq!((patient.varying[0].seen, patient.varying[0].of), (2, 2));
        assert!(patient.varying[0].is_expected);
    }

    /// keploy PR 3295, 1098 and 2526: what looked like no known kind of random id was not learnt as noise.
    #[test]
    fn an_id_is_learnt_by_what_it_does_and_not_by_how_it_looks() {
        for ids in [["a", "b", "c"], ["17", "18", "19"], ["x-1/é", "x-2/é", "x-3/é"], ["", " ", "  "]] {
            let body = |id: &str| format!(r#"{{"id": "{id}", "kind": "{0}"}}"#, ids[0]);
            let blues: Vec<_> =
                ids.iter().zip([0, 1200, 2400]).map(|(id, at)| blue(at, "x", &body(id))).collect();
            let lesson = lesson(&blues);
            assert_eq!(lesson.varying.len(), 1, "{ids:?}");
            assert_eq!(lesson.varying[0].place, NoisePlace::Json { path: "$.id".into(), whole: false });
        }
    }

    #[test]
    fn a_date_that_blue_never_varies_is_not_noise() {
        let fixed = |at| blue(at, "x", r#"{"built": "2026-11-01", "commit": "abc"}"#);
        let lesson = lesson(&[fixed(0), fixed(1200), fixed(2400)]);
        assert!(lesson.varying.is_empty() && lesson.is_enough());
    }

    #[test]
    fn a_path_that_varies_is_proposed_whatever_its_index() {
        let body = |id: u8| format!(r#"{{"items": [{{"trace": "{id}a"}}, {{"trace": "{id}b"}}]}}"#);
        let lesson = lesson(&[blue(0, "x", &body(1)), blue(1200, "x", &body(2))]);
        let path = "$.items[*].trace".into();
        assert_eq!(lesson.varying.len(), 1);
        assert_eq!(lesson.varying[0].place, NoisePlace::Json { path, whole: false });
    }

    #[test]
    fn what_no_rule_may_hide_is_shown_as_unstable() {
        let mut other = blue(1200, "x", "{}");
        other.status = 500;
        assert_eq!(lesson(&[blue(0, "x", "{}"), other]).unstable.len(), 1);
    }

    #[test]
    fn confidence_grows_with_the_number_of_pairs() {
        assert!(lower_end(1, 1) < lower_end(4, 4) && lower_end(4, 4) < lower_end(40, 40));
        assert!(lower_end(0, 10) < 0.001 && lower_end(0, 0) < 0.001);
    }
}
