//! A permit: proof that a person may give a command to a service.

use viridian_shared::{
    command::{AnswerGate, Command},
    people::Person,
    rule::{Refusal, has_one},
};

use crate::Context;

/// The name under which the console calls AWS where nobody gives a command.
const CONSOLE: &str = "viridian";

/// Made by [`permit`], and for what the votes of permitted people have decided.
#[derive(Debug)]
pub struct Permit {
    person: String,
    command: &'static str,
}

/// Whether the context's person may give this command.
pub fn permit<C: Command>(ctx: &Context, command: &C) -> Result<Permit, Refusal> {
    has_one(command.roles(), Some(&ctx.person))?;
    let Person { name, .. } = &ctx.person;
    Ok(Permit { person: name.clone(), command: C::NAME })
}

impl Permit {
    /// Those whose votes decided it were permitted when they voted.
    pub(crate) fn of_votes(_decided: &AnswerGate) -> Self {
        Self { person: CONSOLE.to_owned(), command: AnswerGate::NAME }
    }

    /// Name of the person.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// Name of the command.
    pub fn command(&self) -> &'static str {
        self.command
    }
}
