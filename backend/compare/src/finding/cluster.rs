//! From differences to findings.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest as _, Sha256};

use super::{Finding, FindingId};
use crate::{
    answer::hexadecimal,
    difference::{Difference, Outcome},
};

/// The findings of a run, by id. Earlier ones lend the run in which they were seen first.
pub fn findings<'o>(
    run: &str,
    outcomes: impl IntoIterator<Item = (&'o str, &'o Outcome)>,
    earlier: &[Finding],
) -> Vec<Finding> {
    let first_seen: HashMap<_, _> = earlier.iter().map(|it| (&it.id, it.first_seen.as_str())).collect();
    let mut found: BTreeMap<FindingId, Finding> = BTreeMap::new();
    for (probe, outcome) in outcomes {
        for difference in outcome.visible() {
            let id = id_of(difference);
            let finding = found.entry(id).or_insert_with_key(|id| Finding {
                id: id.clone(),
                part: difference.part,
                spot: difference.spot.clone(),
                change: difference.change,
                probes: Vec::new(),
                count: 0,
                example: difference.clone(),
                first_seen: first_seen.get(id).copied().unwrap_or(run).to_owned(),
            });
            finding.count += 1;
            if let Err(at) = finding.probes.binary_search_by(|it| it.as_str().cmp(probe)) {
                finding.probes.insert(at, probe.to_owned());
            }
        }
    }
    found.into_values().collect()
}

/// By part, spot and kind of change. Values do not enter: a count that grows every day is one finding.
fn id_of(difference: &Difference) -> FindingId {
    let mut digest = Sha256::new();
    for part in
        [format!("{:?}", difference.part), difference.spot.clone(), format!("{:?}", difference.change)]
    {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    FindingId(hexadecimal(&digest.finalize()[..8]))
}
