//! The five beats, in their order, for every command.

use viridian_shared::{
    command::Receipt,
    journal::{Deed, Fact, Failed, Intended, Intention, Refused, fact::FailedBy},
    people::Person,
    rule::Rule,
    snapshot::Snapshot,
};

use super::{Act, Found, Warrant, body};
use crate::{
    Context, Error, Service, digest,
    permit::{Permit, permit},
    port::{Fault, Intent, NewEntry, PortError, error::chain},
};

pub(super) async fn all<C: Act>(service: &Service, ctx: &Context, command: &C) -> Result<Receipt, Error> {
    let permit = permitted(service, ctx, command).await?;
    command.refresh(service).await?;
    let snapshot = service.snapshot();
    ruled(service, ctx, command, &snapshot).await?;
    carry(service, ctx, permit, command, &snapshot).await
}

/// What nobody asks for: the console does it once the rule allows it, without a word where it does not.
pub(super) async fn by_itself<C: Act>(
    service: &Service,
    command: &C,
    permit: Permit,
) -> Result<Receipt, Error> {
    let nobody = Context {
        person: Person::default(),
        request_id: String::new(),
        at: service.ports.clock.now(),
        key: None,
    };
    let snapshot = service.snapshot();
    command.judge(&snapshot)?;
    carry(service, &nobody, permit, command, &snapshot).await
}

/// Beats 3 to 5.
async fn carry<C: Act>(
    service: &Service,
    ctx: &Context,
    permit: Permit,
    command: &C,
    snapshot: &Snapshot,
) -> Result<Receipt, Error> {
    let (intention, ready) = command.prepare(service, ctx, snapshot).await?;
    let warrant = intend(service, ctx, permit, command, intention).await?;
    let acted = match command.act(service, &warrant, ready).await {
        Err(error) if error.fault == Fault::Unreachable => unheard(service, &warrant, command, error).await,
        acted => acted,
    };
    let closed = close(service, ctx, &warrant, acted).await;
    command.after(service);
    closed
}

/// No answer came, and it may have been done: AWS is asked what became of it.
async fn unheard<C: Act>(
    service: &Service,
    warrant: &Warrant,
    command: &C,
    error: PortError,
) -> Result<Deed, PortError> {
    match command.found(service, warrant.entry()).await {
        Ok(Found::Done(deed)) => Ok(*deed),
        Ok(Found::NotDone(_) | Found::Unclear(_)) => Err(error),
        Err(silent) => {
            tracing::debug!(service.id = service.name(), error = %chain(&silent), "an unheard command not looked up");
            Err(error)
        }
    }
}

/// Beat 1: may this person do it at all? A refusal is written down too: attempts matter as deeds do.
async fn permitted<C: Act>(service: &Service, ctx: &Context, command: &C) -> Result<Permit, Error> {
    match permit(ctx, command) {
        Ok(permit) => Ok(permit),
        Err(refusal) => {
            service.refused(ctx, Refused::once(C::NAME, refusal.reason.clone())).await;
            Err(Error::Forbidden(refusal.reason))
        }
    }
}

/// Beat 2: does the present snapshot allow it? The same function drew the button.
async fn ruled<C: Act>(
    service: &Service,
    ctx: &Context,
    command: &C,
    snapshot: &Snapshot,
) -> Result<(), Error> {
    let Err(refusal) = Rule::judge_by(command, snapshot, &ctx.person) else { return Ok(()) };
    let changed = command.changed(snapshot);
    let refused = Refused { changed, ..Refused::once(C::NAME, refusal.reason.clone()) };
    service.refused(ctx, refused).await;
    Err(refusal.into())
}

/// Beat 3: the intent.
async fn intend<C: Act>(
    service: &Service,
    ctx: &Context,
    permit: Permit,
    command: &C,
    intention: Intention,
) -> Result<Warrant, Error> {
    let fingerprint = fingerprint(service, ctx, command);
    let press = digest::press(&fingerprint, ctx.key.as_deref());
    let entry = by(service, ctx, Fact::Intended(Box::new(Intended { intention, press })));
    let intent = Intent { entry, body: body(&command.kept()), key: ctx.key.clone(), fingerprint };
    let opened = service.ports.journal.open(intent).await;
    opened.map(|entry| Warrant::of(permit, entry)).map_err(|source| {
        let sentence = match source.fault {
            // It says more than that it cannot be written.
            Fault::Unreachable if !source.message.is_empty() => {
                format!("{} Nothing was done.", source.sentence())
            }
            _ => "The journal cannot be written, so nothing was done.".to_owned(),
        };
        Error::Unavailable { sentence, source }
    })
}

/// Beat 5: the outcome, and a nudge. Failing to write an outcome does not undo what AWS did: start-up closes
/// what is left open.
async fn close(
    service: &Service,
    ctx: &Context,
    warrant: &Warrant,
    acted: Result<Deed, PortError>,
) -> Result<Receipt, Error> {
    let (number, command) = (warrant.entry().number, warrant.command());
    let fact = match &acted {
        Ok(deed) => Fact::Done(Box::new(deed.clone())),
        Err(error) => {
            Fact::Failed(Failed { command: command.to_owned(), why: FailedBy::Call(error.failure()) })
        }
    };
    let mut entry = NewEntry { closes: Some(number), ..by(service, ctx, fact) };
    entry.at = service.ports.clock.now();
    if let Some(release) = acted.as_ref().ok().and_then(Deed::began) {
        entry.release = Some(release.to_owned());
    }
    if let Err(error) = service.ports.journal.close(entry).await {
        tracing::error!(service.id = service.name(), entry = number, error = %chain(&error), "outcome not written");
    }
    service.nudge();
    match acted {
        Ok(deed) => Ok(deed.receipt(number)),
        Err(error) => {
            tracing::warn!(service.id = service.name(), command.name = command, error = %chain(&error), "command failed");
            Err(match error.fault {
                Fault::Unreachable => Error::Unavailable {
                    sentence: format!(
                        "{} It may have been done: look before you try again.",
                        error.sentence()
                    ),
                    source: error,
                },
                _ => Error::from_port(error),
            })
        }
    }
}

/// What a key stands for: one person's one command.
pub(super) fn fingerprint<C: Act>(service: &Service, ctx: &Context, command: &C) -> String {
    digest::hex(format!("{}\n{}\n{}\n{}", service.name(), ctx.person.name, C::NAME, body(command)))
}

/// An entry by the person who asks, at the moment of asking. Nobody has no name.
fn by(service: &Service, ctx: &Context, fact: Fact) -> NewEntry {
    let person = Some(ctx.person.name.clone()).filter(|name| !name.is_empty());
    NewEntry { at: ctx.at, person, ..service.entry(fact) }
}
