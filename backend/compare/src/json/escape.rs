//! Escapes in JSON strings: checked when a document is read, undone when a string is looked at.

/// Lone surrogates are shown as characters of a private plane, so that two different ones stay different.
const PRIVATE_SURROGATES: u32 = 0x10_F000;

/// One escape that has been read.
pub(super) struct Escape {
    pub(super) letter: char,
    /// How many bytes it takes.
    pub(super) length: usize,
    /// Whether half of a surrogate pair stands alone.
    pub(super) is_lone: bool,
}

/// Reads the escape that begins with the backslash at an offset.
pub(super) fn read(bytes: &[u8], at: usize) -> Option<Escape> {
    let letter = match bytes.get(at + 1)? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'u' => return unicode(bytes, at),
        _ => return None,
    };
    Some(Escape { letter, length: 2, is_lone: false })
}

fn unicode(bytes: &[u8], at: usize) -> Option<Escape> {
    let unit = unit(bytes, at)?;
    if !(0xD800..0xE000).contains(&unit) {
        return Some(Escape { letter: char::from_u32(unit)?, length: 6, is_lone: false });
    }
    if unit < 0xDC00
        && bytes.get(at + 6..at + 8) == Some(b"\\u")
        && let Some(low) = self::unit(bytes, at + 6)
        && (0xDC00..0xE000).contains(&low)
    {
        let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        return Some(Escape { letter: char::from_u32(code)?, length: 12, is_lone: false });
    }
    let letter = char::from_u32(PRIVATE_SURROGATES + (unit - 0xD800))?;
    Some(Escape { letter, length: 6, is_lone: true })
}

/// Four hexadecimal digits after a backslash and its `u`.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at + 2..at + 6)?
        .iter()
        .try_fold(0, |unit, byte| Some(unit * 16 + char::from(*byte).to_digit(16)?))
}

/// A text between quotes, read before, without its escapes.
pub(super) fn undone(text: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        out.push_str(&text[at..at + found]);
        at += found;
        match read(text.as_bytes(), at) {
            Some(escape) => {
                out.push(escape.letter);
                at += escape.length;
            }
            // What was read holds no other.
            None => at += 1,
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
