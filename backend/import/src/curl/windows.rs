//! Commands as browsers copy them for Windows' command prompt: carets escape, `""` and `\"` are quotes within
//! quotes. The rules are those of cmd.exe and of Microsoft's C runtime for arguments.

use super::shell::{Command, Word};

/// Whether a text is written for cmd.exe: a line goes on after a caret, or a quote is escaped by one.
pub(super) fn is_meant(text: &str) -> bool {
    let ends = text.lines().any(|it| it.trim_end().ends_with(" ^"));
    let doubled = ["\"{\"\"", "\"\":", ":\"\"", "[\"\""].iter().filter(|it| text.contains(*it)).count() > 1;
    ends || text.contains("^\"") || (doubled && !text.contains('\''))
}

/// What carets leave: letters, and whether one is beyond the reach of the prompt.
fn without_carets(text: &str) -> Vec<(char, bool, usize)> {
    let (mut out, mut is_quoted, mut line) = (Vec::new(), false, 1);
    let text = text.replace("\r\n", "\n");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match letter {
            '^' if !is_quoted => {
                let mut next = letters.next();
                if next == Some('\n') {
                    // The line goes on; what follows is taken as it is.
                    line += 1;
                    next = letters.next();
                    line += usize::from(next == Some('\n'));
                }
                out.extend(next.map(|it| (it, true, line)));
            }
            '"' => {
                is_quoted = !is_quoted;
                out.push((letter, false, line));
            }
            '\n' => {
                is_quoted = false;
                out.push((letter, false, line));
            }
            other => out.push((other, is_quoted, line)),
        }
    }
    out
}

pub(super) fn commands(text: &str) -> Vec<Command> {
    let (mut commands, mut current) = (Vec::new(), Vec::new());
    for (letter, is_escaped, line) in without_carets(text) {
        if matches!(letter, '\n' | '&' | '|') && !is_escaped {
            commands.extend(command(&std::mem::take(&mut current)));
        } else {
            current.push((letter, line));
        }
    }
    commands.extend(command(&current));
    commands
}

/// Splits a line into arguments.
fn command(letters: &[(char, usize)]) -> Option<Command> {
    let line = letters.iter().find(|(it, _)| !it.is_whitespace())?.1;
    let (mut words, mut word, mut is_open, mut is_quoted) = (Vec::new(), String::new(), false, false);
    let mut at = 0;
    while let Some((letter, _)) = letters.get(at).copied() {
        at += 1;
        match letter {
            ' ' | '\t' | '\n' if !is_quoted => {
                if std::mem::take(&mut is_open) {
                    words.push(Word { text: std::mem::take(&mut word), ..Word::default() });
                }
                continue;
            }
            '\\' => {
                let more = letters[at..].iter().take_while(|(it, _)| *it == '\\').count();
                let is_before_quote = letters.get(at + more).is_some_and(|(it, _)| *it == '"');
                let count = more + 1;
                at += more;
                word.extend(std::iter::repeat_n('\\', if is_before_quote { count / 2 } else { count }));
                if is_before_quote && count % 2 == 1 {
                    word.push('"');
                    at += 1;
                }
            }
            '"' if is_quoted && letters.get(at).is_some_and(|(it, _)| *it == '"') => {
                word.push('"');
                at += 1;
            }
            '"' => is_quoted = !is_quoted,
            other => word.push(other),
        }
        is_open = true;
    }
    if is_open {
        words.push(Word { text: word, ..Word::default() });
    }
    let trouble = is_quoted.then(|| "`\"` is not closed".to_owned());
    Some(Command { line, words, trouble, ..Command::default() })
}
