//! What a run proves: where a rule expects something of what differs, whether it was so.

use viridian_shared::comparison::run::Proof;

use super::OfProbe;
use crate::{
    difference::{
        expected::{Commits, Expects},
        rule::NoiseRule,
    },
    number,
    suite::Suite,
};

/// “commit on the page”: each colour names the commit that it runs, in 2 probes.
pub(super) fn words(proof: &Proof) -> String {
    let probes = if proof.probes == 1 { "probe" } else { "probes" };
    format!("“{}”: {}, in {} {probes}", proof.rule, proof.expects.words(), proof.probes)
}

/// The expectations of a suite that held, and a warning for each that nothing showed.
pub(super) fn proofs(suite: &Suite, probes: &[OfProbe], commits: &Commits) -> (Vec<Proof>, Vec<String>) {
    let (mut held, mut warnings) = (Vec::new(), Vec::new());
    for (rule, expects) in suite.noise.iter().filter_map(|rule| Some((rule, rule.expects?))) {
        let held_in = probes.iter().filter(|probe| hides(rule, probe)).count();
        if held_in > 0 {
            held.push(Proof { rule: rule.name.clone(), expects, probes: number(held_in) });
        } else if expects == Expects::Commit && differ(commits) && was_looked_at(rule, probes) {
            warnings.push(format!(
                "no answer proves what “{}” expects, that {}; the colours may not run what was released",
                rule.name,
                expects.words()
            ));
        }
    }
    (held, warnings)
}

fn hides(rule: &NoiseRule, probe: &OfProbe) -> bool {
    let Some(assessment) = &probe.assessment else { return false };
    assessment.outcome.hidden().any(|it| it.hidden_by.as_ref() == Some(&rule.name))
}

fn differ(commits: &Commits) -> bool {
    matches!(commits, [Some(blue), Some(green)] if blue != green)
}

/// Whether every probe that the rule is for was sent.
fn was_looked_at(rule: &NoiseRule, probes: &[OfProbe]) -> bool {
    let is_for = |probe: &&OfProbe| rule.probe.as_ref().is_none_or(|it| *it == probe.name);
    let mut all = probes.iter().filter(is_for).peekable();
    all.peek().is_some() && all.all(|probe| probe.assessment.is_some())
}
