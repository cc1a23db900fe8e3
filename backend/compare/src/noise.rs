//! What differs and does not matter: what rules hide of an answer, and proposals learnt from blue alone.

pub mod learn;
pub mod reach;
