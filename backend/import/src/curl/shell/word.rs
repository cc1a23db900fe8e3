//! One word: quotes, escapes, and where expansions stand in it.

use super::Word;

/// The letters of a text with a place among them.
pub(super) struct Letters {
    all: Vec<char>,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    at: usize,
    pub(super) line: usize,
}

/// What is being put together.
#[derive(Default)]
struct Draft {
    bytes: Vec<u8>,
    /// The unquoted letters; quoted ones as NUL.
    bare: String,
    expansion: Option<String>,
    is_quoted: bool,
    has_doubled_quotes: bool,
}

impl Draft {
    fn push(&mut self, letter: char, is_bare: bool) {
        self.bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes());
        self.bare.push(if is_bare { letter } else { '\0' });
    }

    fn expand(&mut self, text: &str) {
        self.bytes.extend(text.bytes());
        self.bare.push('\0');
        self.expansion.get_or_insert_with(|| text.to_owned());
    }

    fn finish(self) -> Result<Word, String> {
        if has_braces(&self.bare) {
            return Err("a shell expands its unquoted braces; put quotes around them".to_owned());
        }
        let text = String::from_utf8(self.bytes).map_err(|_| "it holds bytes that are no text".to_owned())?;
        let home = self.bare.starts_with('~').then(|| "~".to_owned());
        let expansion = self.expansion.or(home);
        let (is_quoted, has_doubled_quotes) = (self.is_quoted, self.has_doubled_quotes);
        Ok(Word { text, expansion, is_quoted, has_doubled_quotes })
    }
}

/// `{a,b}` and `{1..3}`, as shells expand them beyond POSIX.
fn has_braces(bare: &str) -> bool {
    let mut rest = bare;
    while let Some((_, inner)) = rest.split_once('{') {
        let Some((between, after)) = inner.split_once('}') else { return false };
        let innermost = between.rsplit('{').next().unwrap_or(between);
        if innermost.contains(',') || innermost.contains("..") {
            return true;
        }
        rest = after;
    }
    false
}

impl Letters {
    pub(super) fn new(text: &str) -> Self {
        Self { all: text.chars().collect(), place: Place { at: 0, line: 1 } }
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.all.get(self.place.at).copied()
    }

    fn after(&self, count: usize) -> Option<char> {
        self.all.get(self.place.at + count).copied()
    }

    pub(super) fn next_is(&self, letter: char) -> bool {
        self.after(1) == Some(letter)
    }

    pub(super) fn begins(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, it)| self.after(index) == Some(it))
    }

    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.take();
        }
    }

    fn take(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.place.at += 1;
        self.place.line += usize::from(letter == '\n');
        Some(letter)
    }

    /// Whether a backslash stands here that joins two lines.
    pub(super) fn continues(&self) -> bool {
        self.after(1) == Some('\n') || (self.after(1) == Some('\r') && self.after(2) == Some('\n'))
    }

    pub(super) fn skip_continuation(&mut self) {
        self.skip(if self.next_is('\r') { 3 } else { 2 });
    }

    pub(super) fn skip_line(&mut self) {
        while self.peek().is_some_and(|it| it != '\n') {
            self.take();
        }
    }

    pub(super) fn line(&mut self) -> Option<String> {
        self.peek()?;
        let from = self.place.at;
        self.skip_line();
        let line = self.all[from..self.place.at].iter().collect();
        self.take();
        Some(line)
    }

    /// Goes to the beginning of the line after one, forwards or back.
    pub(super) fn go_to_line_after(&mut self, line: usize) {
        let breaks = self.all.iter().enumerate().filter(|(_, it)| **it == '\n').map(|(at, _)| at + 1);
        self.place = breaks
            .skip(line - 1)
            .map(|at| Place { at, line: line + 1 })
            .next()
            .unwrap_or(Place { at: self.all.len(), line });
    }

    /// The word behind a redirection.
    pub(super) fn next_word(&mut self) -> Result<Word, String> {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.take();
        }
        self.word()
    }

    pub(super) fn word(&mut self) -> Result<Word, String> {
        let mut draft = Draft::default();
        while let Some(letter) = self.peek() {
            match letter {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '\r' if self.after(1).is_none_or(|it| it == '\n') => break,
                '\\' if self.continues() => self.skip_continuation(),
                '\\' => {
                    self.take();
                    let letter = self.take().unwrap_or('\\');
                    draft.push(letter, false);
                    draft.is_quoted = true;
                }
                '\'' => self.single(&mut draft)?,
                '"' => self.double(&mut draft)?,
                '$' if self.next_is('\'') => self.ansi(&mut draft)?,
                '$' if self.next_is('"') => {
                    self.take();
                    self.double(&mut draft)?;
                }
                '$' | '`' => self.expansion(&mut draft, true)?,
                other => {
                    draft.push(other, true);
                    self.take();
                }
            }
        }
        draft.finish()
    }

    fn single(&mut self, draft: &mut Draft) -> Result<(), String> {
        draft.is_quoted = true;
        self.take();
        loop {
            match self.take() {
                Some('\'') => return Ok(()),
                Some(letter) => draft.push(letter, false),
                None => return Err(unclosed('\'')),
            }
        }
    }

    fn double(&mut self, draft: &mut Draft) -> Result<(), String> {
        draft.is_quoted = true;
        self.take();
        loop {
            match self.peek() {
                Some('"') => {
                    self.take();
                    draft.has_doubled_quotes |= self.peek() == Some('"');
                    return Ok(());
                }
                Some('\\') if self.continues() => self.skip_continuation(),
                Some('\\') => {
                    self.take();
                    match self.peek() {
                        Some(letter @ ('$' | '`' | '"' | '\\')) => {
                            draft.push(letter, false);
                            self.take();
                        }
                        _ => draft.push('\\', false),
                    }
                }
                Some('$' | '`') => self.expansion(draft, false)?,
                Some(letter) => {
                    draft.push(letter, false);
                    self.take();
                }
                None => return Err(unclosed('"')),
            }
        }
    }

    /// `$name`, `${…}`, `$(…)`, `` `…` ``; a dollar that begins nothing is a dollar.
    fn expansion(&mut self, draft: &mut Draft, is_bare: bool) -> Result<(), String> {
        let from = self.place.at;
        if self.take() == Some('`') {
            self.until('`')?;
        } else {
            match self.peek() {
                Some('{') => self.until('}')?,
                Some('(') => self.parentheses()?,
                Some(letter) if letter.is_ascii_alphabetic() || letter == '_' => {
                    while self.peek().is_some_and(|it| it.is_ascii_alphanumeric() || it == '_') {
                        self.take();
                    }
                }
                Some('0'..='9' | '@' | '*' | '#' | '?' | '$' | '!' | '-') => self.skip(1),
                _ => {
                    draft.push('$', is_bare);
                    return Ok(());
                }
            }
        }
        let text: String = self.all[from..self.place.at].iter().collect();
        draft.expand(&text);
        Ok(())
    }

    fn until(&mut self, end: char) -> Result<(), String> {
        while let Some(letter) = self.take() {
            match letter {
                '\\' => self.skip(1),
                letter if letter == end => return Ok(()),
                _ => {}
            }
        }
        Err(unclosed(end))
    }

    fn parentheses(&mut self) -> Result<(), String> {
        let mut depth = 0usize;
        while let Some(letter) = self.take() {
            match letter {
                '(' => depth += 1,
                ')' if depth <= 1 => return Ok(()),
                ')' => depth -= 1,
                '\\' => self.skip(1),
                '\'' => self.until('\'')?,
                _ => {}
            }
        }
        Err(unclosed(')'))
    }

    /// `$'…'`
    fn ansi(&mut self, draft: &mut Draft) -> Result<(), String> {
        draft.is_quoted = true;
        self.skip(2);
        loop {
            match self.take() {
                Some('\'') => return Ok(()),
                Some('\\') => self.escape(draft)?,
                Some(letter) => draft.push(letter, false),
                None => return Err(unclosed('\'')),
            }
        }
    }

    fn escape(&mut self, draft: &mut Draft) -> Result<(), String> {
        let letter = self.take().ok_or_else(|| unclosed('\''))?;
        let plain = match letter {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' | 'E' => '\u{1b}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' | '\'' | '"' | '?' => letter,
            'x' => return self.byte(16, 2, draft, letter),
            '0'..='7' => {
                self.place.at -= 1;
                return self.byte(8, 3, draft, letter);
            }
            'u' => return self.code_point(4, draft),
            'U' => return self.code_point(8, draft),
            'c' => {
                let of = self.take().ok_or_else(|| unclosed('\''))?;
                char::from_u32(u32::from(of) & 0x1f).unwrap_or_default()
            }
            other => {
                draft.push('\\', false);
                other
            }
        };
        draft.push(plain, false);
        Ok(())
    }

    fn number(&mut self, radix: u32, most: usize) -> Option<u32> {
        let digits = (0..most).map_while(|it| self.after(it)).take_while(|it| it.is_digit(radix));
        let digits: String = digits.collect();
        self.skip(digits.len());
        u32::from_str_radix(&digits, radix).ok()
    }

    fn byte(&mut self, radix: u32, most: usize, draft: &mut Draft, letter: char) -> Result<(), String> {
        match self.number(radix, most) {
            Some(0) => return Err("it holds a NUL, at which a shell ends the word".to_owned()),
            Some(number) => {
                // A byte of three octal digits wraps, as in a shell.
                draft.bytes.push((number & 0xff) as u8);
                draft.bare.push('\0');
            }
            None => {
                draft.push('\\', false);
                draft.push(letter, false);
            }
        }
        Ok(())
    }

    fn code_point(&mut self, most: usize, draft: &mut Draft) -> Result<(), String> {
        match self.number(16, most).map(char::from_u32) {
            Some(Some('\0')) => Err("it holds a NUL, at which a shell ends the word".to_owned()),
            Some(Some(letter)) => {
                draft.push(letter, false);
                Ok(())
            }
            Some(None) => Err("it holds half a character".to_owned()),
            None => {
                draft.push('\\', false);
                draft.push(if most == 4 { 'u' } else { 'U' }, false);
                Ok(())
            }
        }
    }
}

fn unclosed(quote: char) -> String {
    format!("`{quote}` is not closed")
}

/// The text of a here-document whose end word is not quoted: expansions stand in it, and a backslash before what
/// would begin one, before itself and before a line end is taken away.
pub(super) fn of_here_document(text: &str) -> Word {
    let mut letters = Letters::new(text);
    let mut draft = Draft::default();
    while let Some(letter) = letters.peek() {
        match letter {
            '\\' if letters.next_is('\n') => letters.skip(2),
            '\\' if matches!(letters.after(1), Some('$' | '`' | '\\')) => {
                letters.take();
                draft.push(letters.take().unwrap_or('\\'), false);
            }
            '$' | '`' => {
                if letters.expansion(&mut draft, false).is_err() {
                    draft.expansion = Some(letter.to_string());
                }
            }
            other => {
                draft.push(other, false);
                letters.take();
            }
        }
    }
    let text = String::from_utf8_lossy(&draft.bytes).into_owned();
    Word { text, expansion: draft.expansion, is_quoted: true, has_doubled_quotes: false }
}
