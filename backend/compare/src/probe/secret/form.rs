//! In which forms a secret may come back: whole or its parts, as it is, in base64 and in hexadecimal.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

use crate::answer::hexadecimal;

/// Shorter values would be found everywhere.
pub const SHORTEST: usize = 8;

/// What of a header's value is secret: all of it, and the parts that a server may repeat alone, such as the token
/// after `Bearer`, the password within `Basic`, the value of a cookie. Empty when none of it is long enough.
pub(super) fn pieces(value: &str) -> Vec<String> {
    let value = value.trim();
    let is_long = |it: &&str| it.len() >= SHORTEST;
    let (scheme, credentials) = match value.split_once(char::is_whitespace) {
        Some((scheme, rest)) if !scheme.contains([';', '=', ',', ':']) => (scheme, rest.trim()),
        _ => ("", value),
    };
    let mut pieces: Vec<String> = Vec::new();
    if scheme.eq_ignore_ascii_case("basic")
        && let Some(pair) = STANDARD.decode(credentials).ok().and_then(|it| String::from_utf8(it).ok())
    {
        let password = pair.split_once(':').map_or("", |it| it.1);
        pieces.extend([pair.as_str(), password].into_iter().filter(is_long).map(str::to_owned));
    }
    for word in credentials.split([' ', '\t', ';', ',']).map(unquoted) {
        let after = word.split_once('=').map_or("", |it| unquoted(it.1));
        pieces.extend([word, after].into_iter().filter(is_long).map(str::to_owned));
    }
    if !pieces.is_empty() || credentials.len() >= SHORTEST {
        pieces.extend([value, credentials].map(str::to_owned));
    }
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

fn unquoted(word: &str) -> &str {
    word.trim().trim_matches('"')
}

/// The texts that say a piece, whatever stands around it. Escapes are not among them: they are undone before these
/// are looked for.
pub(super) fn spelt(piece: &str) -> Vec<Vec<u8>> {
    let bytes = piece.as_bytes();
    let mut forms =
        vec![bytes.to_vec(), piece.replace(' ', "+").into_bytes(), hexadecimal(bytes).into_bytes()];
    for shift in 0..3 {
        // What stands before it moves it within the groups of three bytes that become four letters.
        let shifted: Vec<u8> = std::iter::repeat_n(0, shift).chain(bytes.iter().copied()).collect();
        let (from, to) = ((shift * 8).div_ceil(6), shifted.len() * 8 / 6);
        for text in [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
            forms.extend(text.get(from..to).map(|it| it.as_bytes().to_vec()));
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn what_a_server_may_repeat_alone_is_secret_too() {
        assert_eq!(pieces("Bearer abcdefgh12"), ["Bearer abcdefgh12", "abcdefgh12"]);
        assert!(pieces("Basic YWRhOmNvcnJlY3QgaG9yc2U=").contains(&"correct horse".to_owned()));
        assert!(pieces("session=\"0123456789\"; theme=dark").contains(&"0123456789".to_owned()));
        assert_eq!(pieces("a pass phrase"), ["a pass phrase", "pass phrase"]);
    }

    #[test]
    fn what_is_too_short_is_none() {
        for value in ["", "short", "Bearer abc", "Basic dTpw", "a=b; c"] {
            assert!(pieces(value).is_empty(), "{value}");
        }
    }
}
