//! What blue and green answer to the same requests, compared honestly. Knows neither the console nor AWS.
//!
//! Read in this order: [`difference`] says what differs between two answers, by kind of content.

pub mod difference;
