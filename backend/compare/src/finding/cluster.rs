//! From differences to findings.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use viridian_shared::comparison::finding::Finding;

use super::{shown, title_of};
use crate::{
    answer::hexadecimal,
    difference::{Mismatch, Outcome},
};

/// The findings of a run, by id. Earlier ones lend the run in which they were seen first.
pub fn findings<'o>(
    (run, at): (&str, Timestamp),
    outcomes: impl IntoIterator<Item = (&'o str, &'o Outcome)>,
    earlier: &[Finding],
) -> Vec<Finding> {
    let known: HashMap<_, _> = earlier.iter().map(|it| (it.id.as_str(), it)).collect();
    let mut found: BTreeMap<String, Finding> = BTreeMap::new();
    for (probe, outcome) in outcomes {
        for difference in outcome.visible() {
            let finding = found.entry(id_of(difference)).or_insert_with_key(|id| {
                let before = known.get(id.as_str());
                let (first_seen, first_seen_at) =
                    before.map_or((run, at), |it| (it.first_seen.as_str(), it.first_seen_at));
                Finding {
                    id: id.clone(),
                    title: title_of(difference),
                    part: difference.part,
                    spot: difference.spot.clone(),
                    change: difference.change,
                    probes: Vec::new(),
                    count: 0,
                    example: shown(difference, (1, 1)),
                    first_seen: first_seen.to_owned(),
                    first_seen_at,
                    is_new: before.is_none(),
                    ruling: None,
                    lapsed: None,
                }
            });
            finding.count = finding.count.saturating_add(1);
            if let Err(at) = finding.probes.binary_search_by(|it| it.as_str().cmp(probe)) {
                finding.probes.insert(at, probe.to_owned());
            }
        }
    }
    found.into_values().collect()
}

/// The finding that a difference belongs to, by part, spot and kind of change. Values do not enter: a count that
/// grows every day is one finding.
pub fn id_of(difference: &Mismatch) -> String {
    let mut digest = Sha256::new();
    for part in
        [format!("{:?}", difference.part), difference.spot.clone(), format!("{:?}", difference.change)]
    {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hexadecimal(&digest.finalize()[..8])
}
