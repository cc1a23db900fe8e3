//! Finds secrets in bytes, however they are escaped.
//!
//! Bytes are looked through as they are, and again each time a layer of escapes is undone: URL-encoding, the
//! escapes of JSON and of markup, line ends within base64, the zeros of UTF-16. Each byte of a layer knows where
//! it came from, so what is found in a layer is replaced where it stands. Long bodies are looked through in
//! windows that overlap by more than the longest form can take.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::form;

const WINDOW: usize = 256 << 10;
/// An escape takes so many bytes for one: `&#x0041;` within JSON.
const WIDEST: usize = 12;
/// Escapes within escapes.
const LAYERS: usize = 3;
/// So much of a secret at a cut is taken for its beginning.
const BEGINNING: usize = 4;

pub(super) struct Finder {
    automaton: AhoCorasick,
    forms: Vec<Vec<u8>>,
    /// Of each form, what stands in its place.
    names: Vec<String>,
    overlap: usize,
}

/// Where a secret stands, and which form of it.
type Found = (Range<usize>, usize);

impl Finder {
    /// None when there is nothing to find.
    pub(super) fn of<'s>(secrets: impl Iterator<Item = (&'s str, &'s str)>) -> Option<Self> {
        let (mut forms, mut names) = (Vec::new(), Vec::new());
        for (name, value) in secrets {
            for form in form::pieces(value).iter().flat_map(|piece| form::spelt(piece)) {
                forms.push(form);
                names.push(format!("[{}{name}]", super::REFERENCE));
            }
        }
        let longest = forms.iter().map(Vec::len).max()?;
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&forms)
            .ok()?;
        Some(Self { automaton, forms, names, overlap: longest * WIDEST })
    }

    /// The bytes without secrets; none if there are no secrets in them. Of bytes that were cut also the beginning
    /// of one at the end is taken out.
    pub(super) fn clean(&self, bytes: &[u8], is_cut: bool) -> Option<Vec<u8>> {
        let found = self.find(bytes, is_cut);
        if found.is_empty() {
            return None;
        }
        let (mut out, mut from) = (Vec::with_capacity(bytes.len()), 0);
        for (range, form) in found {
            out.extend_from_slice(&bytes[from..range.start]);
            let name = self.names.get(form).map_or("", String::as_str);
            // In UTF-16 what stands in its place is written in it too.
            let is_wide = range.len() > 1 && bytes[range.start + 1] == 0;
            for (nth, byte) in name.bytes().enumerate() {
                if is_wide && nth > 0 {
                    out.push(0);
                }
                out.push(byte);
            }
            from = range.end;
        }
        out.extend_from_slice(&bytes[from..]);
        Some(out)
    }

    pub(super) fn clean_text(&self, text: &str) -> Option<String> {
        self.clean(text.as_bytes(), false).map(|it| String::from_utf8_lossy(&it).into_owned())
    }

    /// In their order and apart from each other.
    fn find(&self, bytes: &[u8], is_cut: bool) -> Vec<Found> {
        let (mut found, mut from) = (Vec::new(), 0);
        loop {
            let to = (from + WINDOW + self.overlap).min(bytes.len());
            let is_last = to == bytes.len();
            let mut layer = Layer::plain(&bytes[from..to]);
            for _ in 0..=LAYERS {
                for it in self.automaton.find_iter(&layer.bytes) {
                    found.push((layer.place(it.range(), from), it.pattern().as_usize()));
                }
                found.extend(self.begun(&layer, from).filter(|_| is_cut && is_last));
                let Some(next) = layer.undone() else { break };
                layer = next;
            }
            if is_last {
                return apart(found);
            }
            from += WINDOW;
        }
    }

    /// The beginning of a secret at the very end.
    fn begun(&self, layer: &Layer, from: usize) -> Option<Found> {
        let bytes = &layer.bytes;
        // An escape that was cut in the middle belongs to it.
        let tail = bytes.len().saturating_sub(WIDEST);
        let escape =
            bytes[tail..].iter().rposition(|it| matches!(it, b'%' | b'\\' | b'&')).map(|at| tail + at);
        let ends = [Some(bytes.len()), escape].into_iter().flatten();
        let longest = ends.flat_map(|end| {
            self.forms.iter().enumerate().filter_map(move |(nth, form)| {
                let most = form.len().min(end);
                let length = (BEGINNING..=most)
                    .rev()
                    .find(|length| bytes[end - length..end].eq_ignore_ascii_case(&form[..*length]))?;
                Some((end - length, nth))
            })
        });
        let (start, form) = longest.min()?;
        Some((layer.place(start..bytes.len(), from), form))
    }
}

/// Those that overlap become one.
fn apart(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|one, other| (one.0.start, other.0.end).cmp(&(other.0.start, one.0.end)));
    let mut out: Vec<Found> = Vec::with_capacity(found.len());
    for (range, form) in found {
        match out.last_mut() {
            Some(last) if range.start < last.0.end => last.0.end = last.0.end.max(range.end),
            _ => out.push((range, form)),
        }
    }
    out
}

/// Bytes with some of their escapes undone.
struct Layer {
    bytes: Vec<u8>,
    /// Where each byte came from: its offset, and how many bytes it took.
    from: Vec<(u32, u8)>,
}

impl Layer {
    fn plain(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), from: (0..).zip(std::iter::repeat(1)).take(bytes.len()).collect() }
    }

    fn place(&self, range: Range<usize>, from: usize) -> Range<usize> {
        let first = self.from.get(range.start).map_or(0, |it| it.0 as usize);
        let last = range.end.checked_sub(1).and_then(|at| self.from.get(at)).copied().unwrap_or_default();
        from + first..from + (last.0 as usize + usize::from(last.1)).max(first)
    }

    /// With one more layer undone; none if there was nothing to undo.
    fn undone(&self) -> Option<Self> {
        let mut next = Self { bytes: Vec::new(), from: Vec::new() };
        let (mut at, mut is_other) = (0, false);
        while at < self.bytes.len() {
            let (byte, length) = escape(&self.bytes[at..]);
            is_other |= length != 1 || byte.is_none();
            if let Some(byte) = byte {
                let (first, last) = (self.from[at], self.from[(at + length).min(self.from.len()) - 1]);
                let taken = (last.0 - first.0) as usize + usize::from(last.1);
                next.bytes.push(byte);
                next.from.push((first.0, u8::try_from(taken).unwrap_or(u8::MAX)));
            }
            at += length;
        }
        is_other.then_some(next)
    }
}

/// The byte that stands at the beginning, if one does, and how many bytes say so.
fn escape(bytes: &[u8]) -> (Option<u8>, usize) {
    match bytes {
        [] | [0 | b'\r' | b'\n', ..] => (None, 1),
        [b'%', high, low, ..] => number(&[*high, *low], 16).map_or((Some(b'%'), 1), |it| (Some(it), 3)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => {
            number(&[*high, *low], 16).map_or((Some(b'\\'), 1), |it| (Some(it), 6))
        }
        [b'\\', b'x', high, low, ..] => {
            number(&[*high, *low], 16).map_or((Some(b'\\'), 1), |it| (Some(it), 4))
        }
        [b'\\', b'n' | b'r', ..] => (Some(b'\n'), 2),
        [b'\\', mark, ..] if mark.is_ascii_punctuation() => (Some(*mark), 2),
        [b'&', rest @ ..] => entity(rest).map_or((Some(b'&'), 1), |(byte, length)| (Some(byte), length + 1)),
        [byte, ..] => (Some(*byte), 1),
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok().filter(|it| !it.starts_with(['+', '-']))?;
    u8::try_from(u32::from_str_radix(text, radix).ok()?).ok()
}

/// What may be written by name, of all that a header's value may hold.
const NAMED: [(&str, u8); 34] = [
    ("amp", b'&'),
    ("lt", b'<'),
    ("gt", b'>'),
    ("quot", b'"'),
    ("apos", b'\''),
    ("sol", b'/'),
    ("bsol", b'\\'),
    ("plus", b'+'),
    ("equals", b'='),
    ("colon", b':'),
    ("semi", b';'),
    ("comma", b','),
    ("period", b'.'),
    ("excl", b'!'),
    ("quest", b'?'),
    ("num", b'#'),
    ("dollar", b'$'),
    ("percnt", b'%'),
    ("ast", b'*'),
    ("commat", b'@'),
    ("lowbar", b'_'),
    ("hyphen", b'-'),
    ("dash", b'-'),
    ("lpar", b'('),
    ("rpar", b')'),
    ("lbrack", b'['),
    ("lsqb", b'['),
    ("rbrack", b']'),
    ("rsqb", b']'),
    ("lbrace", b'{'),
    ("lcub", b'{'),
    ("rcub", b'}'),
    ("verbar", b'|'),
    ("grave", b'`'),
];

/// After `&`: the byte and the length of its name.
fn entity(rest: &[u8]) -> Option<(u8, usize)> {
    if let [b'#', digits @ ..] = rest {
        let (radix, skipped) = if matches!(digits, [b'x' | b'X', ..]) { (16, 1) } else { (10, 0) };
        let digits = digits.get(skipped..)?;
        let is_digit = |it: &u8| char::from(*it).is_digit(radix);
        let length = digits.iter().take(8).take_while(|it| is_digit(it)).count();
        let byte = number(&digits[..length], radix)?;
        let end = usize::from(digits.get(length) == Some(&b';'));
        return Some((byte, 1 + skipped + length + end));
    }
    let length = rest.iter().take(8).position(|it| *it == b';')?;
    let name = std::str::from_utf8(&rest[..length]).ok()?;
    NAMED.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| (it.1, length + 1))
}
