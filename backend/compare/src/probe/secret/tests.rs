//! Secrets that answers repeat in every form, coding and place that a server may choose.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use viridian_shared::comparison::suite::{Header as Sent, Probe};

use super::{super::get, SHORTEST, Secrets, Unusable};
use crate::{
    answer::{Body, Header, WholeAnswer, hexadecimal},
    body, sample,
    work::Limits,
};

const TOKEN: &str = "s3cr&t/To+ken=\"v~1\"";

fn probe(name: &str) -> Probe {
    let headers = vec![Sent { name: "authorization".to_owned(), value: format!("env:{name}") }];
    Probe { headers, ..get("/") }
}

fn secrets(value: &str) -> Secrets {
    Secrets::of(&[probe("TOKEN")], |_| Some(value.to_owned())).unwrap()
}

fn redacted(value: &str, headers: &[(&str, &str)], body: Body) -> WholeAnswer {
    let mut answer = sample::json("{}");
    let header = |it: &(&str, &str)| Header { name: it.0.to_owned(), value: it.1.to_owned() };
    answer.headers = headers.iter().map(header).collect();
    answer.body = body;
    secrets(value).redact(&mut answer);
    answer
}

/// What a viewer gets to see of a plain body.
fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(&redacted(TOKEN, &[], Body::whole(body.to_vec())).body.kept).into_owned()
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|it| if it.is_ascii_alphanumeric() { char::from(it).into() } else { format!("%{it:02X}") })
        .collect()
}

/// Every way to write the token of which a reader sees the token, or can have it by a click.
fn spellings() -> Vec<String> {
    let json = serde_json::to_string(TOKEN).unwrap();
    let html = TOKEN.replace('&', "&amp;").replace('"', "&quot;");
    let numeric = TOKEN.bytes().map(|it| format!("&#x{it:x};")).collect::<Vec<_>>().concat();
    let unicode = TOKEN.bytes().map(|it| format!("\\u{it:04x}")).collect::<Vec<_>>().concat();
    let base64: Vec<_> =
        (0..3).map(|shift| STANDARD.encode(format!("{}{TOKEN}tail", "x".repeat(shift)))).collect();
    let url_safe = URL_SAFE_NO_PAD.encode(format!("{{\"token\":\"{TOKEN}\"}}"));
    let wrapped = base64[1]
        .as_bytes()
        .chunks(10)
        .map(|it| String::from_utf8_lossy(it))
        .collect::<Vec<_>>()
        .join("\r\n");
    let mut all = vec![
        TOKEN.to_owned(),
        percent(TOKEN),
        percent(TOKEN).to_lowercase(),
        percent(&percent(TOKEN)),
        json.trim_matches('"').to_owned(),
        json.trim_matches('"').replace('/', "\\/"),
        serde_json::to_string(&json).unwrap(),
        serde_json::to_string(&html).unwrap(),
        html,
        numeric,
        unicode,
        hexadecimal(TOKEN.as_bytes()),
        hexadecimal(TOKEN.as_bytes()).to_uppercase(),
        TOKEN.to_uppercase(),
        wrapped,
        percent(&base64[2]),
        url_safe,
    ];
    all.extend(base64);
    all
}

#[test]
fn a_secret_is_out_of_sight_however_it_is_written() {
    for spelling in spellings() {
        let text = shown(format!("before {spelling} after").as_bytes());
        assert!(text.contains("[env:TOKEN]"), "{spelling} became {text}");
        let rest = text.replace("before ", "").replace(" after", "").replace("[env:TOKEN]", "");
        // What stands around it in the same base64 stays.
        assert!(rest.len() <= 24, "{spelling} became {text}");
        assert!(text.starts_with("before ") && text.ends_with(" after"), "{text}");
    }
}

#[test]
fn a_secret_within_a_content_coding_is_out_of_sight_in_what_is_stored_and_shown() {
    let plain = format!("{{\"authorization\":{}}}", serde_json::to_string(TOKEN).unwrap());
    for codings in ["gzip", "x-gzip", "deflate", "br", "gzip, br", "deflate, gzip", "identity"] {
        let list: Vec<_> = codings.split(',').collect();
        let body = Body::whole(body::encode(plain.clone().into_bytes(), &list).unwrap());
        let answer =
            redacted(TOKEN, &[("content-encoding", codings), ("content-type", "application/json")], body);
        assert!(
            answer.body.is_whole() && answer.body.sha256 == Body::whole(answer.body.kept.to_vec()).sha256
        );
        let content = body::understand(&answer, Limits::default());
        assert_eq!(content.text(), Some(r#"{"authorization":"[env:TOKEN]"}"#), "{codings}");
        assert_eq!(answer.header("content-encoding").next(), Some(codings));
    }
}

#[test]
fn a_bare_deflate_stream_hides_nothing() {
    let mut writer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut writer, TOKEN.as_bytes()).unwrap();
    let answer = redacted(TOKEN, &[("content-encoding", "deflate")], Body::whole(writer.finish().unwrap()));
    assert_eq!(body::understand(&answer, Limits::default()).bytes(), b"[env:TOKEN]");
}

#[test]
fn a_body_in_which_nobody_can_look_is_not_kept_and_says_so() {
    let packed = body::encode(TOKEN.as_bytes().to_vec(), &["gzip"]).unwrap();
    for (kind, coding, bytes) in [
        ("text/plain", "zstd", vec![0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3]),
        ("text/plain", "gzip", b"no gzip".to_vec()),
        ("application/gzip", "identity", packed),
    ] {
        let answer =
            redacted(TOKEN, &[("content-encoding", coding), ("content-type", kind)], Body::whole(bytes));
        assert!(answer.body.kept.is_empty() && answer.body.length > 0, "{coding}");
        let content = body::understand(&answer, Limits::default());
        assert_eq!(content.troubles, [body::Trouble::Withheld]);
    }
}

#[test]
fn a_secret_is_found_at_every_place_of_a_window_and_at_a_cut() {
    for before in (262_144 - 40..262_144 + 8).chain([0, 1, 700_000]) {
        let body = format!("{}{}", "a".repeat(before), percent(TOKEN));
        let text = shown(body.as_bytes());
        assert!(text.ends_with("[env:TOKEN]") && text.len() == before + 11, "{before}");
    }
    for kept in 5..percent(TOKEN).len() {
        let bytes = format!("say {}", &percent(TOKEN)[..kept]).into_bytes();
        let cut = Body { length: 1000, ..Body::whole(bytes) };
        let answer = redacted(TOKEN, &[], cut);
        assert_eq!(String::from_utf8_lossy(&answer.body.kept), "say [env:TOKEN]", "{kept}");
        assert!(!answer.body.is_whole());
    }
}

#[test]
fn a_secret_within_utf_16_is_out_of_sight() {
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = format!("\u{feff}é {TOKEN} é").encode_utf16().flat_map(order).collect();
        let answer = redacted(TOKEN, &[("content-type", "text/plain")], Body::whole(bytes));
        let mut marked = answer;
        let charset = if marked.body.kept[0] == 0xFF { "utf-16le" } else { "utf-16be" };
        marked.headers[0].value = format!("text/plain; charset={charset}");
        let content = body::understand(&marked, Limits::default());
        assert_eq!(content.text().map(|it| it.trim_start_matches('\u{feff}')), Some("é [env:TOKEN] é"));
    }
}

#[test]
fn headers_redirects_and_cookies_repeat_no_secret() {
    let location = format!("/next?token={}", percent(TOKEN));
    let cookie = format!("session={}; Path=/", STANDARD.encode(format!("user:{TOKEN}")));
    let headers = [
        ("location", location.as_str()),
        ("set-cookie", &cookie),
        ("x-echo", TOKEN),
        ("x-s3cr&t/to+ken=\"v~1\"", "1"),
    ];
    let answer = redacted(TOKEN, &headers, Body::default());
    assert_eq!(answer.headers[0].value, "/next?token=[env:TOKEN]");
    assert!(
        answer.headers.iter().all(|it| format!("{}{}", it.name, it.value).contains("[env:TOKEN]")),
        "{answer:?}"
    );
}

#[test]
fn what_a_server_repeats_of_a_credential_is_out_of_sight_too() {
    let bearer = redacted("Bearer 0123456789abc", &[], Body::whole(b"token 0123456789abc".to_vec()));
    assert_eq!(&bearer.body.kept[..], b"token [env:TOKEN]");
    let basic = format!("Basic {}", STANDARD.encode("ada:correct horse"));
    let answer = redacted(&basic, &[], Body::whole(b"password: correct horse".to_vec()));
    assert_eq!(&answer.body.kept[..], b"password: [env:TOKEN]");
}

#[test]
fn a_secret_that_is_too_short_to_be_found_is_refused_at_the_start() {
    let short = Secrets::of(&[probe("PIN")], |_| Some("1234".to_owned())).err().unwrap();
    assert_eq!(short, Unusable::Short("PIN".to_owned()));
    assert!(short.to_string().contains(&SHORTEST.to_string()) && !short.to_string().contains("1234"));
    let text = redacted(TOKEN, &[], Body::whole(b"nothing of the kind".to_vec()));
    assert_eq!(&text.body.kept[..], b"nothing of the kind");
}
