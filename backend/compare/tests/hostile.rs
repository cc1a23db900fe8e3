//! Answers that are hostile or merely large, each compared, laid out and made safe in a process of its own: none
//! takes more than 256 MiB, and each comes to an end that says what was done.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]
#![expect(clippy::print_stdout, reason = "a child tells its parent what it took")]

#[path = "hostile/input.rs"]
mod input;

use std::process::Command;

use viridian_compare::{
    answer::{Body, Elapsed, Header, WholeAnswer},
    body,
    difference::{
        between,
        rule::{NoisePlace, NoiseRule, Rules},
    },
    page::{self, Asset, Base},
    picture,
    view::{Pair, View},
    work::Limits,
};

/// In KiB, of the whole process at its highest.
const MOST: u64 = 256 << 10;
/// Tells the child which input it is to take.
const NAME: &str = "HOSTILE_INPUT";

fn answer(kind: &str, coding: &str, body: Vec<u8>) -> WholeAnswer {
    let header = |(name, value): (&str, &str)| Header { name: name.to_owned(), value: value.to_owned() };
    WholeAnswer {
        status: 200,
        version: "HTTP/1.1".into(),
        headers: [("content-type", kind), ("content-encoding", coding)].map(header).into(),
        body: Body::whole(body),
        timing: Elapsed::default(),
        at: jiff::Timestamp::UNIX_EPOCH,
        tls: None,
        names: viridian_compare::answer::Names::default(),
    }
}

/// Rules that cost as much as rules can.
fn rules() -> Rules {
    let rule = |(name, place): (&str, NoisePlace)| NoiseRule {
        name: name.to_owned(),
        probe: None,
        place,
        expects: None,
        by: "ada".to_owned(),
        reason: "varies".to_owned(),
    };
    let places = [
        ("json", NoisePlace::Json { path: "$..id".to_owned(), whole: false }),
        (
            "html",
            NoisePlace::Html {
                selector: "* * * > * ~ * nav:not(:last-child)".to_owned(),
                whole: false,
                only: None,
            },
        ),
        ("text", NoisePlace::Text { pattern: "(a?){40}b{3,60}[0-9]{6,40}z".to_owned() }),
    ];
    Rules::new(places.into_iter().map(rule).collect(), Vec::new()).unwrap()
}

/// Everything that the console makes of a pair of answers.
fn used(kind: &str, [left, right]: &[WholeAnswer; 2]) {
    let limits = Limits::default();
    for rules in [Rules::default(), rules()] {
        let outcome = between(left, right, &rules, limits);
        let says_so = !outcome.remarks.is_empty() || !outcome.differences.is_empty() || outcome.unlisted > 0;
        assert!(says_so, "nothing is said of two answers that differ");
        let first = outcome.differences.first().map(|it| format!("{:?}", it.part));
        let listed = outcome.differences.len();
        println!("{:?} {listed} {first:?} {:?}", outcome.compared_as, outcome.remarks);
        let pair = Pair::of([left, right], limits);
        for which in [View::Tree, View::Source, View::Text, View::Headers] {
            match pair.view(which, &rules, &viridian_compare::finding::of_pair(&outcome)) {
                Ok(view) => drop(view.rows(view.len() / 2, 1000)),
                Err(unshown) => println!("{which:?}: {unshown}"),
            }
        }
    }
    if kind.starts_with("text/html") {
        let base = Base::new(&"https://shop.example.com".parse().unwrap(), "/");
        let content = body::understand(right, limits);
        let text = content.text().unwrap_or_default();
        let assets = page::assets(text, &base);
        let place = |_: &Asset| Some(format!("data:image/png;base64,{}", "A".repeat(1 << 20)));
        let page = page::clean(text, &base, &place).map(|it| it.html.len());
        println!("{} assets, {page:?}, {}", assets.len(), page::clean_style(text, &base, &place).len());
    } else if kind.starts_with("image/") {
        println!("{:?}", picture::mask(&left.body.kept, &right.body.kept).map(|it| it.len()));
    }
}

/// The child: nothing to do unless it is told an input.
#[test]
fn child() {
    let Ok(name) = std::env::var(NAME) else { return };
    let (kind, coding, left, right) = input::of(&name);
    used(kind, &[answer(kind, coding, left), answer(kind, coding, right)]);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("\n{}", status.lines().find(|it| it.starts_with("VmHWM")).unwrap_or("VmHWM: 0 kB"));
}

/// Takes an input in a process of its own, which gets no more than a few times what it should need.
fn holds(name: &str) {
    let command = "ulimit -v 4000000; exec \"$0\" child --exact --nocapture --test-threads=1";
    let program = std::env::current_exe().unwrap();
    let began = std::time::Instant::now();
    let output = Command::new("sh").arg("-c").arg(command).arg(program).env(NAME, name).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {said}\n{}", String::from_utf8_lossy(&output.stderr));
    let peak = said
        .lines()
        .find_map(|it| it.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok())
        .unwrap_or_default();
    println!("{name}: {} MiB, {:?}\n{said}", peak >> 10, began.elapsed());
    assert!(peak <= MOST, "{name} took {peak} kB: {said}");
}

macro_rules! inputs {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { holds(stringify!($name)); })*
    };
}

inputs!(
    sixty_mebibytes_of_italics,
    twenty_mebibytes_of_italics,
    four_mebibytes_of_italics,
    an_ordinary_pair_of_eight_mebibytes,
    two_hundred_thousand_divs,
    ruby_texts,
    italics_that_stay_open,
    formats_made_anew,
    tables_in_tables,
    pictures_in_markup,
    a_million_attributes,
    references,
    entities_of_xml,
    nested_styles,
    comments_and_nothing,
    deep_json,
    wide_json,
    packed_json,
    keys_of_a_mebibyte,
    empty_lines,
    a_million_differences,
    differences_of_a_kilobyte,
    one_line,
    another_charset,
    a_bomb,
    a_bomb_of_brotli,
    large_pictures,
    larger_pictures,
    deep_pictures,
    a_picture_without_end,
    a_picture_named_again_and_again,
    data_in_addresses,
);
