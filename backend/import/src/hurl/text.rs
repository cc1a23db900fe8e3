//! A place in a Hurl file, by lines.

pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The number of the present line.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        let to = (self.at + bytes).min(self.text.len());
        self.line += self.text[self.at..to].matches('\n').count();
        self.at = to;
    }

    pub(super) fn peek(&self) -> Option<&'t str> {
        (self.at < self.text.len()).then(|| self.rest().split('\n').next().unwrap_or_default())
    }

    pub(super) fn skip_line(&mut self) {
        let length = self.peek().map_or(0, |line| line.len() + 1);
        self.skip(length);
    }

    /// The next line that is neither empty nor a remark, still to be read.
    pub(super) fn next_meaningful(&mut self) -> Option<&'t str> {
        while let Some(line) = self.peek() {
            let trimmed = line.trim();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                return Some(line);
            }
            self.skip_line();
        }
        None
    }

    /// After what could not be read, which began in a line.
    pub(super) fn go_to_next_request(&mut self, begin: usize) {
        if self.line() == begin {
            self.skip_line();
        }
        while self.peek().is_some_and(|line| !begins_request(line)) {
            self.skip_line();
        }
    }
}

/// Whether a line begins a request: a method in capitals, a space, an address.
pub(super) fn begins_request(line: &str) -> bool {
    let line = line.trim_start();
    line.split_once([' ', '\t']).is_some_and(|(method, url)| {
        method.len() > 1 && method.bytes().all(|it| it.is_ascii_uppercase()) && !url.trim().is_empty()
    })
}

/// A key or a value of a line: escapes undone, a remark and the space before it left away.
pub(super) fn unescaped(text: &str) -> Result<String, String> {
    let (mut out, mut kept, mut letters) = (String::new(), 0, text.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '#' => break,
            '\\' => {
                out.push(escape(&mut letters)?);
                kept = out.len();
            }
            other => {
                out.push(other);
                if !other.is_whitespace() {
                    kept = out.len();
                }
            }
        }
    }
    out.truncate(kept);
    Ok(out.trim_start().to_owned())
}

fn escape(letters: &mut std::str::Chars<'_>) -> Result<char, String> {
    Ok(match letters.next().ok_or("a line ends in `\\`")? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let rest = letters.as_str();
            let digits = rest.strip_prefix('{').and_then(|it| it.split_once('}')).map(|(digits, _)| digits);
            let letter = digits.and_then(|it| u32::from_str_radix(it, 16).ok()).and_then(char::from_u32);
            let (digits, letter) = digits.zip(letter).ok_or("an escape `\\u{…}` is none")?;
            *letters = rest[digits.len() + 2..].chars();
            letter
        }
        letter @ ('\\' | '"' | '#' | ':' | '`' | '{' | '}' | ' ' | '/') => letter,
        other => return Err(format!("the escape `\\{other}` is not known")),
    })
}

/// Where the key of `key: value` ends.
pub(super) fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    for (at, letter) in line.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            ':' => return Some((&line[..at], &line[at + 1..])),
            '#' => return None,
            _ => {}
        }
    }
    None
}
