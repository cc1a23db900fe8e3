//! Which parts of a body have a name: members of JSON, parts of a multipart form, elements of XML.

use std::ops::Range;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Where its value stands, without quotes.
    pub(crate) value: Range<usize>,
}

/// The fields in the order of the text, without overlaps.
pub(crate) fn fields(text: &str, kind: &str) -> Vec<Field> {
    let start = text.trim_start();
    if kind.contains("multipart/") {
        parts(text)
    } else if start.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        members(text)
    } else if start.starts_with('<') {
        elements(text)
    } else {
        Vec::new()
    }
}

/// The strings and numbers of a JSON text that is known to be valid. An element of an array has the array's name.
fn members(text: &str) -> Vec<Field> {
    let (mut fields, mut names, mut name) = (Vec::new(), Vec::new(), String::new());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let begin = at;
        at += 1;
        match byte {
            b'{' | b'[' => names.push(name.clone()),
            b'}' | b']' => name = names.pop().unwrap_or_default(),
            b',' => name = names.last().filter(|_| !name.is_empty()).cloned().unwrap_or(name),
            b'"' => {
                at = end_of_string(bytes, at);
                let is_name = bytes[at + 1..].iter().find(|it| !it.is_ascii_whitespace()) == Some(&b':');
                if is_name {
                    name = serde_json::from_str(&text[begin..=at]).unwrap_or_default();
                } else {
                    fields.push(Field { name: name.clone(), value: begin + 1..at });
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                at = (at..bytes.len()).find(|it| !is_of_number(bytes[*it])).unwrap_or(bytes.len());
                fields.push(Field { name: name.clone(), value: begin..at });
            }
            _ => {}
        }
    }
    fields
}

/// The place of the closing quote.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len().saturating_sub(1)
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b"+-.eE".contains(&byte)
}

fn parts(text: &str) -> Vec<Field> {
    let Some(delimiter) = text.lines().find(|it| it.starts_with("--") && it.len() > 2) else {
        return Vec::new();
    };
    let mut fields = Vec::new();
    let starts: Vec<usize> = text.match_indices(delimiter).map(|(at, _)| at).collect();
    for pair in starts.windows(2) {
        let part = &text[pair[0]..pair[1]];
        let Some((head, gap)) =
            ["\r\n\r\n", "\n\n"].iter().find_map(|gap| Some((part.find(gap)?, gap.len())))
        else {
            continue;
        };
        let name = part[..head].split("name=\"").nth(1).and_then(|it| it.split('"').next());
        let from = pair[0] + head + gap;
        let value = text[from..pair[1]].trim_end_matches(['\r', '\n']);
        if let Some(name) = name {
            fields.push(Field { name: name.to_owned(), value: from..from + value.len() });
        }
    }
    fields
}

/// Elements that hold nothing but text.
fn elements(text: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    for (at, _) in text.match_indices('<') {
        // A tag holds no other: so each letter is looked at once or twice, however many begin.
        let close = text[at + 1..].find(['<', '>']).map(|it| at + 1 + it);
        let Some(close) = close.filter(|it| text.as_bytes()[*it] == b'>') else { continue };
        let name = text[at + 1..close].split(|it: char| it.is_whitespace()).next().unwrap_or_default();
        let from = close + 1;
        let end = text[from..].find('<').map_or(text.len(), |it| from + it);
        let is_closed = text[end..].strip_prefix("</").is_some_and(|it| it.starts_with(name));
        if !name.is_empty() && !name.starts_with(['/', '?', '!']) && is_closed {
            let name = name.rsplit(':').next().unwrap_or(name).to_owned();
            fields.push(Field { name, value: from..end });
        }
    }
    fields
}
