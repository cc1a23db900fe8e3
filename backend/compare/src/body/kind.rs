//! What kind of content a body is: by its content type, and by its first bytes where that says nothing.

pub use viridian_shared::comparison::probe::Kind;

use crate::json;

/// Types that are read as text whatever their bytes; of others, what the bytes are.
const TEXTS: [&str; 5] = [
    "application/javascript",
    "application/x-javascript",
    "application/yaml",
    "application/x-www-form-urlencoded",
    "application/graphql",
];

pub(super) fn of(content_type: &str, bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Empty;
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let has_charset = content_type.to_ascii_lowercase().contains("charset=");
    match essence.as_str() {
        json if json == "application/json" || json == "text/json" || json.ends_with("+json") => Kind::Json,
        // What an API answers is JSON whatever it is called.
        "text/html" | "text/plain" if is_json(bytes) => Kind::Json,
        "text/html" | "application/xhtml+xml" => Kind::Html,
        "text/xml" | "application/xml" => Kind::Xml,
        xml if xml.ends_with("+xml") => Kind::Xml,
        image if image.starts_with("image/") => match sniffed(bytes) {
            Kind::Binary | Kind::Text => Kind::Image,
            other => other,
        },
        text if text.starts_with("text/") || TEXTS.contains(&text) => Kind::Text,
        _ => match sniffed(bytes) {
            Kind::Binary if has_charset => Kind::Text,
            other => other,
        },
    }
}

/// Whether it begins and ends as an object or an array does, and is one.
fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes).trim_ascii();
    let is_framed =
        matches!((bytes.first(), bytes.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')));
    is_framed && std::str::from_utf8(bytes).is_ok_and(|text| json::read(text, &mut Vec::new()).is_ok())
}

/// The mark that some put before UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

fn sniffed(bytes: &[u8]) -> Kind {
    // UTF-16 says so at its beginning.
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Kind::Text;
    }
    let Ok(text) = std::str::from_utf8(bytes.strip_prefix(MARK).unwrap_or(bytes)) else {
        return Kind::Binary;
    };
    let start = text.trim_start();
    let begins = |with: &str| start.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
    let is_odd = |it: char| it.is_control() && !it.is_whitespace() && it != '\u{1e}' && it != '\u{1b}';
    if text.chars().any(is_odd) {
        Kind::Binary
    } else if begins("<!doctype html") || begins("<html") {
        Kind::Html
    } else if begins("<?xml") || begins("<svg") {
        Kind::Xml
    } else if is_json(bytes) {
        Kind::Json
    } else {
        Kind::Text
    }
}
