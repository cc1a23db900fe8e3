//! What a run leaves behind: everything found, with what it was found in, for people and for builds.
//!
//! A report holds no bodies, no secrets and no addresses of the network: only origins, probes and differences.

pub mod earlier;
mod html;
mod junit;
mod proof;
mod proposal;
mod text;
mod walls;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use viridian_shared::comparison::{
    finding::{Finding, Ruling, Verdict},
    latency::Latency,
    run::Proof,
};

use crate::{
    difference::{Outcome, expected::Commits, rule::RefusedRule},
    finding, latency, number,
    probe::{Assessment, Probed, guard::Origin},
    suite::{self, Suite},
    work::Limits,
};

/// What the differences that a run lists may take, in bytes. The others are counted.
const LISTED: usize = 24 << 20;
/// What each probe may list, however much the others do.
const LEAST: usize = 16 << 10;

/// A run, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Id of the run.
    pub run: String,
    /// Name of the suite.
    pub suite: String,
    /// Id of the release under test; empty where nobody said one.
    pub release: String,
    /// Where production was asked.
    pub blue: Origin,
    /// Where the version under test was asked.
    pub green: Origin,
    /// When the run began.
    pub at: Timestamp,
    /// What it comes to, by the rulings that count.
    pub verdict: Verdict,
    /// By id, each with the ruling that counts.
    pub findings: Vec<Finding>,
    /// Everything that was said, whether it still counts or not.
    pub rulings: Vec<Ruling>,
    /// In the order of the suite.
    pub probes: Vec<OfProbe>,
    /// Over the suite.
    pub latency: Latency,
    /// What keeps the verdict from saying what it seems to say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What was expected to differ and did as it should.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proof>,
}

/// What became of one probe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfProbe {
    /// Unique in its suite.
    pub name: String,
    /// HTTP's method.
    pub method: String,
    /// Path with its query.
    pub path: String,
    /// Absent when the probe was not sent, since it may change something.
    pub assessment: Option<Assessment>,
}

/// What a run is of.
#[derive(Debug, Clone)]
pub struct Of<'a> {
    /// Id of the run.
    pub run: &'a str,
    /// Id of the release under test; empty where there is none.
    pub release: &'a str,
    /// The name of the suite.
    pub name: &'a str,
    /// Its probes, rules and arrays.
    pub suite: &'a Suite,
    /// Where production was asked, as people write it.
    pub blue: &'a Origin,
    /// Where the version under test was asked, as people write it.
    pub green: &'a Origin,
    /// When the run began.
    pub at: Timestamp,
    /// What both colours run, where that is known.
    pub commits: &'a Commits,
    /// Rulings of this release and of earlier ones.
    pub rulings: &'a [Ruling],
    /// The findings of the run before.
    pub previous: &'a [Finding],
}

impl Report {
    /// Assesses what was answered.
    pub fn new(of: &Of<'_>, answers: &[Probed], limits: Limits) -> Result<Self, RefusedRule> {
        let (mut probes, mut room) = (Vec::with_capacity(answers.len()), LISTED);
        for (probe, answer) in of.suite.probes.iter().zip(answers) {
            let rules = suite::rules(of.suite, Some(&probe.name))?.of_release(of.commits);
            let was_sent = !answer.blue.is_empty();
            let mut assessment = was_sent.then(|| answer.assess(&rules, limits));
            if let Some(assessment) = &mut assessment {
                room -= assessment.fit(room.max(LEAST)).min(room);
            }
            probes.push(OfProbe {
                name: probe.name.clone(),
                method: probe.method.clone(),
                path: probe.path.clone(),
                assessment,
            });
        }
        let mut findings = finding::findings((of.run, of.at), outcomes(&probes), of.previous);
        let judged = finding::judge(&mut findings, of.rulings, of.release);
        let count = |is: &dyn Fn(&Finding) -> bool| number(findings.iter().filter(|it| is(it)).count());
        let verdict =
            Verdict { new: count(&|it| it.is_new), first: count(&|it| it.first_seen == of.run), ..judged };
        let (proofs, unproven) = proof::proofs(of.suite, &probes, of.commits);
        let pairs: Vec<_> = answers.iter().map(Probed::pairs).collect();
        Ok(Self {
            run: of.run.to_owned(),
            suite: of.name.to_owned(),
            release: of.release.to_owned(),
            blue: of.blue.clone(),
            green: of.green.clone(),
            at: of.at,
            verdict,
            findings,
            rulings: of.rulings.to_vec(),
            probes,
            latency: latency::over_suite(&pairs),
            warnings: walls::warning(answers).into_iter().chain(unproven).collect(),
            proofs,
        })
    }

    /// As a later run reads it ([`earlier::read`]).
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }

    /// As a build server reads it.
    pub fn to_junit(&self) -> String {
        junit::write(self)
    }

    /// As one page that needs nothing else.
    pub fn to_html(&self) -> String {
        html::write(self)
    }

    /// As a person at a terminal reads it.
    pub fn to_text(&self) -> String {
        text::write(self)
    }

    /// Whether nothing was compared at all: then a clear verdict would say nothing.
    pub fn is_empty(&self) -> bool {
        self.probes.iter().all(|probe| probe.assessment.is_none())
    }
}

fn outcomes(probes: &[OfProbe]) -> Vec<(&str, &Outcome)> {
    let of = |probe: &'_ OfProbe| probe.assessment.is_some();
    let sent = probes.iter().filter(|probe| of(probe));
    sent.filter_map(|probe| Some((probe.name.as_str(), &probe.assessment.as_ref()?.outcome))).collect()
}
