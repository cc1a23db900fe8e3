//! Probes by time: every run of a suite in a release, drawn together where there are too many.

use std::collections::HashMap;

use viridian_shared::{
    comparison::history::{HeatCell, HeatColumn, HeatKind, HeatMap, HeatRow},
    words::many,
};

use crate::{
    Service,
    port::{
        PortError,
        runs::{Heat, RunRequest},
    },
};

/// As many columns as a screen shows.
const COLUMNS: usize = 120;
const ABSENT: HeatCell = HeatCell { kind: HeatKind::Absent, differences: 0, first_seen: 0 };

impl Service {
    /// Of the present release, or of the last one that was compared; of the suite of its newest run unless told.
    pub async fn heat_map(&self, suite: Option<&str>) -> Result<HeatMap, PortError> {
        let ask = RunRequest {
            suite: suite.map(str::to_owned),
            ended: true,
            limit: COLUMNS,
            ..RunRequest::default()
        };
        let newest = self.ports.runs.runs(self.name(), &ask).await?;
        let Some((run, suite)) = newest.iter().find_map(|run| Some((run, run.suite.clone()?))) else {
            return Ok(HeatMap { suite: None, release: None, columns: Vec::new(), rows: Vec::new() });
        };
        let release = run.release.clone().unwrap_or_default();
        let runs = self.ports.runs.heat(self.name(), &release, &suite).await?;
        let (columns, rows) = drawn(&runs, COLUMNS);
        Ok(HeatMap { suite: Some(suite), release: run.release.clone(), columns, rows })
    }
}

/// As many runs share a column as it takes to stay within the limit. The probes stand as the newest run has
/// them, those that it does not have any more after them.
fn drawn(runs: &[Heat], limit: usize) -> (Vec<HeatColumn>, Vec<HeatRow>) {
    let share = runs.len().div_ceil(limit.max(1)).max(1);
    let columns: Vec<_> = runs.chunks(share).filter_map(column).collect();
    let mut rows: Vec<HeatRow> = Vec::new();
    let mut index: HashMap<&str, usize> = HashMap::new();
    for of in runs.iter().rev().flat_map(|run| &run.probes) {
        index.entry(&of.probe).or_insert_with(|| {
            rows.push(HeatRow { probe: of.probe.clone(), cells: vec![ABSENT; columns.len()] });
            rows.len() - 1
        });
    }
    for (at, chunk) in runs.chunks(share).enumerate() {
        for of in chunk.iter().flat_map(|run| &run.probes) {
            let row = index.get(of.probe.as_str()).and_then(|row| rows.get_mut(*row));
            if let Some(cell) = row.and_then(|row| row.cells.get_mut(at)) {
                join(cell, of.cell);
            }
        }
    }
    (columns, rows)
}

fn column(runs: &[Heat]) -> Option<HeatColumn> {
    let (first, last) = (runs.first()?, runs.last()?);
    Some(HeatColumn {
        from: first.began_at,
        to: last.began_at,
        runs: many(runs.len()),
        run: last.run.clone(),
    })
}

/// The worst of a column shows.
fn join(cell: &mut HeatCell, other: HeatCell) {
    let rank = |kind| match kind {
        HeatKind::Absent => 0,
        HeatKind::Same => 1,
        HeatKind::Differs => 2,
        HeatKind::Unanswered => 3,
    };
    if rank(other.kind) > rank(cell.kind) {
        cell.kind = other.kind;
    }
    cell.differences = cell.differences.max(other.differences);
    cell.first_seen += other.first_seen;
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::port::runs::HeatOf;

    fn run(number: u32, probes: &[(&str, HeatKind, u32)]) -> Heat {
        let of = |(probe, kind, first_seen): &(&str, HeatKind, u32)| HeatOf {
            probe: (*probe).to_owned(),
            cell: HeatCell { kind: *kind, differences: *first_seen, first_seen: *first_seen },
        };
        Heat {
            run: number.to_string(),
            began_at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(i64::from(number)),
            probes: probes.iter().map(of).collect(),
        }
    }

    #[test]
    fn no_run_is_an_empty_map() {
        assert_eq!(drawn(&[], 10), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_probe_that_was_not_there_is_absent_and_not_the_same() {
        let runs = [run(1, &[("gone", HeatKind::Same, 0)]), run(2, &[("home", HeatKind::Differs, 2)])];
        let (columns, rows) = drawn(&runs, 10);
        assert_eq!(columns.len(), 2);
        let kinds = |row: usize| rows[row].cells.iter().map(|cell| cell.kind).collect::<Vec<_>>();
        assert_eq!((rows[0].probe.as_str(), kinds(0)), ("home", vec![HeatKind::Absent, HeatKind::Differs]));
        assert_eq!((rows[1].probe.as_str(), kinds(1)), ("gone", vec![HeatKind::Same, HeatKind::Absent]));
    }

    #[test]
    fn a_week_of_runs_fits_and_hides_no_first_sight() {
        let first = |number| u32::from(number == 400);
        let runs: Vec<_> = (1..=672).map(|it| run(it, &[("home", HeatKind::Same, first(it))])).collect();
        let (columns, rows) = drawn(&runs, 120);
        assert!(columns.len() <= 120);
        assert_eq!(columns.iter().map(|column| column.runs).sum::<u32>(), 672);
        assert_eq!(rows[0].cells.iter().map(|cell| cell.first_seen).sum::<u32>(), 1);
    }
}
