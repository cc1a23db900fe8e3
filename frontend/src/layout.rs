//! The frame around every page.

pub mod chips;
pub mod fault;
pub mod key_help;
pub mod nav;
pub mod palette;
pub mod person;
pub mod shell;
pub mod sign_in;
pub mod theme;
pub mod waits;
pub mod zone;
