//! Identifiers that look like AWS's, from one seeded generator, so that the same seed names the same things.

use std::fmt::Write as _;

use fastrand::Rng;
use serde::{Deserialize, Serialize};

/// What calls draw and what events draw are two sequences, so that a call that comes a moment earlier or later does
/// not change what the events draw. Good for names and jitter, never for secrets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ids {
    #[serde(with = "state")]
    calls: Rng,
    #[serde(with = "state")]
    events: Rng,
    #[serde(skip)]
    in_event: bool,
}

impl Ids {
    pub fn new(seed: u64) -> Self {
        let (calls, events) = (Rng::with_seed(seed), Rng::with_seed(seed ^ 0xD1B5_4A32_D192_ED03));
        Self { calls, events, in_event: false }
    }

    /// Draws from the events' sequence from now on, or from the calls' again.
    pub(crate) fn in_event(&mut self, in_event: bool) {
        self.in_event = in_event;
    }

    /// The sequence that is drawn from now.
    pub(crate) fn rng(&mut self) -> &mut Rng {
        if self.in_event { &mut self.events } else { &mut self.calls }
    }

    /// A number in `0..below`; 0 where `below` is 0.
    pub fn below(&mut self, below: u64) -> u64 {
        if below == 0 { 0 } else { self.rng().u64(..below) }
    }

    /// A random-looking UUID of version 4.
    pub fn uuid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.rng().u128(..).to_be_bytes()).into_uuid().to_string()
    }

    /// `digits` lower-case hexadecimal digits.
    pub fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.rng().u64(..));
        }
        text.truncate(digits);
        text
    }

    /// `digits` decimal digits.
    pub fn digits(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0))).collect()
    }
}

/// How far a sequence has come, as it is saved.
mod state {
    use fastrand::Rng;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(rng: &Rng, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(rng.get_seed())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rng, D::Error> {
        u64::deserialize(deserializer).map(Rng::with_seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sequences_go_on_where_they_were_saved() {
        let mut ids = Ids::new(7);
        ids.uuid();
        ids.in_event(true);
        ids.below(9);
        let mut again: Ids = serde_json::from_str(&serde_json::to_string(&ids).unwrap()).unwrap();
        again.in_event(true);
        assert_eq!(ids.hex(64), again.hex(64));
        ids.in_event(false);
        again.in_event(false);
        assert_eq!(ids.uuid(), again.uuid());
    }
}
