//! What is a copy's own: its names, the pad by which its identifiers differ, its addresses, times and timers.

use std::{collections::HashMap, fmt::Write as _};

use jiff::SignedDuration;

use crate::fleet::{
    name::Name,
    template::{Piece, Template, words},
};
use crate::{timers::TimerId, world::World};

/// How much longer ago the old records lie: longer than AWS remembers executions.
const OLD: SignedDuration = SignedDuration::from_hours(95 * 24);

pub(crate) struct Variation {
    words: Vec<String>,
    /// Added to the digits of identifiers, each to its own.
    pad: Vec<u8>,
    addresses: Vec<String>,
    shift: SignedDuration,
    /// The number of its first timer.
    pub(crate) timers: TimerId,
}

impl Variation {
    /// The variation of a copy that lies `back` seconds before the present.
    pub(crate) fn new(
        world: &mut World,
        name: &Name,
        template: &Template,
        timers: TimerId,
        back: i64,
    ) -> Self {
        let folder = world.folder.to_string_lossy().into_owned();
        let pad = (0..40).map(|_| u8::try_from(world.ids.below(240)).unwrap_or(0)).collect();
        let addresses = (0..template.addresses).map(|_| crate::ecs::free_address(world)).collect();
        let shift = world.now().duration_since(template.now) - SignedDuration::from_secs(back);
        Self { words: words(&folder, &folder, name), pad, addresses, shift, timers }
    }

    /// A variation of which everything is given.
    #[cfg(test)]
    pub(crate) fn of(
        words: Vec<String>,
        pad: Vec<u8>,
        addresses: Vec<String>,
        shift: SignedDuration,
    ) -> Self {
        Self { words, pad, addresses, shift, timers: 0 }
    }

    pub(crate) fn fill(&self, pieces: &[Piece], is_old: bool, timers: &HashMap<TimerId, TimerId>) -> String {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Word(index) => text.push_str(&self.words[*index]),
                Piece::Hex(digits) => self.hex(&mut text, digits),
                Piece::Code(code) | Piece::Digits(code) => self.code(&mut text, code),
                Piece::Address(index) => text.push_str(&self.addresses[*index]),
                Piece::Moment(moment) => {
                    let shift = if is_old { self.shift - OLD } else { self.shift };
                    let moved = moment.checked_add(round(shift)).unwrap_or(*moment).to_string();
                    text.push_str(moved.trim_end_matches('Z'));
                }
                Piece::Timer(number) => {
                    let _ = write!(text, "{}", timers.get(number).unwrap_or(number));
                }
            }
        }
        text
    }

    /// Digits by their place, so that the beginning of an identifier maps to the beginning of its copy. The
    /// two digits that tell a UUID's version and variant stay.
    fn hex(&self, text: &mut String, digits: &str) {
        let is_uuid = digits.contains('-');
        let mut place = 0;
        for digit in digits.chars() {
            let Some(value) = digit.to_digit(16) else {
                text.push(digit);
                continue;
            };
            let stays = is_uuid && (place == 12 || place == 16);
            let add = if stays { 0 } else { u32::from(self.pad[place % self.pad.len()]) };
            text.push(char::from_digit((value + add) % 16, 16).unwrap_or(digit));
            place += 1;
        }
    }

    fn code(&self, text: &mut String, code: &str) {
        for (byte, add) in code.bytes().zip(self.pad.iter().cycle()) {
            let turn = |from: u8, count: u8| char::from(from + (byte - from + add % count) % count);
            text.push(match byte {
                b'0'..=b'9' => turn(b'0', 10),
                b'A'..=b'Z' => turn(b'A', 26),
                b'a'..=b'z' => turn(b'a', 26),
                other => char::from(other),
            });
        }
    }
}

/// Moments keep their fractions, so they move by whole seconds.
fn round(shift: SignedDuration) -> SignedDuration {
    SignedDuration::from_secs(shift.as_secs())
}
