//! The addresses of both colours. Where an answer names one of them it names where it was asked, so the two count
//! as one: in headers, in links, in JSON, as they are and as each of these escapes them.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

/// What stands for an address with its scheme, and for one without.
const ORIGIN: &str = "{origin}";
const HOST: &str = "{host}";

/// How a slash and a colon may be written.
const ESCAPES: [(&str, &str); 6] =
    [("/", ":"), ("\\/", ":"), ("%2F", "%3A"), ("%2f", "%3a"), ("&#x2F;", ":"), ("&#47;", ":")];

/// The addresses that count as one.
#[derive(Debug, Clone, Default)]
pub struct Names(Option<Arc<Finder>>);

#[derive(Debug)]
struct Finder {
    automaton: AhoCorasick,
    replacements: Vec<&'static str>,
}

impl PartialEq for Names {
    /// They say nothing of what was answered.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Names {}

impl Names {
    /// Of origins such as `http://shop.example.com:8080`.
    pub fn of<'o>(origins: impl IntoIterator<Item = &'o str>) -> Self {
        let mut patterns: Vec<(String, &'static str)> = Vec::new();
        for origin in origins {
            let Some((scheme, authority)) = origin.split_once("://") else { continue };
            let mut hosts = vec![authority.to_owned()];
            let host = authority.rsplit_once(':').filter(|(_, port)| is_port(port)).map(|(host, _)| host);
            match host {
                Some(host) => hosts.push(host.to_owned()),
                None => hosts.push(format!("{authority}:{}", if scheme == "https" { 443 } else { 80 })),
            }
            for (nth, host) in hosts.iter().enumerate() {
                let is_own = nth == 0 || !authority.contains(&format!("{host}:"));
                for (slash, colon) in ESCAPES {
                    let written = host.replace(':', colon);
                    if is_own {
                        patterns.push((format!("{scheme}{colon}{slash}{slash}{written}"), ORIGIN));
                    }
                    // A name of one word stands for much else.
                    if host.contains(['.', ':']) {
                        patterns.push((written, HOST));
                    }
                }
            }
        }
        patterns.sort();
        patterns.dedup();
        let (patterns, replacements): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest);
        let automaton = builder.build(&patterns).ok().filter(|_| !patterns.is_empty());
        Self(automaton.map(|automaton| Arc::new(Finder { automaton, replacements })))
    }

    /// The same text in which both are one. Nothing when it names neither.
    pub(crate) fn joined(&self, text: &[u8]) -> Option<Vec<u8>> {
        let finder = self.0.as_ref()?;
        let (mut out, mut from) = (Vec::new(), 0);
        for found in finder.automaton.find_iter(text) {
            let replacement = finder.replacements[found.pattern().as_usize()];
            if !begins(text, found.start(), replacement) || !ends(text, found.end()) {
                continue;
            }
            out.extend_from_slice(&text[from..found.start()]);
            out.extend_from_slice(replacement.as_bytes());
            from = found.end();
        }
        if from == 0 {
            return None;
        }
        out.extend_from_slice(&text[from..]);
        Some(out)
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether no name goes on before it.
fn begins(text: &[u8], at: usize, replacement: &str) -> bool {
    let before = text[..at].last();
    // `%2F` and the like end in a letter or a digit.
    let is_escaped = at >= 3 && text[at - 3] == b'%';
    before.is_none_or(|it| {
        is_escaped || !(it.is_ascii_alphanumeric() || replacement == HOST && matches!(it, b'-' | b'.' | b'_'))
    })
}

/// Whether neither the name nor its port goes on behind it.
fn ends(text: &[u8], at: usize) -> bool {
    let is_word = |it: Option<&u8>| it.is_some_and(u8::is_ascii_alphanumeric);
    match text.get(at) {
        Some(b'.') => !is_word(text.get(at + 1)),
        Some(b':') => !text.get(at + 1).is_some_and(u8::is_ascii_digit),
        Some(b'-' | b'_') => false,
        next => !is_word(next),
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    fn joined(origins: [&str; 2], text: &str) -> String {
        let out = Names::of(origins).joined(text.as_bytes());
        String::from_utf8(out.unwrap_or_else(|| text.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn both_addresses_are_one_however_they_are_written() {
        let ends = ["http://127.0.0.1:8001", "http://127.0.0.1:8002"];
        for write in [
            |port: u16| format!("http://127.0.0.1:{port}/there"),
            |port: u16| format!(r#"{{"next":"http:\/\/127.0.0.1:{port}\/there"}}"#),
            |port: u16| format!("/login?to=http%3A%2F%2F127.0.0.1%3A{port}%2Fthere"),
            |port: u16| format!("<a href=//127.0.0.1:{port}/there>"),
            |port: u16| format!("host is 127.0.0.1:{port}."),
            |port: u16| format!("HTTP://127.0.0.1:{port}"),
        ] {
            assert_eq!(joined(ends, &write(8001)), joined(ends, &write(8002)), "{}", write(8001));
        }
        let names = ["https://shop.example.com", "https://shop.example.com:8443"];
        let to = |origin: &str| joined(names, &format!("{origin}/there"));
        assert_eq!(to(names[0]), to(names[1]));
        assert_eq!(to("https://shop.example.com:443"), to(names[1]));
        let hosts = ["http://blue.example.com", "http://green.example.com:8080"];
        assert_eq!(joined(hosts, "Domain=blue.example.com"), joined(hosts, "Domain=green.example.com"));
    }

    #[test]
    fn another_address_stays_another() {
        let ends = ["https://blue.example.com", "https://green.example.com:8443"];
        for other in [
            "https://blue.example.com.evil.example/",
            "https://notblue.example.com/",
            "https://my-blue.example.com/",
            "https://green.example.com:84430/",
            "https://blue.example.com:8443/",
            "https://evil.example/blue",
        ] {
            assert_eq!(joined(ends, other), other);
        }
        let scheme = |it: &str| joined(ends, &format!("{it}://blue.example.com/"));
        assert_ne!(scheme("http"), scheme("https"));
        assert_eq!(joined(["http://app", "http://app:8080"], "an app"), "an app");
    }
}
