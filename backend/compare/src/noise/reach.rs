//! How much of an answer rules hide, each alone or together: by what they do to it, and not by how they are written.

use std::collections::HashSet;

use scraper::ElementRef;

use crate::{
    answer::WholeAnswer,
    body::{self, Content, Kind},
    difference::{
        html::{is_pinned, parse::parse},
        rule::{NoiseRule, Only, Rules, Selected},
    },
    json::{self, Node, Policy},
    work::{self, Limits, Spent},
};

/// Of how many parts of an answer rules hide how many: values of JSON, texts and attributes of a page, lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Places of the answer that are hidden.
    pub hidden: usize,
    /// Places of the answer in all.
    pub of: usize,
}

impl Reach {
    /// Whether little is left to compare: less than a quarter. One value alone may be noise.
    pub fn is_all(self) -> bool {
        self.of > 1 && self.hidden * 4 > self.of * 3
    }

    /// Whether nothing worth a name is left. Several rules that were each let through may hide most of a short answer.
    pub fn leaves_nothing(self) -> bool {
        self.of > 1 && self.hidden * 20 > self.of * 19
    }

    fn add(&mut self, is_hidden: bool) {
        self.of += 1;
        self.hidden += usize::from(is_hidden);
    }
}

/// The reach of a rule in an answer. Nothing where the rule is for another kind of content; an error where to find out
/// costs more than it may.
pub fn reach(rule: &NoiseRule, answer: &WholeAnswer, limits: Limits) -> Result<Reach, Spent> {
    let rules = Rules::new(vec![rule.clone()], Vec::new());
    rules.map_or(Ok(Reach::default()), |rules| together(&rules, answer, limits))
}

/// The reach of all rules together: each may hide little, and all of them everything.
pub fn together(rules: &Rules, answer: &WholeAnswer, limits: Limits) -> Result<Reach, Spent> {
    work::bounded(limits, || of_content(rules, &body::understand_here(answer, limits)))
}

/// Of the rules that hide something of answers those that may not, alone or together, and why.
pub(crate) fn refused<'r>(
    rules: &'r Rules,
    hiding: &HashSet<&str>,
    answers: &[WholeAnswer],
    limits: Limits,
) -> (Vec<&'r NoiseRule>, Vec<String>) {
    let hiding = || rules.accepted().iter().filter(|rule| hiding.contains(rule.name.as_str()));
    let hides_all =
        |rule: &&NoiseRule| answers.iter().any(|it| reach(rule, it, limits).is_ok_and(Reach::is_all));
    let mut refused: Vec<_> = hiding().filter(hides_all).collect();
    let alone = |rule: &&NoiseRule| {
        format!("the rule “{}” would hide all that is answered, so it hides nothing", rule.name)
    };
    let mut why: Vec<_> = refused.iter().map(alone).collect();
    let rest: Vec<_> = hiding().filter(|rule| !refused.contains(rule)).collect();
    let not_asked: Vec<_> = rules.accepted().iter().filter(|rule| !rest.contains(rule)).collect();
    let others = rules.without(&not_asked);
    let is_nothing_left = |it: &WholeAnswer| together(&others, it, limits).is_ok_and(Reach::leaves_nothing);
    if rest.len() > 1 && answers.iter().any(is_nothing_left) {
        let names: Vec<_> = rest.iter().map(|rule| format!("“{}”", rule.name)).collect();
        let names = names.join(", ");
        why.push(format!("the rules {names} would together hide all that is answered, so they hide nothing"));
        refused.extend(rest);
    }
    (refused, why)
}

fn of_content(rules: &Rules, content: &Content) -> Reach {
    let mut reach = Reach::default();
    let Some(text) = content.text() else { return reach };
    let has_expressions = !rules.expressions().is_empty();
    match content.kind {
        Kind::Json if !rules.policy().masks.is_empty() => {
            let Ok(mut document) = json::read(text, &mut Vec::new()) else { return reach };
            rules.policy().mark(&mut document);
            values(document.root(), rules.policy(), false, &mut reach);
        }
        Kind::Html if has_expressions || !rules.selectors().is_empty() => reach = elements(text, rules),
        Kind::Text if has_expressions => {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                work::step();
                reach.add(is_hidden(line, rules));
            }
        }
        _ => {}
    }
    reach
}

fn values(node: Node<'_>, policy: &Policy, is_within: bool, reach: &mut Reach) {
    work::step();
    let is_within = is_within || policy.rule(node.mark()).is_some();
    if !node.has_children() {
        return reach.add(is_within);
    }
    node.children().for_each(|child| values(child, policy, is_within, reach));
}

/// Of the page or of its body alone, whichever is hidden more: all that people see may be little beside a long head.
fn elements(page: &str, rules: &Rules) -> Reach {
    let parsed = parse(page);
    let (mut whole, mut body) = (Reach::default(), Reach::default());
    // Everything in what a selector finds is hidden with it, but what is pinned.
    let (mut within, mut within_whole, mut is_body) = (0_usize, 0_usize, false);
    for edge in parsed.html.tree.root().traverse() {
        work::look();
        let (node, is_open) = match edge {
            ego_tree::iter::Edge::Open(node) => (node, true),
            ego_tree::iter::Edge::Close(node) => (node, false),
        };
        if let Some(element) = ElementRef::wrap(node) {
            for rule in found(&element, rules).filter(|it| it.only.is_none()) {
                for (depth, counts) in [(&mut within, true), (&mut within_whole, rule.whole)] {
                    let step = usize::from(counts);
                    *depth = if is_open { *depth + step } else { depth.saturating_sub(step) };
                }
            }
            if element.value().name() == "body" {
                is_body = is_open;
            }
            if is_open {
                for (name, value) in element.value().attrs() {
                    let is_only =
                        |it: &Selected| matches!(&it.only, Some(Only::Attribute(own)) if own == name);
                    let of_all = if is_pinned(name) { within_whole } else { within };
                    let is_named = found(&element, rules).any(is_only);
                    let is_hidden = of_all > 0 || is_named || is_hidden(value, rules);
                    // What is pinned stays, and says nothing of how much else does; an id only says which it is.
                    if name != "id" && (is_hidden || !is_pinned(name)) {
                        add(is_hidden, &mut whole, &mut body, is_body);
                    }
                }
            }
        } else if let Some(text) = node.value().as_text().filter(|it| is_open && !it.trim().is_empty()) {
            let parent = node.parent().and_then(ElementRef::wrap);
            let is_script = parent.is_some_and(|it| it.value().name() == "script");
            let is_only = |it: &Selected| it.only == Some(Only::Text);
            let is_named = parent.is_some_and(|it| found(&it, rules).any(is_only));
            let of_all = if is_script { within_whole } else { within };
            add(of_all > 0 || is_named || is_hidden(text, rules), &mut whole, &mut body, is_body);
        }
    }
    if body.is_all() { body } else { whole }
}

fn add(is_hidden: bool, whole: &mut Reach, body: &mut Reach, is_body: bool) {
    whole.add(is_hidden);
    if is_body {
        body.add(is_hidden);
    }
}

/// The rules that select an element.
fn found<'r>(element: &ElementRef<'_>, rules: &'r Rules) -> impl Iterator<Item = &'r Selected> {
    rules.selectors().iter().filter(|it| it.selector.matches(element))
}

/// Whether an expression finds nearly all of a text.
fn is_hidden(text: &str, rules: &Rules) -> bool {
    let found = rules.expressions().iter().flat_map(|(_, it)| it.find_iter(text)).map(|it| it.len());
    let found: usize = found.sum();
    found > 0 && found * 10 > text.trim().len() * 9
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{NoiseRule, Reach, Rules, reach, together};
    use crate::{
        answer::WholeAnswer,
        difference::rule::NoisePlace,
        sample,
        work::{Limits, Spent},
    };

    fn rule(place: NoisePlace) -> NoiseRule {
        sample::rule("r", place)
    }

    fn answer(kind: &str, body: &str) -> WholeAnswer {
        let mut answer = sample::json(body);
        answer.headers.retain(|it| it.name != "content-type");
        answer.headers.push(crate::answer::Header { name: "content-type".into(), value: kind.into() });
        answer
    }

    fn all(place: NoisePlace, kind: &str, body: &str) -> bool {
        reach(&rule(place), &answer(kind, body), Limits::default()).is_ok_and(Reach::is_all)
    }

    fn text(pattern: &str) -> NoisePlace {
        NoisePlace::Text { pattern: pattern.into() }
    }

    fn html(selector: &str) -> NoisePlace {
        NoisePlace::Html { selector: selector.into(), whole: false, only: None }
    }

    fn json(path: &str) -> NoisePlace {
        NoisePlace::Json { path: path.into(), whole: false }
    }

    #[test]
    fn what_hides_everything_is_known_by_what_it_does() {
        let lines = "one line\nanother, 17\nand a third\n";
        for pattern in ["[ -~]+", r"[^\x01]+", r"[\w\s,]+", "[a-z0-9 ,]{3,}", "(one|and|another).+"] {
            assert!(all(text(pattern), "text/plain", lines), "{pattern}");
        }
        let page = "<html lang=en><body class=a><h1>Shop</h1><p>Welcome</p><a href=/cart>Cart</a>";
        for selector in ["*", "html", "body", "html > *", ":not(x)", "[lang]", "body, h1, p, a"] {
            assert!(all(html(selector), "text/html", page) == (selector != "nothing"), "{selector}");
        }
        assert!(all(text("[ -~]+"), "text/html", page));
        let head = "<title>Shop</title><meta name=a content=b><meta name=c content=d>";
        let beside = format!("<html lang=en><head>{head}</head><body><h1>Shop</h1><p>Welcome</p></body>");
        assert!(all(html("body"), "text/html", &beside) && !all(html("head"), "text/html", &beside));
        let document = r#"{"id":1,"items":[{"name":"a","at":"b"},{"name":"c","at":"d"}]}"#;
        for path in ["$", "$.*", "$..*"] {
            assert!(all(json(path), "application/json", document), "{path}");
        }
    }

    #[test]
    fn rules_that_each_hide_a_part_may_hide_everything_together() {
        for (kind, body, places) in [
            ("application/json", r#"{"a":1,"b":2,"c":3,"d":4}"#, ["$.a", "$.b", "$.c", "$.d"].map(json)),
            ("text/html", "<h1>a</h1><h2>b</h2><p>c</p><b>d</b>", ["h1", "h2", "p", "b"].map(html)),
            ("text/plain", "a\nb\nc\nd\n", ["a", "b", "c", "d"].map(text)),
        ] {
            let answer = answer(kind, body);
            let of = |places: &[NoisePlace]| {
                let rules = Rules::new(places.iter().cloned().map(rule).collect(), Vec::new()).unwrap();
                together(&rules, &answer, Limits::default()).unwrap()
            };
            assert!(places.iter().all(|place| !of(std::slice::from_ref(place)).is_all()), "{kind}");
            assert!(!of(&places[..3]).leaves_nothing() && of(&places).leaves_nothing(), "{kind}");
        }
    }

    #[test]
    fn what_costs_too_much_to_find_out_is_no_small_reach() {
        let brief = Limits { time: Duration::ZERO, ..Limits::default() };
        let page = answer("text/html", "<p>a</p><p>b</p>");
        assert_eq!(reach(&rule(html("p")), &page, brief), Err(Spent::Time));
    }

    #[test]
    fn what_hides_a_part_is_let_through() {
        let lines = "built 2026-11-30\nanother line\nand a third\n";
        assert!(!all(text("[0-9]{4}-[0-9]{2}-[0-9]{2}"), "text/plain", lines));
        let page = "<html><body><h1>Shop</h1><time>10:00</time><p>Welcome</p>";
        assert!(!all(html("time"), "text/html", page));
        assert!(!all(html("#r1"), "text/html", "<html><body><span id=r1>10:00</span>"));
        let document = r#"{"id":1,"items":[{"name":"a","at":"b"},{"name":"c","at":"d"}]}"#;
        assert!(!all(json("$..at"), "application/json", document));
        assert!(!all(json("$.id"), "application/json", r#"{"id":1}"#));
        assert!(!all(json("$"), "text/plain", lines));
    }
}
