//! What must hold of every view, whatever two answers say.

use proptest::prelude::*;

use super::{Pair, View, rules, sample, tree, view_with};
use crate::{
    difference::rule::NoisePlace,
    view::{Built, mark::narrow},
    work::Limits,
};

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![Just("null".to_owned()), "[0-3]", "\"[ab]{0,2}\""];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let member = ("\"[a-d]\"", inner.clone()).prop_map(|(key, value)| format!("{key} : {value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(|it| format!("[{}]", it.join(", "))),
            prop::collection::vec(member, 0..4).prop_map(|it| format!("{{{}}}", it.join(","))),
        ]
    })
}

fn markup() -> impl Strategy<Value = String> {
    let leaf = prop_oneof!["[ab] ?", Just("<br>".to_owned())];
    leaf.prop_recursive(3, 24, 5, |inner| {
        ("(p|b|li|div)( id=[a-c])?( title=[a-c])?", prop::collection::vec(inner, 0..5)).prop_map(
            |(tag, inside)| {
                let name = tag.split(' ').next().unwrap_or_default().to_owned();
                format!("<{tag}>{}</{name}>", inside.concat())
            },
        )
    })
}

/// What must hold of every view.
fn check(view: &Built, differences: usize) {
    let rows = view.rows(0, view.len());
    assert!(rows.iter().all(|it| it.left.is_some() || it.right.is_some()));
    for row in &rows {
        // Only what differs stands alone, and only what differs is marked.
        assert!(row.change.is_some() || row.left.is_some() && row.right.is_some());
        if let Some(twin) = row.twin {
            // What moved may also have changed.
            assert!(rows[twin as usize].change.is_some());
        }
    }
    let shown: std::collections::BTreeSet<_> = rows.iter().filter_map(|it| it.difference).collect();
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), (0..narrow(differences)).collect::<Vec<_>>());
    let folded: usize = view.folds(2).iter().map(|it| it.count as usize).sum();
    assert!(folded <= view.len());
}

proptest! {
    #[test]
    fn every_difference_of_a_document_has_its_row(left in json(), right in json(), masked in any::<bool>()) {
        let place = NoisePlace::Json { path: "$..a".into(), whole: false };
        let rules = rules(if masked { vec![place] } else { Vec::new() });
        let (left, right) = (sample::json(&left), sample::json(&right));
        let outcome = crate::difference::between(&left, &right, &rules, Limits::default());
        // Keys that stand twice are told beside the rows.
        let numbered = outcome.differences.iter().take_while(|it| it.part == crate::difference::Part::Json);
        let numbered = numbered.count();
        check(&view_with(View::Tree, &left, &right, &rules), numbered);
    }

    #[test]
    fn every_difference_of_a_page_has_its_row(left in markup(), right in markup()) {
        let (left, right) = (super::page(&left), super::page(&right));
        let rules = rules(Vec::new());
        let outcome = crate::difference::between(&left, &right, &rules, Limits::default());
        check(&view_with(View::Tree, &left, &right, &rules), outcome.differences.len());
        let pair = Pair::of([&left, &right], Limits::default());
        for which in [View::Source, View::Text, View::Headers] {
            let view = pair.view(which, &rules, &crate::finding::of_pair(&outcome)).unwrap();
            view.rows(0, view.len());
        }
    }

    #[test]
    fn a_view_of_the_same_marks_nothing(text in json()) {
        let view = tree(&text, &text);
        assert!(view.differences().is_empty());
        assert!(view.rows(0, view.len()).iter().all(|it| it.change.is_none()));
    }
}
