//! `cargo xtask bench doors`: the memory of a console to which a thousand come and go, twenty times.

use crate::command::{self, Done, cargo};

const STREAMS: &str = "1000";

pub(super) fn run() -> Done {
    let test = ["test", "--package", "viridian-server", "--test", "doors", "--", "memory", "--nocapture"];
    let mut program = cargo(&test);
    program.env("VIRIDIAN_DOORS_STREAMS", STREAMS);
    command::run(&mut program, "let a thousand streams come and go")
}
