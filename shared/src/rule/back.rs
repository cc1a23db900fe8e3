//! Whether there is a way back, and which: abandoning green before the swap, swapping back after it.

use super::{Consequence, Refusal, Rule, busy, limit, present, read, refuse};
use crate::{
    colour::{Colour, Phase, coloured, phase},
    command::{AbandonGreen, REASON_LIMIT, SwapBack},
    commit::short,
    machine::MachineKind,
    snapshot::Snapshot,
};

impl Rule for AbandonGreen {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        roll_back(snapshot, &self.release)?;
        limit(&self.reason, REASON_LIMIT, "reason")?;
        match phase(snapshot) {
            Phase::NoGreen => refuse("There is no green to abandon."),
            Phase::Swapped => refuse("Production already serves green. Swap back instead."),
            Phase::Testing => {
                let gate = snapshot.pipeline().and_then(|pipeline| pipeline.open_gate());
                let no = gate.map(|(step, _)| format!("{} is rejected. ", step.title)).unwrap_or_default();
                Ok(format!(
                    "{no}The test port closes and green’s tasks stop; a release that waits comes in once they are \
                     gone. Production does not change."
                ))
            }
        }
    }
}

impl Rule for SwapBack {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        roll_back(snapshot, &self.release)?;
        limit(&self.reason, REASON_LIMIT, "reason")?;
        match phase(snapshot) {
            Phase::NoGreen => refuse("There is nothing to swap back: no release is under way."),
            Phase::Testing => refuse("Production still serves blue. Abandon green instead."),
            Phase::Swapped => {
                let blue = coloured(snapshot).into_iter().find(|it| it.colour == Colour::Blue);
                let Some(blue) = blue else { return refuse("There is no blue to go back to.") };
                let commit =
                    blue.set.commit.as_deref().map(|id| format!(" ({})", short(id))).unwrap_or_default();
                Ok(format!("Production will send 100% to blue{commit} again. Green’s tasks stop."))
            }
        }
    }
}

/// The roll-back machine serves both ways back, and neither while something else is at work.
fn roll_back(snapshot: &Snapshot, release: &str) -> Result<(), Refusal> {
    present(read(snapshot)?, release)?;
    let Some(machine) = snapshot.machines().iter().find(|machine| machine.kind == MachineKind::RollBack)
    else {
        return refuse("This service has no roll-back state machine.");
    };
    if let Some(problem) = &machine.problem {
        return refuse(problem.clone());
    }
    match busy(snapshot) {
        Some(other) => refuse(format!("{other} is running. Wait for it, or stop it first.")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn abandon() -> AbandonGreen {
        AbandonGreen { release: sample::RELEASE.to_owned(), reason: String::new() }
    }

    fn swap_back() -> SwapBack {
        SwapBack { release: sample::RELEASE.to_owned(), reason: String::new() }
    }

    #[test]
    fn there_is_one_way_back_at_a_time() {
        assert!(abandon().judge(&sample::testing()).is_ok());
        assert!(swap_back().judge(&sample::testing()).unwrap_err().reason.contains("Abandon green instead"));
        assert!(abandon().judge(&sample::swapped()).unwrap_err().reason.contains("Swap back instead"));
        let said = swap_back().judge(&sample::swapped()).unwrap();
        assert_eq!(said, "Production will send 100% to blue (71b8d02) again. Green’s tasks stop.");
    }

    #[test]
    fn without_green_there_is_nothing_to_take_back() {
        assert!(abandon().judge(&sample::quiet()).is_err());
        assert!(swap_back().judge(&sample::quiet()).is_err());
    }

    #[test]
    fn nothing_is_taken_back_while_a_machine_is_at_work() {
        let mut snapshot = sample::testing();
        sample::run(&mut snapshot, "deploy-green");
        assert!(abandon().judge(&snapshot).unwrap_err().reason.contains("deploy-green is running"));
    }
}
