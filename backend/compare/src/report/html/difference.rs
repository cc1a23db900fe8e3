//! Differences as a report shows them: blue beside green, with the words marked that differ.

use super::escape::escaped;
use crate::{
    difference::{Mismatch, text},
    probe::Assessment,
};

/// More differences of a probe are only counted.
const SHOWN: usize = 100;
/// Longer values are not compared by word.
const LONGEST: usize = 2000;

/// Both sides of one difference.
pub(super) fn example(values: [&Option<String>; 2]) -> String {
    let [left, right] = sides(values);
    format!(
        "<div class=\"pair\"><div><span class=\"colour blue\">blue</span><pre>{left}</pre></div>\
         <div><span class=\"colour green\">green</span><pre>{right}</pre></div></div>\n"
    )
}

fn sides(values: [&Option<String>; 2]) -> [String; 2] {
    match values.into() {
        (Some(left), Some(right)) if left.len().max(right.len()) <= LONGEST => {
            let words = text::words(left, right);
            let write = |own: text::Side, tag: &str| {
                let of_side = words.iter().filter(|it| it.side == own || it.side == text::Side::Both);
                let piece = |it: &text::Words| match it.side {
                    text::Side::Both => escaped(&it.text),
                    _ => format!("<{tag}>{}</{tag}>", escaped(&it.text)),
                };
                of_side.map(piece).collect::<String>()
            };
            [write(text::Side::Left, "del"), write(text::Side::Right, "ins")]
        }
        (left, right) => [left, right].map(|it| match it {
            Some(text) => escaped(text),
            None => "<span class=\"facts\">nothing</span>".to_owned(),
        }),
    }
}

/// All differences of a probe, those that rules hide at the end and set apart.
pub(super) fn of_probe(assessment: &Assessment) -> String {
    let outcome = &assessment.outcome;
    let counted = outcome.differences.iter().zip(&assessment.seen).filter(|it| it.0.hidden_by.is_none());
    let mut parts: Vec<_> =
        counted.take(SHOWN).map(|(it, seen)| counting(it, *seen, assessment.pairs)).collect();
    let visible = outcome.visible().count() + outcome.unlisted;
    if visible > SHOWN {
        parts.push(format!("<p class=\"facts\">And {} more.</p>\n", visible - SHOWN));
    }
    parts.extend(outcome.hidden().take(SHOWN).map(hidden));
    parts.extend(outcome.remarks.iter().map(|it| format!("<p class=\"facts\">Remark {}</p>\n", escaped(it))));
    if parts.is_empty() {
        parts.push("<p class=\"facts\">Both answered the same.</p>\n".to_owned());
    }
    parts.concat()
}

fn counting(difference: &Mismatch, seen: usize, pairs: usize) -> String {
    format!(
        "<h4><code>{}</code> {} <span class=\"facts\">in {seen} of {pairs} pairs</span></h4>\n{}",
        escaped(&difference.place),
        difference.change.words(),
        example([&difference.left, &difference.right]),
    )
}

fn hidden(difference: &Mismatch) -> String {
    format!(
        "<p class=\"hidden\"><code>{}</code> hidden by the rule {}</p>\n",
        escaped(&difference.place),
        escaped(difference.hidden_by.as_deref().unwrap_or_default()),
    )
}
