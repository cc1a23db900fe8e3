//! Which probe differed when: probes by time, with a mark where something was seen first, and the same in sentences.

use std::fmt::Write;

use leptos::html;
use viridian_shared::{
    comparison::history::{HeatCell, HeatKind, HeatMap, HeatRow},
    route,
    words::count,
};

use super::state::ComparePage;
use crate::{
    fetched::Fetched,
    part,
    part::PartView,
    prelude::*,
    route::Picked,
    ui::{
        dom::{add, element, labelled, set},
        panel::Panel,
    },
    view::problem::ProblemNote,
    words,
};

/// The panel; what is in it is loaded with the first run that has a suite.
#[component]
pub fn Heat() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let suite = Memo::new(move |_| suite(compare));
    let has_suite = Memo::new(move |_| suite.with(Option::is_some));
    view! {
        <Show when=move || has_suite.get()>
            <Panel title="Over time" class="heat"><PartView part=MAP/></Panel>
        </Show>
    }
}

part! {
    /// The map itself.
    MAP, "The map", heat, view! { <Map/> }
}

/// The suite of the run that is looked at.
fn suite(compare: ComparePage) -> Option<String> {
    compare.whole.with(|run| run.brief.suite.clone()).flatten()
}

#[component]
fn Map() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let suite = Memo::new(move |_| suite(compare));
    let asked = Fetched::<HeatMap>::new(move || {
        let suite = suite.get()?;
        Some((route::heat_map(&compare.service.get()?, Some(&suite)), compare.mark()))
    });
    let sentences = move || {
        let map = asked.value.get()?;
        Some(map.rows.iter().map(|row| view! { <li>{sentence(row, &map)}</li> }).collect_view())
    };
    view! {
        <ProblemNote problem=asked.problem/>
        <p class="heat__key muted">
            <span data-kind="same">"· same"</span><span data-kind="differs">"▪ differs"</span>
            <span data-kind="unanswered">"✕ no answer"</span><span data-kind="first">"◆ something seen first"</span>
        </p>
        <Grid asked/>
        <details><summary>"In words"</summary><ul class="heat__words">{move || sentences()}</ul></details>
    }
}

/// The table. It has a cell for every probe and run, so it is made by hand.
#[component]
fn Grid(asked: Fetched<HeatMap>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let body = NodeRef::<html::Table>::new();
    Effect::new(move |_| {
        let Some(table) = body.get() else { return };
        table.set_text_content(None);
        asked.with(|map| {
            add(&table, &labelled("caption", "unseen", "Probes by time"));
            add(&table, &head(compare, map));
            let rows = element("tbody", "");
            map.rows.iter().for_each(|row| add(&rows, &line(row)));
            add(&table, &rows);
        });
    });
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Probes by time">
            <table class="heat__grid" node_ref=body></table>
        </div>
    }
}

fn head(compare: ComparePage, map: &HeatMap) -> leptos::tachys::renderer::types::Element {
    let (head, row) = (element("thead", ""), element("tr", ""));
    let corner = labelled("th", "", "Probe");
    set(&corner, "scope", "col");
    add(&row, &corner);
    for column in &map.columns {
        let cell = element("th", "");
        set(&cell, "scope", "col");
        let link = labelled("a", "", &column.run);
        set(&link, "href", &compare.path(Picked::run(&column.run)));
        let runs = if column.runs > 1 { format!("{} runs until ", column.runs) } else { String::new() };
        set(&link, "title", &format!("Run {}, {runs}{}", column.run, words::exact(column.to)));
        add(&cell, &link);
        add(&row, &cell);
    }
    add(&head, &row);
    head
}

fn line(row: &HeatRow) -> leptos::tachys::renderer::types::Element {
    let line = element("tr", "");
    let name = labelled("th", "", &row.probe);
    set(&name, "scope", "row");
    add(&line, &name);
    for cell in &row.cells {
        let (kind, sign, word) = said(cell);
        let made = labelled("td", "", sign);
        set(&made, "data-kind", kind);
        set(&made, "title", &word);
        add(&line, &made);
    }
    line
}

/// The kind of a cell in the style sheet, its sign, and the word for it.
fn said(cell: &HeatCell) -> (&'static str, &'static str, String) {
    let found = count(cell.differences as usize, "difference", "differences");
    match (cell.kind, cell.first_seen) {
        (HeatKind::Absent, _) => ("absent", "", "not in these runs".to_owned()),
        (HeatKind::Unanswered, _) => ("unanswered", "✕", "no answer".to_owned()),
        (HeatKind::Same, _) => ("same", "·", "the same".to_owned()),
        (HeatKind::Differs, 0) => ("differs", "▪", found),
        (HeatKind::Differs, first) => ("first", "◆", format!("{found}, {first} seen here first")),
    }
}

/// "home: differs in 3 of 3 runs; seen first in run 1, Mon 16 Nov 14:02."
fn sentence(row: &HeatRow, map: &HeatMap) -> String {
    let of = |kind: HeatKind| row.cells.iter().filter(|cell| cell.kind == kind).count();
    let present = row.cells.len() - of(HeatKind::Absent);
    let mut text = match of(HeatKind::Differs) {
        0 => format!("{}: the same in {}", row.probe, count(of(HeatKind::Same), "column", "columns")),
        some => format!("{}: differs in {some} of {present}", row.probe),
    };
    if of(HeatKind::Unanswered) > 0 {
        let _ = write!(text, ", no answer in {}", of(HeatKind::Unanswered));
    }
    let first = row.cells.iter().zip(&map.columns).find(|(cell, _)| cell.first_seen > 0);
    if let Some((_, column)) = first {
        let _ = write!(text, "; seen first in run {}, {}", column.run, words::exact(column.from));
    }
    text + "."
}
