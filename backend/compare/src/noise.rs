//! What differs and does not matter: rules that a person has accepted, and proposals learnt from blue alone.

pub mod expected;
pub mod learn;
pub mod reach;
pub mod rule;
mod selector;
