//! Bodies in a Hurl file: where one ends, and what it sends.

use base64::Engine as _;

use super::text::Cursor;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) text: String,
    /// What Hurl sends as its type unless the request names one.
    pub(super) kind: Option<&'static str>,
    /// Whether `{{name}}` in it is a variable.
    pub(super) has_variables: bool,
}

/// Why a body is not taken although it is known where it ends.
pub(super) type Read = Result<Body, String>;

/// Reads the body that begins here, if one does. The outer error says that nobody knows where it ends.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<Read>, String> {
    let rest = cursor.rest();
    let indent = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let text = &rest[indent..];
    let word = |kind, text: &str| Ok(Body { text: text.to_owned(), kind, has_variables: true });
    let (length, body) = match text.as_bytes() {
        [b'`', b'`', b'`', ..] => multiline(text)?,
        [b'`', ..] => {
            let end = text[1..].find('`').ok_or("its body is not closed by a `")?;
            (end + 2, Ok(Body { text: text[1..=end].to_owned(), kind: None, has_variables: true }))
        }
        [b'<', ..] => {
            let end = xml_end(text).ok_or("the XML of its body is not closed")?;
            (end, word(Some("application/xml"), &text[..end]))
        }
        [b'{' | b'[' | b'"', ..] if !is_section(text) => {
            let end = json_end(text).ok_or("the JSON of its body is not closed")?;
            (end, word(Some("application/json"), &text[..end]))
        }
        _ => match keyword(text)? {
            Some(found) => found,
            None => return Ok(None),
        },
    };
    cursor.skip(indent + length);
    // Only a remark may follow in the line.
    cursor.skip_line();
    Ok(Some(body))
}

/// `[Query]` is a section, `[1]` and `[]` are JSON.
pub(super) fn is_section(text: &str) -> bool {
    let line = text.split('\n').next().unwrap_or_default();
    let name = line.strip_prefix('[').and_then(|it| it.split_once(']')).map(|(name, _)| name);
    name.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphabetic()))
        && !["[true]", "[false]", "[null]"].iter().any(|it| line.starts_with(it))
}

fn keyword(text: &str) -> Result<Option<(usize, Read)>, String> {
    let line = text.split('\n').next().unwrap_or_default();
    let plain = ["true", "false", "null"].contains(&line.trim()) || line.trim().parse::<f64>().is_ok();
    if plain {
        let body =
            Body { text: line.trim().to_owned(), kind: Some("application/json"), has_variables: false };
        return Ok(Some((line.len(), Ok(body))));
    }
    let Some((kind, _)) = line.split_once(',').filter(|(kind, _)| ["base64", "hex", "file"].contains(kind))
    else {
        return Ok(None);
    };
    let end = text.find(';').ok_or("its body is not closed by a `;`")?;
    let inner = text[kind.len() + 1..end].trim();
    let bytes = match kind {
        "file" => Err(format!("its body is in the file `{inner}`")),
        "hex" => unhexed(inner).ok_or_else(|| "its body is no hexadecimal".to_owned()),
        _ => {
            let inner: String = inner.split_whitespace().collect();
            let engine = base64::engine::general_purpose::STANDARD;
            engine.decode(inner).map_err(|_| "its body is no base64".to_owned())
        }
    };
    let body = bytes.and_then(|it| String::from_utf8(it).map_err(|_| "its body is no text".to_owned()));
    Ok(Some((end + 1, body.map(|text| Body { text, kind: None, has_variables: false }))))
}

fn unhexed(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|it| !it.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok());
    if digits.len().is_multiple_of(2) { pairs.collect() } else { None }
}

fn multiline(text: &str) -> Result<(usize, Read), String> {
    let end = text[3..].find("```").ok_or("its body is not closed by ```")? + 3;
    let inner = &text[3..end];
    let (hint, content) = inner.split_once('\n').unwrap_or(("", inner));
    let mut words = hint.split(',').map(str::trim);
    let language = words.next().unwrap_or_default();
    let kind = match language {
        "json" | "graphql" => Some("application/json"),
        "xml" => Some("application/xml"),
        _ => None,
    };
    let body = if language == "base64" || language == "hex" {
        return Ok((
            end + 3,
            keyword(&format!("{language},{content};"))?.map_or(Err("its body is none".into()), |it| it.1),
        ));
    } else if language == "graphql" {
        graphql(content)
    } else if hint.contains("escape") {
        Err("its body undoes escapes".to_owned())
    } else {
        Ok(Body { text: content.to_owned(), kind, has_variables: !hint.contains("novariable") })
    };
    Ok((end + 3, body))
}

fn graphql(content: &str) -> Read {
    let (query, variables) = match content.rfind("\nvariables ") {
        Some(at) => (&content[..=at], Some(content[at + "\nvariables ".len()..].trim())),
        None => (content, None),
    };
    let mut object = serde_json::Map::new();
    object.insert("query".to_owned(), query.trim().into());
    if let Some(variables) = variables {
        let value = serde_json::from_str(variables)
            .map_err(|_| "the variables of its query are no JSON".to_owned())?;
        object.insert("variables".to_owned(), value);
    }
    let text = serde_json::Value::Object(object).to_string();
    Ok(Body { text, kind: Some("application/json"), has_variables: true })
}

/// Where a JSON value ends. Variables may stand in it where values do.
fn json_end(text: &str) -> Option<usize> {
    let (mut depth, mut is_string, mut is_escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => {
                is_string = !is_string;
                if !is_string && depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if is_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Where the outermost element ends, whatever stands before it.
fn xml_end(text: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0usize);
    loop {
        at += text[at..].find('<')?;
        let rest = &text[at..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
        if let Some((opening, end)) = skipped.iter().find(|(opening, _)| rest.starts_with(opening)) {
            at += opening.len() + rest[opening.len()..].find(end)? + end.len();
            continue;
        }
        let close = tag_end(rest)?;
        let tag = &rest[..=close];
        at += close + 1;
        if tag.starts_with("</") {
            depth = depth.checked_sub(1)?;
        } else if !tag.ends_with("/>") {
            depth += 1;
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The `>` of a tag, past those in quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().enumerate().find_map(|(at, byte)| {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at),
            _ => {}
        }
        None
    })
}
