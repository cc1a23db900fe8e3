//! What a comparison of JSON must find, must not find, and must survive.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{Arrays, EditKind, EditScript, Mask, Notice, Policy, RefusedText, apply, compare, read};

fn found(left: &Json, right: &Json) -> EditScript {
    compare_with(left, right, &Policy::default())
}

fn compare_with(left: &Json, right: &Json, policy: &Policy) -> EditScript {
    compare(left.to_string().as_bytes(), right.to_string().as_bytes(), policy).unwrap()
}

/// Kind and place of each difference, sorted.
fn said(comparison: &EditScript) -> Vec<String> {
    let say = |it: &super::Edit| format!("{} {}", it.change.word(), it.place());
    let mut words: Vec<_> = comparison.visible().map(say).collect();
    words.sort();
    words
}

fn policy(arrays: &[(&str, Arrays)], masks: &[(&str, bool)]) -> Policy {
    Policy {
        arrays: arrays.iter().map(|(path, it)| (path.parse().unwrap(), it.clone())).collect(),
        masks: masks
            .iter()
            .map(|(path, whole)| Mask { rule: "noise".into(), path: path.parse().unwrap(), whole: *whole })
            .collect(),
        ..Policy::default()
    }
}

#[test]
fn an_element_at_the_front_is_one_difference() {
    let left: Vec<_> = (0..500).map(|it| json!({"id": it, "tags": [it, "x"]})).collect();
    let mut right = left.clone();
    right.insert(0, json!({"id": 9999}));
    assert_eq!(said(&found(&json!(left), &json!(right))), ["added /0"]);
    assert_eq!(said(&found(&json!(right), &json!(left))), ["removed /0"]);
}

/// jsondiffpatch 72, 95, 147, 312, 324: moved items vanished or were shown wrong.
#[test]
fn a_moved_element_is_one_move() {
    let left = json!([{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}]);
    let right = json!([{"id": 2}, {"id": 3}, {"id": 4}, {"id": 1}]);
    let comparison = found(&left, &right);
    assert_eq!(said(&comparison), ["moved /0"]);
    assert_eq!(comparison.edits[0].right.as_str(), "/3");
}

#[test]
fn an_element_that_moved_and_changed_is_both() {
    let left = json!([{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 3, "v": "c"}]);
    let right = json!([{"id": 2, "v": "b"}, {"id": 3, "v": "c"}, {"id": 1, "v": "z"}]);
    assert_eq!(said(&found(&left, &right)), ["changed /0/v", "moved /0"]);
}

#[test]
fn a_replaced_element_is_not_a_heap_of_changed_fields() {
    let left = json!([{"id": 1, "a": 1, "b": 1, "c": 1}]);
    let right = json!([{"id": 2, "a": 2, "b": 2, "c": 2}]);
    assert_eq!(said(&found(&left, &right)), ["added /0", "removed /0"]);
}

/// twitter/diffy PR 51: arrays were sorted as text, and nested ones scrambled.
#[test]
fn arrays_are_never_sorted_as_text() {
    let left = json!({"rows": [[10, 9], [2, 1]]});
    let right = json!({"rows": [[10, 9], [1, 2]]});
    assert_eq!(said(&found(&left, &right)), ["moved /rows/1/0"]);
    let numbers = found(&json!([1, 2, 10]), &json!([1, 10, 2]));
    assert_eq!(numbers.total, 1);
}

/// svelte-jsoneditor 544 and json-diff-kit 42 want order ignored, diff-json 18 wants it kept: each path says for
/// itself.
#[test]
fn order_counts_or_not_path_by_path() {
    let left = json!({"tags": ["a", "b", "c"], "steps": ["a", "b", "c"]});
    let right = json!({"tags": ["c", "a", "b"], "steps": ["c", "a", "b"]});
    let policy = policy(&[("$.tags", Arrays::AsSet)], &[]);
    assert_eq!(said(&compare_with(&left, &right, &policy)), ["moved /steps/2"]);
}

#[test]
fn elements_find_each_other_by_key() {
    let policy = policy(&[("$", Arrays::ByKey("code".into()))], &[]);
    let left = json!([{"code": "x", "n": 1}, {"code": "y", "n": 2}, {"code": "z", "n": 3}]);
    let right = json!([{"code": "z", "n": 3}, {"code": "x", "n": 5}, {"code": "w", "n": 2}]);
    assert_eq!(said(&compare_with(&left, &right, &policy)), ["added /2", "changed /0/n", "removed /1"]);
}

/// opendiffy 81: what is no difference was counted as one.
#[test]
fn key_order_and_escapes_are_no_differences() {
    let left = br#"{"a": 1, "b": {"c": "\u0041\/", "d": []}}"#;
    let right = br#"{"b": {"d": [ ], "c": "A/"},"a":1}"#;
    let comparison = compare(left, right, &Policy::default()).unwrap();
    assert_eq!((comparison.total, comparison.edits.len()), (0, 0));
}

#[test]
fn numbers_are_never_rounded() {
    let one = compare(b"12345678901234567890123", b"12345678901234567890124", &Policy::default()).unwrap();
    assert_eq!(one.total, 1);
    let spelled = compare(b"[1.0]", b"[1]", &Policy::default()).unwrap();
    assert_eq!(spelled.edits[0].change, EditKind::Respelled { from: "1.0".into(), to: "1".into() });
}

/// twitter/diffy 59 and SpectoLabs/hoverfly 897: a field could not be ignored, or only after three years.
#[test]
fn a_field_is_ignored_by_its_path_and_only_it() {
    let policy = policy(&[], &[("$..trace", false)]);
    let left = json!({"trace": 1, "a": {"trace": 1, "b": 1}});
    let right = json!({"trace": 2, "a": {"trace": 2, "b": 2}});
    assert_eq!(said(&compare_with(&left, &right, &policy)), ["changed /a/b"]);
}

#[test]
fn a_mask_hides_another_value_but_neither_absence_nor_another_kind() {
    let policy = policy(&[], &[("$.items[*].at", false)]);
    let left = json!({"items": [{"id": 1, "at": "10:00"}, {"id": 2, "at": "10:00"}, {"id": 3, "at": "1"}]});
    let right = json!({"items": [{"id": 1, "at": "10:07"}, {"id": 2}, {"id": 3, "at": null}]});
    let comparison = compare_with(&left, &right, &policy);
    assert_eq!(said(&comparison), ["changed /items/2/at", "removed /items/1/at"]);
    assert_eq!(comparison.edits.iter().filter(|it| it.is_hidden()).count(), 1);
}

/// keploy/ui 15: noisy fields were coloured as real differences.
#[test]
fn noise_does_not_hide_a_shift() {
    let item = |id: usize, at: usize| json!({"id": id, "at": format!("t{at}")});
    let left: Vec<_> = (0..50).map(|id| item(id, id)).collect();
    let right: Vec<_> = (0..51).map(|id| item(if id == 0 { 999 } else { id - 1 }, id + 777)).collect();
    let policy = policy(&[], &[("$[*].at", false)]);
    let comparison = compare_with(&json!(left), &json!(right), &policy);
    assert_eq!(said(&comparison), ["added /0"]);
    assert_eq!(comparison.total, 51);
}

#[test]
fn a_duplicate_key_is_noticed_with_its_object() {
    let comparison = compare(br#"{"a": [{"x": 1, "x": 2}]}"#, br#"{"a": [{"x": 2}]}"#, &Policy::default());
    let comparison = comparison.unwrap();
    assert_eq!(comparison.total, 0);
    assert_eq!(comparison.left_notices, [Notice::DuplicateKey { object: "/a/0".into(), key: "x".into() }]);
}

#[test]
fn bytes_that_are_no_text_stay_different() {
    let comparison = compare(b"[\"\xff\"]", b"[\"\xfe\"]", &Policy::default()).unwrap();
    assert_eq!(comparison.total, 1);
    assert_eq!(comparison.left_notices, [Notice::InvalidUtf8 { offset: 2 }]);
    let lone = compare(br#"["\ud800"]"#, br#"["\ud801"]"#, &Policy::default()).unwrap();
    assert_eq!((lone.total, lone.right_notices.len()), (1, 1));
}

/// trafficcontrol 3275: a recursion error on a real document.
#[test]
fn a_deep_document_is_refused_and_not_followed() {
    let deep = "[".repeat(1_000_000);
    assert!(matches!(compare(deep.as_bytes(), b"[]", &Policy::default()), Err(RefusedText::TooDeep { .. })));
    let nested = format!("{}1{}", "[".repeat(256), "]".repeat(256));
    let other = format!("{}2{}", "[".repeat(256), "]".repeat(256));
    assert_eq!(compare(nested.as_bytes(), other.as_bytes(), &Policy::default()).unwrap().total, 1);
}

#[test]
fn what_is_no_json_is_refused() {
    for text in ["", "{", "[1,]", "01", "1.", "\"\n\"", "{\"a\" 1}", "nul", "[1] 2", "\"\\x\"", "\"\\u12\""] {
        let refused = compare(text.as_bytes(), b"1", &Policy::default());
        assert!(matches!(refused, Err(RefusedText::Malformed { .. })), "{text}");
    }
}

#[test]
fn more_differences_than_are_listed_are_counted() {
    let (mut left, mut right) = (String::from("{"), String::from("{"));
    for index in 0..300 {
        let _ = write!(left, "\"k{index}\":0,");
        let _ = write!(right, "\"k{index}\":1,");
    }
    let close = |mut text: String| {
        text.push_str("\"end\":0}");
        text
    };
    let policy = Policy { limit: 100, ..Policy::default() };
    let comparison = compare(close(left).as_bytes(), close(right).as_bytes(), &policy).unwrap();
    assert_eq!((comparison.edits.len(), comparison.total), (100, 300));
    assert!(!comparison.is_complete());
}

/// jsondiffpatch 99: a large body brought the page down.
#[test]
fn a_large_document_shifted_by_one_is_one_difference() {
    let mut text = String::from("[");
    for index in 0..20_000 {
        let _ = write!(text, "{{\"id\":{index},\"name\":\"item {index}\",\"values\":[1,2,3,{index}]}},");
    }
    let left = format!("{text}0]");
    let right = format!("[{{\"id\":\"new\"}},{}0]", &text[1..]);
    let comparison = compare(left.as_bytes(), right.as_bytes(), &Policy::default()).unwrap();
    assert_eq!(comparison.total, 1);
}

fn documents() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (0..5_i64).prop_map(Json::from),
        "[a-c~/]{0,2}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 48, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
            prop::collection::hash_map("[a-e~/0]{0,2}|id", inner, 0..6)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn policies() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::default()),
        Just(policy(&[("$", Arrays::AsSet)], &[("$..a", false)])),
        Just(policy(&[("$[*]", Arrays::ByKey("id".into()))], &[("$..b", true)])),
    ]
}

proptest! {
    #[test]
    fn a_document_does_not_differ_from_itself(left in documents(), policy in policies()) {
        prop_assert_eq!(compare_with(&left, &left, &policy).total, 0);
    }

    #[test]
    fn the_differences_turn_left_into_right(left in documents(), right in documents(), policy in policies()) {
        let comparison = compare_with(&left, &right, &policy);
        let text = left.to_string();
        let applied = apply(&read(&text, &mut Vec::new()).unwrap(), &comparison.edits).unwrap();
        let again = compare(applied.as_bytes(), right.to_string().as_bytes(), &policy).unwrap();
        prop_assert_eq!(again.edits, []);
        if policy == Policy::default() {
            prop_assert_eq!(serde_json::from_str::<Json>(&applied).unwrap(), right);
        }
    }

    #[test]
    fn both_sides_see_the_same_differences(left in documents(), right in documents()) {
        let mut there = found(&left, &right).edits;
        let mut back: Vec<_> = found(&right, &left).edits.iter().map(super::Edit::mirrored).collect();
        there.sort();
        back.sort();
        prop_assert_eq!(there, back);
    }

    #[test]
    fn no_bytes_bring_the_reader_down(left in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = compare(&left, b"[]", &Policy::default());
    }
}
