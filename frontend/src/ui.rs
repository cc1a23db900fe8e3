//! Primitives that know nothing of releases. A control without a label does not compile.

pub mod anew;
pub mod button;
pub mod copy;
pub mod dialog;
pub mod dom;
pub mod field;
pub mod graph;
pub mod icon;
pub mod panel;
pub mod select;
pub mod sheet;
pub mod show;
pub mod toast;
