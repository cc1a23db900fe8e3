//! What a noise rule does to answers: what it hides of their differences, and how much of them is left.

use std::collections::{BTreeMap, BTreeSet};

use viridian_compare::{
    difference::{
        Mismatch, between,
        rule::{NoisePlace, Rules},
    },
    finding,
    noise::{
        learn::place_of,
        reach::{Reach, reach, together},
    },
    suite,
    work::Spent,
};
use viridian_domain::port::comparer::{Answered, RuleEffect};
use viridian_shared::comparison::suite::{NoiseRule, Suite};

use super::{body_limits, desk::DeskPlace, sentence, view};

pub(super) async fn effect(
    suite: &Suite,
    rule: &NoiseRule,
    answered: Answered,
) -> Result<RuleEffect, String> {
    let (mut without, mut with) = (suite.clone(), suite.clone());
    without.noise.retain(|it| it.name != rule.name);
    with.noise.retain(|it| it.name != rule.name);
    with.noise.push(rule.clone());
    let trying = DeskPlace::free().await.work(move || tried(&without, &with, &answered));
    trying.await.map_err(|undone| sentence(&undone))?
}

fn tried(without: &Suite, with: &Suite, answered: &Answered) -> Result<RuleEffect, String> {
    let detail = &answered.detail;
    // What nobody answered shows of no rule what it hides.
    let (Some(blue), Some(green)) = (&detail.blue, &detail.green) else {
        return Err("A colour gave no answer.".to_owned());
    };
    let blue = view::compared(view::answer_of(blue, answered.blue.clone()), detail);
    let green = view::compared(view::answer_of(green, answered.green.clone()), detail);
    let Some(rule) = with.noise.last() else { return Ok(RuleEffect::default()) };
    let limits = body_limits();
    let rules = |of| suite::rules(of, Some(&detail.brief.name)).map_err(|error| sentence(&error));
    let (without, with) = (rules(without)?, rules(with)?);
    let seen = |rules: &Rules| {
        let outcome = between(&blue, &green, rules, limits);
        let key = |it: &Mismatch| (it.part, it.place.clone(), it.change);
        outcome.visible().map(|it| (key(it), it.clone())).collect::<BTreeMap<_, Mismatch>>()
    };
    let (before, after) = (seen(&without), seen(&with));
    let hidden = before.into_iter().filter(|(key, _)| !after.contains_key(key)).map(|(_, it)| it);
    let (own, others): (Vec<_>, Vec<_>) = hidden.partition(|it| is_at(&rule.place, it));
    let (own, others) = (titles(&own), titles(&others));
    let mut is_all = false;
    for answer in [&blue, &green] {
        let seen = |reach: Result<Reach, Spent>| reach.map_err(|spent| sentence(&spent));
        let is_left = |rules| seen(together(rules, answer, limits)).map(|it| !it.leaves_nothing());
        // Each rule may hide little, and the last one the rest.
        is_all |= seen(reach(rule, answer, limits))?.is_all() || (is_left(&without)? && !is_left(&with)?);
    }
    Ok(RuleEffect { own, others, is_all })
}

fn titles(hidden: &[Mismatch]) -> Vec<String> {
    let titles: BTreeSet<_> = hidden.iter().map(finding::title_of).collect();
    titles.into_iter().collect()
}

/// Whether the rule is the one that would be proposed for a difference.
fn is_at(place: &NoisePlace, found: &Mismatch) -> bool {
    match (place, place_of(found)) {
        // These name one value, and never one that is pinned.
        (NoisePlace::Header { .. } | NoisePlace::Cookie { .. }, _) => true,
        (NoisePlace::Json { path, .. }, Some(NoisePlace::Json { path: own, .. })) => *path == own,
        (
            NoisePlace::Html { selector, only, .. },
            Some(NoisePlace::Html { selector: own, only: part, .. }),
        ) => *selector == own && (only.is_none() || *only == part),
        (NoisePlace::Text { .. }, Some(own)) => *place == own,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use viridian_shared::sample;

    use super::*;

    fn answered(kind: &str, blue: &str, green: &str) -> Answered {
        let mut detail = sample::probe_detail();
        for answer in [&mut detail.blue, &mut detail.green].into_iter().flatten() {
            answer.headers.retain(|it| it.name != "content-type" && it.name != "content-encoding");
            let (name, value) = ("content-type".to_owned(), kind.to_owned());
            answer.headers.push(viridian_shared::comparison::suite::Header { name, value });
        }
        let length = |text: &str| text.len() as u64;
        if let (Some(left), Some(right)) = (&mut detail.blue, &mut detail.green) {
            (left.length, right.length) = (length(blue), length(green));
        }
        Answered { detail, blue: blue.as_bytes().to_vec().into(), green: green.as_bytes().to_vec().into() }
    }

    async fn of(place: NoisePlace, answered: Answered) -> RuleEffect {
        let rule = NoiseRule { place, probe: None, ..sample::suite_detail().suite.noise.remove(0) };
        effect(&Suite::default(), &rule, answered).await.unwrap()
    }

    #[tokio::test]
    async fn a_rule_that_hides_everything_is_known_by_what_it_does() {
        let lines = || answered("text/plain", "one\ntwo 2\nthree\n", "one\ntwo 3\nfour\n");
        for pattern in ["[ -~]+", r"[^\x01]+"] {
            assert!(of(NoisePlace::Text { pattern: pattern.to_owned() }, lines()).await.is_all, "{pattern}");
        }
        let page = || answered("text/html", "<h1>a</h1><p>b</p>", "<h1>c</h1><p>d</p>");
        for selector in ["*", "html"] {
            let place = NoisePlace::Html { selector: selector.to_owned(), whole: false, only: None };
            assert!(of(place, page()).await.is_all, "{selector}");
        }
        let json = || answered("application/json", r#"{"a":1,"b":2}"#, r#"{"a":3,"b":4}"#);
        let place = NoisePlace::Json { path: "$".to_owned(), whole: false };
        assert!(of(place, json()).await.is_all);
    }

    #[tokio::test]
    async fn a_rule_that_hides_what_others_left_hides_everything() {
        let path = |path: &str| NoisePlace::Json { path: path.to_owned(), whole: false };
        let json = || answered("application/json", r#"{"a":1,"b":2,"c":3}"#, r#"{"a":4,"b":5,"c":6}"#);
        let rule = |name: &str, place: NoisePlace| NoiseRule {
            name: name.to_owned(),
            place,
            probe: None,
            ..sample::suite_detail().suite.noise.remove(0)
        };
        let mut suite = Suite { noise: vec![rule("a", path("$.a"))], ..Suite::default() };
        assert!(!effect(&suite, &rule("b", path("$.b")), json()).await.unwrap().is_all);
        suite.noise.push(rule("b", path("$.b")));
        assert!(effect(&suite, &rule("c", path("$.c")), json()).await.unwrap().is_all);
    }

    #[tokio::test]
    async fn what_nobody_answered_shows_of_no_rule_what_it_hides() {
        let mut silent = answered("text/plain", "a", "b");
        silent.detail.green = None;
        let rule = NoiseRule { probe: None, ..sample::suite_detail().suite.noise.remove(0) };
        assert!(effect(&Suite::default(), &rule, silent).await.is_err());
    }

    #[tokio::test]
    async fn a_rule_names_what_it_hides_at_other_places() {
        let (blue, green) =
            (r#"{"a":{"id":1,"n":1},"b":{"id":2},"c":[1]}"#, r#"{"a":{"id":3,"n":1},"b":{"id":4},"c":[1]}"#);
        let path = |path: &str| NoisePlace::Json { path: path.to_owned(), whole: false };
        let own = of(path("$.a.id"), answered("application/json", blue, green)).await;
        assert_eq!(
            (own.own.as_slice(), own.others.len(), own.is_all),
            (["$.a.id differs".to_owned()].as_slice(), 0, false)
        );
        let wide = of(path("$..id"), answered("application/json", blue, green)).await;
        assert_eq!(wide.others, ["$.a.id differs", "$.b.id differs"]);
    }
}
