//! Identifiers that look like AWS's, from one seeded generator, so that the same seed names the same things.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// `SplitMix64`: small, seedable, good enough for names and jitter; never for secrets.
///
/// What calls draw and what events draw are two sequences, so that a call that comes a moment earlier or
/// later does not change what the events draw.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ids {
    calls: u64,
    events: u64,
    #[serde(skip)]
    in_event: bool,
}

impl Ids {
    pub fn new(seed: u64) -> Self {
        Self { calls: seed, events: seed ^ 0xD1B5_4A32_D192_ED03, in_event: false }
    }

    /// Draws from the events' sequence from now on, or from the calls' again.
    pub(crate) fn in_event(&mut self, in_event: bool) {
        self.in_event = in_event;
    }

    pub fn number(&mut self) -> u64 {
        let state = if self.in_event { &mut self.events } else { &mut self.calls };
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..below`; 0 where `below` is 0.
    pub fn below(&mut self, below: u64) -> u64 {
        if below == 0 { 0 } else { self.number() % below }
    }

    /// A number in `0.0..1.0`.
    pub fn fraction(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
        let numerator = (self.number() >> 11) as f64;
        numerator / 9_007_199_254_740_992.0
    }

    /// A random-looking UUID of version 4.
    pub fn uuid(&mut self) -> String {
        let high = u128::from(self.number()) << 64;
        uuid::Builder::from_random_bytes((high | u128::from(self.number())).to_be_bytes())
            .into_uuid()
            .to_string()
    }

    /// `digits` lower-case hexadecimal digits.
    pub fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.number());
        }
        text.truncate(digits);
        text
    }

    /// `digits` decimal digits.
    pub fn digits(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0))).collect()
    }
}
