//! Two bodies compared by what they are, and more cheaply where that would cost too much.

use super::{Change, Mismatch, Outcome, Part, costly, html, oddities, rule::Rules, text};
use crate::{
    answer::WholeAnswer,
    body::{self, Content, Kind, Trouble},
    json, picture,
    work::{self, Spent},
};

pub(super) fn bodies(
    answers: [&WholeAnswer; 2],
    contents: &[Content; 2],
    rules: &Rules,
    outcome: &mut Outcome,
) {
    let is_endless = answers.iter().all(|answer| answer.body.is_endless());
    let common = is_endless.then(|| what_came_of_both(contents)).flatten();
    let contents = common.as_ref().unwrap_or(contents);
    let [left, right] = contents;
    oddities(contents.each_ref().map(|it| it.troubles.iter().map(Trouble::to_string).collect()), outcome);
    let is_readable = |content: &Content| !content.bytes().is_empty() || content.kind == Kind::Empty;
    if !is_readable(left) || !is_readable(right) {
        bytes(answers, outcome);
        return;
    }
    let kind = common_kind(left, right);
    outcome.compared_as = Some(kind);
    let before = outcome.differences.len();
    marks_of_text(contents, outcome);
    match (kind, left.text(), right.text()) {
        // Equal texts are not read: nothing in them differs.
        (Kind::Html | Kind::Xml | Kind::Text, Some(from), Some(to)) if from == to => {}
        (Kind::Json, Some(from), Some(to)) => {
            let found = work::attempt(|| as_json(contents, rules));
            let found = found.unwrap_or_else(Structure::Costly);
            structured(found, answers, [from, to], rules, outcome);
        }
        (Kind::Html | Kind::Xml, Some(from), Some(to)) => {
            let found = work::attempt(|| html::differences(kind, from, to, rules));
            let found =
                found.map_or_else(Structure::Costly, |found| match found {
                    Ok(found) => Structure::Compared(found),
                    Err(reasons) => Structure::Without(reasons.map(|it| {
                        it.map(|reason| Trouble::NotXml { reason }.to_string()).into_iter().collect()
                    })),
                });
            structured(found, answers, [from, to], rules, outcome);
        }
        (Kind::Text, Some(from), Some(to)) => as_text(answers, [from, to], rules, outcome),
        (Kind::Empty, ..) => {}
        (Kind::Image, ..) if left.bytes() != right.bytes() => pictures(answers, contents, outcome),
        _ if left.bytes() != right.bytes() => bytes(answers, outcome),
        _ => {}
    }
    // What lies beyond the kept part is known by its hash alone.
    let is_cut = answers.iter().any(|answer| !answer.body.is_whole());
    let found = outcome.differences[before..].iter().any(|it| it.part == Part::Bytes);
    if is_cut && common.is_none() && answers[0].body.sha256 != answers[1].body.sha256 && !found {
        bytes(answers, outcome);
    }
}

/// Of two streams that never end, as many whole lines as came of both.
fn what_came_of_both(contents: &[Content; 2]) -> Option<[Content; 2]> {
    let whole = |content: &'_ Content| {
        let text = content.text()?;
        Some(if content.is_records { text.lines().count() } else { text.matches('\n').count() })
    };
    let count = whole(&contents[0])?.min(whole(&contents[1])?);
    let cut = |content: &Content| {
        let text: String = content.text().unwrap_or_default().split_inclusive('\n').take(count).collect();
        let is_ended = !content.is_records || text.ends_with(']');
        let text = if is_ended { text } else { format!("{}]", text.trim_end_matches(['\n', ','])) };
        content.with_text(text)
    };
    (count > 0).then(|| contents.each_ref().map(cut))
}

/// A mark at the beginning of a text is a difference of its own: some readers take it for a letter.
fn marks_of_text(contents: &[Content; 2], outcome: &mut Outcome) {
    let mark = |content: &Content| {
        content.text()?;
        [
            (&b"\xEF\xBB\xBF"[..], "of UTF-8"),
            (b"\xFF\xFE", "of UTF-16, little-endian"),
            (b"\xFE\xFF", "of UTF-16"),
        ]
        .into_iter()
        .find_map(|(bytes, words)| content.bytes().starts_with(bytes).then(|| words.to_owned()))
    };
    let [from, to] = contents.each_ref().map(mark);
    let change = match (&from, &to) {
        (from, to) if from == to => return,
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    };
    outcome.differences.push(Mismatch::of(Part::Bytes, "byte order mark", change, (from, to)));
}

/// Two kinds that differ are compared as text where both are text, and else as bytes.
fn common_kind(left: &Content, right: &Content) -> Kind {
    if left.kind == right.kind {
        left.kind
    } else if left.text().is_some() && right.text().is_some() {
        Kind::Text
    } else {
        Kind::Binary
    }
}

/// What came of comparing two bodies by their structure.
enum Structure {
    /// The differences, and how many there are besides.
    Compared((Vec<Mismatch>, usize)),
    /// JSON, with what is odd about each side.
    Json(Vec<Mismatch>, usize, [Vec<String>; 2]),
    /// They have none, for these reasons.
    Without([Vec<String>; 2]),
    Costly(Spent),
}

/// Takes over what was found, or compares by text where there is no structure, or it costs too much.
fn structured(
    found: Structure,
    answers: [&WholeAnswer; 2],
    texts: [&str; 2],
    rules: &Rules,
    outcome: &mut Outcome,
) {
    let reasons = match found {
        Structure::Compared(found) => return add(found, outcome),
        Structure::Json(differences, unlisted, notices) => {
            outcome.arrays.clone_from(&rules.policy().arrays);
            add((differences, unlisted), outcome);
            return oddities(notices, outcome);
        }
        Structure::Without(reasons) => reasons,
        Structure::Costly(spent) => [(); 2].map(|()| vec![costly(spent, "as text")]),
    };
    oddities(reasons, outcome);
    outcome.compared_as = Some(Kind::Text);
    as_text(answers, texts, rules, outcome);
}

/// By line, and by size and hash where even that costs too much.
fn as_text(answers: [&WholeAnswer; 2], [from, to]: [&str; 2], rules: &Rules, outcome: &mut Outcome) {
    match work::attempt(|| text::differences(from, to, rules)) {
        Ok(found) => add(found, outcome),
        Err(spent) => {
            let words = costly(spent, body::HASHED);
            oddities([vec![words.clone()], vec![words]], outcome);
            outcome.compared_as = Some(Kind::Binary);
            bytes(answers, outcome);
        }
    }
}

fn add((differences, unlisted): (Vec<Mismatch>, usize), outcome: &mut Outcome) {
    outcome.differences.extend(differences);
    outcome.unlisted += unlisted;
}

fn as_json(contents: &[Content; 2], rules: &Rules) -> Structure {
    let [left, right] = contents;
    let bytes = |content: &'_ Content| match content.text() {
        Some(text) if content.is_records => text.as_bytes().to_vec(),
        _ => content.bytes().to_vec(),
    };
    if let Ok(comparison) = json::compare(&bytes(left), &bytes(right), rules.policy()) {
        let unlisted = comparison.total - comparison.edits.len();
        let differences = comparison.edits.iter().map(Mismatch::of_json).collect();
        let words = |notices: &[json::Notice]| notices.iter().map(json::Notice::words).collect();
        let notices = [words(&comparison.left_notices), words(&comparison.right_notices)];
        return Structure::Json(differences, unlisted, notices);
    }
    let refused = contents.each_ref().map(|content| {
        let refused = content.text().and_then(|text| json::read(text, &mut Vec::new()).err());
        refused.map(|it| Trouble::NotJson { reason: it.to_string() }.to_string())
    });
    Structure::Without(refused.map(Vec::from_iter))
}

pub(super) fn bytes(answers: [&WholeAnswer; 2], outcome: &mut Outcome) {
    let [left, right] = answers.map(|answer| (answer.body.length, answer.body.sha256.clone()));
    if left != right {
        let say = |(length, hash): (u64, String)| {
            format!("{length} bytes, sha256 {}", hash.get(..16).unwrap_or(&hash))
        };
        outcome.differences.push(Mismatch::changed(Part::Bytes, "body", say(left), say(right)));
    }
}

/// By pixels where both can be read, and else as bytes, with the reason.
fn pictures(answers: [&WholeAnswer; 2], contents: &[Content; 2], outcome: &mut Outcome) {
    let compared = work::attempt(|| picture::compare(contents[0].bytes(), contents[1].bytes()));
    let pixels = match compared {
        Ok(Ok(pixels)) => pixels,
        Ok(Err(picture::UnreadablePicture::Broken)) => return bytes(answers, outcome),
        Ok(Err(unreadable)) => {
            outcome.remarks.push(format!("{unreadable}, so they are compared {}", body::HASHED));
            return bytes(answers, outcome);
        }
        Err(spent) => {
            outcome.remarks.push(format!("of both: {}", costly(spent, body::HASHED)));
            return bytes(answers, outcome);
        }
    };
    // The same pixels in another file are like a number that is written otherwise.
    let change = if pixels.are_same() { Change::Respelled } else { Change::Changed };
    let (left, right) = (pixels.left.words(), format!("{}; {}", pixels.right.words(), pixels.words()));
    outcome.differences.push(Mismatch::of(Part::Bytes, "picture", change, (Some(left), Some(right))));
}
