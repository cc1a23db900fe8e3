//! Closes the intents that a crash left open, by asking AWS what became of them.

use viridian_shared::journal::{
    Fact, Failed, Unclear,
    fact::{FailedBy, UnclearBy},
};

use crate::{
    Service,
    command::{Found, found},
    port::{Fault, NewEntry, OpenIntent, PortError, error::chain},
};

/// Settles every open intent of a service. Fails while AWS cannot be asked: try again later.
pub async fn recover(service: &Service) -> Result<usize, PortError> {
    let _turn = service.turn.lock().await;
    let open = service.ports.journal.open_intents(service.name()).await?;
    let number = open.len();
    for intent in open {
        settle(service, intent).await?;
    }
    service.answering.begin();
    Ok(number)
}

/// Settles one that another console left open, or that this one could not close.
pub(crate) async fn settle_one(service: &Service, intent: OpenIntent) -> Result<(), PortError> {
    let _turn = service.turn.lock().await;
    settle(service, intent).await
}

async fn settle(service: &Service, intent: OpenIntent) -> Result<(), PortError> {
    let found = match found(service, &intent).await {
        Ok(found) => found,
        Err(error) if matches!(error.fault, Fault::Unreachable | Fault::Throttled) => return Err(error),
        Err(error) => {
            tracing::warn!(service.id = service.name(), entry = intent.entry.number, error = %chain(&error), "intent not settled");
            Found::Unclear(UnclearBy::Unanswered(error.failure()))
        }
    };
    let (number, command) = (intent.entry.number, intent.entry.about);
    let fact = match found {
        Found::Done(deed) => Fact::Done(deed),
        Found::NotDone(found) => Fact::Failed(Failed { command, why: FailedBy::NotDone(found) }),
        Found::Unclear(why) => Fact::Unclear(Unclear { command, why }),
    };
    let kind = fact.kind();
    let outcome = NewEntry {
        at: service.ports.clock.now(),
        service: intent.entry.service,
        release: intent.entry.release,
        person: intent.entry.person,
        fact,
        closes: Some(number),
    };
    service.ports.journal.close(outcome).await?;
    tracing::info!(service.id = service.name(), entry = number, outcome = ?kind, "open intent closed");
    Ok(())
}
