//! Two values cut to what differs between them, with a little of what stands around it.

/// Signs that are shown on either side of what differs.
const AROUND: usize = 40;

/// A value in three parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    pub before: String,
    pub changed: String,
    pub after: String,
}

/// Both values, cut.
pub fn excerpts(blue: &str, green: &str) -> [Excerpt; 2] {
    let pairs = || blue.chars().zip(green.chars());
    let head: usize = pairs().take_while(|(a, b)| a == b).map(|(sign, _)| sign.len_utf8()).sum();
    let (rest, other) = (&blue[head..], &green[head..]);
    let ends = rest.chars().rev().zip(other.chars().rev());
    let tail: usize = ends.take_while(|(a, b)| a == b).map(|(sign, _)| sign.len_utf8()).sum();
    let before = last(&blue[..head]);
    let after = first(&rest[rest.len() - tail..]);
    [rest, other].map(|rest| Excerpt {
        before: before.clone(),
        changed: rest[..rest.len() - tail].to_owned(),
        after: after.clone(),
    })
}

fn last(text: &str) -> String {
    match text.char_indices().rev().nth(AROUND) {
        Some((at, sign)) => format!("…{}", text[at + sign.len_utf8()..].trim_start()),
        None => text.to_owned(),
    }
}

fn first(text: &str) -> String {
    match text.char_indices().nth(AROUND) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(blue: &str, green: &str) -> [[String; 3]; 2] {
        excerpts(blue, green).map(|it| [it.before, it.changed, it.after])
    }

    #[test]
    fn only_what_differs_stands_in_the_middle() {
        assert_eq!(
            parts("#99c;", "#9c9;"),
            [["#9", "9c", ";"], ["#9", "c9", ";"]].map(|it| it.map(str::to_owned))
        );
        assert_eq!(parts("", "new"), [["", "", ""], ["", "new", ""]].map(|it| it.map(str::to_owned)));
        assert_eq!(parts("aa", "aaa"), [["aa", "", ""], ["aa", "a", ""]].map(|it| it.map(str::to_owned)));
        assert_eq!(
            parts("größe", "grüße"),
            [["gr", "ö", "ße"], ["gr", "ü", "ße"]].map(|it| it.map(str::to_owned))
        );
    }

    #[test]
    fn what_stands_around_is_cut_short() {
        let (blue, green) = (
            format!("{}1{}", "a".repeat(99), "z".repeat(99)),
            format!("{}2{}", "a".repeat(99), "z".repeat(99)),
        );
        let [left, right] = excerpts(&blue, &green);
        assert_eq!((left.changed.as_str(), right.changed.as_str()), ("1", "2"));
        assert_eq!(left.before, format!("…{}", "a".repeat(AROUND)));
        assert_eq!(left.after, format!("{}…", "z".repeat(AROUND)));
    }
}
