//! A fast 64-bit hash of values, by which equal subtrees are recognised.

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const STEP: u64 = 0xD6E8_FEB8_6659_FD93;

/// What kind of thing a hash is of, so that `1` and `"1"` differ.
#[derive(Clone, Copy)]
pub(crate) enum Tag {
    Null = 1,
    False,
    True,
    Number,
    String,
    Array,
    Object,
    Masked,
}

/// Both halves of the 128-bit product, folded.
pub(crate) fn mix(left: u64, right: u64) -> u64 {
    let (low, high) = (left ^ SEED).carrying_mul(right ^ STEP, 0);
    low ^ high
}

pub(crate) fn of_tag(tag: Tag) -> u64 {
    mix(tag as u64, SEED)
}

pub(crate) fn of_text(tag: Tag, text: &str) -> u64 {
    let mut hash = Text::new(tag);
    let mut chunks = text.as_bytes().chunks_exact(8);
    for chunk in &mut chunks {
        hash.push(word(chunk));
    }
    hash.end(word(chunks.remainder()), text.len())
}

/// The hash of a text, eight bytes at a time.
#[derive(Clone, Copy)]
pub(crate) struct Text(u64);

impl Text {
    pub(crate) fn new(tag: Tag) -> Self {
        Self(of_tag(tag))
    }

    pub(crate) fn push(&mut self, word: u64) {
        self.0 = mix(self.0, word);
    }

    /// With what is left of it, fewer than eight bytes, and its length in all.
    pub(crate) fn end(self, rest: u64, length: usize) -> u64 {
        mix(mix(self.0, rest), length as u64)
    }
}

/// Up to eight bytes, with zeros behind them.
pub(crate) fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(word)
}

/// In order.
pub(crate) struct Sequence(u64);

impl Default for Sequence {
    fn default() -> Self {
        Self(of_tag(Tag::Array))
    }
}

impl Sequence {
    pub(crate) fn push(&mut self, hash: u64) {
        self.0 = mix(self.0, hash);
    }

    pub(crate) fn end(self) -> u64 {
        self.0
    }
}

/// Without order: the same whatever comes first.
#[derive(Default)]
pub(crate) struct Bag {
    count: u64,
    sum: u64,
}

impl Bag {
    pub(crate) fn push(&mut self, hash: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(hash);
    }

    pub(crate) fn end(self, tag: Tag) -> u64 {
        mix(mix(of_tag(tag), self.count), self.sum)
    }
}
