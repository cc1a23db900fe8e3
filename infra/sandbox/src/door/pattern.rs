//! Patterns as the models write them, which is as Java reads them, for a whole text.

use regex::Regex;

/// What is written otherwise here. Java's classes are of ASCII where nothing else is said.
const WRITTEN: [(&str, &str); 8] = [
    // A text that is not all blank; there is no looking ahead here.
    (r"^(?!\s*$).+", r".*\S.*"),
    // Beyond the first plane Java sees two halves.
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\u{10000}-\u{10FFFF}"),
    (r"\u10000-\u10FFFF", r"\u{10000}-\u{10FFFF}"),
    (r"\p{ASCII}", r"[\x00-\x7F]"),
    (r"\p{Print}", r"[\x20-\x7E]"),
    (r"\w", r"[0-9A-Za-z_]"),
    (r"\d", r"[0-9]"),
    (r"\s", r"[ \t\n\x0B\f\r]"),
];

/// A pattern that a whole text matches; none where it cannot be read, which a test holds against every model.
pub(super) fn whole(pattern: &str) -> Option<Regex> {
    let written =
        WRITTEN.iter().fold(pattern.to_owned(), |pattern, (theirs, ours)| pattern.replace(theirs, ours));
    Regex::new(&format!(r"\A(?:{written})\z")).ok()
}
