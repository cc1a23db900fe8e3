//! The state of a command in the making: whether it may be given, what it would do, and what became of it.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use viridian_shared::{
    command::Receipt,
    people::{Person, Role},
    problem::Problem,
    rule::{Consequence, Refusal, Rule, has_one, verdict},
    snapshot::Snapshot,
};

use crate::{
    api,
    model::{Connection, Model, model},
};

/// One button's command. Copies share their state.
#[derive(Clone, Copy)]
pub struct CommandState {
    /// What would happen now, or why it cannot be done and who could.
    pub verdict: Memo<Result<Consequence, Refusal>>,
    /// What it would do once every text that it needs is typed; None while it cannot be done at all.
    pub effect: Memo<Option<Consequence>>,
    /// Sent and not answered yet.
    pub pending: RwSignal<bool>,
    /// What the server said against it.
    pub problem: RwSignal<Option<Problem>>,
    /// What the server said to it.
    pub receipt: RwSignal<Option<Receipt>>,
    key: StoredValue<String>,
    send: Callback<()>,
}

impl CommandState {
    /// Follows the command that `build` gives; None while what it needs is not known.
    pub fn new<C: Rule>(build: impl Fn() -> Option<C> + Copy + Send + Sync + 'static) -> Self {
        let model = model();
        let judged = move || build().map(|command| Box::new(command) as Box<dyn Judged>);
        let (verdict, effect) = follow(C::ROLES, Arc::new(judged));
        let (pending, problem, receipt) = (RwSignal::new(false), RwSignal::new(None), RwSignal::new(None));
        let key = StoredValue::new(String::new());
        let send = Callback::new(move |()| {
            let (Some(command), Some(service)) = (untrack(build), model.service.get_untracked()) else {
                return;
            };
            // A second click while the first is on its way does nothing.
            if pending.get_untracked() {
                return;
            }
            pending.set(true);
            problem.set(None);
            let key = key.get_value();
            spawn_local(async move {
                let answer = api::send(&service, &command, &key).await;
                pending.try_set(false);
                match answer {
                    Ok(done) => drop(receipt.try_set(Some(done))),
                    Err(refused) => drop(problem.try_set(Some(refused))),
                }
            });
        });
        Self { verdict, effect, pending, problem, receipt, key, send }
    }

    /// Begins anew: what is sent from here on is another command, even if it is the same in every word.
    pub fn begin(self) {
        self.key.set_value(fresh_key());
        self.problem.set(None);
        self.receipt.set(None);
    }

    pub fn send(self) {
        self.send.run(());
    }

    /// Why the button is off. A field that is not filled in yet does not turn it off.
    pub fn refusal(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.verdict.with(|verdict| match verdict {
                Err(refusal) if !refusal.is_field => Some(refusal.reason.clone()),
                _ => None,
            })
        })
    }
}

/// A command of any kind, as far as it is judged: one piece of code serves all of them.
trait Judged {
    fn verdict(&self, snapshot: &Snapshot, person: Option<&Person>) -> Result<Consequence, Refusal>;
    /// The same with its texts typed.
    fn typed(&self) -> Option<Box<dyn Judged>>;
}

impl<C: Rule> Judged for C {
    fn verdict(&self, snapshot: &Snapshot, person: Option<&Person>) -> Result<Consequence, Refusal> {
        verdict(self, snapshot, person)
    }

    fn typed(&self) -> Option<Box<dyn Judged>> {
        Some(Box::new(self.as_if_typed()?))
    }
}

type Build = Arc<dyn Fn() -> Option<Box<dyn Judged>> + Send + Sync>;

/// What would happen now or why not, and what would happen once everything is typed.
fn follow(
    roles: &'static [Role],
    build: Build,
) -> (Memo<Result<Consequence, Refusal>>, Memo<Option<Consequence>>) {
    let model = model();
    let of = build.clone();
    let verdict = Memo::new(move |_| judge(model, roles, of()));
    let effect = Memo::new(move |_| match verdict.get() {
        Ok(text) => Some(text),
        Err(refusal) if refusal.is_field => judge(model, roles, build().and_then(|it| it.typed())).ok(),
        Err(_) => None,
    });
    (verdict, effect)
}

fn judge(
    model: Model,
    roles: &'static [Role],
    command: Option<Box<dyn Judged>>,
) -> Result<Consequence, Refusal> {
    let refuse = |reason: &str| Err(Refusal { reason: reason.to_owned(), is_field: false });
    if matches!(model.connection.get(), Connection::Stale | Connection::Lost) {
        return refuse("The connection is broken: what you see may be old.");
    }
    model.snapshot.with(|snapshot| {
        let Some(snapshot) = snapshot else { return refuse("Nothing was read yet.") };
        let person = model.person.get();
        if let Err(refusal) = has_one(roles, person.as_ref()) {
            return refuse(&format!("{}{}", refusal.reason, who_can(model, roles)));
        }
        let Some(command) = command else { return refuse("There is nothing to do this to.") };
        command.verdict(snapshot, person.as_ref())
    })
}

/// " Here that is approver-1 or approver-2.", where the page knows persons.
fn who_can(model: Model, roles: &[Role]) -> String {
    let names: Vec<_> = model.session.with(|session| {
        let choices = session.as_ref().map(|session| session.choices.as_slice()).unwrap_or_default();
        choices
            .iter()
            .filter(|person| roles.iter().any(|role| person.has(*role)))
            .map(|person| person.name.clone())
            .collect()
    });
    if names.is_empty() { String::new() } else { format!(" Here that is {}.", names.join(" or ")) }
}

/// A key that no other command has. It must be new, not secret: 104 bits by chance are enough.
pub fn fresh_key() -> String {
    let random = || format!("{:016x}", (js_sys::Math::random() + 1.0).to_bits());
    random() + &random()
}
