//! What the Compare page shows, from the address and the stream, and the ways to change it.

use leptos::prelude::*;
use viridian_shared::{
    comparison::{Comparison, Progress, run::Run, view::Outline},
    route,
    snapshot::Section,
};

use crate::{
    address::Address,
    fetched::Fetched,
    model::{Model, model},
    route::{Page, Picked},
};

/// Handed to every part of the page by context.
#[derive(Clone, Copy)]
pub struct ComparePage {
    address: Address,
    /// The section.
    pub comparison: Memo<Section<Comparison>>,
    pub service: Memo<Option<String>>,
    pub picked: Memo<Picked>,
    /// The run that is shown: the one that is picked, else the newest.
    pub run: Memo<Option<String>>,
    /// That run whole.
    pub whole: Fetched<Run>,
    /// How far it is, while it is under way.
    pub progress: Memo<Option<Progress>>,
    /// Where the differences of the view are; none while there is no view of rows.
    pub outline: RwSignal<Option<Outline>>,
}

impl ComparePage {
    /// Reads the address and the stream.
    pub fn read() -> Self {
        let Model { address, comparison, service, .. } = model();
        let picked = Memo::new(move |_| {
            address.with(|page| match page {
                Some(Page::Compare { picked, .. }) => picked.clone(),
                _ => Picked::default(),
            })
        });
        let newest = Memo::new(move |_| {
            of(comparison, |it| {
                it.newest
                    .as_ref()
                    .map(|run| run.id.clone())
                    .or_else(|| it.running.as_ref().map(|it| it.run.clone()))
            })
        });
        let run = Memo::new(move |_| picked.with(|it| it.run.clone()).or_else(|| newest.get()));
        let progress = Memo::new(move |_| {
            let run = run.get()?;
            of(comparison, |it| it.running.clone().filter(|it| it.run == run))
        });
        let whole = Fetched::new(move || Some((route::run(&service.get()?, &run.get()?), mark(comparison))));
        Self { address, comparison, service, picked, run, whole, progress, outline: RwSignal::new(None) }
    }

    /// Differs when a run has begun or ended, or somebody ruled on something.
    pub fn mark(self) -> String {
        mark(self.comparison)
    }

    /// Something of the section.
    pub fn of<T>(self, something: impl FnOnce(&Comparison) -> Option<T>) -> Option<T> {
        of(self.comparison, something)
    }

    /// The page with something else picked.
    pub fn page(self, picked: Picked) -> Page {
        Page::compare(&self.service.get_untracked().unwrap_or_default(), picked)
    }

    /// The address of it.
    pub fn path(self, picked: Picked) -> String {
        self.page(picked).path()
    }

    /// Goes there; *Back* leads here again.
    pub fn go(self, picked: Picked) {
        self.address.go(self.page(picked));
    }

    /// Changes what is picked in place.
    pub fn amend(self, change: impl FnOnce(&mut Picked)) {
        let mut picked = self.picked.get_untracked();
        picked.run = picked.run.or_else(|| self.run.get_untracked());
        change(&mut picked);
        self.address.amend(self.page(picked));
    }
}

fn of<T>(
    comparison: Memo<Section<Comparison>>,
    something: impl FnOnce(&Comparison) -> Option<T>,
) -> Option<T> {
    comparison.with(|section| section.value.as_ref().and_then(something))
}

fn mark(comparison: Memo<Section<Comparison>>) -> String {
    let said = |it: &Comparison| {
        let newest = it.newest.as_ref();
        let verdict = newest.and_then(|run| run.verdict).unwrap_or_default();
        let running = it.running.as_ref().map_or("", |running| running.run.as_str());
        let newest = newest.map_or("", |run| run.id.as_str());
        Some(format!(
            "{running} {newest} {} {} {} {}",
            verdict.open, verdict.intended, verdict.bugs, verdict.noise
        ))
    };
    of(comparison, said).unwrap_or_default()
}
