//! What kind of content a body is: by its content type, and by its first bytes where that says nothing.

use serde::{Deserialize, Serialize};

/// By what means two bodies are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Empty,
    Json,
    Html,
    Text,
    Image,
    Binary,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Json => "JSON",
            Self::Html => "HTML",
            Self::Text => "text",
            Self::Image => "image",
            Self::Binary => "binary",
        }
    }
}

pub(super) fn of(content_type: &str, bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Empty;
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "text/html" | "application/xhtml+xml" => Kind::Html,
        json if json == "application/json" || json == "text/json" || json.ends_with("+json") => Kind::Json,
        "image/svg+xml" => Kind::Text,
        image if image.starts_with("image/") => Kind::Image,
        text if text.starts_with("text/") || is_text(text) => Kind::Text,
        "" | "application/octet-stream" => sniffed(bytes),
        _ => Kind::Binary,
    }
}

fn is_text(essence: &str) -> bool {
    essence.ends_with("+xml")
        || matches!(
            essence,
            "application/xml"
                | "application/javascript"
                | "application/x-ndjson"
                | "application/yaml"
                | "application/x-www-form-urlencoded"
        )
}

fn sniffed(bytes: &[u8]) -> Kind {
    let Ok(text) = std::str::from_utf8(bytes) else { return Kind::Binary };
    let start = text.trim_start();
    let begins = |with: &str| start.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
    if begins("<!doctype html") || begins("<html") {
        Kind::Html
    } else if start.starts_with(['{', '[']) {
        Kind::Json
    } else if text.chars().any(|it| it.is_control() && !it.is_whitespace()) {
        Kind::Binary
    } else {
        Kind::Text
    }
}
