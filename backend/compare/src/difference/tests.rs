//! Two answers as a person sees them side by side.

mod body;
mod field;
mod rules;

use super::{Change, Outcome, Part, between};
use crate::{
    answer::{Body, WholeAnswer},
    body::Kind,
    difference::rule::{NoisePlace, Rules},
    sample,
    work::Limits,
};

fn plain(left: &WholeAnswer, right: &WholeAnswer) -> Outcome {
    between(left, right, &Rules::default(), Limits::default())
}

fn with(place: NoisePlace, left: &WholeAnswer, right: &WholeAnswer) -> Outcome {
    let rule = sample::rule("known", place);
    between(left, right, &Rules::new(vec![rule], Vec::new()).unwrap(), Limits::default())
}

fn said(outcome: &Outcome) -> Vec<String> {
    outcome.visible().map(|it| format!("{:?} {:?} {}", it.part, it.change, it.place)).collect()
}

fn headers(pairs: &[(&str, &str)]) -> WholeAnswer {
    sample::answer(200, pairs, b"")
}

fn page(text: &str) -> WholeAnswer {
    sample::answer(200, &[("content-type", "text/html; charset=utf-8")], text.as_bytes())
}

#[test]
fn an_answer_does_not_differ_from_itself() {
    for answer in [
        sample::json(r#"{"a": 1}"#),
        page("<p>x"),
        headers(&[("vary", "a, b"), ("set-cookie", "s=1; Path=/")]),
        sample::answer(200, &[("content-type", "image/png")], b"\x89PNG"),
    ] {
        assert_eq!(said(&plain(&answer, &answer)), Vec::<String>::new());
    }
}

#[test]
fn a_status_is_a_difference() {
    let outcome = plain(&sample::answer(200, &[], b""), &sample::answer(503, &[], b""));
    assert_eq!(said(&outcome), ["Status Changed status"]);
}

#[test]
fn each_header_is_named_by_what_became_of_it() {
    let left = headers(&[("cache-control", "max-age=60"), ("x-frame-options", "DENY"), ("etag", "1")]);
    let right = headers(&[("cache-control", "no-store"), ("x-new", "1"), ("etag", "1"), ("etag", "1")]);
    assert_eq!(
        said(&plain(&left, &right)),
        [
            "Header Changed cache-control",
            "Header Changed etag",
            "Header Removed x-frame-options",
            "Header Added x-new"
        ]
    );
}

#[test]
fn order_counts_only_where_http_says_so() {
    let sets = headers(&[("vary", "Accept, Cookie")]);
    assert!(plain(&sets, &headers(&[("vary", "cookie"), ("vary", "accept")])).is_same());
    let links = headers(&[("link", "</a>"), ("link", "</b>")]);
    let turned = headers(&[("link", "</b>"), ("link", "</a>")]);
    assert_eq!(said(&plain(&links, &turned)), ["Header Moved link"]);
    let names = headers(&[("a", "1"), ("b", "2")]);
    assert!(plain(&names, &headers(&[("b", "2"), ("a", "1")])).is_same());
}

#[test]
fn a_cookie_shows_its_attributes_and_never_its_value() {
    let left = headers(&[("set-cookie", "session=topsecret; HttpOnly; Secure; Path=/")]);
    let right = headers(&[("set-cookie", "session=othersecret; path=/; secure")]);
    let outcome = plain(&left, &right);
    assert_eq!(
        said(&outcome),
        ["Header Changed set-cookie session attributes", "Header Changed set-cookie session value"]
    );
    assert!(!serde_json::to_string(&outcome).unwrap().contains("secret;"));
    assert!(!serde_json::to_string(&outcome).unwrap().contains("topsecret"));
    let known = with(NoisePlace::Cookie { cookie: "session".into() }, &left, &right);
    assert_eq!(said(&known), ["Header Changed set-cookie session attributes"]);
}

#[test]
fn a_rule_hides_another_value_and_not_that_a_header_is_missing() {
    let rule = NoisePlace::Header { header: "date".into(), part: None };
    let (left, right) = (headers(&[("date", "1")]), headers(&[("date", "2")]));
    assert!(with(rule.clone(), &left, &right).is_same());
    assert_eq!(said(&with(rule, &left, &headers(&[]))), ["Header Removed date"]);
}

#[test]
fn a_json_difference_has_a_place_and_a_spot() {
    let outcome = plain(&sample::json(r#"{"items":[{"n":1}]}"#), &sample::json(r#"{"items":[{"n":2}]}"#));
    let found = &outcome.differences[0];
    assert_eq!((found.place.as_str(), found.spot.as_str()), ("/items/0/n", "$.items[*].n"));
    assert_eq!(outcome.compared_as, Some(Kind::Json));
}

#[test]
fn what_claims_to_be_json_and_is_not_is_said_and_compared_as_text() {
    let outcome = plain(&sample::json(r#"{"a": 1}"#), &sample::json("<h1>Bad gateway</h1>"));
    assert_eq!(outcome.compared_as, Some(Kind::Text));
    assert!(outcome.visible().any(|it| it.part == Part::Trouble));
    assert!(outcome.visible().any(|it| it.part == Part::Text));
    let deep = sample::json(&"[".repeat(100_000));
    assert!(plain(&deep, &sample::json("[]")).visible().any(|it| it.part == Part::Trouble));
}

/// opendiffy 81: what both did alike was counted as a difference.
#[test]
fn what_is_odd_about_both_alike_is_remarked_and_no_difference() {
    let broken = sample::json(r#"{"a": 1,}"#);
    let outcome = plain(&broken, &broken);
    assert!(outcome.is_same(), "{outcome:?}");
    assert!(outcome.remarks[0].starts_with("of both: it claims to be JSON and is not"));
    let elsewhere = plain(&broken, &sample::json(r#"{"longer": 1,}"#));
    assert_eq!(said(&elsewhere), ["Text Changed line 1"]);
    let one = plain(&sample::json("{}"), &broken).differences;
    assert_eq!((one[0].place.as_str(), one[0].left.as_deref()), ("green", None));
    assert_eq!(one[0].spot, "green: it claims to be JSON and is not: not JSON from byte # on");
}

#[test]
fn text_is_compared_by_line() {
    let text = |body: &str| sample::answer(200, &[("content-type", "text/plain")], body.as_bytes());
    let left = text("one\ntwo\nthree\n");
    assert_eq!(said(&plain(&left, &text("zero\none\ntwo\nthree\n"))), ["Text Added line 1"]);
    assert_eq!(said(&plain(&left, &text("one\n2\nthree\n"))), ["Text Changed line 2"]);
    let stamped = NoisePlace::Text { pattern: r"\d{2}:\d{2}".into() };
    assert!(with(stamped.clone(), &text("at 10:01\n"), &text("at 10:02\n")).is_same());
    assert!(!with(stamped, &text("at 10:01 a\n"), &text("at 10:02 b\n")).is_same());
}

#[test]
fn the_words_that_changed_in_a_line_are_known() {
    let words = super::text::words("the red fox", "the green fox");
    let said: Vec<_> = words.iter().map(|it| (it.text.as_str(), format!("{:?}", it.side))).collect();
    assert_eq!(
        said,
        [
            ("the ", "Both".to_owned()),
            ("red", "Left".to_owned()),
            ("green", "Right".to_owned()),
            (" fox", "Both".to_owned())
        ]
    );
}

#[test]
fn a_page_is_compared_by_its_tree() {
    let left = page("<html><body class='b a'><ul><li>one</li><li>two</li></ul><p id=x  title=t>hi</p>");
    let same = page(
        "<html><body  class=\"a b\">\n <ul>\n<li>one</li> <li>two</li></ul><!-- c --><p title=t id=x>hi",
    );
    assert_eq!(said(&plain(&left, &same)), Vec::<String>::new());
    let right =
        page("<html><body class='a b'><ul><li>zero</li><li>one</li><li>two</li></ul><p id=x title=u>ho</p>");
    assert_eq!(
        said(&plain(&left, &right)),
        [
            "Html Added html > body > ul > li:nth-of-type(1)",
            "Html Changed html > body > p#x @title",
            "Html Changed html > body > p#x text"
        ]
    );
}

#[test]
fn a_rule_of_a_style_sheet_that_changes_is_one_difference() {
    let css = |colour: &str| {
        format!(
            "<style>\n  * {{ margin: 0 }}\n  body {{\n    color: {colour};\n    margin: 0;\n  }}\n</style>"
        )
    };
    let outcome = plain(&page(&css("#99c")), &page(&css("#9c9")));
    assert_eq!(said(&outcome), ["Html Changed html > head > style text 3"]);
    assert_eq!(outcome.differences[0].right.as_deref(), Some("color: #9c9;"));
    let minified = |value: &str| format!("<style>{}p{{color:{value}}}{0}</style>", "a{b:c;d:e}".repeat(40));
    assert_eq!(said(&plain(&page(&minified("red")), &page(&minified("blue")))).len(), 1);
}

#[test]
fn a_long_value_is_shown_around_what_differs() {
    let text = |middle: &str| sample::json(&format!(r#""{}{middle}{}""#, "a".repeat(5000), "b".repeat(5000)));
    let found = plain(&text("red"), &text("green")).differences.remove(0);
    let (left, right) = (found.left.unwrap(), found.right.unwrap());
    assert!(
        left.contains("ared") && right.contains("agreen") && left.starts_with('…') && left.ends_with('…')
    );
    assert!(left.chars().count() < 1010 && right.chars().count() < 1010);
}

#[test]
fn a_space_counts_where_a_browser_shows_it() {
    let differ = |left: &str, right: &str| said(&plain(&page(left), &page(right))).len();
    assert_eq!(differ("<p>a <b>b</b> c</p>", "<p>a<b>b</b> c</p>"), 1);
    assert_eq!(differ("<p><b>a</b> <b>b</b></p>", "<p><b>a</b><b>b</b></p>"), 1);
    assert_eq!(
        differ(
            "<p> a  b </p>\n<ul>\n<li> c </li> <li>d</li></ul>",
            "<p>a b</p><ul><li>c</li><li>d</li></ul>"
        ),
        0
    );
    assert_eq!(differ("<pre>a  b</pre>", "<pre>a b</pre>"), 1);
}

#[test]
fn a_selector_hides_an_element_and_an_expression_a_part_of_a_text() {
    let left = page("<p class=built>10:01</p><p>commit abc1234 is live</p>");
    let right = page("<p class=built>10:02</p><p>commit def5678 is live</p>");
    let selector = NoisePlace::Html { selector: "p.built".into(), whole: false, only: None };
    assert_eq!(said(&with(selector, &left, &right)), ["Html Changed html > body > p:nth-of-type(2) text"]);
    let expression = NoisePlace::Text { pattern: "commit [0-9a-f]{7}".into() };
    let outcome = with(expression, &left, &right);
    assert_eq!(said(&outcome), ["Html Changed html > body > p:nth-of-type(1) text"]);
    assert_eq!(outcome.hidden().count(), 1);
}

/// GOV.UK and side-view 42 met pages that do harm or show nothing; here a page is only data.
#[test]
fn a_page_that_tries_to_break_out_is_only_text() {
    let left = page("<p>safe");
    let right = page("<p>safe</p></iframe></textarea><script>parent.location='//x'</script>");
    let outcome = plain(&left, &right);
    assert!(outcome.visible().all(|it| it.part == Part::Html && it.change == Change::Added));
    let deep = page(&"<div>".repeat(20_000));
    assert!(plain(&deep, &deep).visible().all(|it| it.part == Part::Trouble));
}

#[test]
fn bytes_are_compared_by_size_and_hash_also_beyond_what_is_kept() {
    let image = |bytes: &[u8]| sample::answer(200, &[("content-type", "image/png")], bytes);
    assert_eq!(said(&plain(&image(b"a"), &image(b"b"))), ["Bytes Changed body"]);
    let mut left = image(b"a");
    left.body = Body { length: 100, sha256: "1".repeat(64), ..left.body };
    let right = WholeAnswer { body: Body { sha256: "2".repeat(64), ..left.body.clone() }, ..left.clone() };
    assert!(said(&plain(&left, &right)).contains(&"Bytes Changed body".to_owned()));
}

#[test]
fn pictures_are_compared_by_pixels() {
    let picture = |colour: u8, format: image::ImageFormat| {
        let mut file = std::io::Cursor::new(Vec::new());
        let pixel = image::Rgba([colour, 0, 0, 255]);
        image::RgbaImage::from_pixel(4, 4, pixel).write_to(&mut file, format).unwrap();
        sample::answer(200, &[("content-type", "image/png")], file.get_ref())
    };
    let (png, webp) = (image::ImageFormat::Png, image::ImageFormat::WebP);
    let found = plain(&picture(0, png), &picture(200, png)).differences;
    assert_eq!(found[0].right.as_deref(), Some("4 × 4; 100.0% of the pixels differ, within 4 × 4 at (0, 0)"));
    assert_eq!(said(&plain(&picture(0, png), &picture(0, webp))), ["Bytes Respelled picture"]);
}

#[test]
fn a_length_that_follows_from_the_body_is_no_news() {
    let answer = |body: &str| {
        let length = body.len().to_string();
        let headers = [("content-type", "text/plain"), ("content-length", length.as_str())];
        sample::answer(200, &headers, body.as_bytes())
    };
    assert_eq!(said(&plain(&answer("a"), &answer("ab"))), ["Text Changed line 1"]);
}
