//! Closes the intents that a crash left open, by asking AWS what became of them.

use viridian_shared::{command::Receipt, journal::EntryKind};

use crate::{
    Service,
    command::{Found, found},
    port::{Fault, Line, OpenIntent, Outcome, PortError, error::chain},
};

/// Settles every open intent of a service. Fails while AWS cannot be asked: try again later.
pub async fn recover(service: &Service) -> Result<usize, PortError> {
    let _turn = service.turn.lock().await;
    let open = service.ports.journal.open_intents(service.name()).await?;
    let number = open.len();
    for intent in open {
        settle(service, intent).await?;
    }
    Ok(number)
}

async fn settle(service: &Service, intent: OpenIntent) -> Result<(), PortError> {
    let found = match found(service, &intent).await {
        Ok(found) => found,
        Err(error) if matches!(error.fault, Fault::Unreachable | Fault::Throttled) => return Err(error),
        Err(error) => {
            tracing::warn!(service.id = service.name(), entry = intent.entry.number, error = %chain(&error), "intent not settled");
            Found::Unknown(format!("What became of it could not be found out: {}", error.sentence()))
        }
    };
    let number = intent.entry.number;
    let (kind, text, done) = match found {
        Found::Done(done) => (EntryKind::Done, done.text.clone(), Some(done)),
        Found::NotDone(sentence) => (EntryKind::Failed, sentence, None),
        Found::Unknown(sentence) => (EntryKind::Unknown, sentence, None),
    };
    let line = Line {
        at: service.ports.clock.now(),
        service: intent.entry.service,
        release: intent.entry.release,
        person: intent.entry.person,
        kind,
        about: intent.entry.about,
        text,
        closes: Some(number),
    };
    let vote = done.as_ref().and_then(|done| done.vote.clone());
    let receipt = done.map(|done| Receipt { entry: number, message: done.message, started: done.started });
    service.ports.journal.close(Outcome { line, receipt, vote }).await?;
    tracing::info!(service.id = service.name(), entry = number, outcome = ?kind, "open intent closed");
    Ok(())
}
