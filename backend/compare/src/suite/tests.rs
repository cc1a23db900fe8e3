//! Suites as people write them.

use super::{Unusable, read, rules, write};

const SUITE: &str = r#"
name = "shop"

[[probe]]
name = "home"
path = "/"

[[probe]]
name = "order"
method = "POST"
path = "/orders?dry=1"
headers = [["authorization", "env:SHOP_TOKEN"], ["accept", "application/json"]]
body = "{}"

[[array]]
path = "$.tags"

[[array]]
path = "$.items"
key = "sku"

[[rule]]
name = "trace"
kind = "json"
path = "$.trace"
by = "ada"
reason = "one for each request"
"#;

#[test]
fn a_suite_is_read_and_written_back() {
    let (name, suite) = read(SUITE).unwrap();
    assert_eq!(name, "shop");
    assert!(suite.probes[1].changes_something() && !suite.probes[0].changes_something());
    assert_eq!(suite.probes[1].headers[0].value, "env:SHOP_TOKEN");
    assert_eq!(read(&write(&name, &suite).unwrap()).unwrap(), (name, suite.clone()));
    assert_eq!(rules(&suite, Some("home")).unwrap().policy().arrays.len(), 2);
}

#[test]
fn what_is_wrong_with_a_suite_is_said() {
    assert!(matches!(read("name = 'x'"), Err(Unusable::Empty)));
    assert!(matches!(read("nme = 'x'"), Err(Unusable::Malformed(_))));
    let probe = "name='x'\n[[probe]]\nname='a'\npath='/'\n";
    for more in ["pth='/'", "[[array]]\npath='$.a'\nkye='sku'"] {
        assert!(matches!(read(&format!("{probe}{more}")), Err(Unusable::Malformed(_))), "{more}");
    }
    let rule = |place: &str| format!("{probe}[[rule]]\nname='r'\nby='ada'\nreason='varies'\n{place}");
    assert!(matches!(read(&rule("kind='json'\npath='no path'")), Err(Unusable::Rule(_))));
    assert!(matches!(read(&rule("kind='nothing'")), Err(Unusable::Malformed(_))));
    let twice = "name='x'\n[[probe]]\nname='a'\npath='/'\n[[probe]]\nname='a'\npath='/b'";
    assert!(matches!(read(twice), Err(Unusable::Twice(name)) if name == "a"));
    assert!(matches!(read("name='x'\n[[probe]]\nname='a'\npath='x'"), Err(Unusable::Path(_))));
    let open = "name='x'\n[[probe]]\nname='a'\npath='/'\nheaders=[['Authorization','Bearer abc']]";
    let Err(error) = read(open) else { panic!("an open secret was read") };
    assert!(error.to_string().contains("env:NAME") && !error.to_string().contains("abc"));
}

#[test]
fn every_kind_of_rule_is_written_as_it_was_read() {
    let rule = |place: &str| {
        format!(
            "name = 'x'\n[[probe]]\nname = 'a'\npath = '/'\n[[rule]]\nname = 'r'\nby = 'ada'\nreason = 'varies'\n{place}"
        )
    };
    for place in [
        "kind = 'header'\nheader = 'date'",
        "kind = 'header'\nheader = 'location'\npart = 'state'",
        "kind = 'cookie'\ncookie = 'session'",
        "kind = 'json'\npath = '$.items[*].id'\nwhole = true",
        "kind = 'html'\nselector = 'main > time'\nwhole = false",
        "kind = 'html'\nselector = 'a'\nwhole = true\nonly = '@href'",
        "kind = 'text'\npattern = '[0-9]{4}'",
    ] {
        let (name, suite) = read(&rule(place)).unwrap();
        let written = write(&name, &suite).unwrap();
        for line in place.lines() {
            assert!(written.replace('"', "'").contains(line), "{line} is lost: {written}");
        }
        assert_eq!(read(&written).unwrap().1, suite);
    }
}
