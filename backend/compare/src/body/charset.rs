//! By which charset a text is to be read: the header's, the mark at its beginning, or its own word for it.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{Held, Kind, Trouble};
use crate::work;

/// How far into a page its own word is looked for, as browsers do.
const SEARCHED: usize = 1024;

pub(super) fn read(
    bytes: Vec<u8>,
    content_type: &str,
    kind: Kind,
    troubles: &mut Vec<Trouble>,
) -> (Held, Option<&'static str>) {
    let named = named(content_type).or_else(|| match kind {
        Kind::Html => of_page(&bytes),
        Kind::Xml => of_declaration(&bytes),
        _ => None,
    });
    let encoding = match &named {
        Some(name) => Encoding::for_label(name.as_bytes()).unwrap_or_else(|| {
            troubles.push(Trouble::UnknownCharset { charset: name.clone() });
            guessed(&bytes)
        }),
        None => guessed(&bytes),
    };
    if encoding != UTF_8 || std::str::from_utf8(&bytes).is_err() {
        // In UTF-8 a letter takes up to three times as much.
        work::take(bytes.len() * 3);
    }
    let (text, used, has_errors) = encoding.decode(&bytes);
    if has_errors {
        troubles.push(Trouble::NotText { charset: used.name().to_owned() });
    }
    // Borrowed text is the bytes themselves, but for a mark at their beginning.
    let held = match text {
        Cow::Borrowed(text) if text.len() == bytes.len() => match String::from_utf8(bytes) {
            Ok(text) => Held::Text(text),
            Err(error) => Held::Bytes(error.into_bytes()),
        },
        text => {
            let text = text.into_owned();
            Held::Both(bytes, text)
        }
    };
    (held, Some(used.name()))
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

/// The parameter of a content type.
fn named(content_type: &str) -> Option<String> {
    let parameters = content_type.split(';').skip(1).filter_map(|it| it.split_once('='));
    let (_, value) = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// `<?xml … encoding="…"?>`
fn of_declaration(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(SEARCHED)]).into_owned();
    let declaration = head.strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.to_owned())
}

fn of_page(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(SEARCHED)]).to_ascii_lowercase();
    let meta = head.find("<meta").map(|at| &head[at..])?;
    let value = &meta[meta.find("charset=")? + "charset=".len()..];
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let end = value.find(['"', '\'', ' ', '>', ';', '/']).unwrap_or(value.len());
    Some(value[..end].to_owned()).filter(|name| !name.is_empty())
}
