//! A ruling and a rule hide what their author saw, and no more.

use std::collections::BTreeSet;

use super::{page, plain, said, with};
use crate::{
    answer::WholeAnswer,
    difference::{
        Outcome, between,
        rule::{NoisePlace, Only, Rules},
    },
    finding::id_of,
    noise::learn::place_of,
    sample,
    work::Limits,
};

fn text(body: &str) -> WholeAnswer {
    sample::answer(200, &[("content-type", "text/plain")], body.as_bytes())
}

fn ids(outcome: &Outcome) -> BTreeSet<String> {
    outcome.visible().map(id_of).collect()
}

/// Findings of the second pair that a ruling on those of the first does not cover.
fn open(answer: impl Fn(&str) -> WholeAnswer, first: [&str; 2], then: [&str; 2]) -> usize {
    let of = |pair: [&str; 2]| ids(&plain(&answer(pair[0]), &answer(pair[1])));
    let (ruled, now) = (of(first), of(then));
    assert!(!ruled.is_empty(), "nothing was ruled on");
    now.difference(&ruled).count()
}

/// Accepts as noise whatever is proposed for the first pair, and tells what shows of the second.
fn accepted(answer: impl Fn(&str) -> WholeAnswer, first: [&str; 2], then: [&str; 2]) -> Vec<String> {
    let seen = plain(&answer(first[0]), &answer(first[1]));
    let rule = |(nth, place)| sample::rule(&format!("rule {nth}"), place);
    let rules: Vec<_> = seen.visible().filter_map(place_of).enumerate().map(rule).collect();
    assert!(!rules.is_empty(), "nothing is proposed for {:?}", said(&seen));
    let rules = Rules::new(rules, Vec::new()).unwrap();
    let first = between(&answer(first[0]), &answer(first[1]), &rules, Limits::default());
    assert_eq!(said(&first), Vec::<String>::new(), "the proposal does not hide what it is for");
    said(&between(&answer(then[0]), &answer(then[1]), &rules, Limits::default()))
}

#[test]
fn a_ruling_on_one_thing_of_a_line_says_nothing_of_another() {
    for (first, then) in [
        (["v=1 status=ok", "v=2 status=ok"], ["v=1 status=ok", "v=3 status=bad"]),
        (
            ["at 10:00:01 queue fine", "at 10:00:02 queue fine"],
            ["at 10:00:59 queue fine", "at 10:01:00 queue full"],
        ),
        (["id a1b2 owner ada", "id c3d4 owner ada"], ["id a1b2 owner ada", "id c3d4 owner eve"]),
        (
            ["{build: 17, price: 10}", "{build: 18, price: 10}"],
            ["{build: 17, price: 10}", "{build: 19, price: 99}"],
        ),
    ] {
        assert_eq!(open(text, first, then), 1, "{then:?}");
        assert_eq!(open(text, first, first), 0, "{first:?}");
    }
    let values = open(text, ["v=1 status=ok", "v=2 status=ok"], ["v=7 status=ok", "v=99 status=ok"]);
    assert_eq!(values, 0);
}

#[test]
fn minified_code_is_taken_apart() {
    let code = |build: &str, url: &str| {
        format!(
            "{}var build=\"{build}\";{}var url=\"{url}\";{}",
            "a();b(1);".repeat(60),
            "c({d:1});".repeat(60),
            "e();".repeat(50)
        )
    };
    let script = |body: &str| sample::answer(200, &[("content-type", "text/javascript")], body.as_bytes());
    let (blue, green, evil) = (code("a1", "/x"), code("b2", "/x"), code("b2", "//evil.example/x"));
    assert_eq!(said(&plain(&script(&blue), &script(&green))), ["Text Changed line 1"]);
    assert!(open(script, [&blue, &green], [&blue, &evil]) > 0);
    let inline = |body: &str| page(&format!("<!doctype html><script>{body}</script>"));
    assert!(open(inline, [&blue, &green], [&blue, &evil]) > 0);
    let css = |colour: &str, width: &str| {
        format!(
            "<style>{}.a{{color:{colour};width:{width}}}{}</style>",
            "p{b:c}".repeat(60),
            "q{d:e}".repeat(60)
        )
    };
    let (blue, green) = (css("red", "1px"), css("blue", "1px"));
    assert!(open(page, [&blue, &green], [&blue, &css("blue", "2px")]) > 0);
    let short = |token: &str, url: &str| format!("<script>token='{token}'; load('{url}')</script>");
    let (first, then) = ([short("a1", "/x"), short("b2", "/x")], [short("a1", "/x"), short("b2", "//evil")]);
    assert!(open(page, [&first[0], &first[1]], [&then[0], &then[1]]) > 0);
}

#[test]
fn lines_under_different_headings_are_different_findings() {
    let of = |db: &str, web: &str| format!("db:\n  status: {db}\nweb:\n  status: {web}\n");
    assert_eq!(open(text, [&of("up", "up"), &of("down", "up")], [&of("up", "up"), &of("down", "down")]), 1);
}

#[test]
fn lines_that_only_begin_alike_are_different_findings() {
    let of = |end: &str| format!("same\n{} {end}\n", "x".repeat(150));
    assert_eq!(open(text, [&of("one"), "same\n"], [&of("two"), "same\n"]), 1);
}

#[test]
fn what_is_proposed_for_an_attribute_hides_that_attribute_alone() {
    let script = |nonce: &str, src: &str| format!("<script nonce={nonce} src={src}></script>");
    let first = [script("a", "/x.js"), script("b", "/x.js")];
    let then = [script("a", "/x.js"), script("b", "https://evil.example/x.js")];
    let shown = accepted(page, [&first[0], &first[1]], [&then[0], &then[1]]);
    assert_eq!(shown, ["Html Changed html > head > script @src"]);
    for (name, other) in
        [("data-id", "href"), ("value", "formaction"), ("title", "onclick"), ("class", "style")]
    {
        let of = |one: &str, two: &str| format!("<p><a {name}='{one}' {other}='{two}'>x</a>");
        let (first, then) = ([of("1", "/a"), of("2", "/a")], [of("1", "/a"), of("2", "/b")]);
        let shown = accepted(page, [&first[0], &first[1]], [&then[0], &then[1]]);
        assert_eq!(shown, [format!("Html Changed html > body > p > a @{other}")]);
    }
}

#[test]
fn what_is_proposed_for_a_text_hides_that_text_alone() {
    let of = |time: &str, href: &str, inner: &str| format!("<p>{time} <a href={href}>{inner}</a></p>");
    let first = [of("10:00", "/a", "more"), of("10:01", "/a", "more")];
    let then = [of("10:00", "/a", "more"), of("10:02", "//evil", "less")];
    let shown = accepted(page, [&first[0], &first[1]], [&then[0], &then[1]]);
    assert_eq!(shown, ["Html Changed html > body > p > a @href", "Html Changed html > body > p > a text"]);
}

#[test]
fn a_rule_for_an_element_shows_what_runs_and_where_it_leads() {
    let rule = |selector: &str, whole| NoisePlace::Html { selector: selector.into(), whole, only: None };
    for (selector, blue, green, shown) in [
        (
            "html > head > script",
            "<script nonce=a src=/a></script>",
            "<script nonce=b src=//evil></script>",
            1,
        ),
        ("html > head > script", "<script nonce=a>x()</script>", "<script nonce=b>y()</script>", 1),
        ("html > body > a", "<a href=/a>10:00</a>", "<a href=//evil>10:01</a>", 1),
        ("html > body > p", "<p>1 <a href=/a>x</a>", "<p>2 <a href=//evil>x</a>", 1),
        ("html > body > p", "<p title=a>1", "<p title=a onclick=x()>1", 0),
        ("html > body > p", "<p title=a>1", "<p title=b>2", 0),
        ("html > body > div", "<div>1</div>", "<div>2<script src=//evil></script></div>", 1),
    ] {
        let found = with(rule(selector, false), &page(blue), &page(green));
        let whole = with(rule(selector, true), &page(blue), &page(green));
        assert!(said(&found).len() >= shown, "{green}: {found:?}");
        assert_eq!(said(&whole), Vec::<String>::new(), "{green}");
    }
}

#[test]
fn proposals_can_be_read_again_whatever_ids_and_keys_look_like() {
    for id in [":r1:", "1st", "a.b", "x/y", "über", "a text"] {
        let of = |text: &str| format!("<span id=\"{id}\" title=t>{text}</span>");
        let shown = accepted(page, [&of("1"), &of("2")], [&of("1"), &of("3").replace("title=t", "title=u")]);
        assert_eq!(shown.len(), 1, "{id}: {shown:?}");
        assert!(shown[0].ends_with("@title"), "{shown:?}");
    }
    for key in ["101", "0", "a.b", "it's", "x[0]", "a']b", "\\\\", "", "*"] {
        let of = |seen: u8, other: u8| {
            format!(r#"{{"u":{{"{key}":{{"seen":{seen},"n":{other}}},"7":{{"seen":1}}}}}}"#)
        };
        let shown = accepted(sample::json, [&of(1, 1), &of(2, 1)], [&of(1, 1), &of(3, 2)]);
        assert_eq!(shown.len(), 1, "{key}: {shown:?}");
    }
}

#[test]
fn rules_as_earlier_versions_proposed_them_still_work() {
    let of = |seen: u8| sample::json(&format!(r#"{{"u":{{"101":{{"seen":{seen}}}}}}}"#));
    let place = NoisePlace::Json { path: "$.u[*].seen".into(), whole: false };
    assert!(with(place, &of(1), &of(2)).is_same());
    let raw = NoisePlace::Html { selector: "html > body > span#:r1:".into(), whole: false, only: None };
    assert!(with(raw, &page("<span id=':r1:'>1</span>"), &page("<span id=':r1:'>2</span>")).is_same());
}

#[test]
fn a_part_of_a_pinned_header_can_be_accepted_and_the_rest_stays_pinned() {
    let of = |name: &'static str| move |value: &str| sample::answer(200, &[(name, value)], b"");
    let policy = of("content-security-policy");
    let csp =
        |nonce: &str, more: &str| format!("default-src 'self'; script-src 'nonce-{nonce}' {more}; img-src *");
    let first = [csp("aaaa", ""), csp("bbbb", "")];
    let then = [csp("aaaa", ""), csp("cccc", "'unsafe-inline'")];
    let shown = accepted(policy, [&first[0], &first[1]], [&then[0], &then[1]]);
    assert_eq!(shown, ["Header Changed content-security-policy script-src"]);
    let location = of("location");
    let to =
        |state: &str, client: &str| format!("https://id.example/authorize?client={client}&state={state}");
    let (first, then) = ([to("a", "x"), to("b", "x")], [to("a", "x"), to("c", "evil")]);
    let shown = accepted(location, [&first[0], &first[1]], [&then[0], &then[1]]);
    assert_eq!(shown, ["Header Changed location ?client"]);
    let digest = of("www-authenticate");
    let nonce =
        |nonce: &str, realm: &str| format!("Digest realm=\"{realm}\", nonce=\"{nonce}\", qop=\"auth\"");
    let place = NoisePlace::Header { header: "WWW-Authenticate".into(), part: Some("nonce".into()) };
    assert!(with(place.clone(), &digest(&nonce("a", "r")), &digest(&nonce("b", "r"))).is_same());
    assert!(!with(place, &digest(&nonce("a", "r")), &digest(&nonce("b", "s"))).is_same());
    assert!(open(policy, [&csp("a", ""), &csp("b", "")], [&csp("a", ""), &csp("b", "*")]) > 0);
}

#[test]
fn no_part_of_a_pinned_header_that_protects_can_be_hidden() {
    for (header, part) in [
        ("content-security-policy", "script-src"),
        ("cache-control", "max-age"),
        ("strict-transport-security", "max-age"),
        ("location", "redirect_uri"),
        ("set-cookie", "path"),
        ("access-control-allow-origin", "https"),
        ("x", ""),
    ] {
        let place = NoisePlace::Header { header: header.into(), part: Some(part.into()) };
        let rule = sample::rule("r", place);
        assert!(Rules::new(vec![rule], Vec::new()).is_err(), "{header} {part}");
    }
    assert!("nonce".parse::<Only>().is_err() && "@".parse::<Only>().is_err());
}

#[test]
fn what_is_proposed_within_a_line_is_found_by_what_stands_before_it() {
    let of = |time: &str, state: &str| format!("first line\nserved at {time} by a1 {state}\nlast\n");
    let shown = accepted(
        text,
        [&of("10:00:01", "fine"), &of("10:00:02", "fine")],
        [&of("10:00:01", "fine"), &of("10:00:07", "ill")],
    );
    assert_eq!(shown, ["Text Changed line 2 (2)"]);
    let inline = |token: &str, to: &str| format!("<script>csrf = '{token}'; go('{to}')</script>");
    let shown = accepted(
        page,
        [&inline("a1", "/x"), &inline("b2", "/x")],
        [&inline("a1", "/x"), &inline("c3", "//evil")],
    );
    assert_eq!(shown.len(), 1, "{shown:?}");
}
