//! How far the console is with saying by itself on a gate what its votes have decided.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};
use viridian_shared::{ballot::Ballot, vote::Choice};

/// After the first failure; each later pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// As often it is tried; more of the same helps nobody, and each try stands in the journal.
pub(crate) const MOST: u32 = 8;

/// What the votes on a gate have decided. Another vote asks anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    request: String,
    choice: Choice,
    voices: Vec<(String, Choice, bool)>,
}

impl Question {
    /// None while nothing is decided.
    pub(crate) fn of(ballot: &Ballot) -> Option<Self> {
        let voices = ballot.voices.iter().map(|it| (it.person.clone(), it.choice, it.stands)).collect();
        Some(Self { request: ballot.request.clone(), choice: ballot.decided?, voices })
    }
}

/// Kept by a service for the gate that is open.
#[derive(Default)]
pub(crate) struct Answering {
    state: Mutex<State>,
    /// Whether what a crash left open was settled: a vote may be in it.
    has_begun: AtomicBool,
    woken: Notify,
}

#[derive(Default)]
struct State {
    /// Request of the gate on which AWS has an answer.
    answered: Option<String>,
    failed: Option<Failures>,
}

struct Failures {
    of: Question,
    number: u32,
    last: String,
    again: Instant,
}

impl Answering {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it may be answered.
    pub(crate) fn begin(&self) {
        self.has_begun.store(true, Ordering::Release);
        self.wake();
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Acquire)
    }

    /// A vote was kept: it is counted at once.
    pub(crate) fn wake(&self) {
        self.woken.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.woken.notified().await;
    }

    /// AWS has an answer, which the next reading shows.
    pub(crate) fn answered(&self, request: &str) {
        self.state().answered = Some(request.to_owned());
    }

    /// It was tried in vain.
    pub(crate) fn failed(&self, of: &Question, why: String) {
        let mut state = self.state();
        let before = state.failed.take().filter(|failed| failed.of == *of).map_or(0, |failed| failed.number);
        let pause = FIRST_PAUSE.saturating_mul(1 << before.min(MOST)).min(LONGEST_PAUSE);
        let again = Instant::now() + pause;
        state.failed = Some(Failures { of: of.clone(), number: before + 1, last: why, again });
    }

    /// Whether it is to be tried now.
    pub(crate) fn is_due(&self, of: &Question) -> bool {
        let state = self.state();
        let is_answered = state.answered.as_ref() == Some(&of.request);
        let failed = state.failed.as_ref().filter(|failed| failed.of == *of);
        self.has_begun()
            && !is_answered
            && failed.is_none_or(|it| it.number < MOST && it.again <= Instant::now())
    }

    /// What is told of it.
    pub(crate) fn words(&self, of: &Question, held: &[String]) -> String {
        let (decided, button) = match of.choice {
            Choice::Approve => ("Enough have approved", "Approve"),
            Choice::Reject => ("It is rejected", "Reject"),
        };
        let state = self.state();
        if state.answered.as_ref() == Some(&of.request) {
            return format!("{decided}, and AWS has the answer.");
        }
        if !held.is_empty() {
            let why = held.join(" ");
            return format!(
                "{decided}, and the gate waits for its answer. {why} The console answers once nothing is in the way."
            );
        }
        match state.failed.as_ref().filter(|failed| failed.of == *of) {
            None if self.has_begun() => format!("{decided}, and the console is answering the gate."),
            None => {
                format!("{decided}, and the console answers once it knows what it did before it began anew.")
            }
            Some(it) if it.number < MOST => {
                format!(
                    "{decided}, and AWS has not taken the answer. {} The console tries again by itself.",
                    it.last
                )
            }
            Some(it) => format!(
                "{decided}, and AWS has not taken the answer {} times. {} Press {button} to try it again.",
                it.number, it.last
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(choice: Choice) -> Question {
        Question { request: "r".to_owned(), choice, voices: vec![("kim".to_owned(), choice, true)] }
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_tries_end() {
        let (answering, asked) = (Answering::default(), question(Choice::Approve));
        assert!(!answering.is_due(&asked), "not before what was left open is settled");
        assert!(answering.words(&asked, &[]).contains("once it knows what it did"));
        answering.begin();
        assert_eq!(
            answering.words(&asked, &[]),
            "Enough have approved, and the console is answering the gate."
        );
        let begun = Instant::now();
        for number in 1..=MOST {
            assert!(answering.is_due(&asked), "{number}");
            answering.failed(&asked, "AWS is tired.".to_owned());
            assert!(!answering.is_due(&asked));
            let pause = FIRST_PAUSE * 2_u32.pow(number - 1);
            tokio::time::advance(pause.min(LONGEST_PAUSE)).await;
        }
        assert!(begun.elapsed() > Duration::from_mins(5), "{:?}", begun.elapsed());
        assert!(!answering.is_due(&asked), "it gives up");
        let said = answering.words(&asked, &[]);
        assert!(said.ends_with("8 times. AWS is tired. Press Approve to try it again."), "{said}");
        let changed = Question { voices: Vec::new(), ..asked.clone() };
        assert!(answering.is_due(&changed), "another vote asks anew");
        assert!(answering.words(&changed, &["No.".to_owned()]).contains("waits for its answer. No. The"));
        answering.answered("r");
        assert!(!answering.is_due(&changed));
        assert_eq!(
            answering.words(&question(Choice::Reject), &[]),
            "It is rejected, and AWS has the answer."
        );
    }
}
