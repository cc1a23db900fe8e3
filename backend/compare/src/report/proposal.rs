//! What a run proposes to hide: what blue's own answers have shown, joined over its probes.

use std::collections::BTreeMap;

use viridian_shared::comparison::{run::Proposal, suite::NoisePlace};

use super::Report;
use crate::number;

impl Report {
    /// Noise that blue's own answers suggest, each place once and in the order of places. A person accepts it or not.
    pub fn proposals(&self) -> Vec<Proposal> {
        let mut joined: BTreeMap<&NoisePlace, Proposal> = BTreeMap::new();
        for probe in &self.probes {
            for varying in probe.assessment.iter().flat_map(|it| &it.lesson.varying) {
                let proposal = joined.entry(&varying.place).or_insert_with(|| Proposal {
                    name: name(&varying.place),
                    place: varying.place.clone(),
                    probes: Vec::new(),
                    seen: 0,
                    of: 0,
                    confidence: 0.0,
                    is_expected: varying.is_expected,
                    examples: varying.examples.clone(),
                });
                proposal.probes.push(probe.name.clone());
                proposal.seen += number(varying.seen);
                proposal.of += number(varying.of);
                proposal.confidence = proposal.confidence.max(varying.confidence);
            }
        }
        joined.into_values().collect()
    }
}

fn name(place: &NoisePlace) -> String {
    match place {
        NoisePlace::Header { header, part: None } => format!("header {header}"),
        NoisePlace::Header { header, part: Some(part) } => format!("{part} in header {header}"),
        NoisePlace::Cookie { cookie } => format!("cookie {cookie}"),
        NoisePlace::Json { path, .. } => path.clone(),
        NoisePlace::Html { selector, only: None, .. } => selector.clone(),
        NoisePlace::Html { selector, only: Some(only), .. } => format!("{selector} {only}"),
        NoisePlace::Text { pattern } => pattern.clone(),
    }
}
