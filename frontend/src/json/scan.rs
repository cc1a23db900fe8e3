//! The signs of JSON: white space, strings, numbers. Knows no types.

use std::borrow::Cow;

use super::Unreadable;

/// What is left of a text.
pub(super) struct Scan<'t> {
    rest: &'t [u8],
}

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub(super) is_negative: bool,
    /// Without its sign, if it has neither fraction nor exponent and fits.
    pub(super) whole: Option<u64>,
    digits: u64,
    exponent: i32,
}

impl Number {
    /// To within the last bit: nobody is shown more.
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is wanted")]
    pub(super) fn value(self) -> f64 {
        let mut value = self.digits as f64;
        for _ in 0..self.exponent.unsigned_abs().min(400) {
            if self.exponent > 0 { value *= 10.0 } else { value /= 10.0 }
        }
        if self.is_negative { -value } else { value }
    }
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.as_bytes() }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    fn next(&mut self) -> Result<u8, Unreadable> {
        let (first, rest) = self.rest.split_first().ok_or(Unreadable)?;
        self.rest = rest;
        Ok(*first)
    }

    #[inline(never)]
    pub(super) fn take(&mut self, wanted: u8) -> bool {
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        is_there
    }

    pub(super) fn expect(&mut self, wanted: u8) -> Result<(), Unreadable> {
        if self.take(wanted) { Ok(()) } else { Err(Unreadable) }
    }

    pub(super) fn end(&mut self) -> Result<(), Unreadable> {
        if self.peek().is_none() { Ok(()) } else { Err(Unreadable) }
    }

    /// Whether another item comes before the closing sign.
    #[inline(never)]
    pub(super) fn goes_on(&mut self, is_first: bool, closing: u8) -> Result<bool, Unreadable> {
        if self.take(closing) {
            return Ok(false);
        }
        if is_first { Ok(true) } else { self.expect(b',').map(|()| true) }
    }

    fn word(&mut self, word: &[u8]) -> bool {
        self.peek();
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    #[inline(never)]
    pub(super) fn null(&mut self) -> bool {
        self.word(b"null")
    }

    #[inline(never)]
    pub(super) fn boolean(&mut self) -> Result<bool, Unreadable> {
        if self.word(b"true") {
            Ok(true)
        } else if self.word(b"false") {
            Ok(false)
        } else {
            Err(Unreadable)
        }
    }

    #[inline(never)]
    pub(super) fn number(&mut self) -> Result<Number, Unreadable> {
        let is_negative = self.take(b'-');
        let (mut digits, mut exponent, mut is_whole, mut is_there) = (0_u64, 0_i32, true, false);
        while let Some(sign) = self.rest.first() {
            match sign {
                b'0'..=b'9' => {
                    is_there = true;
                    match digits.checked_mul(10).and_then(|it| it.checked_add(u64::from(sign - b'0'))) {
                        Some(more) => {
                            digits = more;
                            exponent -= i32::from(!is_whole);
                        }
                        // The twentieth digit and those after it only count for the size.
                        None if is_whole => exponent += 1,
                        None => {}
                    }
                }
                b'.' if is_whole => is_whole = false,
                _ => break,
            }
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        let is_whole = is_whole && exponent == 0;
        let shift = self.exponent()?;
        let whole = (is_whole && shift.is_none()).then_some(digits);
        let exponent = exponent.saturating_add(shift.unwrap_or_default());
        if is_there { Ok(Number { is_negative, whole, digits, exponent }) } else { Err(Unreadable) }
    }

    fn exponent(&mut self) -> Result<Option<i32>, Unreadable> {
        if !matches!(self.rest.first(), Some(b'e' | b'E')) {
            return Ok(None);
        }
        self.next()?;
        let is_negative = self.rest.first() == Some(&b'-');
        if matches!(self.rest.first(), Some(b'-' | b'+')) {
            self.next()?;
        }
        let mut exponent = 0_i32;
        while let Some(digit @ b'0'..=b'9') = self.rest.first() {
            exponent = exponent.saturating_mul(10).saturating_add(i32::from(digit - b'0'));
            self.next()?;
        }
        Ok(Some(if is_negative { -exponent } else { exponent }))
    }

    /// A string without its quotes and escapes.
    #[inline(never)]
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, Unreadable> {
        self.expect(b'"')?;
        let mut bytes = Cow::Borrowed(&[][..]);
        loop {
            let length = self.rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).ok_or(Unreadable)?;
            let (plain, rest) = self.rest.split_at(length);
            self.rest = rest;
            if bytes.is_empty() {
                bytes = Cow::Borrowed(plain);
            } else {
                bytes.to_mut().extend_from_slice(plain);
            }
            if self.next()? == b'"' {
                return text(bytes);
            }
            let sign = self.escaped()?;
            bytes.to_mut().extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn escaped(&mut self) -> Result<char, Unreadable> {
        Ok(match self.next()? {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.coded(),
            sign @ (b'"' | b'\\' | b'/') => char::from(sign),
            _ => return Err(Unreadable),
        })
    }

    /// A sign by its number; one half of a pair without the other is no sign.
    fn coded(&mut self) -> Result<char, Unreadable> {
        let first = self.code()?;
        if !(0xD800..0xDC00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let Some(rest) = self.rest.strip_prefix(br"\u") else { return Ok(char::REPLACEMENT_CHARACTER) };
        let before = std::mem::replace(&mut self.rest, rest);
        let second = self.code()?;
        if (0xDC00..0xE000).contains(&second) {
            let number = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            return Ok(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.rest = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn code(&mut self) -> Result<u32, Unreadable> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.next()?).to_digit(16).ok_or(Unreadable)?;
            code = code * 16 + digit;
        }
        Ok(code)
    }

    /// Passes over a value that nobody wants.
    #[inline(never)]
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        let mut depth = 0_usize;
        loop {
            match self.peek().ok_or(Unreadable)? {
                b'"' => drop(self.string()?),
                b'{' | b'[' => {
                    depth += 1;
                    self.next()?;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(Unreadable)?;
                    self.next()?;
                }
                b',' | b':' if depth > 0 => drop(self.next()?),
                _ => self.skip_word()?,
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn skip_word(&mut self) -> Result<(), Unreadable> {
        let length = self
            .rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')))
            .unwrap_or(self.rest.len());
        self.rest = self.rest.get(length..).unwrap_or_default();
        if length == 0 { Err(Unreadable) } else { Ok(()) }
    }
}

/// The text was one before it was cut, and it was cut at signs only.
fn text(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, Unreadable> {
    match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| Unreadable),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| Unreadable),
    }
}
