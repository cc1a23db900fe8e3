//! The window of a gate: which one a person wants to see, what became of it, and how it is divided on a line.

use crate::{
    pipeline::{Gate, GateKind, Pipeline, Step, StepStatus},
    time::SignedDuration,
};

/// What became of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowState {
    /// The release is not there yet.
    Ahead,
    /// It waits for a decision.
    Open,
    /// It closed and nobody had answered.
    Expired,
    /// Somebody decided against it.
    Rejected,
    /// Somebody decided for it.
    Approved,
    /// The release ended before or while it was open.
    GivenUp,
}

/// A gate with what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window<'a> {
    /// The step that is the gate.
    pub step: &'a Step,
    /// The gate.
    pub gate: &'a Gate,
    /// What became of it.
    pub state: WindowState,
}

impl Window<'_> {
    /// As a heading: "Green test window".
    pub fn title(&self) -> String {
        match self.gate.kind {
            GateKind::ApproveSwap => "Green test window".to_owned(),
            GateKind::ApproveCleanUp => "Before clean-up".to_owned(),
            GateKind::Other => format!("Window of {}", self.step.title),
        }
    }
}

/// The window that matters now: the open one, else the one that ended the release, else the next, else the last.
pub fn present(pipeline: &Pipeline) -> Option<Window<'_>> {
    let is_over = pipeline.release.as_ref().is_some_and(|release| release.status.is_ended());
    let windows: Vec<_> = pipeline.steps.iter().filter_map(|step| window(step, is_over)).collect();
    let first = |wanted: &[WindowState]| windows.iter().find(|it| wanted.contains(&it.state)).copied();
    first(&[WindowState::Open])
        .or_else(|| first(&[WindowState::Expired, WindowState::Rejected]))
        .or_else(|| first(&[WindowState::Ahead, WindowState::GivenUp]))
        .or_else(|| windows.last().copied())
}

fn window(step: &Step, is_over: bool) -> Option<Window<'_>> {
    let gate = step.gate.as_ref()?;
    let state = match step.status {
        StepStatus::Waiting => WindowState::Open,
        StepStatus::Expired => WindowState::Expired,
        StepStatus::Rejected | StepStatus::Failed => WindowState::Rejected,
        StepStatus::Succeeded => WindowState::Approved,
        StepStatus::Abandoned => WindowState::GivenUp,
        StepStatus::Todo | StepStatus::Running | StepStatus::Unknown(_) if is_over => WindowState::GivenUp,
        StepStatus::Todo | StepStatus::Running | StepStatus::Unknown(_) => WindowState::Ahead,
    };
    Some(Window { step, gate, state })
}

/// Time left in at most three units, the largest first: 5 d 21 h 14 m, or 4 m 09 s at the end.
pub fn countdown(left: SignedDuration) -> Vec<(i64, &'static str)> {
    let seconds = left.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    if days > 0 {
        vec![(days, "d"), (hours, "h"), (minutes, "m")]
    } else if hours > 0 {
        vec![(hours, "h"), (minutes, "m"), (seconds % 60, "s")]
    } else {
        vec![(minutes, "m"), (seconds % 60, "s")]
    }
}

/// Lengths in which a window may be divided, in minutes.
const DIVISIONS: [u32; 15] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 20_160];
/// Most parts that fit beside each other on a small screen.
const MOST_PARTS: u32 = 8;

/// How long one part of a window's line is: the shortest round length that gives at most eight.
pub fn division(timeout_minutes: u32) -> u32 {
    let fits = |minutes: &u32| timeout_minutes.div_ceil(*minutes) <= MOST_PARTS;
    DIVISIONS.into_iter().find(fits).unwrap_or(20_160)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_divided_in_round_parts_whatever_its_length() {
        for (timeout, part) in
            [(5, 1), (30, 5), (60, 10), (480, 60), (1_440, 180), (10_080, 1_440), (86_400, 20_160)]
        {
            assert_eq!(division(timeout), part, "{timeout} minutes");
        }
    }

    #[test]
    fn a_countdown_shows_seconds_only_when_they_matter() {
        let of = |seconds| countdown(SignedDuration::from_secs(seconds));
        assert_eq!(of(5 * 86_400 + 21 * 3_600 + 14 * 60 + 9), [(5, "d"), (21, "h"), (14, "m")]);
        assert_eq!(of(3_600 + 65), [(1, "h"), (1, "m"), (5, "s")]);
        assert_eq!(of(249), [(4, "m"), (9, "s")]);
        assert_eq!(of(-1), [(0, "m"), (0, "s")]);
    }
}
