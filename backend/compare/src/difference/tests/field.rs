//! Differences that people met in the field and tools of this kind did not show, and what is no difference.

use super::{headers, page, plain, said};
use crate::{answer::WholeAnswer, sample};

fn differ(left: &WholeAnswer, right: &WholeAnswer) -> Vec<String> {
    said(&plain(left, right))
}

fn pages(left: &str, right: &str) -> Vec<String> {
    differ(&page(left), &page(right))
}

#[test]
fn a_space_of_another_kind_is_a_letter() {
    for (left, right) in [
        ("<p>10 kg", "<p>10&nbsp;&nbsp;kg"),
        ("<p>東京 都", "<p>東京\u{3000}都"),
        ("<p>10 kg", "<p>10\u{202f}kg"),
        ("<p>a b", "<p>a\u{2003}b"),
        ("<p>a b", "<p>a\u{2028}b"),
        ("<p>&nbsp;a", "<p>a"),
    ] {
        assert_eq!(pages(left, right), ["Html Changed html > body > p text"], "{right}");
    }
    assert_eq!(pages("<p class='a b'>", "<p class='a\u{a0}b'>").len(), 1);
    let script = |space: &str| format!("<script>var a = 1;{space}</script>");
    assert_eq!(pages(&script(""), &script("\u{a0}")).len(), 1);
}

#[test]
fn a_space_beside_an_element_that_nobody_knows_is_shown_by_browsers() {
    for (left, right) in [
        ("<x-a>a</x-a> <x-a>b</x-a>", "<x-a>a</x-a><x-a>b</x-a>"),
        ("<p>a <slot>b</slot>", "<p>a<slot>b</slot>"),
        ("<p>a<script></script> b", "<p>a<script></script>b"),
    ] {
        assert_eq!(pages(left, right).len(), 1, "{left}");
    }
    for (left, right) in [("<div> a </div> <div>b</div>", "<div>a</div><div>b</div>"), ("a<br> b", "a<br>b")]
    {
        assert!(pages(left, right).is_empty(), "{left}");
    }
}

#[test]
fn a_doctype_is_compared() {
    let of = |doctype: &str| format!("{doctype}<p>x");
    assert_eq!(pages(&of("<!doctype html>"), &of("")), ["Html Removed doctype"]);
    assert_eq!(pages(&of(""), &of("<!DOCTYPE html>")), ["Html Added doctype"]);
    let strict =
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">";
    assert_eq!(pages(&of("<!doctype html>"), &of(strict)), ["Html Changed doctype"]);
    assert!(pages(&of("<!doctype html>"), &of("<!DOCTYPE HTML >")).is_empty());
}

#[test]
fn what_nests_deeper_than_the_tree_is_still_compared() {
    let deep = |href: &str| format!("{}<a href={href}>x</a>", "<div>".repeat(120));
    assert_eq!(pages(&deep("/a"), &deep("/b")).len(), 1);
}

#[test]
fn a_mark_at_the_beginning_is_a_difference() {
    for (kind, body) in [
        ("application/json", "{\"a\":1}"),
        ("text/plain", "a\n"),
        ("text/html; charset=utf-8", "<p>a"),
        ("application/xml", "<a/>"),
        ("text/csv", "a;b\n"),
    ] {
        let of =
            |mark: &str| sample::answer(200, &[("content-type", kind)], format!("{mark}{body}").as_bytes());
        assert_eq!(differ(&of(""), &of("\u{feff}")), ["Bytes Added byte order mark"], "{kind}");
        assert_eq!(differ(&of("\u{feff}"), &of("")), ["Bytes Removed byte order mark"], "{kind}");
        assert!(differ(&of("\u{feff}"), &of("\u{feff}")).is_empty(), "{kind}");
    }
}

#[test]
fn cookies_of_one_name_at_other_places_are_other_cookies() {
    let both = |first: &str| {
        headers(&[("set-cookie", first), ("set-cookie", "sid=b; Path=/admin; HttpOnly; Secure")])
    };
    let whole = both("sid=a; Path=/; HttpOnly; Secure");
    assert_eq!(differ(&whole, &both("sid=a; Path=/")), ["Header Changed set-cookie sid at / attributes"]);
    assert_eq!(
        differ(&whole, &both("sid=c; Path=/; HttpOnly; Secure")),
        ["Header Changed set-cookie sid at / value"]
    );
    let turned = headers(&[
        ("set-cookie", "sid=b; Path=/admin; HttpOnly; Secure"),
        ("set-cookie", "sid=a; Path=/; HttpOnly; Secure"),
    ]);
    assert!(differ(&whole, &turned).is_empty());
    let alone = headers(&[("set-cookie", "sid=a; Path=/; HttpOnly; Secure")]);
    assert_eq!(differ(&whole, &alone), ["Header Removed set-cookie sid at /admin"]);
    let twice = headers(&[("set-cookie", "a=1"), ("set-cookie", "a=2")]);
    assert_eq!(
        differ(&twice, &headers(&[("set-cookie", "a=3"), ("set-cookie", "a=2")])),
        ["Header Changed set-cookie a value"]
    );
    let paths = |path: &str| headers(&[("set-cookie", &format!("a=1; Path=/x; Path={path}"))]);
    assert_eq!(differ(&paths("/"), &paths("/y")), ["Header Changed set-cookie a attributes"]);
}

#[test]
fn how_long_a_cookie_lives_is_compared_from_when_it_was_sent() {
    let of =
        |date: &str, rest: &str| headers(&[("date", date), ("set-cookie", &format!("theme=dark; {rest}"))]);
    let (now, later) = ("Mon, 30 Nov 2026 10:00:00 GMT", "Mon, 30 Nov 2026 10:00:02 GMT");
    let lifetime = |left: &str, right: &str| {
        let found = plain(&of(now, left), &of(now, right));
        found.visible().filter(|it| it.place.ends_with("lifetime")).count()
    };
    let year = "Expires=Fri, 01 Jan 2038 00:00:00 GMT";
    assert_eq!(lifetime(year, "Expires=Thu, 01 Jan 1970 00:00:00 GMT"), 1);
    assert_eq!(lifetime(year, "Expires=Fri, 01-Jan-38 00:00:00 GMT"), 0);
    assert_eq!(lifetime(year, ""), 1);
    assert_eq!(lifetime("Max-Age=3600", "Max-Age=0"), 1);
    assert_eq!(lifetime("Max-Age=3600", "Max-Age=3601; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), 0);
    assert_eq!(lifetime("Max-Age=3600", "Max-Age=31536000"), 1);
    let moving = plain(
        &of(now, "Expires=Mon, 30 Nov 2026 11:00:00 GMT"),
        &of(later, "Expires=Mon, 30 Nov 2026 11:00:02 GMT"),
    );
    assert_eq!(said(&moving), ["Header Changed date"]);
}

#[test]
fn where_bytes_differ_and_nothing_is_listed_that_is_a_remark() {
    let json = |body: &str| sample::json(body);
    for (left, right) in [
        (json("{\"a\":1,\"b\":2}"), json("{\"b\":2,\"a\":1}")),
        (page("<p>a<!-- b -->"), page("<p>a<!-- c -->")),
        (page("<p title=a id=b>"), page("<p id=b title=a>")),
        (headers(&[("vary", "A, B")]), headers(&[("vary", "b, a")])),
        (
            headers(&[("set-cookie", "a=1; Secure; HttpOnly")]),
            headers(&[("set-cookie", "a=1; HttpOnly; Secure")]),
        ),
    ] {
        let outcome = plain(&left, &right);
        assert!(outcome.is_same(), "{outcome:?}");
        assert_eq!(outcome.remarks.len(), 1, "{outcome:?}");
    }
    assert!(plain(&json("{}"), &json("{}")).remarks.is_empty());
}

#[test]
fn a_header_that_is_two_by_http_is_not_made_one() {
    let of = |values: &[&str]| headers(&values.iter().map(|it| ("link", *it)).collect::<Vec<_>>());
    assert_eq!(differ(&of(&["<a>, <b>"]), &of(&["<a>", "<b>"])), ["Header Changed link"]);
    assert_eq!(differ(&headers(&[("x", "a\u{a0}")]), &headers(&[("x", "a")])), ["Header Changed x"]);
}

#[test]
fn a_number_in_a_set_is_written_otherwise_and_neither_gone_nor_new() {
    use crate::{
        difference::{between, rule::Rules},
        json::Arrays,
        work::Limits,
    };
    let rules = Rules::new(Vec::new(), vec![("$.k".parse().unwrap(), Arrays::AsSet)]).unwrap();
    let set = |left: &str, right: &str| {
        said(&between(&sample::json(left), &sample::json(right), &rules, Limits::default()))
    };
    assert_eq!(set(r#"{"k":[1.0,2]}"#, r#"{"k":[2,1]}"#), ["Json Respelled /k/0"]);
    assert_eq!(set(r#"{"k":[100,"a"]}"#, r#"{"k":["a",1e2]}"#), ["Json Respelled /k/0"]);
    assert_eq!(set(r#"{"k":[1,2]}"#, r#"{"k":[2,3]}"#), ["Json Removed /k/0", "Json Added /k/1"]);
    let rules = Rules::new(Vec::new(), vec![("$".parse().unwrap(), Arrays::ByKey("n".into()))]).unwrap();
    let (left, right) = (sample::json(r#"[{"n":1.0},{"n":2}]"#), sample::json(r#"[{"n":2},{"n":1}]"#));
    assert_eq!(said(&between(&left, &right, &rules, Limits::default())), ["Json Respelled /0/n"]);
}

/// caxy/php-htmldiff 128 and 109, bem/html-differ 150: spaces that are shown were not compared, and a line's end
/// was not a space.
#[test]
fn spaces_count_where_they_are_shown() {
    assert_eq!(pages("<p>text&nbsp; &nbsp;</p>", "<p>text&nbsp; &nbsp; &nbsp; &nbsp;</p>").len(), 1);
    let (apart, together) = (
        "<p><strong>this </strong>is<strong> a string.</strong>",
        "<p><strong>this</strong>is<strong>a string.</strong>",
    );
    assert_eq!(pages(apart, together).len(), 2);
    assert!(pages("<p>A link. Not anymore.</p>", "<p>A link.\nNot anymore.</p>").is_empty());
    assert!(pages("<p>\nHello, Bob!\n</p>", "<p>Hello, Bob!</p>").is_empty());
    assert_eq!(pages("<p>He said:\"OK!\"", "<p>He said: \"OK!\"").len(), 1);
}

/// Wilfred/difftastic 758, prettydiff/prettydiff 104, xmlunit/xmlunit 282: the order of attributes and the way an
/// element is closed say nothing; the namespace that a prefix stands for does.
#[test]
fn xml_says_the_same_in_several_ways() {
    let xml = |body: &str| sample::answer(200, &[("content-type", "application/xml")], body.as_bytes());
    let differ = |left: &str, right: &str| differ(&xml(left), &xml(right));
    assert!(differ("<foo bar=\"1\" quux=\"true\"/>", "<foo quux='true' bar='1' ></foo>").is_empty());
    assert!(differ("<Data />", "<Data/>").is_empty());
    let company = |space: &str| format!("<ns1:id xmlns:ns1=\"https://{space}\">100</ns1:id>");
    assert_eq!(differ(&company("stuff.com"), &company("thing.com")).len(), 1);
    assert_eq!(differ("<p label='AC-2 (1)'/>", "<p label='AC-2(1)'/>").len(), 1);
}

/// gnieh/diffson 517, angus-c/just 139: a key that looks like a number was taken for an index.
#[test]
fn a_key_that_looks_like_a_number_is_a_key() {
    let outcome = plain(&sample::json(r#"{"100":{"a":[1]}}"#), &sample::json(r#"{"100":{"a":[2]}}"#));
    assert_eq!(outcome.differences[0].spot, "$['100'].a[*]");
}
