//! A seven-day window with its two gates, at rate 1 and at the top rate: the same events in the same order.
//!
//! At rate 1 the clock runs as fast as real time; its first ten seconds pass by themselves, then it is moved on
//! from event to event. At the top rate it runs by itself, a million times as fast, builds and all. What a
//! person does comes at the same moments of virtual time in both.

#![expect(clippy::unwrap_used, reason = "a test stops where what it needs is not there")]

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use viridian_fixture::{Stack, pipeline};

const TOP: f64 = 1_000_000.0;

/// How virtual time passes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Pace {
    /// At rate 1, moved on from event to event.
    One,
    /// At the top rate, by itself.
    Top,
}

struct Window {
    stack: Stack,
    begun: Timestamp,
    pace: Pace,
}

impl Window {
    async fn open(pace: Pace) -> Self {
        let stack = Stack::released().await;
        let begun = stack.sandbox.with(|world| {
            // The moment of the boot is real; the window begins at a round distance from the first release.
            world.event_log.remember(usize::MAX);
            world.now()
        });
        stack.sandbox.start();
        let window = Self { stack, begun, pace };
        window.reach(SignedDuration::from_mins(1)).await;
        window
    }

    /// Lets time pass until so long after the beginning, where the clock stands exactly.
    async fn reach(&self, after: SignedDuration) {
        let moment = self.begun.checked_add(after).unwrap();
        self.stack.sandbox.with(|world| {
            world.clock.pause_at(Some(moment));
            world.clock.set_rate(if self.pace == Pace::Top { TOP } else { 1.0 });
            world.clock.resume();
        });
        if self.pace == Pace::One {
            let left = moment.duration_since(self.stack.sandbox.with(|world| world.now()));
            self.stack.sandbox.run_until(|_| false, left).await;
        }
        let stands = |world: &mut viridian_sandbox::World| {
            world.now() >= moment && world.timers.next_due().is_none_or(|due| due > moment)
        };
        let begun = Instant::now();
        while !self.stack.sandbox.with(stands) {
            assert!(begun.elapsed() < Duration::from_mins(2), "time does not get to {moment}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert_eq!(self.stack.sandbox.with(|world| world.now()), moment);
    }

    fn call(&self, service: &str, operation: &str, input: Value) -> Value {
        self.stack.ask(service, operation, input)
    }

    fn push(&self) {
        let name = &self.stack.outputs.console_service_name;
        let branch =
            self.call("codecommit", "GetBranch", json!({"repositoryName": name, "branchName": "main"}));
        self.call(
            "codecommit",
            "PutFile",
            json!({
                "repositoryName": name, "branchName": "main", "filePath": "note.txt", "fileContent": "aGVsbG8=",
                "parentCommitId": branch["branch"]["commitId"], "commitMessage": "Say hello",
                "name": "Aya", "email": "aya@example.com",
            }),
        );
    }

    fn approve(&self, gate: &str) {
        let name = &self.stack.outputs.pipeline_name;
        let verdict = self.stack.sandbox.with(|world| pipeline::verdict(world, name, gate, "Approved"));
        self.call("codepipeline", "PutApprovalResult", verdict);
    }

    /// Every event since the window began: when, counted from its beginning, and what.
    fn events(&self) -> Vec<String> {
        let begun = self.begun;
        self.stack.sandbox.with(|world| {
            let line = |entry: &viridian_sandbox::event_log::Entry| {
                format!("{:?} {}", entry.due.duration_since(begun), entry.event)
            };
            world.event_log.after(0).filter(|entry| entry.due >= begun).map(line).collect()
        })
    }

    async fn close(self) -> Vec<String> {
        let events = self.events();
        self.stack.sandbox.stop(Duration::from_secs(5)).await;
        events
    }
}

/// A release that takes a week: a push, green for a day, the swap, and clean-up three days later.
async fn week(pace: Pace) -> Vec<String> {
    let window = Window::open(pace).await;
    window.push();
    if pace == Pace::One {
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
    window.reach(SignedDuration::from_hours(24)).await;
    window.approve("ApproveSwap");
    window.reach(SignedDuration::from_hours(96)).await;
    window.approve("ApproveCleanUp");
    window.reach(SignedDuration::from_hours(7 * 24)).await;
    let name = &window.stack.outputs.pipeline_name;
    assert_eq!(window.stack.sandbox.with(|world| pipeline::status(world, name)), "Succeeded");
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_at_the_top_rate_is_a_week_at_rate_one() {
    let (one, top) = (week(Pace::One).await, week(Pace::Top).await);
    let differs = one.iter().zip(&top).position(|(one, top)| one != top);
    if let Some(place) = differs {
        let around = place.saturating_sub(3)..(place + 2).min(one.len()).min(top.len());
        assert_eq!(one[around.clone()], top[around], "the events differ from number {place} on");
    }
    assert_eq!(one.len(), top.len());
    assert!(one.len() > 50, "there were {} events only", one.len());
}
