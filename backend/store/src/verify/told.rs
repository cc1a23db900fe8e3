//! What the entries say of what is kept beside them, gathered while the chain is followed.

use std::collections::HashMap;

use serde_json::Value;
use viridian_domain::digest::hex;
use viridian_shared::command::{AcceptNoise, Command, RuleOnFinding, VoteOnGate};

use super::Flaw;
use crate::chain::{Link, sorted};

/// By the entry's number.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) intents: HashMap<u64, Intent>,
    pub(super) votes: HashMap<u64, Vote>,
    /// By the number of the intent, as [`said`].
    pub(super) rulings: HashMap<u64, String>,
    flaws: Vec<Flaw>,
}

/// What an intent's entry says.
#[derive(Debug)]
pub(super) struct Intent {
    pub(super) service: String,
    pub(super) about: String,
    pub(super) person: Option<String>,
    /// The command, as [`said`], and what binds its key; none in the first format.
    pub(super) command: Option<String>,
    pub(super) press: Option<String>,
    /// The sentence of the first format.
    text: String,
    pub(super) noise: Option<AcceptNoise>,
    pub(super) outcome: Option<u64>,
}

/// What the entry of a vote says.
#[derive(Debug)]
pub(super) struct Vote {
    pub(super) service: String,
    pub(super) release: Option<String>,
    pub(super) person: Option<String>,
    /// The vote, as [`said`]; none in the first format.
    pub(super) cast: Option<String>,
    /// Sentences of the first format: what was intended, and what was done.
    pub(super) texts: (String, String),
}

/// A value by its digest, whatever the order of its keys. As it is written, and not as this version reads it: types
/// grow, and what is kept does not.
pub(super) fn said(value: &Value) -> String {
    hex(sorted(value.clone()).to_string())
}

impl Told {
    pub(super) fn add(&mut self, link: &Link) {
        let fact: Option<Value> = link.fact.as_deref().and_then(|fact| serde_json::from_str(fact).ok());
        match link.kind.as_str() {
            "intent" => {
                self.intents.insert(link.number, intent(link, fact.as_ref()));
            }
            _ if link.closes.is_some() => self.close(link, fact.as_ref()),
            _ => {}
        }
    }

    fn close(&mut self, link: &Link, fact: Option<&Value>) {
        let Some(closes) = link.closes else { return };
        let done = |path: &str| fact.and_then(|fact| fact.pointer(path)).map(said);
        let is_vote = link.kind == "done" && link.about == VoteOnGate::NAME;
        let mut intended = String::new();
        match self.intents.get_mut(&closes) {
            Some(intent) if intent.outcome.is_none() => {
                intent.outcome = Some(link.number);
                intended.clone_from(&intent.text);
            }
            _ => self.flaws.push(Flaw::Closes { number: link.number, intent: closes }),
        }
        if is_vote {
            let vote = Vote {
                service: link.service.clone(),
                release: link.release.clone(),
                person: link.person.clone(),
                cast: done("/done/vote/vote"),
                texts: (intended, link.text.clone()),
            };
            self.votes.insert(link.number, vote);
        }
        if let Some(ruling) = done("/done/rule-on-finding/ruling") {
            self.rulings.insert(closes, ruling);
        }
    }

    pub(super) fn flaws(&self) -> Vec<Flaw> {
        self.flaws.clone()
    }

    /// Whether the entry is an intent of this command.
    pub(super) fn intends<C: Command>(&self, entry: u64) -> Option<&Intent> {
        self.intents.get(&entry).filter(|intent| intent.about == C::NAME)
    }

    pub(super) fn rules(&self, entry: u64) -> Option<&Intent> {
        self.intends::<RuleOnFinding>(entry)
    }
}

fn intent(link: &Link, fact: Option<&Value>) -> Intent {
    let intended = fact.and_then(|fact| fact.get("intended"));
    // Every intention holds its command under this name.
    let intention = intended.and_then(|it| it.get("intention")?.as_object()?.values().next());
    let command = intention.and_then(|it| it.get("command"));
    Intent {
        service: link.service.clone(),
        about: link.about.clone(),
        person: link.person.clone(),
        command: command.map(said),
        press: intended.and_then(|it| Some(it.get("press")?.as_str()?.to_owned())),
        text: link.text.clone(),
        noise: command
            .filter(|_| link.about == AcceptNoise::NAME)
            .and_then(|it| serde_json::from_value(it.clone()).ok()),
        outcome: None,
    }
}
