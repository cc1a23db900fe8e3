//! One service with its settings, its ports and its board; and the beats that every command shares.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::{Mutex, Notify};
use viridian_shared::{
    command::Receipt,
    journal::EntryKind,
    machine::MachineKind,
    notice::Notice,
    rule::{Consequence, Rule},
    snapshot::{ServiceIdentity, Snapshot},
    vote::Vote,
};

use crate::{
    Clock, Context, Error, Warrant,
    board::Board,
    comparison::State,
    digest,
    permit::{Permit, permit},
    port::{
        Comparer, Intent, Journal, Line, Listeners, Machines, Outcome, Pipelines, PortError, Runs, Scaling,
        ServiceTasks, Sources, Suites, error::chain,
    },
    refusals::Refusals,
    warrant,
};

/// What the configuration says of a service.
#[derive(Debug, Clone)]
pub struct Settings {
    pub identity: ServiceIdentity,
    pub pipeline: String,
    pub cluster: String,
    /// The ECS service's name.
    pub service: String,
    pub production_rule: String,
    pub test_rule: String,
    pub machines: Vec<MachineSetting>,
    /// What the configuration lacks.
    pub notices: Vec<Notice>,
    pub pace: Pace,
}

#[derive(Debug, Clone)]
pub struct MachineSetting {
    pub name: String,
    pub arn: String,
}

/// How often AWS is read.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub polling: Beat,
    /// While events are heard: readings are only a safety net then, and for what tells no events.
    pub listening: Beat,
    /// How long one reading may take.
    pub deadline: Duration,
    /// In which the sentinel leaves the colours in peace after a run, however fast the service's clock runs.
    pub rest: Duration,
}

/// Times between two readings.
#[derive(Debug, Clone, Copy)]
pub struct Beat {
    /// While something moves.
    pub fast: Duration,
    /// While nothing does.
    pub slow: Duration,
}

/// The ways to the outside.
#[derive(Clone)]
pub struct Ports {
    pub pipelines: Arc<dyn Pipelines>,
    pub machines: Arc<dyn Machines>,
    pub tasks: Arc<dyn ServiceTasks>,
    pub listeners: Arc<dyn Listeners>,
    pub scaling: Arc<dyn Scaling>,
    pub sources: Arc<dyn Sources>,
    pub comparer: Arc<dyn Comparer>,
    pub runs: Arc<dyn Runs>,
    pub suites: Arc<dyn Suites>,
    pub journal: Arc<dyn Journal>,
    pub clock: Arc<dyn Clock>,
}

/// Whether events are heard; a sentence why not.
pub type Hearing = Result<(), String>;

pub struct Service {
    pub settings: Settings,
    pub ports: Ports,
    pub board: Board,
    pub(crate) comparison: State,
    /// Wakes the observer.
    nudge: Notify,
    /// Whether events are heard, or why not; none where there is no queue.
    hearing: std::sync::Mutex<Option<Hearing>>,
    /// Commands on a service are carried out one after the other.
    pub(crate) turn: Mutex<()>,
    pub(crate) refusals: Refusals,
}

/// What an act came to, before it is written down.
pub struct Done {
    /// A sentence for the person who did it: "You approved the swap."
    pub message: String,
    /// The same for the journal, without the person: "approved the swap".
    pub text: String,
    pub started: Option<String>,
    /// The release that it began; otherwise it belongs to the present one.
    pub release: Option<String>,
    pub vote: Option<Vote>,
}

impl Done {
    pub fn new(message: impl Into<String>, text: impl Into<String>) -> Self {
        Self { message: message.into(), text: text.into(), started: None, release: None, vote: None }
    }

    #[must_use]
    pub fn started(mut self, what: String) -> Self {
        self.started = Some(what);
        self
    }

    /// Began a release.
    #[must_use]
    pub fn began(mut self, release: String) -> Self {
        self.release = Some(release.clone());
        self.started(release)
    }
}

impl Service {
    pub fn new(settings: Settings, ports: Ports) -> Self {
        let board = Board::new(settings.identity.clone());
        Self {
            settings,
            ports,
            board,
            comparison: State::new(),
            nudge: Notify::new(),
            hearing: std::sync::Mutex::default(),
            turn: Mutex::new(()),
            refusals: Refusals::default(),
        }
    }

    pub fn name(&self) -> &str {
        &self.settings.identity.name
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.board.snapshot()
    }

    /// The name of the machine that leads back; empty where there is none.
    pub fn roll_back_machine(&self) -> String {
        let machines = &self.settings.machines;
        let machine = machines.iter().find(|it| MachineKind::from_name(&it.name) == MachineKind::RollBack);
        machine.map(|machine| machine.name.clone()).unwrap_or_default()
    }

    /// The input from which every state machine but deploy-green finds out the rest itself.
    pub fn smallest_input(&self) -> String {
        let settings = &self.settings;
        json!({
            "ClusterName": settings.cluster,
            "ServiceName": settings.service,
            "ProdListenerRuleArn": settings.production_rule,
            "TestListenerRuleArn": settings.test_rule,
        })
        .to_string()
    }

    /// Asks the observer to look now.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    pub async fn nudged(&self) {
        self.nudge.notified().await;
    }

    /// Whether events are heard, or why not; none where there is no queue.
    pub fn hearing(&self) -> Option<Hearing> {
        self.hearing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says whether events are heard. A change wakes the observer, which goes by it.
    pub fn set_hearing(&self, hearing: Hearing) {
        let before = self.hearing.lock().unwrap_or_else(PoisonError::into_inner).replace(hearing.clone());
        if before.is_none_or(|before| before != hearing) {
            self.nudge();
        }
    }

    /// Beat 1: may this person do it at all? A refusal is written down too: attempts matter as deeds do.
    pub(crate) async fn permit<C: Rule>(&self, ctx: &Context, command: &C) -> Result<Permit, Error> {
        match permit(ctx, command) {
            Ok(permit) => Ok(permit),
            Err(refusal) => {
                self.refused(ctx, C::NAME, &refusal.reason).await;
                Err(Error::Forbidden(refusal.reason))
            }
        }
    }

    /// Beat 2: does the present snapshot allow it? The same function drew the button.
    pub(crate) async fn rule<C: Rule>(&self, ctx: &Context, command: &C) -> Result<Consequence, Error> {
        match command.judge(&self.snapshot()) {
            Ok(consequence) => Ok(consequence),
            Err(refusal) => {
                self.refused(ctx, C::NAME, &refusal.reason).await;
                Err(refusal.into())
            }
        }
    }

    /// Beat 3: the intent, in words that follow "is about to".
    pub(crate) async fn open<C: Rule>(
        &self,
        ctx: &Context,
        permit: Permit,
        command: &C,
        text: &str,
    ) -> Result<Warrant, Error> {
        self.open_keeping(ctx, permit, command, command, text).await
    }

    /// Like [`Service::open`], for a command of which not everything may be kept: `kept` stands for it.
    pub(crate) async fn open_keeping<C: Rule>(
        &self,
        ctx: &Context,
        permit: Permit,
        command: &C,
        kept: &C,
        text: &str,
    ) -> Result<Warrant, Error> {
        let sent = serde_json::to_value(command).unwrap_or(Value::Null);
        let body = serde_json::to_value(kept).unwrap_or(Value::Null);
        let fingerprint = self.fingerprint(ctx, C::NAME, &sent);
        let line = self.line(ctx, EntryKind::Intent, C::NAME, format!("is about to {text}"));
        let intent = Intent { line, body, key: ctx.key.clone(), fingerprint };
        let opened = warrant::open(self.ports.journal.as_ref(), permit, intent).await;
        opened.map_err(|source| Error::Unavailable {
            sentence: "The journal cannot be written, so nothing was done.".to_owned(),
            source,
        })
    }

    /// Beat 5: the outcome, and a nudge. Failing to write an outcome does not undo what AWS did: start-up
    /// closes what is left open.
    pub(crate) async fn close(
        &self,
        ctx: &Context,
        warrant: Warrant,
        acted: Result<Done, PortError>,
    ) -> Result<Receipt, Error> {
        let number = warrant.entry().number;
        let (kind, text) = match &acted {
            Ok(done) => (EntryKind::Done, done.text.clone()),
            Err(error) => (EntryKind::Failed, error.sentence()),
        };
        let mut line = self.line(ctx, kind, warrant.command(), text);
        line.at = self.ports.clock.now();
        line.closes = Some(number);
        if let Some(release) = acted.as_ref().ok().and_then(|done| done.release.clone()) {
            line.release = Some(release);
        }
        let receipt = acted.as_ref().ok().map(|done| Receipt {
            entry: number,
            message: done.message.clone(),
            started: done.started.clone(),
        });
        let vote = acted.as_ref().ok().and_then(|done| done.vote.clone());
        let outcome = Outcome { line, receipt: receipt.clone(), vote };
        if let Err(error) = self.ports.journal.close(outcome).await {
            tracing::error!(service.id = self.name(), entry = number, error = %chain(&error), "outcome not written");
        }
        self.nudge();
        match (receipt, acted) {
            (Some(receipt), _) => Ok(receipt),
            (None, Err(error)) => {
                tracing::warn!(service.id = self.name(), command.name = warrant.command(), error = %chain(&error), "command failed");
                Err(Error::from_port(error))
            }
            (None, Ok(done)) => Ok(Receipt { entry: number, message: done.message, started: done.started }),
        }
    }

    /// What a key stands for: one person's one command.
    pub(crate) fn fingerprint(&self, ctx: &Context, command: &str, body: &Value) -> String {
        digest::hex(format!("{}\n{}\n{command}\n{body}", self.name(), ctx.person.name))
    }

    fn line(&self, ctx: &Context, kind: EntryKind, about: &str, text: String) -> Line {
        self.line_of(&ctx.person.name, ctx.at, kind, about, text)
    }

    /// A line of somebody's, about the present release.
    pub(crate) fn line_of(
        &self,
        person: &str,
        at: jiff::Timestamp,
        kind: EntryKind,
        about: &str,
        text: String,
    ) -> Line {
        let snapshot = self.snapshot();
        let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
        Line {
            at,
            service: self.name().to_owned(),
            release: release.map(|release| release.id.clone()),
            person: Some(person.to_owned()),
            kind,
            about: about.to_owned(),
            text,
            closes: None,
        }
    }
}
