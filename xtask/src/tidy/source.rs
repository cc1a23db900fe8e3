//! The names in a Rust file: what it imports, and the paths that it speaks of.

/// What a file names.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Imports: the name in the file, and the path as it is written.
    pub(super) imports: Vec<(String, Vec<String>)>,
    /// Paths of two parts or more elsewhere in the file.
    pub(super) paths: Vec<Vec<String>>,
}

/// A text without comments, texts and its module of tests.
pub(super) fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let skipped = skipped(rest);
        if skipped > 0 {
            rest = &rest[skipped..];
            bare.push(' ');
            continue;
        }
        bare.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    match bare.find("#[cfg(test)]\nmod tests {") {
        Some(at) => {
            let after = &bare[at..];
            let end = after.find("\n}\n").map_or(after.len(), |end| end + 3);
            format!("{}{}", &bare[..at], &after[end..])
        }
        None => bare,
    }
}

/// How many bytes a comment, a text or a letter in quotes takes at the beginning of `rest`; 0 where there is none.
fn skipped(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    let hashes = rest.strip_prefix('r').map_or(0, |raw| raw.len() - raw.trim_start_matches('#').len());
    if rest.starts_with('r') && rest[1 + hashes..].starts_with('"') {
        let close = format!("\"{}", "#".repeat(hashes));
        let open = hashes + 2;
        return rest[open..].find(&close).map_or(rest.len(), |end| open + end + close.len());
    }
    if rest.starts_with('"') {
        return quoted(rest, '"');
    }
    // A letter in quotes, and not a lifetime.
    let mut letters = rest.chars();
    match (letters.next(), letters.next(), letters.next()) {
        (Some('\''), Some('\\'), _) | (Some('\''), Some(_), Some('\'')) => quoted(rest, '\''),
        _ => 0,
    }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if letter == '\\' {
            is_escaped = true;
        } else if letter == quote {
            return at + 1;
        }
    }
    rest.len()
}

/// The modules that are there for tests only.
pub(super) fn tests(bare: &str) -> Vec<String> {
    let tokens = tokens(bare);
    let marks = tokens
        .windows(7)
        .enumerate()
        .filter(|(_, window)| **window == ["#", "[", "cfg", "(", "test", ")", "]"]);
    marks
        .filter_map(|(at, _)| {
            let after = tokens[at + 7..].iter().take(6).collect::<Vec<_>>();
            let place = after.iter().position(|token| **token == "mod")?;
            Some((*after.get(place + 1)?).to_string())
        })
        .collect()
}

/// The names of a text that is bare.
pub(super) fn names(bare: &str) -> Names {
    let tokens = tokens(bare);
    let mut names = Names::default();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at] {
            "use" => {
                let end =
                    tokens[at..].iter().position(|token| *token == ";").map_or(tokens.len(), |end| at + end);
                tree(&tokens[at + 1..end], &[], &mut names.imports);
                at = end + 1;
            }
            "pub" if tokens.get(at + 1) == Some(&"(") => {
                at += tokens[at..].iter().position(|token| *token == ")").unwrap_or(0) + 1;
            }
            token if is_name(token) && (at == 0 || !matches!(tokens[at - 1], "::" | ".")) => {
                let mut path = vec![token.to_owned()];
                while tokens.get(at + 1) == Some(&"::")
                    && tokens.get(at + 2).is_some_and(|next| is_name(next))
                {
                    path.push(tokens[at + 2].to_owned());
                    at += 2;
                }
                if path.len() > 1 {
                    names.paths.push(path);
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    names
}

/// Reads the tree of a `use`, without its semicolon.
fn tree(tokens: &[&str], before: &[String], imports: &mut Vec<(String, Vec<String>)>) {
    let mut depth = 0;
    for item in tokens.split(|token| {
        depth += i32::from(*token == "{") - i32::from(*token == "}");
        depth == 0 && *token == ","
    }) {
        let open = item.iter().position(|token| *token == "{");
        let head = &item[..open.unwrap_or(item.len())];
        let (head, alias) = match head.iter().position(|token| *token == "as") {
            Some(at) => (&head[..at], head.get(at + 1)),
            None => (head, None),
        };
        let mut path = before.to_vec();
        path.extend(head.iter().filter(|token| **token != "::").map(|token| (*token).to_owned()));
        if let Some(open) = open {
            tree(&item[open + 1..item.len() - 1], &path, imports);
            continue;
        }
        if path.len() > 1 {
            path.pop_if(|last| last == "self");
        }
        if let Some(name) = alias.map(|alias| (*alias).to_owned()).or_else(|| path.last().cloned()) {
            imports.push((name, path));
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(letter) = rest.chars().next() {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let length = if is_word(letter) {
            rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            letter.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_of_imports_are_taken_apart() {
        let found = names("pub(crate) use crate::{a::{self, B as C}, d::*}; use std::io;").imports;
        let found: Vec<String> =
            found.iter().map(|(name, path)| format!("{name}={}", path.join("::"))).collect();
        assert_eq!(found, ["a=crate::a", "C=crate::a::B", "*=crate::d::*", "io=std::io"]);
    }

    #[test]
    fn paths_are_found_and_texts_and_comments_are_not() {
        let text =
            "fn f<'a>(x: &'a a::B) { r#\"c::D\"#; '\"'; \"e::\\\"F\"; /* g::H */ i::j::<K>() } // l::M";
        let found: Vec<String> = names(&bare(text)).paths.iter().map(|path| path.join("::")).collect();
        assert_eq!(found, ["a::B", "i::j"]);
    }

    #[test]
    fn modules_for_tests_are_told_apart() {
        assert_eq!(tests(&bare("mod a;\n#[cfg(test)]\nmod testing;\n")), ["testing"]);
    }
}
