//! Stencils: what is a service's own is found, and a copy has it otherwise.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{
    name::Name,
    stage_of,
    template::{Extractor, Piece, words},
    variation::Variation,
};

const FOLDER: &str = "/data/viridian";

fn demo() -> Vec<String> {
    words(
        "/data/viridian/fleet",
        FOLDER,
        &Name { service: "viridian-demo".to_owned(), stack: "Viridian".to_owned() },
    )
}

/// A text about the demo's service as it is about another one, five minutes later.
fn copied(text: &str) -> String {
    let (words_of_demo, timers) = (demo(), HashSet::from([7, 8]));
    let mut extractor = Extractor::new(&words_of_demo, &timers);
    let pieces = extractor.cut(text);
    let variation = Variation::of(
        words(FOLDER, FOLDER, &Name::of(10)),
        (1..=40).collect(),
        vec!["10.0.9.9".to_owned()],
        SignedDuration::from_mins(5),
    );
    variation.fill(&pieces, false, &HashMap::from([(7, 70), (8, 80)]))
}

#[test]
fn names_are_told_apart_from_words_that_only_look_like_them() {
    assert_eq!(Name::of(10).service, "checkout-api");
    assert_eq!(copied("Viridian-Cluster and ViridianState"), "CheckoutApi-Cluster and CheckoutApiState");
    assert_eq!(copied("viridianstate-images and viridian-demo"), "checkoutapistate-images and checkout-api");
    assert_eq!(copied("the tag viridian:release stays"), "the tag viridian:release stays");
    assert_eq!(copied("/data/viridian/fleet/artifacts"), "/data/viridian/artifacts");
}

#[test]
fn the_beginning_of_an_identifier_becomes_the_beginning_of_its_copy() {
    let whole = copied("3a5dbd23-b19d-48a5-88db-c27602167ed2");
    assert_eq!(whole.len(), 36);
    assert_ne!(whole, "3a5dbd23-b19d-48a5-88db-c27602167ed2");
    assert_eq!((&whole[14..15], &whole[19..20]), ("4", "8"), "version and variant stay: {whole}");
    assert_eq!(copied("tg-Viridian-3a5dbd23-b19d-48a5/x"), format!("tg-Checkout-{}/x", &whole[..18]));
    assert_ne!(copied("CleanUp-51KAJ956RZPM"), "CleanUp-51KAJ956RZPM");
    assert_ne!(copied("ecs-svc/0901288136648695988"), "ecs-svc/0901288136648695988");
}

#[test]
fn commits_digests_and_plain_words_stay_as_they_are() {
    for text in [
        "9610f44e204fcba282693f469c33c010791e9151",
        "sha256:1e71d5fbec0b5792b16c6855090aa33bed42f74a3f366d24fc219f4d39c94614",
        "9610f44e204f-24b6e9df",
        "arn:aws:states:::aws-sdk:ecs:describeTaskSets",
        "wait-notification of 12",
        "10.0.0",
    ] {
        assert_eq!(copied(text), text);
    }
}

#[test]
fn times_move_addresses_change_and_timers_are_renumbered() {
    assert_eq!(copied("2026-11-23T05:22:46.014821188Z"), "2026-11-23T05:27:46.014821188Z");
    assert_eq!(copied("group|10.0.0.196:80"), "group|10.0.9.9:80");
    assert_eq!(copied(r#"{"timer":7,"retry":null}"#), r#"{"timer":70,"retry":null}"#);
    assert_eq!(copied(r#"{"timers":[7,8,9],"n":7}"#), r#"{"timers":[70,80,9],"n":7}"#);
}

#[test]
fn a_text_that_is_cut_is_whole_again_where_nothing_differs() {
    let (words, timers) = (demo(), HashSet::new());
    let text = "Viridian at 2026-11-23T05:22:46Z";
    let moment: Timestamp = "2026-11-23T05:22:46Z".parse().unwrap();
    let expected =
        [Piece::Word(5), Piece::Text(" at ".to_owned()), Piece::Moment(moment), Piece::Text("Z".to_owned())];
    assert_eq!(Extractor::new(&words, &timers).cut(text), expected);
}

#[test]
fn no_two_services_have_one_name_and_every_stage_is_shown_early() {
    let names: HashSet<String> = (0..2000).map(|number| Name::of(number).service).collect();
    assert_eq!(names.len(), 2000);
    let stages: Vec<_> = (0..10).map(stage_of).collect();
    assert!(stages.iter().enumerate().all(|(place, stage)| !stages[..place].contains(stage)));
}
