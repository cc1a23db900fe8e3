//! Characters that nobody sees and that change how others read: bidirectional controls, zero-width characters, tags,
//! controls. Where somebody else wrote a text, they are shown as marks; where somebody writes one here, they are
//! refused.

use std::{borrow::Cow, fmt::Write};

/// The text with a mark in the place of each character that nobody sees: `‹U+202E›`.
pub fn marked(text: &str) -> Cow<'_, str> {
    if first(text).is_none() {
        return Cow::Borrowed(text);
    }
    let (mut marked, mut before) = (String::with_capacity(text.len() + 16), None);
    for c in text.chars() {
        if is_unseen(before, c) {
            let _ = write!(marked, "‹U+{:04X}›", u32::from(c));
        } else {
            marked.push(c);
        }
        before = Some(c);
    }
    Cow::Owned(marked)
}

/// The same in place, for texts that come from elsewhere.
pub fn mark(text: String) -> String {
    match marked(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(marked) => marked,
    }
}

/// The first character of a text that nobody sees. Line breaks and tabs are seen.
pub fn first(text: &str) -> Option<char> {
    let mut before = None;
    text.chars().find(|c| is_unseen(before.replace(*c), *c))
}

fn is_unseen(before: Option<char>, c: char) -> bool {
    match c {
        ' '..='~' | '\n' | '\t' | '\r' => false,
        // Joiners make emoji and the letters of many scripts what they are.
        '\u{200C}' | '\u{200D}' => !before.is_some_and(is_joined),
        '\u{FE0E}' | '\u{FE0F}' => !before.is_some_and(is_emoji),
        _ => is_control(c) || is_bidirectional(c) || is_blank(c),
    }
}

fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{FFF9}'..='\u{FFFB}' | '\u{2028}' | '\u{2029}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}')
}

/// What takes no room, or looks like nothing but is no space.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0D}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
    )
}

fn is_joined(c: char) -> bool {
    // From Arabic to the scripts of India and beyond.
    is_emoji(c) || c == '\u{FE0F}' || matches!(c, '\u{0600}'..='\u{0DFF}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '#' | '*' | '0'..='9' | '©' | '®')
        || matches!(c, '\u{203C}'..='\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
            && !is_blank(c)
            && !is_bidirectional(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_becomes_a_mark() {
        assert_eq!(marked("fix \u{202E}gnp.exe"), "fix ‹U+202E›gnp.exe");
        assert_eq!(
            marked("a\u{200B}b\u{FEFF}c\u{0}d\u{7F}e\u{9B}"),
            "a‹U+200B›b‹U+FEFF›c‹U+0000›d‹U+007F›e‹U+009B›"
        );
        for c in ["\u{2066}", "\u{200F}", "\u{061C}", "\u{AD}", "\u{E0041}", "\u{3164}", "\u{1B}", "\u{2028}"]
        {
            assert_eq!(marked(&format!("a{c}b")).matches('‹').count(), 1, "{c:?}");
        }
        assert_eq!(marked("pass\u{200D}word\u{FE0F}").matches('‹').count(), 2, "no emoji stands before them");
    }

    #[test]
    fn what_people_write_stays() {
        for text in [
            "Make it green\n\n\twith a tab",
            "größer, 日本語, العربية, עברית",
            "👩‍👩‍👧 ❤️ 1️⃣ ☎︎",
            "می‌خواهم",
            "క్‍ష",
            "",
        ] {
            assert!(matches!(marked(text), Cow::Borrowed(_)), "{text}");
            assert_eq!(first(text), None);
        }
    }
}
