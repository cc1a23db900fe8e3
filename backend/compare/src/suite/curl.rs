//! Probes from curl commands, as browsers copy them and people keep them in notes.

use super::Imported;

/// Options that take a value and say nothing of what is asked.
const WITH_VALUE: [&str; 10] = [
    "-o",
    "--output",
    "-m",
    "--max-time",
    "--connect-timeout",
    "-w",
    "--write-out",
    "--resolve",
    "--cacert",
    "--retry",
];

pub fn import(text: &str) -> Imported {
    let mut imported = Imported::default();
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for command in joined.lines().map(str::trim).filter(|line| line.starts_with("curl ")) {
        match words(command) {
            Some(words) => one(&words[1..], &mut imported),
            None => imported.remarks.push("a command left out: a quote in it is not closed".to_owned()),
        }
    }
    imported.numbered()
}

#[derive(Default)]
struct Command {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, String)>,
    data: Vec<String>,
    is_get: bool,
}

fn one(words: &[String], imported: &mut Imported) {
    let mut command = Command::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let (option, attached) = split_option(word);
        let mut value = || attached.map(str::to_owned).or_else(|| rest.next().cloned()).unwrap_or_default();
        match option {
            "-X" | "--request" => command.method = Some(value()),
            "-H" | "--header" => {
                let header = value();
                if let Some((name, value)) = header.split_once(':') {
                    command.headers.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" | "--json" => {
                command.data.push(value());
                if option == "--json" {
                    command.headers.push(("content-type".to_owned(), "application/json".to_owned()));
                }
            }
            "-A" | "--user-agent" => command.headers.push(("user-agent".to_owned(), value())),
            "-e" | "--referer" => command.headers.push(("referer".to_owned(), value())),
            "-b" | "--cookie" => command.headers.push(("cookie".to_owned(), value())),
            "-u" | "--user" => {
                value();
                command.headers.push(("authorization".to_owned(), String::new()));
            }
            "-I" | "--head" => command.method = Some("HEAD".to_owned()),
            "-G" | "--get" => command.is_get = true,
            "--url" => command.url = Some(value()),
            known if WITH_VALUE.contains(&known) => {
                value();
            }
            flag if flag.starts_with('-') => {}
            _ => command.url = Some(word.clone()),
        }
    }
    command.finish(imported);
}

impl Command {
    fn finish(self, imported: &mut Imported) {
        let Some(url) = self.url else {
            imported.remarks.push("a command left out: it names no address".to_owned());
            return;
        };
        if self.data.iter().any(|it| it.starts_with('@')) {
            imported.remarks.push("a command left out: its body is in a file".to_owned());
            return;
        }
        let data = (!self.data.is_empty()).then(|| self.data.join("&"));
        let (url, data) = match (self.is_get, data) {
            (true, Some(query)) => {
                (format!("{url}{}{query}", if url.contains('?') { '&' } else { '?' }), None)
            }
            (_, data) => (url, data),
        };
        let usual = if data.is_some() { "POST" } else { "GET" };
        let mut headers = self.headers;
        if data.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        }
        imported.push(self.method.as_deref().unwrap_or(usual), &url, headers, data);
    }
}

/// `-XPOST` and `--request=POST` carry their value with them.
fn split_option(word: &str) -> (&str, Option<&str>) {
    if word.starts_with("--") {
        return word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
    }
    match (word.get(..2), word.get(2..)) {
        (Some(option @ ("-X" | "-H" | "-d" | "-A" | "-b" | "-e" | "-u" | "-o" | "-m")), Some(value))
            if !value.is_empty() =>
        {
            (option, Some(value))
        }
        _ => (word, None),
    }
}

/// Splits as a shell does: quotes of both kinds, `$'…'` and backslashes. `None` when a quote is not closed.
fn words(command: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut is_open) = (Vec::new(), String::new(), false);
    let mut letters = command.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' => {
                if std::mem::take(&mut is_open) {
                    words.push(std::mem::take(&mut word));
                }
                continue;
            }
            '\'' => quoted(&mut letters, '\'', &mut word, false)?,
            '"' => quoted(&mut letters, '"', &mut word, true)?,
            '$' if letters.peek() == Some(&'\'') => {
                letters.next();
                quoted(&mut letters, '\'', &mut word, true)?;
            }
            '\\' => word.extend(letters.next()),
            other => word.push(other),
        }
        is_open = true;
    }
    if is_open {
        words.push(word);
    }
    Some(words)
}

fn quoted(
    letters: &mut impl Iterator<Item = char>,
    end: char,
    word: &mut String,
    escapes: bool,
) -> Option<()> {
    loop {
        match letters.next()? {
            letter if letter == end => return Some(()),
            '\\' if escapes => match letters.next()? {
                'n' if end == '\'' => word.push('\n'),
                't' if end == '\'' => word.push('\t'),
                other => word.push(other),
            },
            letter => word.push(letter),
        }
    }
}
