//! Runs a state machine on files: `cargo run --package viridian-asl --example run -- DEFINITION INPUT`. A task
//! answers with its own input.

#![expect(clippy::print_stdout, reason = "an example that prints what it ran")]

use std::{error::Error, fs};

use viridian_asl::Runner;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [definition, input] = arguments.as_slice() else { return Err("usage: run DEFINITION INPUT".into()) };
    let mut runner = Runner::new(|_, input| Ok(input));
    let execution = runner.run(&fs::read_to_string(definition)?, &fs::read_to_string(input)?)?;
    println!("{:?} {}", execution.status, execution.output.or(execution.cause).unwrap_or_default());
    Ok(())
}
