//! Names of what the page's code imports from its script, counted. wasm-bindgen ends each with a digest of 16 digits,
//! which stands in both files and which nothing can compress.

use std::collections::HashMap;

/// Digits of a digest.
const DIGITS: usize = 16;

/// Puts counts of the same length in the place of the digests, in the script and in the code.
pub(super) fn count(script: &str, mut code: Vec<u8>) -> (String, Vec<u8>) {
    let mut counts = HashMap::<&str, String>::new();
    for name in script.split(|it: char| !(it.is_alphanumeric() || it == '_' || it == '$')) {
        let digest = name.strip_prefix("__wbg_").and_then(|it| it.rsplit_once('_')).map(|(_, digest)| digest);
        if let Some(digest) = digest.filter(|it| it.len() == DIGITS && it.bytes().all(is_digit)) {
            let next = counts.len();
            counts.entry(digest).or_insert_with(|| format!("{next:0DIGITS$}"));
        }
    }
    let counted = counts.iter().fold(script.to_owned(), |text, (digest, count)| text.replace(digest, count));
    let mut at = 0;
    while let Some(digest) = code.get_mut(at..at + DIGITS) {
        let count = std::str::from_utf8(digest).ok().and_then(|it| counts.get(it));
        if let Some(count) = count {
            digest.copy_from_slice(count.as_bytes());
        }
        at += 1;
    }
    (counted, code)
}

fn is_digit(letter: u8) -> bool {
    letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_an_import_are_called_the_same() {
        let script = "return { __wbg_new_30c8987f7c2ed4e2: function() {}, __wbg_new_ffff987f7c2ed4e2: function() {}, \
             __wbg_set_wasm: function() {}, other_0123456789abcdef: 1 };";
        let code =
            b"\x1d__wbg_new_ffff987f7c2ed4e2\x00\x1d__wbg_new_30c8987f7c2ed4e2\x00other_0123456789abcdef";
        let (script, code) = count(script, code.to_vec());
        assert_eq!(
            script,
            "return { __wbg_new_0000000000000000: function() {}, __wbg_new_0000000000000001: function() {}, \
             __wbg_set_wasm: function() {}, other_0123456789abcdef: 1 };"
        );
        assert_eq!(
            code,
            b"\x1d__wbg_new_0000000000000001\x00\x1d__wbg_new_0000000000000000\x00other_0123456789abcdef"
        );
    }
}
