//! The states that an execution went through, one line each: how often, for how long, and how it ended. What went
//! wrong comes first.

use std::sync::Arc;

use viridian_shared::{
    machine::ExecutionEvent,
    order,
    time::{SignedDuration, Timestamp},
    words::duration,
};

use crate::{
    prelude::*,
    ui::icon::{Icon, Mark},
    words,
};

/// One state.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    state: String,
    /// Times that it was entered: a loop is one line.
    times: usize,
    first_at: Timestamp,
    /// Seconds in all of its times.
    took: i64,
    /// What went wrong in it last, in AWS's word.
    failed: Option<String>,
    is_open: bool,
}

/// Folds events to lines, in the order in which states were first entered; those that failed before them.
fn lines(events: &[ExecutionEvent]) -> Vec<Line> {
    let mut lines = Vec::<Line>::new();
    let mut here = None::<(usize, Timestamp)>;
    for event in events {
        if event.kind.ends_with("StateEntered") {
            let state = event.state.clone().unwrap_or_default();
            let index = lines.iter().position(|line| line.state == state).unwrap_or_else(|| {
                let (first_at, took) = (event.at, 0);
                lines.push(Line { state, times: 0, first_at, took, failed: None, is_open: true });
                lines.len() - 1
            });
            if let Some(line) = lines.get_mut(index) {
                line.times += 1;
                line.is_open = true;
                // One that is entered again went on after its failure.
                line.failed = None;
            }
            here = Some((index, event.at));
        }
        let Some((index, since)) = here else { continue };
        let Some(line) = lines.get_mut(index) else { continue };
        if event.kind.ends_with("StateExited") {
            line.took += event.at.duration_since(since).as_secs();
            line.is_open = false;
            // Whoever left a state after a failure had caught it.
            line.failed = None;
            here = None;
        } else if is_bad(&event.kind) {
            line.failed = Some(event.kind.clone());
            line.is_open = false;
        }
    }
    order::sort_by_key(&mut lines, |line| line.failed.is_none());
    lines
}

/// Whether an event tells of a failure.
pub fn is_bad(kind: &str) -> bool {
    ["Failed", "TimedOut", "Aborted"].iter().any(|end| kind.ends_with(end))
}

/// The table.
#[component]
pub fn States(events: RwSignal<Arc<Vec<ExecutionEvent>>>) -> impl IntoView {
    let lines = Memo::new(move |_| events.with(|events| lines(events)));
    let row = |line: Line| {
        let took = if line.took > 0 { duration(SignedDuration::from_secs(line.took)) } else { String::new() };
        let times = (line.times > 1).then(|| format!("× {}", line.times));
        let end = match (&line.failed, line.is_open) {
            (Some(kind), _) => view! { <Mark icon=Icon::Failed/>{kind.clone()} }.into_any(),
            (None, true) => view! { <Mark icon=Icon::Running/>"at work" }.into_any(),
            (None, false) => view! { <Mark icon=Icon::Done/>"done" }.into_any(),
        };
        view! {
            <tr data-tone=line.failed.is_some().then_some("bad")>
                <th scope="row">{line.state}" "<span class="muted">{times}</span></th><td>{end}</td>
                <td class="number" title=words::exact(line.first_at)>{words::second(line.first_at)}</td><td class="number">{took}</td>
            </tr>
        }
    };
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="States">
            <table class="table">
                <caption class="unseen">"States"</caption>
                <thead><tr><th scope="col">"State"</th><th scope="col">"How it ended"</th><th scope="col">"First at"</th><th scope="col">"Took"</th></tr></thead>
                <tbody>{move || lines.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, kind: &str, state: &str) -> ExecutionEvent {
        ExecutionEvent {
            id,
            previous_id: id - 1,
            at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(id),
            kind: kind.to_owned(),
            state: (!state.is_empty()).then(|| state.to_owned()),
            detail: String::new(),
        }
    }

    #[test]
    fn a_loop_is_one_line_with_its_count_and_a_failure_comes_first() {
        let mut events = vec![event(1, "ExecutionStarted", "")];
        for round in 0..3 {
            let id = 2 + round * 4;
            events.push(event(id, "WaitStateEntered", "Wait"));
            events.push(event(id + 1, "WaitStateExited", "Wait"));
            events.push(event(id + 2, "TaskStateEntered", "Look"));
            if round < 2 {
                events.push(event(id + 3, "TaskStateExited", "Look"));
            }
        }
        events.push(event(20, "TaskFailed", ""));
        let lines = lines(&events);
        let told: Vec<_> =
            lines.iter().map(|it| (it.state.as_str(), it.times, it.failed.as_deref(), it.is_open)).collect();
        assert_eq!(told, [("Look", 3, Some("TaskFailed"), false), ("Wait", 3, None, false)]);
        assert_eq!(lines[1].took, 3);
    }
}
