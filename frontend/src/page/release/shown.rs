//! What is shown of the gate that matters now.

use viridian_shared::{
    pipeline::{Gate, GateKind},
    rule::leads_back,
    snapshot::Snapshot,
    taken_back::{TakenBack, taken_back},
    time::Timestamp,
    window::{Window, WindowState},
};

/// What the panel shows, without anything that ticks.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub title: String,
    pub step: String,
    pub gate: Gate,
    pub state: WindowState,
    pub taken_back: Option<TakenBack>,
    pub changed_at: Option<Timestamp>,
    pub summary: Option<String>,
}

pub fn shown(window: Window<'_>, snapshot: Option<&Snapshot>) -> Shown {
    let leads_back = snapshot.is_some_and(leads_back);
    let title = match window.gate.kind {
        GateKind::ApproveCleanUp if leads_back && window.state == WindowState::Open => {
            "Time to swap back".to_owned()
        }
        _ => window.title(),
    };
    Shown {
        title,
        taken_back: snapshot.and_then(taken_back),
        step: window.step.title.clone(),
        gate: window.gate.clone(),
        state: window.state,
        changed_at: window.step.changed_at,
        summary: window.step.summary.clone(),
    }
}
