//! Blue and green compared: runs in the background, one at a time, and a sentinel over the test window.
//!
//! A run is written down before its first request and after its last answer. Between the two it belongs to the
//! worker of its service: people see how far it is in the section, may stop it, and find it marked as broken
//! off when the console stopped in the middle. A command only begins a run; what came of it arrives by the
//! stream, for the person who began it as for everybody else.
//!
//! What counts is reckoned when it is read: findings are kept without rulings, and each look puts on them what
//! people have said by then. So a ruling speaks at once for every run that shows the finding.
//!
//! Deliberately absent: HTTP, and what a difference is. Both are behind [`crate::port::Comparer`].

mod begin;
mod finish;
mod gather;
mod heat;
mod look;
mod noise;
mod section;
mod sentinel;
mod suites;
mod worker;

pub(crate) use begin::Draft;
pub(crate) use section::refresh;
pub(crate) use suites::Known;
pub use worker::compare;
