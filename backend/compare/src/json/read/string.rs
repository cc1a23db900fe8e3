//! Reads strings eight bytes at a time, and hashes them on the way.

use super::{
    super::{Notice, escape, notice::note},
    Quoted, Read, Reader, Stopped, span,
};
use crate::hash::{self, Tag};

impl Reader<'_, '_> {
    /// Scans and hashes eight bytes at a time; the hash is that of [`hash::of_text`].
    pub(super) fn string(&mut self) -> Read<Quoted> {
        let from = self.at;
        let (mut at, mut hash) = (from + 1, hash::Text::new(Tag::String));
        loop {
            let word = word_at(self.bytes, at);
            let special = special(word);
            if special == 0 {
                hash.push(word);
                at += 8;
                continue;
            }
            // What stands before the special byte is the rest of the text.
            let bits = special.trailing_zeros() & !7;
            let rest = word & !(u64::MAX << bits);
            let end = at + bits as usize / 8;
            return match self.bytes.get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    let hash = hash.end(rest, end - from - 1);
                    Ok(Quoted { span: span(from, self.at), hash, is_escaped: false })
                }
                Some(b'\\') => self.escaped(from, end),
                _ => {
                    self.at = end;
                    Err(Stopped)
                }
            };
        }
    }

    /// The rest of a string from its first escape on.
    fn escaped(&mut self, from: usize, first: usize) -> Read<Quoted> {
        self.at = first;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let escape = escape::read(self.bytes, self.at).ok_or(Stopped)?;
                    if escape.is_lone {
                        note(self.notices, Notice::LoneSurrogate { offset: self.at });
                    }
                    self.at += escape.length;
                }
                Some(byte) if byte >= b' ' => self.at += 1,
                _ => return Err(Stopped),
            }
        }
        let hash = hash::of_text(Tag::String, &escape::undone(&self.text[from + 1..self.at]));
        self.at += 1;
        Ok(Quoted { span: span(from, self.at), hash, is_escaped: true })
    }
}

/// Eight bytes from an offset on, with zeros behind the end.
pub(super) fn word_at(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(<[u8]>::first_chunk) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => hash::word(bytes.get(at..).unwrap_or_default()),
    }
}

/// The top bit of the first byte that ends a run of plain ones; bits above it mean nothing.
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let control = word.wrapping_sub(ONES * 0x20) & !word & TOPS;
    control | zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5C))
}
