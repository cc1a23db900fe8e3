//! A permit: proof that a person may give a command to a service.

use viridian_shared::{
    command::Command,
    people::Person,
    rule::{Refusal, has_one},
};

use crate::Context;

/// Made by [`permit`] only.
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
    /// Name of the person.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// Name of the command.
    pub fn command(&self) -> &'static str {
        self.command
    }
}
