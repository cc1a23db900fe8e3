//! The tables, and what they prove.

use std::fmt::Write as _;

use super::{
    cell::{self, Cell},
    document::{Case, Size},
    peer::Peer,
};

pub(super) struct Table {
    names: Vec<&'static str>,
    structural: Vec<bool>,
    rows: Vec<Row>,
}

struct Row {
    size: Size,
    case: Case,
    cells: Vec<Cell>,
}

impl Table {
    pub(super) fn of(peers: &[Peer]) -> Self {
        Self {
            names: peers.iter().map(Peer::name).collect(),
            structural: peers.iter().map(Peer::is_structural).collect(),
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, size: Size, case: Case, cells: Vec<Cell>) {
        self.rows.push(Row { size, case, cells });
    }

    /// Whether a tool gave up on a smaller pair of the same case.
    pub(super) fn has_given_up(&self, name: &str, case: Case) -> bool {
        let Some(at) = self.names.iter().position(|it| *it == name) else { return false };
        let same = self.rows.iter().filter(|row| row.case == case);
        same.filter_map(|row| row.cells.get(at)).any(|it| !matches!(it, Cell::Took(_)))
    }

    /// How many times as fast as the fastest structural peer ours is at a size, in the case where it is least.
    pub(super) fn factor(&self, bytes: usize) -> Option<f64> {
        let rows = self.rows.iter().filter(|row| row.size.bytes == bytes);
        rows.filter_map(|row| self.factor_of(row)).min_by(f64::total_cmp)
    }

    fn factor_of(&self, row: &Row) -> Option<f64> {
        let ours = row.cells.first()?.milliseconds()?;
        let peers = row.cells.iter().zip(&self.structural).filter(|it| *it.1);
        let fastest = peers.filter_map(|(cell, _)| cell.milliseconds()).min_by(f64::total_cmp)?;
        Some(fastest / ours)
    }

    /// A sentence if ours reports more or fewer differences than there are.
    pub(super) fn untrue(&self) -> Option<String> {
        self.rows.iter().find_map(|row| {
            let (found, truth) = (row.cells.first()?.figures()?.differences, row.case.truth()?);
            (found != truth).then(|| {
                format!(
                    "{} {}: {found} differences were reported; there are {truth}.",
                    row.size.name,
                    row.case.name()
                )
            })
        })
    }

    pub(super) fn write(&self, peers: &[Peer], (view, suite): (&Cell, &Cell), machine: &str) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "Each cell: time from two texts in memory to the list of differences · the most memory of the process · differences reported. The quickest of several runs, the tools in turn; {machine}\n"
        );
        let _ = writeln!(out, "| Size | Case | {} |", self.names.join(" | "));
        let _ = writeln!(out, "| --- | --- |{}", " --- |".repeat(peers.len()));
        for row in &self.rows {
            let cells: Vec<_> = row.cells.iter().map(Cell::words).collect();
            let _ = writeln!(out, "| {} | {} | {} |", row.size.name, row.case.name(), cells.join(" | "));
        }
        out.push('\n');
        self.sentences((view, suite), &mut out);
        out
    }

    fn sentences(&self, (view, suite): (&Cell, &Cell), out: &mut String) {
        let factors: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.size.bytes == super::AIM_AT)
            .filter_map(|row| Some(format!("{} {:.0}", row.case.name(), self.factor_of(row)?)))
            .collect();
        if !factors.is_empty() {
            let _ = writeln!(
                out,
                "- Times as fast as the fastest structural peer at 4 MB: {}.",
                factors.join(", ")
            );
        }
        if let Some(it) = view.figures() {
            let of = |key: &str| it.told.get(key).and_then(serde_json::Value::as_f64).unwrap_or_default();
            let _ = writeln!(
                out,
                "- The rows of the largest pair, from two captured answers to the first window around the difference: {}; \
                 {:.0} rows, {:.0} MB held with both bodies; every other window of 200 rows {:.2} ms.",
                cell::time(it.milliseconds),
                of("rows"),
                of("held_kb") / 1024.0,
                of("window_ms"),
            );
        }
        if let Some(it) = suite.figures() {
            let of = |key: &str| it.told.get(key).and_then(serde_json::Value::as_f64).unwrap_or_default();
            let _ = writeln!(
                out,
                "- A run of 200 probes, 5 samples, 2 colours against a server on loopback: {} ({:.0} requests and the \
                 waits of 1.1 s between rounds), and {} to compare them.",
                cell::time(it.milliseconds),
                of("requests"),
                cell::time(of("assess_ms")),
            );
        }
    }
}
