//! What stands beside what, what is marked, and what is folded.

mod properties;

use super::{Badge, Built, Pair, Purpose, Row, Tone, Unshown, View};
use crate::{
    answer::WholeAnswer,
    difference::{
        Change,
        rule::{NoisePlace, Rules},
    },
    json::Arrays,
    sample,
    work::Limits,
};

fn rules(places: Vec<NoisePlace>) -> Rules {
    let rule = |place| sample::rule("known", place);
    Rules::new(places.into_iter().map(rule).collect(), Vec::new()).unwrap()
}

fn view_with(which: View, left: &WholeAnswer, right: &WholeAnswer, rules: &Rules) -> Built {
    let outcome = crate::difference::between(left, right, rules, Limits::default());
    Pair::of([left, right], Limits::default()).view(which, rules, &crate::finding::of_pair(&outcome)).unwrap()
}

fn tree(left: &str, right: &str) -> Built {
    view_with(View::Tree, &sample::json(left), &sample::json(right), &Rules::default())
}

fn text(body: &str) -> WholeAnswer {
    sample::answer(200, &[("content-type", "text/plain")], body.as_bytes())
}

fn page(body: &str) -> WholeAnswer {
    sample::answer(200, &[("content-type", "text/html; charset=utf-8")], body.as_bytes())
}

/// All of a cell as one text.
fn text_of(cell: &super::Cell) -> String {
    cell.pieces.iter().map(|it| it.text.as_str()).collect()
}

/// Both cells as text, indented, with what became of the row.
fn said(view: &Built) -> Vec<String> {
    let cell = |cell: &Option<super::Cell>| {
        let text = |it: &super::Cell| format!("{}{}", " ".repeat(it.indent as usize), text_of(it));
        cell.as_ref().map_or("-".to_owned(), text)
    };
    let say = |row: &Row| {
        let change = match (&row.change, &row.hidden_by) {
            (_, Some(_)) => "noise ".to_owned(),
            (Some(change), _) => format!("{change:?} "),
            _ => String::new(),
        };
        format!("{change}{} | {}", cell(&row.left), cell(&row.right))
    };
    view.rows(0, view.len()).iter().map(say).collect()
}

fn marked(row: &Row, tone: Tone) -> [String; 2] {
    [&row.left, &row.right].map(|cell| {
        let pieces = cell.iter().flat_map(|it| &it.pieces).filter(|it| it.tone == tone);
        pieces.map(|it| it.text.as_str()).collect()
    })
}

#[test]
fn a_tree_stands_a_value_a_line_each_beside_its_like() {
    let view =
        tree(r#"{"a":1,"b":{"c":"the red fox"},"d":[]}"#, r#"{"b":{"c":"the green fox"},"a":1,"e":null}"#);
    assert_eq!(
        said(&view),
        [
            "{ | {",
            " \"a\": 1 |  \"a\": 1",
            " \"b\": { |  \"b\": {",
            "Changed   \"c\": \"the red fox\" |   \"c\": \"the green fox\"",
            " } |  }",
            "Removed  \"d\": [] | -",
            "Added - |  \"e\": null",
            "} | }",
        ]
    );
    let rows = view.rows(3, 1);
    assert_eq!(marked(&rows[0], Tone::Changed), ["red", "green"]);
    let numbers: Vec<_> = view.differences().iter().map(|it| (it.row, it.difference)).collect();
    assert_eq!(numbers, [(3, Some(0)), (5, Some(1)), (6, Some(2))]);
}

/// jsondiffpatch 72, 147, 312 and 324: what had not changed was shown wrong beside what had moved.
#[test]
fn an_insertion_moves_nothing_and_an_element_that_moved_knows_its_other_row() {
    let view = tree("[1,2,3]", "[0,1,2,3]");
    assert_eq!(said(&view)[1..3], ["Added - |  0: 0", " 0: 1 |  1: 1"]);
    let view = tree(r#"[{"id":1},{"id":2},{"id":3}]"#, r#"[{"id":2},{"id":3},{"id":1}]"#);
    let rows = view.rows(0, view.len());
    let moved = rows.iter().enumerate().filter(|(_, it)| it.change == Some(Change::Moved));
    assert_eq!(moved.map(|(number, _)| number).collect::<Vec<_>>(), [1, 2, 3, 10, 11, 12]);
    assert_eq!((rows[1].twin, rows[10].twin), (Some(10), Some(1)));
    assert!(rows[1].right.is_none() && rows[10].left.is_none());
    assert_eq!(view.differences().len(), 1);
}

#[test]
fn an_element_that_moved_and_changed_shows_both() {
    let left = r#"[{"id":1,"v":"a"},{"id":2,"v":"b"},{"id":3,"v":"c"}]"#;
    let right = r#"[{"id":2,"v":"b"},{"id":3,"v":"c"},{"id":1,"v":"z"}]"#;
    let view = tree(left, right);
    let rows = view.rows(0, view.len());
    let changed: Vec<_> = rows.iter().filter(|it| it.change == Some(Change::Changed)).collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(marked(changed[0], Tone::Changed), ["a", "z"]);
    assert_eq!(view.differences().len(), 2);
}

/// keploy/ui 15: noisy fields were coloured as real differences.
#[test]
fn what_a_rule_hides_is_shown_as_noise_and_never_as_a_difference() {
    let rules = rules(vec![NoisePlace::Json { path: "$.at".into(), whole: false }]);
    let (left, right) = (sample::json(r#"{"at":"10:01","n":1}"#), sample::json(r#"{"at":"10:02","n":2}"#));
    let view = view_with(View::Tree, &left, &right, &rules);
    let rows = view.rows(1, 2);
    assert_eq!(rows[0].hidden_by.as_deref(), Some("known"));
    assert_eq!(marked(&rows[0], Tone::Noise), ["1", "2"].map(|it| format!("0{it}")));
    assert_eq!(marked(&rows[0], Tone::Changed), ["", ""]);
    assert_eq!(marked(&rows[1], Tone::Changed), ["1", "2"]);
    assert_eq!(view.differences().iter().map(|it| it.row).collect::<Vec<_>>(), [2]);
}

/// github/scientist PR 248: it was not clear whether what cleans the display also changes the comparison.
#[test]
fn normalised_for_comparison_and_normalised_for_display_are_told_apart() {
    let rules = rules(vec![NoisePlace::Json { path: "$.at".into(), whole: false }]);
    let view = view_with(View::Tree, &sample::json("{}"), &sample::json("{}"), &rules);
    let of =
        |purpose| view.notes().iter().filter(move |it| it.purpose == purpose).map(|it| it.words.as_str());
    assert!(of(Purpose::Comparison).any(|it| it == "The rule known hides values at $.at."));
    assert!(of(Purpose::Display).any(|it| it.starts_with("Values stand one a line")));
}

/// svelte-jsoneditor 544 and diff-json 18: whether order counts is a choice for each path, and can be seen.
#[test]
fn an_array_whose_order_does_not_count_has_a_badge() {
    let arrays = vec![("$.tags".parse().unwrap(), Arrays::AsSet)];
    let rules = Rules::new(Vec::new(), arrays).unwrap();
    let (left, right) = (sample::json(r#"{"tags":[1,2,3]}"#), sample::json(r#"{"tags":[3,1,4]}"#));
    let view = view_with(View::Tree, &left, &right, &rules);
    assert_eq!(view.rows(1, 1)[0].badge, Some(Badge::AsSet));
    assert_eq!(
        said(&view)[2..6],
        ["  0: 1 |   1: 1", "Removed   1: 2 | -", "  2: 3 |   0: 3", "Added - |   2: 4"]
    );
}

/// json-diff-kit 1: unchanged parts fold, with a threshold and a margin.
#[test]
fn what_is_unchanged_folds_and_what_holds_a_difference_stays_in_sight() {
    let items: Vec<_> = (0..100).map(|it| format!(r#"{{"id":{it},"v":0}}"#)).collect();
    let left = format!(r#"{{"first":1,"items":[{}]}}"#, items.join(","));
    let right = left.replace(r#""id":50,"v":0"#, r#""id":50,"v":9"#);
    let view = tree(&left, &right);
    let folds = view.folds(2);
    let [at] = view.differences()[..] else { panic!("one difference") };
    assert_eq!(at.row, 3 + 50 * 4 + 2);
    let shown = |row: u32| folds.iter().all(|it| row < it.from || row >= it.from + it.count);
    // The document, the array and the element that hold it.
    for row in [0, 2, 3 + 50 * 4, at.row - 2, at.row + 2] {
        assert!(shown(row), "{row}");
    }
    assert_eq!(folds.len(), 2);
    assert_eq!(folds.iter().map(|it| it.count as usize).sum::<usize>() + 8, view.len());
    assert_eq!(tree(&left, &left).folds(2).len(), 1);
}

#[test]
fn text_stands_by_line_with_words_marked_and_lines_numbered() {
    let view = view_with(
        View::Source,
        &text("one\nthe red fox\n"),
        &text("zero\none\nthe green fox\n"),
        &Rules::default(),
    );
    assert_eq!(said(&view), ["Added - | zero", "one | one", "Changed the red fox | the green fox"]);
    let rows = view.rows(0, 9);
    assert_eq!(marked(&rows[2], Tone::Changed), ["red", "green"]);
    let line =
        |row: &Row| (row.left.as_ref().and_then(|it| it.line), row.right.as_ref().and_then(|it| it.line));
    assert_eq!(
        rows.iter().map(line).collect::<Vec<_>>(),
        [(None, Some(1)), (Some(1), Some(2)), (Some(2), Some(3))]
    );
    assert_eq!(rows.iter().map(|it| it.difference).collect::<Vec<_>>(), [Some(0), None, Some(1)]);
}

#[test]
fn what_an_expression_hides_in_a_line_is_marked_as_noise() {
    let rules = rules(vec![NoisePlace::Text { pattern: r"\d{2}:\d{2}".into() }]);
    let view = view_with(View::Source, &text("built 10:01 ok\n"), &text("built 10:02 ok\n"), &rules);
    let row = view.rows(0, 1).remove(0);
    assert_eq!(row.hidden_by.as_deref(), Some("known"));
    assert_eq!(marked(&row, Tone::Noise), ["10:01", "10:02"]);
    assert!(view.differences().is_empty());
}

#[test]
fn the_source_of_a_page_names_differences_and_keeps_what_does_not_count_apart() {
    let left = page("<body>\n<p>one</p>\n<p  class=a>same</p>\n<p>two</p>\n</body>");
    let right = page("<body>\n<p>uno</p>\n<p class=a>same</p>\n<p>due</p>\n</body>");
    let view = view_with(View::Source, &left, &right, &Rules::default());
    let numbers: Vec<_> = view.differences().iter().map(|it| (it.row, it.difference)).collect();
    assert_eq!(numbers, [(1, Some(0)), (2, None), (3, Some(1))]);
    assert!(view.notes().iter().any(|it| it.purpose == Purpose::Comparison && it.words.contains("spaces")));
}

#[test]
fn a_rule_of_a_style_sheet_names_its_difference_in_the_source() {
    let css = |colour: &str| {
        page(&format!("<style>\n  body {{\n    color: {colour};\n  }}\n</style>\n<p>{colour}</p>"))
    };
    let view = view_with(View::Source, &css("#99c"), &css("#9c9"), &Rules::default());
    let numbers: Vec<_> = view.differences().iter().map(|it| (it.row, it.difference)).collect();
    assert_eq!(numbers, [(2, Some(0)), (5, Some(1))]);
}

/// json-diff-kit 11 and diff2html 339: four megabytes were drawn whole, or could only be drawn.
#[test]
fn rows_are_written_out_for_a_window_alone_and_an_index_is_all_that_is_held() {
    let items: Vec<_> = (0..20_000).map(|it| format!(r#"{{"id":{it},"name":"item {it}"}}"#)).collect();
    let left = format!("[{}]", items.join(","));
    let right = left.replace("item 19000", "item x");
    let view = tree(&left, &right);
    assert_eq!(view.len(), 80_002);
    assert!(view.memory() < left.len() + right.len() + 28 * view.len(), "{}", view.memory());
    let whole = view.rows(0, view.len());
    for from in [0, 7, 40_000, 79_990] {
        assert_eq!(view.rows(from, 20), whole[from..(from + 20).min(whole.len())]);
    }
    assert!(view.rows(view.len(), 20).is_empty() && view.rows(usize::MAX, 20).is_empty());
    assert_eq!(view.differences().len(), 1);
}

#[test]
fn a_long_line_is_broken_where_its_text_says_so() {
    let script = |first: &str| format!("{first};{}", "var a=1;call(a,2);".repeat(400));
    let view = view_with(View::Source, &text(&script("x")), &text(&script("yy")), &Rules::default());
    assert!(view.len() > 1000);
    assert_eq!(view.differences().len(), 1);
    let rows = view.rows(0, 2);
    assert_eq!(rows[0].left.as_ref().unwrap().line, Some(1));
    assert_eq!(rows[1].left.as_ref().unwrap().line, None);
    assert!(view.widest() <= 1000);
    assert!(view.notes().iter().any(|it| it.purpose == Purpose::Display && it.words.contains("broken")));
}

#[test]
fn headers_stand_beside_their_like_and_show_no_cookie() {
    let answer = |headers: &[(&str, &str)]| sample::answer(200, headers, b"");
    let left = answer(&[("etag", "1"), ("set-cookie", "s=topsecret; Path=/"), ("vary", "a, b")]);
    let right = answer(&[("vary", "b, a"), ("set-cookie", "s=othersecret; Path=/"), ("x-new", "1")]);
    let view = view_with(View::Headers, &left, &right, &Rules::default());
    let said = said(&view);
    assert_eq!(said[0], "HTTP/1.1 200 | HTTP/1.1 200");
    assert!(
        said.contains(&"Removed etag: 1 | -".to_owned()) && said.contains(&"Added - | x-new: 1".to_owned())
    );
    assert!(said.contains(&"Changed set-cookie: s=…; Path=/ | set-cookie: s=…; Path=/".to_owned()));
    assert!(!format!("{view:?}").contains("secret"));
    // Another order of `vary` is of the source alone.
    let vary = view
        .rows(0, 9)
        .into_iter()
        .find(|it| it.left.as_ref().is_some_and(|it| text_of(it).starts_with("vary")));
    assert_eq!(vary.unwrap().difference, None);
}

#[test]
fn what_cannot_be_shown_says_why() {
    let image = sample::answer(200, &[("content-type", "image/png")], b"\x89PNG");
    let pair = Pair::of([&image, &image], Limits::default());
    assert_eq!(pair.views(), [View::Page, View::Headers]);
    assert_eq!(pair.view(View::Source, &Rules::default(), &[]).unwrap_err(), Unshown::NotText);
    let broken = sample::json("{");
    let pair = Pair::of([&broken, &broken], Limits::default());
    assert!(matches!(pair.view(View::Tree, &Rules::default(), &[]), Err(Unshown::Unreadable(_))));
}

#[test]
fn values_are_shown_as_they_were_sent_and_cut() {
    let long = "x".repeat(5000);
    let view = tree(
        &format!(r#"["\u0041\"b", 1.50e3, true, "{long}"]"#),
        &format!(r#"["\u0041\"b", 1.50e3, true, "{long}y"]"#),
    );
    let rows = view.rows(0, 9);
    let left = |at: usize| rows[at].left.clone().unwrap();
    assert_eq!(text_of(&left(1)), r#"0: "\u0041\"b""#);
    assert_eq!(text_of(&left(2)), "1: 1.50e3");
    assert!(left(4).is_cut && text_of(&left(4)).len() < 2100);
    assert_eq!(rows[4].change, Some(Change::Changed));
}

#[test]
fn the_tree_of_a_page_names_its_differences_by_element_and_attribute() {
    let left = page("<body><p id=a class=x title=t>one</p><ul><li>1</li><li>2</li></ul><b>gone</b></body>");
    let right = page("<body><p id=a class=x title=u>uno</p><ul><li>0</li><li>1</li><li>2</li></ul></body>");
    let view = view_with(View::Tree, &left, &right, &Rules::default());
    assert_eq!(
        said(&view),
        [
            "<html> | <html>",
            " <head> |  <head>",
            " <body> |  <body>",
            "  <p id=\"a\" class=\"x\"> |   <p id=\"a\" class=\"x\">",
            "Changed    title=t |    title=u",
            "Changed    one |    uno",
            "  </p> |   </p>",
            "  <ul> |   <ul>",
            "Added - |    <li>",
            "Added - |     0",
            "Added - |    </li>",
            "   <li> |    <li>",
            "    1 |     1",
            "   </li> |    </li>",
            "   <li> |    <li>",
            "    2 |     2",
            "   </li> |    </li>",
            "  </ul> |   </ul>",
            "Removed   <b> | -",
            "Removed    gone | -",
            "Removed   </b> | -",
            " </body> |  </body>",
            "</html> | </html>",
        ]
    );
    let outcome = crate::difference::between(&left, &right, &Rules::default(), Limits::default());
    let place = |at: &super::At| outcome.differences[at.difference.unwrap() as usize].place.as_str();
    let places: Vec<_> = view.differences().iter().map(place).map(str::to_owned).collect();
    assert_eq!(
        places,
        [
            "html > body > p#a @title",
            "html > body > p#a text",
            "html > body > ul > li:nth-of-type(1)",
            "html > body > b",
        ]
    );
}

#[test]
fn the_text_of_a_page_is_what_a_person_reads() {
    let left = page(
        "<head><title>T</title></head><body><h1>Hello <b>you</b></h1><script>x()</script><p>a<br>b <img alt=c></p>",
    );
    let right = page("<body><h1>Hello <i>you</i></h1><p>a<br>z <img alt=c></p>");
    let view = view_with(View::Text, &left, &right, &Rules::default());
    assert_eq!(said(&view), ["Hello you | Hello you", "a | a", "Changed b [c] | z [c]"]);
}
