//! Bodies of curl: pieces of data that are joined, and forms.

use super::shell::{Input, Word};
use crate::{address, multipart::Part};

/// What an option's word holds, unless it is not known before a shell or a file is there.
pub(super) fn plain(word: &Word) -> Result<&str, String> {
    match &word.expansion {
        None => Ok(&word.text),
        Some(expansion) => Err(format!("`{}` is known to a shell only", shown(expansion))),
    }
}

/// An expansion in a sentence: its name, and no more of a longer one.
fn shown(expansion: &str) -> String {
    let line = expansion.lines().next().unwrap_or_default();
    if line.len() <= 30 {
        line.to_owned()
    } else {
        format!("{}…", line.chars().take(30).collect::<String>())
    }
}

/// What `@-` reads.
fn input(input: &Input, file: &str) -> Result<String, String> {
    match (file, input) {
        ("-", Input::Text(word)) => plain(word).map(str::to_owned),
        ("-", Input::Unknown(why)) => Err((*why).to_owned()),
        ("-", Input::Nothing) => Err("it reads its standard input".to_owned()),
        (file, _) => Err(format!("it reads the file `{file}`")),
    }
}

/// The value of `-d`, `--data-binary` and `--json`. `-d` drops line ends of what it reads from a file.
pub(super) fn data(word: &Word, is_binary: bool, from: &Input) -> Result<String, String> {
    let text = plain(word)?;
    match text.strip_prefix('@') {
        None => Ok(text.to_owned()),
        Some(file) => {
            let read = input(from, file)?;
            Ok(if is_binary { read } else { read.replace(['\r', '\n', '\0'], "") })
        }
    }
}

/// The value of `--data-urlencode` and `--url-query`.
pub(super) fn url_encoded(word: &Word, from: &Input) -> Result<String, String> {
    let text = plain(word)?;
    let (name, content) = match (text.split_once('='), text.split_once('@')) {
        (Some((name, content)), _) => (name, content.to_owned()),
        (None, Some((name, file))) => (name, input(from, file)?),
        (None, None) => ("", text.to_owned()),
    };
    let content = address::component(&content).replace("%20", "+");
    Ok(if name.is_empty() { content } else { format!("{name}={content}") })
}

/// The value of `-F`: `name=content;type=…;filename=…;headers=…`, where content may be quoted.
pub(super) fn part(word: &Word, is_string: bool) -> Result<Part, String> {
    let text = plain(word)?;
    let (name, content) = text.split_once('=').ok_or("a part of its form has no `=`")?;
    let mut part = Part { name: name.to_owned(), ..Part::default() };
    if is_string {
        content.clone_into(&mut part.value);
        return Ok(part);
    }
    if content.starts_with(['@', '<']) {
        return Err(format!("the part `{name}` of its form is in a file"));
    }
    if content.starts_with('(') || content == ")" {
        return Err(format!("the part `{name}` of its form holds others"));
    }
    let mut rest = content;
    part.value = piece(&mut rest);
    while let Some(parameter) = rest.strip_prefix(';') {
        let parameter = parameter.trim_start();
        let Some((key, value)) = parameter.split_once('=') else {
            return Err(format!("a `;` in the part `{name}` of its form begins nothing that is known"));
        };
        rest = value;
        let value = piece(&mut rest);
        match key {
            "type" => part.kind = Some(value),
            "filename" => part.file_name = Some(value),
            "headers" if !value.starts_with(['@', '<']) => part.headers.push(value),
            _ => return Err(format!("`{key}` in the part `{name}` of its form is not known")),
        }
    }
    Ok(part)
}

/// One value up to a `;`, or within quotes, in which a backslash escapes quotes and itself.
fn piece(rest: &mut &str) -> String {
    let text = *rest;
    if let Some(quoted) = text.strip_prefix('"') {
        let (mut value, mut letters) = (String::new(), quoted.char_indices());
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    let after = quoted[at + 1..].trim_start();
                    if after.is_empty() || after.starts_with(';') {
                        *rest = after;
                        return value;
                    }
                    break;
                }
                '\\' => match letters.next() {
                    Some((_, letter @ ('"' | '\\'))) => value.push(letter),
                    Some((_, other)) => value.extend(['\\', other]),
                    None => value.push('\\'),
                },
                other => value.push(other),
            }
        }
    }
    let end = text.find(';').unwrap_or(text.len());
    *rest = &text[end..];
    text[..end].to_owned()
}
