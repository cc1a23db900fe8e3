//! How long what a client sends may be, by the name of its field: one table for the page, the server and the
//! document of the API. What the table does not name has the bound of a name.

use crate::{
    command::{COMMENT_LIMIT, INPUT_LIMIT, NAME_LIMIT},
    rule::Refusal,
    unseen,
};

/// The bound of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// In characters.
    pub most: usize,
    /// What may stand in it.
    pub kind: Kind,
}

/// What a text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line without anything that nobody sees.
    Line,
    /// What people write, in lines.
    Prose,
    /// What programs read: any characters.
    Data,
}

/// Largest text that a suite is made of: recordings of browsers have several MiB.
pub const IMPORT_LIMIT: usize = 30_000_000;
/// Largest body of a probe.
pub const BODY_LIMIT: usize = 100_000;
/// Longest path with its query, and value of a header.
pub const ADDRESS_LIMIT: usize = 8_000;
/// Digits of a number that somebody types.
pub const NUMBER_LIMIT: usize = 10;
/// Longest key with which somebody signs in.
pub const KEY_LIMIT: usize = 512;
/// Longest id of AWS’s, an ARN among them.
pub const ID_LIMIT: usize = 2_048;
/// Most elements of a list.
pub const LIST_LIMIT: usize = 1_000;

/// The bound of a field.
pub fn of(field: &str) -> Bound {
    let (most, kind) = match field {
        "comment" | "reason" => (COMMENT_LIMIT, Kind::Prose),
        "input" => (INPUT_LIMIT, Kind::Data),
        "text" => (IMPORT_LIMIT, Kind::Data),
        "body" | "headers" => (BODY_LIMIT, Kind::Data),
        "number" => (NUMBER_LIMIT, Kind::Line),
        "path" | "value" | "selector" | "pattern" | "changes" => (ADDRESS_LIMIT, Kind::Data),
        "key" => (KEY_LIMIT, Kind::Data),
        "execution_arn" | "release" | "request" | "finding" | "from" | "run" => (ID_LIMIT, Kind::Line),
        _ => (NAME_LIMIT, Kind::Line),
    };
    Bound { most, kind }
}

/// Whether a text fits its field, or why not.
pub fn text(field: &str, text: &str) -> Result<(), Refusal> {
    let Bound { most, kind } = of(field);
    let wrong = |reason: String| Err(Refusal { reason, is_field: true });
    let name = field.replace('_', " ");
    let length = text.chars().count();
    if length > most {
        return wrong(format!("The {name} has {length} characters; {most} fit."));
    }
    let unseen = match kind {
        Kind::Data => None,
        Kind::Prose => unseen::first(text),
        Kind::Line => unseen::first(text).or_else(|| text.chars().find(|c| c.is_control())),
    };
    match unseen {
        Some(c) => wrong(format!(
            "The {name} has a character that nobody sees, U+{:04X}. Take it out.",
            u32::from(c)
        )),
        None => Ok(()),
    }
}

/// Whether a list fits, or why not.
pub fn list(field: &str, length: usize) -> Result<(), Refusal> {
    if length <= LIST_LIMIT {
        return Ok(());
    }
    let name = field.replace('_', " ");
    Err(Refusal { reason: format!("The {name} are {length}; {LIST_LIMIT} fit."), is_field: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_or_holds_what_nobody_sees_is_a_wrong_field() {
        let long = text("suite", &"x".repeat(480_000)).unwrap_err();
        assert_eq!(long.reason, "The suite has 480000 characters; 120 fit.");
        assert!(long.is_field && text("anything_new", &"x".repeat(121)).is_err());
        assert!(text("name", "ok\u{202E}").unwrap_err().reason.contains("U+202E"));
        assert!(text("name", "a\nb").is_err() && text("comment", "a\nb").is_ok());
        assert!(text("comment", &"ä".repeat(400)).is_ok() && text("comment", &"ä".repeat(401)).is_err());
        assert!(text("body", "\u{0}").is_ok() && text("comment", "\u{0}").is_err());
        assert!(list("probes", 1_000).is_ok() && list("probes", 1_001).is_err());
    }
}
