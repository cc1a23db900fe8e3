//! Suites as people write them.

use super::{Unusable, read, write};
use crate::probe::Text;

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
    let suite = read(SUITE).unwrap();
    assert!(suite.probes[1].changes_something() && !suite.probes[0].changes_something());
    assert_eq!(suite.probes[1].headers[0].1, Text::Secret("SHOP_TOKEN".into()));
    assert_eq!(read(&write(&suite).unwrap()).unwrap(), suite);
    assert_eq!(suite.rules(Some("home")).unwrap().policy().arrays.len(), 2);
}

#[test]
fn what_is_wrong_with_a_suite_is_said() {
    assert!(matches!(read("name = 'x'"), Err(Unusable::Empty)));
    assert!(matches!(read("nme = 'x'"), Err(Unusable::Malformed(_))));
    let twice = "name='x'\n[[probe]]\nname='a'\npath='/'\n[[probe]]\nname='a'\npath='/b'";
    assert!(matches!(read(twice), Err(Unusable::Twice(name)) if name == "a"));
    assert!(matches!(read("name='x'\n[[probe]]\nname='a'\npath='x'"), Err(Unusable::Path(_))));
    let open = "name='x'\n[[probe]]\nname='a'\npath='/'\nheaders=[['Authorization','Bearer abc']]";
    let Err(error) = read(open) else { panic!("an open secret was read") };
    assert!(error.to_string().contains("env:NAME") && !error.to_string().contains("abc"));
}
