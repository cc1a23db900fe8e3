//! A place in a text that is being read, for the small parsers of paths and intrinsic functions.

/// What is left to read. Copying it remembers a place to come back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next()?;
        self.rest = characters.as_str();
        Some(next)
    }

    /// Goes past `text` if it comes next.
    pub(crate) fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(crate) fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Goes past `text` if it comes next, white space before it aside.
    pub(crate) fn eat_word(&mut self, text: &str) -> bool {
        self.skip_space();
        self.eat(text)
    }

    /// Takes characters as long as they are wanted.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Takes a whole number with an optional sign; leaves the place unchanged where there is none.
    pub(crate) fn integer(&mut self) -> Option<i64> {
        let mut ahead = *self;
        let negative = ahead.eat("-");
        let digits = ahead.take_while(|c| c.is_ascii_digit());
        let number: i64 = digits.parse().ok()?;
        *self = ahead;
        Some(if negative { -number } else { number })
    }

    /// Takes a JSON number; leaves the place unchanged where there is none.
    pub(crate) fn number(&mut self) -> Option<serde_json::Number> {
        let mut ahead = *self;
        let text = ahead.take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'));
        let number = serde_json::from_str(text).ok()?;
        *self = ahead;
        Some(number)
    }

    /// Takes a text in quotes `quote`, the opening one already taken. A backslash makes a quote or a backslash
    /// plain, and stands for itself before anything else. `None` where the text does not end.
    pub(crate) fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.next()? {
                c if c == quote => return Some(text),
                '\\' => {
                    let next = self.next()?;
                    if next != quote && next != '\\' {
                        text.push('\\');
                    }
                    text.push(next);
                }
                c => text.push(c),
            }
        }
    }
}
