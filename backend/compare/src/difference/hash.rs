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
    let product = u128::from(left ^ SEED) * u128::from(right ^ STEP);
    let bytes = product.to_le_bytes();
    let (low, high) = bytes.split_at(8);
    word(low) ^ word(high)
}

pub(crate) fn of_tag(tag: Tag) -> u64 {
    mix(tag as u64, SEED)
}

pub(crate) fn of_text(tag: Tag, text: &str) -> u64 {
    let mut hash = of_tag(tag);
    let mut chunks = text.as_bytes().chunks_exact(8);
    for chunk in &mut chunks {
        hash = mix(hash, word(chunk));
    }
    hash = mix(hash, word(chunks.remainder()));
    mix(hash, text.len() as u64)
}

fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(word)
}

/// In order.
pub(crate) fn of_sequence(hashes: impl Iterator<Item = u64>) -> u64 {
    hashes.fold(of_tag(Tag::Array), mix)
}

/// Without order: the same whatever comes first.
pub(crate) fn of_bag(tag: Tag, hashes: impl Iterator<Item = u64>) -> u64 {
    let (count, sum) = hashes.fold((0_u64, 0_u64), |(count, sum), it| (count + 1, sum.wrapping_add(it)));
    mix(mix(of_tag(tag), count), sum)
}
