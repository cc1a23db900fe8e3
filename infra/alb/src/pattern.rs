//! What values of conditions are compared with: wildcards, regular expressions, ranges of addresses.

use std::net::IpAddr;

use regex::{Regex, RegexBuilder};

/// Compiles a regular expression within a bound on its size.
pub fn regex(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).size_limit(1 << 20).build()
}

/// Whether `text` matches a pattern in which `*` stands for any text and `?` for one character.
pub(crate) fn matches(pattern: &str, text: &str, ignore_case: bool) -> bool {
    if pattern == "*" {
        return true;
    }
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let same = |left: u8, right: u8| left == right || (ignore_case && left.eq_ignore_ascii_case(&right));
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|letter| *letter == b'?' || same(*letter, text[t])) {
            p += 1;
            t += 1;
        } else if let Some((at, from)) = star {
            // The last star takes one more character, and the rest is tried again.
            star = Some((at, from + 1));
            p = at + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|letter| *letter == b'*')
}

/// A range of addresses such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    network: IpAddr,
    bits: u32,
}

impl Range {
    /// `None` where the text is no range.
    pub fn read(text: &str) -> Option<Self> {
        let (network, bits) = text.split_once('/')?;
        let network: IpAddr = network.parse().ok()?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        let bits = bits.parse().ok()?;
        (bits <= most).then_some(Self { network, bits })
    }

    /// Whether an address lies in it.
    pub fn has(self, address: IpAddr) -> bool {
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match_as_in_aws() {
        assert!(!matches("/api/*", "/ap", false));
        assert!(!matches("/?", "/", false));
        assert!(!matches("/A", "/a", false));
        assert!(matches("*", "/", false));
        assert!(matches("/*/a*c", "/x/y/abbc", false));
        assert!(matches("*.Example.com", "green.example.COM", true));
    }

    #[test]
    fn a_pattern_of_many_stars_ends_soon() {
        let (pattern, text) = ("*a".repeat(60), "a".repeat(50_000));
        assert!(!matches(&format!("{pattern}b"), &text, false));
    }

    #[test]
    fn addresses_match_their_range_only() {
        let (four, six): (IpAddr, IpAddr) = ("127.0.0.9".parse().unwrap(), "fd00::9".parse().unwrap());
        for (range, address, inside) in [
            ("10.0.0.0/8", four, false),
            ("127.0.0.0/8", four, true),
            ("0.0.0.0/0", four, true),
            ("127.0.0.9/32", four, true),
            ("fd00::/8", six, true),
            ("fd01::/16", six, false),
            ("::/0", four, false),
        ] {
            assert_eq!(Range::read(range).unwrap().has(address), inside, "{range}");
        }
        for text in ["10.0.0.9", "10.0.0.0/33", "10.0.0/8", "x", "fd00::/129", "10.0.0.0/-1"] {
            assert_eq!(Range::read(text), None, "{text}");
        }
    }
}
