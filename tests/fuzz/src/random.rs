//! A small seeded generator: the same seed invents the same inputs.

/// `SplitMix64`.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..below`; 0 where `below` is 0.
    pub(crate) fn below(&mut self, below: usize) -> usize {
        let below = u64::try_from(below).unwrap_or(u64::MAX);
        if below == 0 { 0 } else { usize::try_from(self.number() % below).unwrap_or(0) }
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// A part of `0..length` that is not empty, short ones more often than long ones.
    pub(crate) fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length);
        let most = (length - from).min(1 << self.below(8));
        from..(from + 1 + self.below(most)).min(length)
    }
}
