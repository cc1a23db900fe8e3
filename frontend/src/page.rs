//! One file for each page, named like its URL.

pub mod compare;
pub mod machines;
pub mod not_found;
pub mod release;
pub mod services;
