//! What blue and green answer to the same requests, compared honestly. Knows neither the console nor AWS.
//!
//! Read in this order: [`answer`] is what a colour said, [`body`] what the bytes of it mean, [`json`] how documents are read and compared by structure, [`difference`] what
//! differs between two answers by kind of content, [`noise`] which differences a person has accepted as noise
//! and how they are learnt, [`finding`] what a person rules on, [`latency`] how the times compare, [`probe`] how both
//! colours are asked, [`suite`] what they are asked, [`report`] what a build keeps of it, [`view`] what a screen
//! shows of them, [`page`] a captured page made safe, [`picture`] pixels, [`work`] what all of it may
//! cost.

#![warn(missing_docs)]

pub(crate) mod align;
pub mod answer;
pub mod body;
pub mod difference;
pub mod finding;
pub(crate) mod hash;
pub mod json;
pub mod latency;
pub mod noise;
pub mod page;
pub mod picture;
pub mod probe;
pub mod report;
pub mod suite;
pub mod view;
pub mod work;

/// A count as it is told; more than fits is never counted.
pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod sample;
