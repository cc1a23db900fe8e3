//! Noise rules in a closed grammar: a header, a cookie, a JSON path, a CSS selector or a bounded expression.
//!
//! A rule has a name, a person and a reason. None can hide a pinned header, and none hides more than it says.

use std::{collections::BTreeMap, fmt, str::FromStr};

use regex::{Regex, RegexBuilder};
use scraper::Selector;
pub use viridian_shared::comparison::suite::{NoisePlace, NoiseRule};

use super::{
    Mismatch, Outcome,
    expected::{self, Commits},
    known_header::{is_pinned, may_vary},
    selector,
};
use crate::json::{self, Arrays, Mask, Pattern, Policy};

/// What of an element a rule is for: `@name`, an attribute; or `text`, the text that stands directly in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Only {
    /// The value of this attribute.
    Attribute(String),
    /// The text that stands in it, and nothing of the elements below.
    Text,
}

impl FromStr for Only {
    type Err = RefusedRule;

    fn from_str(text: &str) -> Result<Self, RefusedRule> {
        match text.strip_prefix('@').filter(|name| !name.is_empty()) {
            Some(name) => Ok(Self::Attribute(name.to_owned())),
            None if text == "text" => Ok(Self::Text),
            None => Err(RefusedRule::Only(text.to_owned())),
        }
    }
}

impl fmt::Display for Only {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(out, "@{name}"),
            Self::Text => out.write_str("text"),
        }
    }
}

/// What a person reads of a place: `header date`, `$.items[*].at`.
pub fn words(place: &NoisePlace) -> String {
    match place {
        NoisePlace::Header { header, part: None } => format!("header {header}"),
        NoisePlace::Header { header, part: Some(part) } => format!("{part} in the header {header}"),
        NoisePlace::Cookie { cookie } => format!("value of the cookie {cookie}"),
        NoisePlace::Json { path, .. } => path.clone(),
        NoisePlace::Html { selector, only: None, .. } => selector.clone(),
        NoisePlace::Html { selector, only: Some(only), .. } => format!("{selector} {only}"),
        NoisePlace::Text { pattern } => format!("text that matches {pattern}"),
    }
}

/// Why a rule is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum RefusedRule {
    #[error("the header `{0}` is pinned: no rule can hide it")]
    Pinned(String),
    #[error("`{0}` is no name of a header or a cookie: a rule names one, without wildcards")]
    Name(String),
    #[error("the header `{1}` is pinned, and `{0}` in it is no part that belongs to one exchange alone")]
    PinnedPart(String, String),
    #[error("`{0}` is no CSS selector, or longer than 256 bytes")]
    Selector(String),
    #[error("`{0}` is no part of an element: write `@name` for an attribute, or `text`")]
    Only(String),
    #[error(transparent)]
    Path(#[from] json::UnreadablePattern),
    #[error("`{0}` cannot be used as an expression: {1}")]
    Expression(String, &'static str),
    #[error("the rule `{0}` needs a person and a reason")]
    Unexplained(String),
}

const LONGEST_EXPRESSION: usize = 256;
const LARGEST_EXPRESSION: usize = 1 << 20;

/// Whether it is a name as headers and cookies have it. One with `*` would hide nothing, and reads as if it hid all.
fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

/// A rule for elements of pages, ready for use.
#[derive(Debug, Clone)]
pub(crate) struct Selected {
    pub(crate) rule: String,
    pub(crate) selector: Selector,
    pub(crate) whole: bool,
    pub(crate) only: Option<Only>,
}

/// Rules made ready for use.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    accepted: Vec<NoiseRule>,
    policy: Policy,
    selectors: Vec<Selected>,
    expressions: Vec<(String, Regex)>,
    commits: Commits,
}

impl Rules {
    /// Checks every rule. Arrays that are not compared in order come with their path.
    pub fn new(rules: Vec<NoiseRule>, arrays: Vec<(Pattern, Arrays)>) -> Result<Self, RefusedRule> {
        let mut ready = Self { policy: Policy { arrays, ..Policy::default() }, ..Self::default() };
        for rule in &rules {
            ready.admit(rule)?;
        }
        Ok(Self { accepted: rules, ..ready })
    }

    /// Those that are for a probe.
    pub fn of_probe(
        rules: &[NoiseRule],
        probe: &str,
        arrays: Vec<(Pattern, Arrays)>,
    ) -> Result<Self, RefusedRule> {
        let is_for = |rule: &&NoiseRule| rule.probe.as_deref().is_none_or(|it| it == probe);
        Self::new(rules.iter().filter(is_for).cloned().collect(), arrays)
    }

    fn admit(&mut self, rule: &NoiseRule) -> Result<(), RefusedRule> {
        let name = rule.name.clone();
        if rule.by.trim().is_empty() || rule.reason.trim().is_empty() {
            return Err(RefusedRule::Unexplained(name));
        }
        match &rule.place {
            NoisePlace::Header { header, part: None } if is_pinned(header) => {
                return Err(RefusedRule::Pinned(header.clone()));
            }
            NoisePlace::Header { header: name, .. } | NoisePlace::Cookie { cookie: name }
                if !is_name(name) =>
            {
                return Err(RefusedRule::Name(name.chars().take(40).collect()));
            }
            NoisePlace::Header { header, part: Some(part) } if !may_vary(header, part) => {
                return Err(RefusedRule::PinnedPart(part.clone(), header.clone()));
            }
            NoisePlace::Header { .. } | NoisePlace::Cookie { .. } => {}
            NoisePlace::Json { path, whole } => {
                self.policy.masks.push(Mask { rule: name, path: path.parse()?, whole: *whole });
            }
            NoisePlace::Html { selector, .. } if selector.len() > LONGEST_EXPRESSION => {
                return Err(RefusedRule::Selector(selector.chars().take(40).collect()));
            }
            NoisePlace::Html { selector, whole, only } => {
                let ready =
                    selector::read(selector).ok_or_else(|| RefusedRule::Selector(selector.clone()))?;
                self.selectors.push(Selected {
                    rule: name,
                    selector: ready,
                    whole: *whole,
                    only: only.as_deref().map(str::parse).transpose()?,
                });
            }
            NoisePlace::Text { pattern } => self.expressions.push((name, expression(pattern)?)),
        }
        Ok(())
    }

    /// The same, where it is known what both colours run.
    #[must_use]
    pub fn of_release(self, commits: &Commits) -> Self {
        Self { commits: commits.clone(), ..self }
    }

    /// Those whose expectation does not hold in what they hide, each with the reason.
    pub(crate) fn unmet(&self, outcome: &Outcome) -> BTreeMap<String, String> {
        expected::unmet(outcome, &self.commits, |found: &Mismatch| {
            let name = found.hidden_by.as_deref()?;
            let rule = self.accepted.iter().find(|it| it.name == name)?;
            Some((rule.name.as_str(), rule.expects?))
        })
    }

    pub(crate) fn accepted(&self) -> &[NoiseRule] {
        &self.accepted
    }

    /// The same without some of them.
    #[must_use]
    pub(crate) fn without(&self, refused: &[&NoiseRule]) -> Self {
        if refused.is_empty() {
            return self.clone();
        }
        let stay = self.accepted.iter().filter(|rule| !refused.contains(rule)).cloned().collect();
        // Each of them was admitted before.
        Self::new(stay, self.policy.arrays.clone()).unwrap_or_default().of_release(&self.commits)
    }

    /// What the rules say of documents of JSON.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn selectors(&self) -> &[Selected] {
        &self.selectors
    }

    pub(crate) fn expressions(&self) -> &[(String, Regex)] {
        &self.expressions
    }

    /// The name of the rule that hides another value of a header.
    pub(crate) fn of_header(&self, name: &str) -> Option<&str> {
        self.named(
            |place| matches!(place, NoisePlace::Header { header, part: None } if header.eq_ignore_ascii_case(name)),
        )
    }

    /// The parts of a header whose values rules hide, each with the rule.
    pub(crate) fn parts_of_header<'r>(&'r self, name: &str) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.accepted.iter().filter_map(move |rule| match &rule.place {
            NoisePlace::Header { header, part: Some(part) } if header.eq_ignore_ascii_case(name) => {
                Some((part.as_str(), rule.name.as_str()))
            }
            _ => None,
        })
    }

    /// The name of the rule that hides another value of a cookie.
    pub(crate) fn of_cookie(&self, name: &str) -> Option<&str> {
        self.named(|place| matches!(place, NoisePlace::Cookie { cookie } if cookie == name))
    }

    fn named(&self, fits: impl Fn(&NoisePlace) -> bool) -> Option<&str> {
        self.accepted.iter().find(|rule| fits(&rule.place)).map(|rule| rule.name.as_str())
    }

    /// A text in which what the expressions find is put out of sight, and the first rule that found anything.
    pub(crate) fn without_noise<'r>(&'r self, text: &str) -> (String, Option<&'r str>) {
        let (mut clean, mut first) = (text.to_owned(), None);
        for (name, expression) in &self.expressions {
            if expression.is_match(&clean) {
                first = first.or(Some(name.as_str()));
                clean = expression.replace_all(&clean, "\u{FFFC}").into_owned();
            }
        }
        (clean, first)
    }
}

/// Whether an expression is one that a rule may have.
pub(crate) fn is_expression(pattern: &str) -> bool {
    expression(pattern).is_ok()
}

/// Expressions run in linear time; short, small ones that match something also compile in short time.
fn expression(pattern: &str) -> Result<Regex, RefusedRule> {
    let refused = |reason| RefusedRule::Expression(pattern.to_owned(), reason);
    if pattern.len() > LONGEST_EXPRESSION {
        return Err(refused("it is longer than 256 bytes"));
    }
    let ready = RegexBuilder::new(pattern).size_limit(LARGEST_EXPRESSION).build();
    let ready = ready.map_err(|_| refused("it is malformed or too large"))?;
    if ready.is_match("") || ready.is_match("x") && ready.is_match("\u{1}") && ready.is_match("7") {
        return Err(refused("it would hide anything"));
    }
    Ok(ready)
}

#[cfg(test)]
mod tests {
    use super::{NoisePlace, NoiseRule, RefusedRule, Rules};
    use crate::sample;

    fn rule(place: NoisePlace) -> NoiseRule {
        sample::rule("r", place)
    }

    /// keploy PR 4471: headers that must stay asserted were swallowed by a broad list.
    #[test]
    fn a_pinned_header_can_never_be_hidden() {
        for name in ["content-type", "Cache-Control", "location", "set-cookie", "Access-Control-Allow-Origin"]
        {
            let refused =
                Rules::new(vec![rule(NoisePlace::Header { header: name.into(), part: None })], Vec::new());
            assert_eq!(refused.unwrap_err(), RefusedRule::Pinned(name.into()));
        }
    }

    #[test]
    fn an_expression_that_would_hide_anything_is_refused() {
        for pattern in [".*", "", "a?", "[", ".", r"(?s).+", &"a".repeat(300), r"(\w{500}){500}"] {
            let refused = Rules::new(vec![rule(NoisePlace::Text { pattern: pattern.into() })], Vec::new());
            assert!(matches!(refused, Err(RefusedRule::Expression(..))), "{pattern}");
        }
    }

    #[test]
    fn a_rule_without_person_or_reason_is_refused() {
        let nameless =
            NoiseRule { by: " ".into(), ..rule(NoisePlace::Header { header: "date".into(), part: None }) };
        assert!(Rules::new(vec![nameless], Vec::new()).is_err());
    }
}
