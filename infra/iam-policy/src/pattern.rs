//! Wildcards of policies: `*` for any text, `?` for one letter.

/// Whether a text fits a pattern, capitals being other letters.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut next) = (0, 0);
    // Where the last `*` stood, and how far it reaches.
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(next) {
            Some('*') => {
                star = Some((next, at));
                next += 1;
            }
            Some('?') => (at, next) = (at + 1, next + 1),
            Some(letter) if *letter == text[at] => (at, next) = (at + 1, next + 1),
            _ => match &mut star {
                Some((from, reach)) => {
                    *reach += 1;
                    (at, next) = (*reach, *from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[next..].iter().all(|letter| *letter == '*')
}

/// The same for actions, whose capitals say nothing.
pub(crate) fn fits_action(pattern: &str, action: &str) -> bool {
    fits(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_what_they_stand_for() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("", "a", false),
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*:role/x-*", "arn:aws:iam::1:role/x-y", true),
            ("a*b*c", "a-c-b-b-c", true),
            ("arn:A", "arn:a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
        assert!(fits_action("ECS:describe*", "ecs:DescribeServices"));
        assert!(!fits_action("ecs:Describe*", "ecs:DeleteTaskSet"));
    }
}
