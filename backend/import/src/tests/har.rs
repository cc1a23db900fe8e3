//! HAR files as browsers and proxies record them.

use super::{assert_hidden, assert_remark, header, said};
use crate::{Imported, har::import};

/// A file with some entries, given as the insides of their requests.
fn har(title: &str, requests: &[&str]) -> Imported {
    let entries: Vec<String> = requests
        .iter()
        .map(|it| format!("{{\"request\": {{{it}}}, \"response\": {{\"status\": 200}}}}"))
        .collect();
    let pages = format!("[{{\"id\": \"page_1\", \"title\": \"{title}\"}}]");
    let text = format!(
        "{{\"log\": {{\"version\": \"1.2\", \"pages\": {pages}, \"entries\": [{}]}}}}",
        entries.join(",")
    );
    import(&text).unwrap()
}

fn get(url: &str) -> String {
    format!(r#""method": "GET", "url": "{url}", "headers": [], "queryString": [], "bodySize": -1"#)
}

#[test]
fn third_parties_are_left_out_and_counted() {
    let imported = har(
        "https://shop.example/",
        &[
            &get("https://shop.example/"),
            &get("https://cdn.example/font.woff2"),
            &get("https://analytics.example/collect?v=1"),
            &get("https://analytics.example/collect?v=2"),
            &get("https://shop.example/app.js"),
            &get("https://api.shop.example/items"),
        ],
    );
    assert_eq!(said(&imported), ["GET /", "GET /app.js"]);
    assert_remark(
        &imported,
        &["shop.example", "analytics.example (2)", "api.shop.example (1)", "cdn.example (1)"],
    );
}

#[test]
fn without_a_page_the_host_of_most_requests_counts() {
    let urls = ["https://login.example/", "https://shop.example/a", "https://shop.example:443/b"].map(get);
    let imported = har("Tea shop", &urls.each_ref().map(String::as_str));
    assert_eq!(said(&imported), ["GET /a", "GET /b"]);
}

#[test]
fn a_file_with_a_mark_is_read() {
    let text = r#"{"log": {"entries": [{"request": {"method": "GET", "url": "https://shop.example/"}}]}}"#;
    assert_eq!(said(&import(&format!("\u{feff}{text}")).unwrap()), ["GET /"]);
}

#[test]
fn forms_recorded_as_parameters_are_written_out() {
    let urlencoded = r#""method": "POST", "url": "https://a.b/login", "headers": [{"name": "Content-Type",
        "value": "application/x-www-form-urlencoded"}], "bodySize": -1, "postData": {"mimeType":
        "application/x-www-form-urlencoded", "params": [{"name": "user", "value": "ada"}, {"name": "note", "value": "a b&c"}]}"#;
    let multipart = r#""method": "POST", "url": "https://a.b/upload", "headers": [{"name": "content-type",
        "value": "multipart/form-data; boundary=old"}], "postData": {"mimeType": "multipart/form-data; boundary=old",
        "params": [{"name": "title", "value": "Tea"}, {"name": "note", "value": "ü", "contentType": "text/plain"}]}"#;
    let file = r#""method": "POST", "url": "https://a.b/file", "postData": {"mimeType": "multipart/form-data",
        "params": [{"name": "photo", "fileName": "a.jpg", "contentType": "image/jpeg"}]}"#;
    let imported = har("", &[urlencoded, multipart, file]);
    assert_eq!(said(&imported), ["POST /login", "POST /upload"]);
    assert_eq!(imported.probes[0].body.as_deref(), Some("user=ada&note=a+b%26c"));
    let body = imported.probes[1].body.as_deref().unwrap();
    let boundary = header(&imported.probes[1], "content-type").unwrap().split("boundary=").nth(1).unwrap();
    assert!(body.starts_with(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nTea\r\n"
    )));
    assert!(
        body.ends_with(&format!("\r\nContent-Type: text/plain\r\n\r\nü\r\n--{boundary}--\r\n")),
        "{body}"
    );
    assert_remark(&imported, &["/log/entries/2", "`photo`"]);
}

#[test]
fn what_is_not_of_http_is_left_out_with_its_entry() {
    let urls = [
        "wss://shop.example/live",
        "data:image/png;base64,AA",
        "blob:https://shop.example/1",
        "chrome-extension://abc/x.js",
        "https://shop.example/a",
    ]
    .map(get);
    let imported = har("", &urls.each_ref().map(String::as_str));
    assert_eq!(said(&imported), ["GET /a"]);
    for (entry, scheme) in [(0, "`wss`"), (1, "`data`"), (2, "`blob`"), (3, "`chrome-extension`")] {
        assert_remark(&imported, &[&format!("/log/entries/{entry}:"), scheme]);
    }
}

#[test]
fn odd_addresses_are_sent_as_a_browser_sends_them() {
    let urls = [
        r#"https://a.b/s?q=a|b&f={\"x\":[1]}"#,
        "https://a.b/p/\\u00fcn\\u00efcode",
        "https://a.b/a b",
        "https://a.b/`x`?y=^",
        "https://a.b/%7Euser/%2F?z=%zz#part",
    ]
    .map(get);
    let imported = har("", &urls.each_ref().map(String::as_str));
    let expected = [
        "GET /s?q=a|b&f={%22x%22:[1]}",
        "GET /p/%C3%BCn%C3%AFcode",
        "GET /a%20b",
        "GET /%60x%60?y=^",
        "GET /%7Euser/%2F?z=%zz",
    ];
    assert_eq!(said(&imported), expected);
}

#[test]
fn what_only_that_visit_knew_is_left_out() {
    let request = r#""method": "GET", "url": "https://a.b/x", "headers": [{"name": ":authority", "value": "a.b"},
        {"name": "Host", "value": "a.b"}, {"name": "If-None-Match", "value": "\"1\""}, {"name": "traceparent", "value": "00-1"},
        {"name": "Cache-Control", "value": "no-cache"}, {"name": "X-B3-TraceId", "value": "1"}, {"name": "Connection",
        "value": "keep-alive"}, {"name": "Accept", "value": "*/*"}, {"name": "Authorization", "value": "Bearer topsecret"}]"#;
    let imported = har("", &[request]);
    let names: Vec<_> = imported.probes[0].headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Accept", "Authorization"]);
    assert_remark(&imported, &["only that visit knew", "if-none-match (1)", "x-b3-traceid (1)"]);
    assert_hidden(&imported, "topsecret");
}

#[test]
fn bodies_that_were_not_recorded_whole_are_left_out() {
    let missing = r#""method": "POST", "url": "https://a.b/1", "bodySize": 12"#;
    let cut = r#""method": "POST", "url": "https://a.b/2", "bodySize": 12, "postData": {"mimeType": "text/plain", "text": "half"}"#;
    let binary =
        r#""method": "POST", "url": "https://a.b/3", "postData": {"text": "/w==", "encoding": "base64"}"#;
    let packed = r#""method": "POST", "url": "https://a.b/4", "bodySize": 5, "postData": {"mimeType": "text/plain",
        "text": "aGVsbG8=", "encoding": "base64"}"#;
    let firefox = r#""method": "POST", "url": "https://a.b/5", "postData": {"mimeType": "application/x-www-form-urlencoded",
        "text": "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=1"}"#;
    let imported = har("", &[missing, cut, binary, packed, firefox]);
    assert_eq!(said(&imported), ["POST /4", "POST /5"]);
    assert_eq!(imported.probes[0].body.as_deref(), Some("hello"));
    assert_eq!(imported.probes[1].body.as_deref(), Some("a=1"));
    assert_remark(&imported, &["/log/entries/0", "not recorded"]);
    assert_remark(&imported, &["/log/entries/1", "only a part"]);
    assert_remark(&imported, &["/log/entries/2", "no text"]);
}

#[test]
fn what_is_no_har_is_refused() {
    assert!(import("{}").unwrap_err().to_string().contains("`log`"));
    assert!(import("{\"log\": {\"entries\": [{\"request\"").is_err());
}
