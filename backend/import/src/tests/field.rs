//! What people have reported of other tools' imports, with the right value. Each names repository and number.

use super::{assert_remark, header, said};
use crate::{curl, har, openapi, postman};

/// postmanlabs/postman-app-support 1999 and 2791, reqable/reqable-app 2553: quotes within quotes.
#[test]
fn a_quote_within_quotes_is_part_of_the_body() {
    let imported = curl::import(
        "curl --request GET \\\n  --url http://h/test \\\n  --header 'content-type: application/json' \\\n  \
         --data '{\"ddl\":\"CREATE TABLE t (id int comment '\\''ID'\\'');\"}'\n\
         curl -X POST h/b -d 'Cristian'\"'\"'s'\n",
    );
    assert_eq!(
        imported.probes[0].body.as_deref(),
        Some("{\"ddl\":\"CREATE TABLE t (id int comment 'ID');\"}")
    );
    assert_eq!(imported.probes[1].body.as_deref(), Some("Cristian's"));
}

/// postmanlabs/postman-app-support 1999: a backslash within single quotes is one, so that the quote ends there.
#[test]
fn what_a_shell_refuses_is_not_guessed_at() {
    let imported = curl::import(
        "curl -X POST -d '{\n  \"a\": \"this isn\\'t \\\" a test\"\n}\n' \"http://h\"\ncurl h/next",
    );
    assert!(!said(&imported).contains(&"POST /".to_owned()), "{imported:?}");
    assert!(!imported.remarks.is_empty());
}

/// postmanlabs/postman-app-support 5853: Firefox on Windows doubles quotes.
#[test]
fn doubled_quotes_of_windows_are_quotes() {
    let imported = curl::import(
        "curl \"https://h/x\" -H \"content-type: application/json\" --data \"{\"\"data\"\":{\"\"name\"\":\"\"the man\"\"}}\"",
    );
    assert_eq!(imported.probes[0].body.as_deref(), Some("{\"data\":{\"name\":\"the man\"}}"));
}

/// postmanlabs/postman-app-support 7416: a body in `$'…'` with brackets and addresses.
#[test]
fn a_body_in_dollar_quotes_is_whole() {
    let text = r#"curl 'http://h:3015/a' -X PATCH -H 'Connection: Keep-Alive' --data-binary $'{"at":"[12.9, 77.6]","url":"https://x/y","q":"it\'s"}'"#;
    let imported = curl::import(text);
    assert_eq!(said(&imported), ["PATCH /a"]);
    let body = r#"{"at":"[12.9, 77.6]","url":"https://x/y","q":"it's"}"#;
    assert_eq!(imported.probes[0].body.as_deref(), Some(body));
}

/// louisabraham/har2requests 8, lightbody/browsermob-proxy 770, metersphere/metersphere 17975: forms without text.
#[test]
fn a_recorded_form_is_never_sent_without_its_body() {
    let entry = |data: &str| {
        let request = format!(r#"{{"method": "POST", "url": "https://a.b/x", "postData": {data}}}"#);
        har::import(&format!("{{\"log\": {{\"entries\": [{{\"request\": {request}}}]}}}}")).unwrap()
    };
    let both = r#"{"mimeType": "application/x-www-form-urlencoded", "text": "a=1", "params": [{"name": "a", "value": "1"}]}"#;
    assert_eq!(entry(both).probes[0].body.as_deref(), Some("a=1"));
    let only = r#"{"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "1"}], "comment": ""}"#;
    assert_eq!(entry(only).probes[0].body.as_deref(), Some("a=1"));
    assert_eq!(header(&entry(only).probes[0], "content-type"), Some("application/x-www-form-urlencoded"));
    let multipart = r#"{"mimeType": "multipart/form-data", "params": [{"name": "a", "value": "1"}]}"#;
    assert!(entry(multipart).probes[0].body.as_deref().unwrap().contains("\r\n\r\n1\r\n"));
}

/// hoppscotch/hoppscotch 4649 and postmanlabs/postman-app-support 9959: inherited authorisation, and none of it.
#[test]
fn authorisation_comes_from_the_folder_unless_the_request_wants_none() {
    let imported = postman::import(
        r#"{"auth": {"type": "bearer", "bearer": [{"key": "token", "value": "x"}]}, "item": [{"item": [
            {"request": {"url": "https://h/a", "method": "GET"}},
            {"request": {"url": "https://h/b", "method": "GET", "auth": {"type": "noauth"}}}]}]}"#,
    )
    .unwrap();
    assert_eq!(header(&imported.probes[0], "authorization"), Some("env:PROBE_AUTHORIZATION"));
    assert_eq!(header(&imported.probes[1], "authorization"), None);
}

/// postmanlabs/postman-app-support 1469: a base path, and one with a question mark.
#[test]
fn a_base_path_is_never_dropped() {
    let base = |path: &str| {
        let text = format!(
            r#"{{"swagger": "2.0", "basePath": "{path}", "paths": {{"/a": {{"get": {{"parameters": [{{"name": "p", "in": "query", "default": 1}}]}}}}}}}}"#
        );
        said(&openapi::import(&text).unwrap()).remove(0)
    };
    assert_eq!(base("/index.php/api/v2"), "GET /index.php/api/v2/a?p=1");
    assert_eq!(base("/index.php?/api/v2"), "GET /index.php?/api/v2/a&p=1");
}

/// darrenburns/posting 355: parameters of the path that stand beside the operation.
#[test]
fn parameters_of_a_path_are_filled_in_or_the_operation_is_left_out() {
    let imported = openapi::import(
        r#"{"openapi": "3.0.0", "paths": {"/example/{id}": {"parameters": [{"name": "id", "in": "path", "required": true,
            "schema": {"type": "integer", "example": 3}}], "get": {}}, "/other/{id}": {"get": {}}}}"#,
    )
    .unwrap();
    assert_eq!(said(&imported), ["GET /example/3"]);
    assert_remark(&imported, &["/paths/~1other~1{id}/get", "`id`"]);
}
