//! The visits of an execution to its states, out of its events.
//!
//! Few events name a state. Which one the others speak of follows from the event that each came from, as far back as
//! that leads; so branches of a Parallel and rounds of a Map that run at the same time are told apart.

use std::collections::BTreeMap;

use crate::graph::{Graph, NodeKind};

/// One event, as far as it counts here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Counts from 1 in its execution.
    pub id: i64,
    /// The event that it came from; 0 for the first.
    pub previous: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// AWS's word: `TaskStateEntered`.
    pub kind: String,
    /// The state that it names.
    pub state: Option<String>,
    /// The error that it tells.
    pub error: Option<String>,
    /// The round of a Map that it tells.
    pub index: Option<i64>,
}

/// One visit to a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub node: usize,
    /// The visit to the state that holds it.
    pub parent: Option<usize>,
    /// The round of the Map that holds it.
    pub round: Option<i64>,
    /// The visit that led here.
    pub from: Option<usize>,
    pub entered_at: i64,
    pub left_at: Option<i64>,
    pub end: End,
    /// What it called, once for each try.
    pub attempts: Vec<Attempt>,
    /// The error that it ended with, or that was caught.
    pub error: Option<String>,
    /// Places of its events among all events: where it was entered and left, what made it fail.
    pub entered: usize,
    pub left: Option<usize>,
    pub failed: Option<usize>,
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// It has not.
    Open,
    Done,
    /// It failed, and the state said where to go then.
    Caught,
    Failed,
    /// Something else ended it: another branch, a person, the time of the whole.
    CutOff,
}

/// One try of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Places of its events among all events.
    pub scheduled: usize,
    pub answered: Option<usize>,
    pub is_bad: bool,
    pub at: i64,
    pub ended_at: Option<i64>,
}

/// What became of an execution's events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    pub(crate) visits: Vec<Visit>,
    pub(crate) is_over: bool,
}

/// What an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Whole,
    Visit(usize),
    Round(usize, i64),
}

struct Reader<'a> {
    graph: &'a Graph,
    /// Where each event belongs, by its id, and whether it left a state.
    places: BTreeMap<i64, (Place, bool)>,
    trace: Trace,
}

impl Trace {
    pub(crate) fn of(graph: &Graph, events: &[Event]) -> Self {
        let mut reader = Reader { graph, places: BTreeMap::new(), trace: Self::default() };
        for (number, event) in events.iter().enumerate() {
            let (from, has_left) =
                reader.places.get(&event.previous).copied().unwrap_or((Place::Whole, false));
            let place = reader.read(number, event, from, has_left);
            reader.places.insert(event.id, (place, event.kind.ends_with("StateExited")));
        }
        reader.trace
    }
}

impl Reader<'_> {
    /// Reads an event that came from one of `from`; gives where it belongs itself.
    fn read(&mut self, number: usize, event: &Event, from: Place, has_left: bool) -> Place {
        let kind = event.kind.as_str();
        if let Some(name) = event.state.as_deref().filter(|_| kind.ends_with("StateEntered")) {
            return self.enter(number, event, name, from, has_left);
        }
        if let Some(name) = event.state.as_deref().filter(|_| kind.ends_with("StateExited")) {
            return self.leave(number, event, name, from);
        }
        // A state may say that an expression of it failed before anything came from it.
        let named = event.state.as_deref().and_then(|name| self.named(name, from));
        let from = named.map_or(from, Place::Visit);
        match kind {
            "ExecutionRedriven" => self.reopen(from),
            "ExecutionSucceeded" | "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted" => {
                self.close(event, from);
            }
            _ if kind.starts_with("MapIteration") => return self.round(event, from),
            _ if kind.starts_with("MapState") || kind.starts_with("ParallelState") => {
                return self.container(number, event, from);
            }
            _ if kind.ends_with("StateAborted") => self.cut_off(event, from),
            _ => self.step(number, event, from),
        }
        from
    }

    fn visit(&mut self, place: Place) -> Option<&mut Visit> {
        match place {
            Place::Whole => None,
            Place::Visit(visit) | Place::Round(visit, _) => self.trace.visits.get_mut(visit),
        }
    }

    fn node_kind(&self, visit: usize) -> Option<NodeKind> {
        let visit = self.trace.visits.get(visit)?;
        Some(self.graph.nodes.get(visit.node)?.kind)
    }

    fn name(&self, visit: usize) -> Option<&str> {
        let visit = self.trace.visits.get(visit)?;
        Some(self.graph.nodes.get(visit.node)?.name.as_str())
    }

    /// What holds a visit.
    fn around(&self, visit: usize) -> Place {
        match self.trace.visits.get(visit) {
            Some(Visit { parent: Some(parent), round: Some(round), .. }) => Place::Round(*parent, *round),
            Some(Visit { parent: Some(parent), .. }) => Place::Visit(*parent),
            _ => Place::Whole,
        }
    }

    /// The nearest visit at or around a place that fits.
    fn climb(&self, from: Place, fits: impl Fn(usize) -> bool) -> Option<usize> {
        let mut place = from;
        loop {
            let visit = match place {
                Place::Whole => return None,
                Place::Visit(visit) | Place::Round(visit, _) => visit,
            };
            if fits(visit) {
                return Some(visit);
            }
            place = self.around(visit);
        }
    }

    fn enter(&mut self, number: usize, event: &Event, name: &str, from: Place, has_left: bool) -> Place {
        let holds = |visit: usize| {
            let node = self.trace.visits.get(visit).map(|it| it.node);
            let node = node.and_then(|it| self.graph.nodes.get(it));
            node.is_some_and(|it| !it.inside.is_empty() && it.name != name)
        };
        let (around, came_from) = match from {
            Place::Visit(visit) if !has_left && holds(visit) => (from, None),
            Place::Visit(visit) => (self.around(visit), Some(visit)),
            place => (place, None),
        };
        let (parent, round) = match around {
            Place::Whole => (None, None),
            Place::Visit(visit) => (Some(visit), None),
            Place::Round(visit, round) => (Some(visit), Some(round)),
        };
        let holder = parent.and_then(|it| self.trace.visits.get(it)).map(|it| it.node);
        let beside = |(node, own): &(usize, &crate::graph::Node)| {
            own.name == name && self.graph.parent(*node) == holder
        };
        let found = self.graph.nodes.iter().enumerate().find(beside).map(|(node, _)| node);
        let Some(node) = found.or_else(|| self.graph.find(name)) else { return around };
        // Nothing leaves a Fail: whoever enters it has failed.
        let is_fail = self.graph.nodes.get(node).is_some_and(|it| it.kind == NodeKind::Fail);
        self.trace.visits.push(Visit {
            node,
            parent,
            round,
            from: came_from,
            entered_at: event.at,
            left_at: is_fail.then_some(event.at),
            end: if is_fail { End::Failed } else { End::Open },
            attempts: Vec::new(),
            error: None,
            entered: number,
            left: None,
            failed: None,
        });
        Place::Visit(self.trace.visits.len() - 1)
    }

    /// The visit that an event speaks of by name: around where it came from, else the newest open one.
    fn named(&self, name: &str, from: Place) -> Option<usize> {
        let open = || {
            let named = |(_, visit): &(usize, &Visit)| {
                let node = self.graph.nodes.get(visit.node);
                visit.end == End::Open && node.is_some_and(|it| it.name == name)
            };
            self.trace.visits.iter().enumerate().rev().find(named).map(|(visit, _)| visit)
        };
        self.climb(from, |visit| self.name(visit) == Some(name)).or_else(open)
    }

    fn leave(&mut self, number: usize, event: &Event, name: &str, from: Place) -> Place {
        let Some(visit) = self.named(name, from) else { return from };
        let is_unfinished = |visit: &Visit| visit.attempts.last().is_some_and(|it| it.ended_at.is_none());
        let is_caught = self.trace.visits.get(visit).is_some_and(|own| {
            own.failed.is_some()
                || (is_unfinished(own)
                    && self.inner(visit).any(|it| it.failed.is_some() || it.end == End::Failed))
        });
        self.end_inner(event, |_, place| place == visit);
        if let Some(own) = self.trace.visits.get_mut(visit) {
            own.left = Some(number);
            own.left_at = Some(event.at);
            own.end = if is_caught { End::Caught } else { End::Done };
        }
        Place::Visit(visit)
    }

    /// The visits directly inside of one.
    fn inner(&self, visit: usize) -> impl Iterator<Item = &Visit> {
        self.trace.visits.iter().filter(move |it| it.parent == Some(visit))
    }

    /// Ends what is open somewhere, at any depth: it failed, or something beside it did.
    fn end_inner(&mut self, event: &Event, is_there: impl Fn(&Visit, usize) -> bool) {
        // Whatever holds others began before them.
        let mut ended = Vec::new();
        for number in 0..self.trace.visits.len() {
            let Some(visit) = self.trace.visits.get_mut(number) else { break };
            let Some(parent) = visit.parent else { continue };
            if !is_there(visit, parent) && !ended.contains(&parent) {
                continue;
            }
            ended.push(number);
            if visit.end == End::Open {
                visit.end = if visit.failed.is_some() { End::Failed } else { End::CutOff };
                visit.left_at = Some(event.at);
            }
        }
    }

    /// Rounds of a Map.
    fn round(&mut self, event: &Event, from: Place) -> Place {
        let is_map = |visit| {
            self.node_kind(visit) == Some(NodeKind::Map)
                && self.trace.visits.get(visit).is_some_and(|it| it.end == End::Open)
        };
        let Some(map) = self.climb(from, is_map) else { return from };
        let round = event.index.unwrap_or_default();
        if !event.kind.ends_with("Started") {
            self.end_inner(event, |visit, parent| parent == map && visit.round == Some(round));
        }
        Place::Round(map, round)
    }

    /// What a Parallel or a Map tells of itself. Each time that it starts is a try.
    fn container(&mut self, number: usize, event: &Event, from: Place) -> Place {
        let kind = if event.kind.starts_with("Map") { NodeKind::Map } else { NodeKind::Parallel };
        let is_own = |visit| {
            self.node_kind(visit) == Some(kind)
                && self.trace.visits.get(visit).is_some_and(|it| it.end == End::Open)
        };
        let Some(visit) = self.climb(from, is_own) else { return from };
        self.end_inner(event, |_, parent| parent == visit);
        let is_bad = event.kind.ends_with("Failed");
        if event.kind.ends_with("Aborted") {
            self.cut_off(event, Place::Visit(visit));
        } else if event.kind.ends_with("Started") {
            self.begin_attempt(number, event, Place::Visit(visit));
        } else {
            self.end_attempt(number, event, Place::Visit(visit), is_bad);
        }
        Place::Visit(visit)
    }

    fn begin_attempt(&mut self, number: usize, event: &Event, place: Place) {
        let Some(visit) = self.visit(place) else { return };
        // An earlier failure was only one try.
        (visit.failed, visit.error) = (None, None);
        if let Some(before) = visit.attempts.last_mut().filter(|it| it.ended_at.is_none()) {
            (before.is_bad, before.ended_at) = (true, Some(event.at));
        }
        let (at, scheduled) = (event.at, number);
        visit.attempts.push(Attempt { scheduled, answered: None, is_bad: false, at, ended_at: None });
    }

    fn end_attempt(&mut self, number: usize, event: &Event, place: Place, is_bad: bool) {
        let Some(visit) = self.visit(place) else { return };
        if let Some(attempt) = visit.attempts.last_mut().filter(|it| it.ended_at.is_none()) {
            attempt.answered = Some(number);
            (attempt.is_bad, attempt.ended_at) = (is_bad, Some(event.at));
        }
        if is_bad {
            visit.failed = Some(number);
            visit.error.clone_from(&event.error);
        }
    }

    /// Calls, and whatever else a state tells while it is at work.
    fn step(&mut self, number: usize, event: &Event, from: Place) {
        let kind = event.kind.as_str();
        let is_bad = ["Failed", "TimedOut"].iter().any(|end| kind.ends_with(end));
        if kind.ends_with("Scheduled") {
            self.begin_attempt(number, event, from);
        } else if is_bad || kind.ends_with("Succeeded") {
            self.end_attempt(number, event, from, is_bad);
        } else if let (true, Some(visit)) = (kind.ends_with("Submitted"), self.visit(from))
            && let Some(attempt) = visit.attempts.last_mut()
        {
            attempt.answered = Some(number);
        }
    }

    fn cut_off(&mut self, event: &Event, place: Place) {
        if let Some(visit) = self.visit(place).filter(|it| it.end == End::Open) {
            (visit.end, visit.left_at) = (End::CutOff, Some(event.at));
        }
    }

    /// The execution is over: whatever failed was not caught, and the rest was cut off.
    fn close(&mut self, event: &Event, from: Place) {
        self.trace.is_over = true;
        let failing = self.chain(from);
        let is_failure = event.kind == "ExecutionFailed";
        for (number, visit) in self.trace.visits.iter_mut().enumerate() {
            if visit.end == End::Open {
                let has_failed = visit.failed.is_some() || (is_failure && failing.contains(&number));
                visit.end = if has_failed { End::Failed } else { End::CutOff };
                visit.left_at = Some(event.at);
                if has_failed && visit.error.is_none() {
                    visit.error.clone_from(&event.error);
                }
            }
        }
    }

    /// A visit with those around it.
    fn chain(&self, from: Place) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut place = from;
        while let Place::Visit(visit) | Place::Round(visit, _) = place {
            chain.push(visit);
            place = self.around(visit);
        }
        chain
    }

    /// A redrive goes on where the execution ended.
    fn reopen(&mut self, from: Place) {
        self.trace.is_over = false;
        for visit in self.chain(from) {
            if let Some(own) = self.trace.visits.get_mut(visit).filter(|it| it.left.is_none()) {
                (own.end, own.left_at) = (End::Open, None);
                (own.failed, own.error) = (None, None);
            }
        }
    }
}
