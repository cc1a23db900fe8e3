//! The expression that finds what differs in a line, and no more: what stands before it as it is written, and then
//! letters of the kinds that its values have.

use std::fmt::Write as _;

/// So much of what stands before is in the expression.
const BEFORE: usize = 32;

/// For two values of one line that differ at one place. None where no word stands before it.
pub(crate) fn around(left: &str, right: &str) -> Option<String> {
    let alike = left.char_indices().zip(right.chars()).find(|((_, one), other)| one != other);
    let same = alike.map_or(left.len().min(right.len()), |((at, _), _)| at);
    // Not from the middle of a word or a number.
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | ':' | '.' | '+');
    let from = left[..same].trim_end_matches(is_part).len();
    let (left_rest, right_rest) = (&left[from..], &right[from..]);
    let end = |rest: &str| rest.find(|it: char| !is_part(it)).unwrap_or(rest.len());
    let values = [&left_rest[..end(left_rest)], &right_rest[..end(right_rest)]];
    if left_rest[values[0].len()..] != right_rest[values[1].len()..] {
        return None;
    }
    let begin = left.ceil_char_boundary(from.saturating_sub(BEFORE));
    let before = left[begin..from].trim_start();
    if !before.chars().any(char::is_alphabetic) || values.iter().any(|it| it.is_empty()) {
        return None;
    }
    Some(format!("{}[{}]+", regex::escape(before), letters(&values)))
}

/// The kinds of letters in values, as a class of an expression has them.
fn letters(values: &[&str; 2]) -> String {
    let has = |kind: fn(char) -> bool| values.iter().any(|it| it.chars().any(kind));
    let mut class = String::new();
    if has(|it| it.is_ascii_digit()) {
        class.push_str("0-9");
    }
    let is_hexadecimal = values
        .iter()
        .all(|it| it.chars().all(|it| it.is_ascii_digit() || matches!(it, 'a'..='f' | '-')) && it.len() > 5);
    if has(|it| it.is_ascii_lowercase()) {
        class.push_str(if is_hexadecimal { "a-f" } else { "a-z" });
    }
    if has(|it| it.is_ascii_uppercase()) {
        class.push_str("A-Z");
    }
    if has(|it| !it.is_ascii() && it.is_alphanumeric()) {
        class.push_str(r"\p{Alphabetic}");
    }
    for sign in ['_', ':', '.', '+', '-'] {
        if values.iter().any(|it| it.contains(sign)) {
            // Writing to a string cannot fail.
            let _ = write!(class, "\\{sign}");
        }
    }
    class
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn what_varies_is_found_with_what_stands_before_it() {
        let find = |left: &str, right: &str, other: &str| {
            let expression = around(left, right).unwrap();
            let ready = regex::Regex::new(&expression).unwrap();
            let rest = |line: &str| ready.replace_all(line, "").into_owned();
            assert_eq!(rest(left), rest(right), "{expression}");
            assert_eq!(rest(other), other, "{expression}");
        };
        find("built at 10:00:01 by ci", "built at 10:00:02 by ci", "tested at 10:00:01 by ci");
        find("var token=\"a1B2\";", "var token=\"z9Y8\";", "var other=\"a1B2\";");
        find("commit abc1234", "commit def5678", "no commitment");
        find("id: 6ba7b810-9dad", "id: 7ca7b810-0000", "ids: none");
    }

    #[test]
    fn what_nothing_stands_before_has_no_expression() {
        for (left, right) in [("1", "2"), ("(1)", "(2)"), ("red fox", "blue hen"), ("a b", "a c d")] {
            assert_eq!(around(left, right), None, "{left}");
        }
    }
}
