//! The reader against what the server's own writer writes, and against what it never would.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use viridian_shared::{
    event::{Event, SectionChange},
    sample,
};

use super::{Unreadable, read};

#[test]
fn what_is_not_json_is_refused() {
    for text in
        ["", "{", "[1,]", "[1 2]", "[,1]", "\"a", "\"\\x\"", "\"\\u12\"", "tru", "1 2", "[", "-", "{\"a\":}"]
    {
        assert_eq!(read::<Vec<u32>>(text), Err(Unreadable), "{text}");
        assert_eq!(read::<BTreeMap<String, u32>>(text), Err(Unreadable), "{text}");
        assert_eq!(read::<String>(text), Err(Unreadable), "{text}");
        assert_eq!(read::<bool>(text), Err(Unreadable), "{text}");
    }
    assert_eq!(read::<u8>("256"), Err(Unreadable));
    assert_eq!(read::<u8>("-1"), Err(Unreadable));
    assert_eq!(read::<u64>("1.5"), Err(Unreadable));
    assert_eq!(read::<(u8, u8)>("[1]"), Err(Unreadable));
    assert_eq!(read::<(u8, u8)>("[1,2,3]"), Err(Unreadable));
}

#[test]
fn numbers_are_what_they_say() {
    for text in ["0", "-0.5", "12.25", "1e3", "1.5E-7", "123456789012345678901234", "0.1", "4.35"] {
        let (own, right) = (read::<f64>(text).unwrap(), text.parse::<f64>().unwrap());
        assert!((own - right).abs() <= right.abs() * 1e-15, "{text}: {own}");
    }
    assert_eq!(read::<u64>("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(read::<u64>("18446744073709551616"), Err(Unreadable));
    assert_eq!(read::<i64>("-5"), Ok(-5));
}

#[test]
fn strings_keep_every_sign() {
    for text in ["", "plain", "“größer” 🦀", "a\"b\\c/d\n\r\t\u{8}\u{c}\u{1}\u{7f}", "\u{1F600}"] {
        assert_eq!(read(&serde_json::to_string(text).unwrap()), Ok(text.to_owned()));
    }
    assert_eq!(
        read(r#""\ud83e\udd80 \ud83e! \udd80 \ud83e\u0041""#),
        Ok("🦀 \u{fffd}! \u{fffd} \u{fffd}A".to_owned())
    );
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Known {
    wanted: Option<u8>,
}

#[test]
fn what_a_newer_server_adds_is_passed_over() {
    let text = r#" { "new": {"a": [1, "}", null, {"b": -1.5e3}], "c": true}, "wanted" : 7 , "also": [] } "#;
    assert_eq!(read(text), Ok(Known { wanted: Some(7) }));
    assert_eq!(read("{}"), Ok(Known::default()));
    assert_eq!(read::<Known>(r#"{"wanted": {}}"#), Err(Unreadable));
}

#[test]
fn every_part_of_the_stream_is_read_as_it_was_written() {
    let snapshot = sample::testing();
    for event in [
        Event::Section(Box::new(SectionChange::Pipeline(snapshot.pipeline.clone()))),
        Event::Section(Box::new(SectionChange::Traffic(snapshot.traffic.clone()))),
        Event::Snapshot(Box::new(snapshot)),
        Event::Bye,
    ] {
        assert_eq!(read(&serde_json::to_string(&event).unwrap()), Ok(event));
    }
}
