//! Probes from curl commands, as browsers copy them and people keep them in notes and scripts. The truth is what
//! curl 7.88 sends, but for what it says of itself (`User-Agent: curl`, `Accept: */*`).

mod data;
mod glob;
mod operation;
mod option;
mod shell;
mod windows;

use crate::{Imported, collect::Collector, without_mark};
use operation::Operation;
use option::Does;
use shell::{Command, Word};

/// Words before a command that say how it runs and not what it is.
const BEFORE: [&str; 22] = [
    "!", "$", "%", "builtin", "command", "do", "elif", "else", "env", "exec", "if", "nice", "nohup",
    "noglob", "sudo", "then", "time", "until", "while", "{", "&&", "-p",
];
const POWERSHELL: [&str; 4] = ["invoke-webrequest", "invoke-restmethod", "iwr", "irm"];

/// Reads commands as they are copied from a browser or a shell; a line without one is left out and remarked.
pub fn import(text: &str) -> Imported {
    let text = without_mark(text);
    let mut collector = Collector::default();
    let is_windows = windows::is_meant(text);
    let commands = if is_windows { windows::commands(text) } else { shell::commands(text) };
    if is_windows && commands.iter().any(|it| curl_of(it).is_some()) {
        collector.remark("The commands were read as Windows' command prompt reads them.");
    }
    for command in &commands {
        one(command, &mut collector);
    }
    collector.finish()
}

fn one(command: &Command, collector: &mut Collector) {
    let at = format!("line {}", command.line);
    let Some(words) = curl_of(command) else {
        let names = |it: &Word| {
            let texts = [Some(&it.text), it.expansion.as_ref()];
            texts
                .into_iter()
                .flatten()
                .any(|it| it == "curl" || it.contains("curl ") || it.contains("curl\n"))
        };
        let first = command.words.first().map(|it| it.text.to_lowercase()).unwrap_or_default();
        let is_powershell =
            command.words.iter().any(|it| POWERSHELL.contains(&it.text.to_lowercase().as_str()));
        if is_powershell {
            collector.left_out(&at, "PowerShell is not read; copy the request as cURL");
        } else if command.words.iter().any(names) && first != "curl" {
            collector.left_out(&at, "the curl command is run by another one");
        } else if let Some(trouble) = &command.trouble {
            collector.left_out(&at, trouble);
        }
        return;
    };
    if let Some(trouble) = &command.trouble {
        collector.left_out(&at, trouble);
        return;
    }
    if words.iter().any(|it| it.has_doubled_quotes && it.text.contains('{') && !it.text.contains('"')) {
        collector.left_out(&at, "its quotes are doubled, as Windows writes them; copy it as cURL (bash)");
        return;
    }
    if command.is_cut {
        collector.same("the unquoted `&` ends the command there, as in a shell", &at);
    }
    for outcome in operations(words, command) {
        match outcome {
            Ok(operation) => operation.finish(&at, collector),
            Err(reason) => collector.left_out(&at, &reason),
        }
    }
}

/// The words after `curl`, if the command is one.
fn curl_of(command: &Command) -> Option<&[Word]> {
    let is_assignment = |word: &Word| {
        word.text.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
        })
    };
    let first =
        command.words.iter().position(|it| !BEFORE.contains(&it.text.as_str()) && !is_assignment(it))?;
    let name = command.words[first].text.rsplit(['/', '\\']).next().unwrap_or_default();
    (name == "curl" || name.eq_ignore_ascii_case("curl.exe")).then(|| &command.words[first + 1..])
}

/// What stands between one `--next` and the other.
fn operations(words: &[Word], command: &Command) -> Vec<Result<Operation, String>> {
    let (mut done, mut current) = (Vec::new(), Operation::new(command.input.clone()));
    let mut trouble: Option<String> = None;
    let (mut rest, mut has_ended) = (words.iter(), false);
    while let Some(word) = rest.next() {
        let text = word.text.as_str();
        if has_ended || !text.starts_with('-') || text == "-" {
            current.address(word);
        } else if text == "--" {
            has_ended = true;
        } else if text == "--next" || text == "-:" {
            let whole = std::mem::replace(&mut current, Operation::new(command.input.clone()));
            done.push(trouble.take().map_or(Ok(whole), Err));
        } else if let Err(reason) = options(word, &mut rest, &mut current) {
            trouble.get_or_insert(reason);
        }
    }
    done.push(trouble.map_or(Ok(current), Err));
    done
}

/// An option by its long name, or some by their letters.
fn options<'w>(
    word: &Word,
    rest: &mut impl Iterator<Item = &'w Word>,
    operation: &mut Operation,
) -> Result<(), String> {
    let text = word.text.as_str();
    if let Some(name) = text.strip_prefix("--") {
        let unknown = || {
            if name.starts_with("expand-") {
                format!("`--{name}` uses variables of curl")
            } else {
                format!("curl has no option `--{}`", name.split('=').next().unwrap_or_default())
            }
        };
        let (option, is_on) = option::by_name(name).ok_or_else(unknown)?;
        let value = if option.takes_value {
            Some(rest.next().ok_or_else(|| format!("`--{}` lacks its value", option.long))?.clone())
        } else {
            None
        };
        return apply(option, is_on, value, operation);
    }
    for (at, letter) in text.char_indices().skip(1) {
        let option = option::by_letter(letter).ok_or_else(|| format!("curl has no option `-{letter}`"))?;
        if option.takes_value {
            let attached = &text[at + letter.len_utf8()..];
            let value = if attached.is_empty() {
                rest.next().ok_or_else(|| format!("`-{letter}` lacks its value"))?.clone()
            } else {
                Word { text: attached.to_owned(), ..word.clone() }
            };
            return apply(option, true, Some(value), operation);
        }
        apply(option, true, None, operation)?;
    }
    Ok(())
}

fn apply(
    option: &'static option::CurlOption,
    is_on: bool,
    value: Option<Word>,
    operation: &mut Operation,
) -> Result<(), String> {
    match option.does {
        Does::Way => Ok(()),
        Does::Said(note) => {
            operation.notes.push(note);
            Ok(())
        }
        Does::Refused(_) if !is_on => Ok(()),
        Does::Refused(reason) => Err(format!("`--{}`: {reason}", option.long)),
        Does::Own => {
            if let Some(value) = value {
                return operation.value(option.long, value);
            }
            operation.flag(option.long, is_on);
            Ok(())
        }
    }
}
