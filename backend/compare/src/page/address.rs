//! Which addresses in a page are of its own origin. Read as browsers read them, and refused when in doubt.

use std::fmt::Write as _;

use crate::probe::guard::Origin;

/// Where a page or a style sheet stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    origin: Origin,
    /// Without query.
    path: String,
    /// Relative addresses lead elsewhere.
    is_foreign: bool,
}

/// Where an address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// To the same origin: path and query.
    Own(String),
    /// To a part of the same page.
    Fragment(String),
    /// To a picture in the address itself.
    Picture(String),
    /// To the page itself.
    Nothing,
    Foreign,
}

const LONGEST: usize = 4096;
const LONGEST_PICTURE: usize = 512 << 10;

impl Base {
    /// `path` may have a query.
    pub fn new(origin: &Origin, path: &str) -> Self {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        Self { origin: origin.clone(), path: path.to_owned(), is_foreign: false }
    }

    /// Where something of the same origin stands.
    #[must_use]
    pub fn beside(&self, path: &str) -> Self {
        Self::new(&self.origin, path)
    }

    /// After a page has named another base. One of another origin makes every relative address foreign.
    pub(super) fn resolved(&self, base: &str) -> Self {
        match self.resolve(base) {
            Address::Own(path) => self.beside(&path),
            Address::Nothing | Address::Fragment(_) => self.clone(),
            Address::Picture(_) | Address::Foreign => Self { is_foreign: true, ..self.clone() },
        }
    }

    pub(super) fn resolve(&self, text: &str) -> Address {
        // Browsers drop these wherever they stand.
        let text: String = text.chars().filter(|it| !matches!(it, '\t' | '\n' | '\r')).collect();
        let text = text.trim_matches(|it: char| it <= ' ');
        if let Some(data) = picture(text) {
            return data;
        }
        if text.is_empty() {
            return Address::Nothing;
        }
        if text.len() > LONGEST {
            return Address::Foreign;
        }
        if let Some(fragment) = text.strip_prefix('#') {
            return Address::Fragment(format!("#{fragment}"));
        }
        let text = text.split('#').next().unwrap_or_default();
        let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
        // A backslash is a slash to browsers.
        let path = path.replace('\\', "/");
        let own = match scheme(&path) {
            Some((scheme, rest)) => self.own(scheme, rest),
            None if path.starts_with("//") => {
                self.own(if self.origin.is_tls { "https" } else { "http" }, &path)
            }
            None if self.is_foreign => None,
            None => Some(self.joined(&path)),
        };
        own.map_or(Address::Foreign, |path| {
            let query = query.map(|it| format!("?{}", encoded(it))).unwrap_or_default();
            Address::Own(format!("{}{query}", encoded(&path)))
        })
    }

    /// The path of an address that names scheme and host, if they are this origin's.
    fn own(&self, scheme: &str, rest: &str) -> Option<String> {
        let rest = rest.strip_prefix("//")?;
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let origin: Origin = format!("{scheme}://{authority}").parse().ok()?;
        (origin == self.origin).then(|| normal(path))
    }

    fn joined(&self, path: &str) -> String {
        if path.starts_with('/') {
            return normal(path);
        }
        if path.is_empty() {
            return normal(&self.path);
        }
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        normal(&format!("{folder}/{path}"))
    }
}

/// What stands before a colon, if it is a scheme, and what comes after.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it));
    is_scheme.then_some((scheme, rest))
}

/// A picture in the address itself. Nothing else in a `data:` address is shown.
fn picture(text: &str) -> Option<Address> {
    let start = text.get(..5)?;
    if !start.eq_ignore_ascii_case("data:") {
        return None;
    }
    let kind = text[5..].split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_picture = matches!(
        kind.as_str(),
        "image/png"
            | "image/jpeg"
            | "image/gif"
            | "image/webp"
            | "image/avif"
            | "image/bmp"
            | "image/svg+xml"
    );
    let is_safe = is_picture && text.len() <= LONGEST_PICTURE;
    Some(if is_safe { Address::Picture(text.to_owned()) } else { Address::Foreign })
}

/// Without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut pieces = path.split('/').skip(1).peekable();
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        let lower = piece.to_ascii_lowercase().replace("%2e", ".");
        match lower.as_str() {
            "." | ".." => {
                if lower == ".." {
                    parts.pop();
                }
                if is_last {
                    parts.push("");
                }
            }
            _ => parts.push(piece),
        }
    }
    format!("/{}", parts.join("/"))
}

/// With everything that a request line cannot hold written as its bytes.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_graphic()
            && !matches!(letter, '"' | '<' | '>' | '`' | '{' | '}' | '\\' | '^' | '|')
        {
            out.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Address, Base};

    fn resolve(address: &str) -> Address {
        let base = Base::new(&"https://green.example.com:8443".parse().unwrap(), "/shop/item?x=1");
        base.resolve(address)
    }

    #[test]
    fn addresses_of_the_same_origin_are_paths() {
        for (address, path) in [
            ("a.css", "/shop/a.css"),
            ("./a b.css?v=1#top", "/shop/a%20b.css?v=1"),
            ("../x/../é.png", "/%C3%A9.png"),
            ("../../../../etc", "/etc"),
            ("/a//b", "/a//b"),
            ("?q", "/shop/item?q"),
            ("https://GREEN.example.com:8443/z", "/z"),
            ("//green.example.com:8443", "/"),
            (" \n/a\t.css ", "/a.css"),
        ] {
            assert_eq!(resolve(address), Address::Own(path.into()), "{address}");
        }
    }

    #[test]
    fn every_other_address_is_foreign() {
        for address in [
            "//evil.example",
            "\\\\evil.example/x",
            "/\\evil.example/x",
            "/\t/evil.example",
            "https://green.example.com/x",
            "http://green.example.com:8443/x",
            "https://green.example.com:8443@evil.example/",
            "https://green.example.com:8443.evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            " \u{1}javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "vbscript:x",
            "data:text/html,<script>",
            "data:,x",
            "blob:https://green.example.com:8443/x",
            "file:///etc/passwd",
            "about:blank",
            "ftp://green.example.com",
        ] {
            assert_eq!(resolve(address), Address::Foreign, "{address}");
        }
        assert_eq!(resolve(" "), Address::Nothing);
        assert_eq!(resolve("#top"), Address::Fragment("#top".into()));
        assert!(matches!(resolve("data:image/png;base64,AA"), Address::Picture(_)));
    }
}
