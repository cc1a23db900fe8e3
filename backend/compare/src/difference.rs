//! What differs between two answers, by kind of content.

pub mod json;
