//! What a piece of work may cost, and whether anybody still waits for it.
//!
//! Whoever answers chooses how much work a comparison is. So everything that reads, compares or lays out what was
//! answered runs within a [`Work`]: it counts what it keeps in memory *while* it reads, by [`take`], and looks up
//! at every [`step`] whether its time is over or somebody said stop. When that is so, the work ends there and
//! then: the stack is unwound to the innermost [`attempt`], which drops all that was built and says why. No loop
//! has to hand its end upward, so none can forget to.
//!
//! A part of the work may be attempted with what is left: comparing pages by their trees, and by text if that
//! costs too much.

use std::{
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// What a pair of bodies may cost: how far they may grow, and what understanding and comparing them may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In bytes, after each coding.
    pub decoded: u64,
    /// How many codings may lie over each other.
    pub codings: usize,
    /// What understanding, comparing or laying out a pair of bodies may keep in memory, in bytes.
    pub memory: usize,
    /// How long it may take.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { decoded: 24 << 20, codings: 3, memory: 80 << 20, time: Duration::from_secs(10) }
    }
}

/// Why work ended before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum Spent {
    #[error("it takes more memory than a comparison may")]
    Memory,
    #[error("it takes more time than a comparison may")]
    Time,
    #[error("its elements nest too deep for a tree")]
    Depth,
    #[error("nobody waits for it any more")]
    Stopped,
}

/// Bounds for work that begins now.
#[derive(Debug, Clone)]
pub struct Work {
    stop: CancellationToken,
    deadline: Instant,
    memory: usize,
}

/// Steps between two looks at the clock.
const PATIENCE: u32 = 512;

#[derive(Clone)]
pub(crate) struct Present {
    stops: Vec<CancellationToken>,
    deadline: Instant,
    left: Arc<AtomicUsize>,
}

thread_local! {
    static PRESENT: RefCell<Option<Present>> = const { RefCell::new(None) };
    static STEPS: Cell<u32> = const { Cell::new(0) };
}

impl Work {
    /// Its time runs from now on.
    pub fn new(limits: Limits) -> Self {
        Self { stop: CancellationToken::new(), deadline: Instant::now() + limits.time, memory: limits.memory }
    }

    /// Ends when the token is cancelled.
    #[must_use]
    pub fn until(self, stop: CancellationToken) -> Self {
        Self { stop, ..self }
    }

    /// Does it on this thread, within what work around it has left.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T, Spent> {
        let outer = here();
        let mut stops = outer.as_ref().map(|it| it.stops.clone()).unwrap_or_default();
        stops.push(self.stop.clone());
        let deadline = outer.map_or(self.deadline, |it| it.deadline.min(self.deadline));
        let left = Arc::new(AtomicUsize::new(self.memory));
        caught(Present { stops, deadline, left }, work)
    }
}

/// The work under way on this thread, to go on with it on another one.
pub(crate) fn here() -> Option<Present> {
    PRESENT.with_borrow(Clone::clone)
}

/// Goes on with work that began on another thread. It ends by unwinding, as it would there.
pub(crate) fn resumed<T>(present: Option<Present>, work: impl FnOnce() -> T) -> T {
    let before = PRESENT.replace(present);
    let done = catch_unwind(AssertUnwindSafe(work));
    PRESENT.set(before);
    done.unwrap_or_else(|ended| resume_unwind(ended))
}

/// A whole comparison, view or page, within limits of its own and no longer than the work around it.
pub(crate) fn bounded<T>(limits: Limits, work: impl FnOnce() -> T) -> Result<T, Spent> {
    let is_part = here().is_some();
    let done = Work::new(limits).run(work);
    if is_part && matches!(done, Err(Spent::Stopped)) { end(Spent::Stopped) } else { done }
}

/// A part of the work under way, with half of the time that is left. What it took is given back if it fails. That
/// nobody waits any more ends all of the work.
pub(crate) fn attempt<T>(work: impl FnOnce() -> T) -> Result<T, Spent> {
    let Some(outer) = here() else { return Ok(work()) };
    let left = outer.left.load(Relaxed);
    let half = outer.deadline.saturating_duration_since(Instant::now()) / 2;
    let present = Present { deadline: Instant::now() + half, ..outer.clone() };
    let done = if half == Duration::ZERO { Err(Spent::Time) } else { caught(present, work) };
    match done {
        Err(Spent::Stopped) => end(Spent::Stopped),
        Err(spent) => {
            outer.left.store(left, Relaxed);
            Err(spent)
        }
        Ok(done) => Ok(done),
    }
}

fn caught<T>(present: Present, work: impl FnOnce() -> T) -> Result<T, Spent> {
    let before = PRESENT.replace(Some(present));
    let done = catch_unwind(AssertUnwindSafe(|| {
        look();
        work()
    }));
    PRESENT.set(before);
    done.map_err(|ended| match ended.downcast::<Spent>() {
        Ok(spent) => *spent,
        Err(other) => resume_unwind(other),
    })
}

/// Ends the work under way. It is no panic: nothing is wrong, and no hook is told.
pub(crate) fn end(why: Spent) -> ! {
    resume_unwind(Box::new(why))
}

/// One more step of a loop whose length others choose.
pub(crate) fn step() {
    let steps = STEPS.get() + 1;
    if steps < PATIENCE {
        return STEPS.set(steps);
    }
    look();
}

/// A step that takes longer than most.
pub(crate) fn look() {
    STEPS.set(0);
    let why = PRESENT.with_borrow(|present| {
        let present = present.as_ref()?;
        if present.stops.iter().any(CancellationToken::is_cancelled) {
            Some(Spent::Stopped)
        } else {
            (Instant::now() >= present.deadline).then_some(Spent::Time)
        }
    });
    if let Some(why) = why {
        end(why);
    }
}

/// So many bytes more are kept until the work is done.
pub(crate) fn take(bytes: usize) {
    if !has_taken(bytes, 0) {
        end(Spent::Memory);
    }
}

/// Takes so many bytes if a share of what there was is left: for what can also be left out.
pub(crate) fn spare(bytes: usize) -> bool {
    has_taken(bytes, 8 << 20)
}

fn has_taken(bytes: usize, reserve: usize) -> bool {
    PRESENT.with_borrow(|present| {
        let Some(present) = present else { return true };
        let taken = present
            .left
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes).filter(|left| *left >= reserve));
        taken.is_ok()
    })
}

/// How many bytes may still be taken.
pub(crate) fn left() -> usize {
    PRESENT.with_borrow(|present| present.as_ref().map_or(usize::MAX, |it| it.left.load(Relaxed)))
}

/// Bytes that are kept for a while and given back when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Lent(Cell<usize>);

impl Lent {
    pub(crate) fn of(bytes: usize) -> Self {
        let lent = Self::default();
        lent.more(bytes);
        lent
    }

    pub(crate) fn more(&self, bytes: usize) {
        take(bytes);
        self.0.set(self.0.get() + bytes);
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let bytes = self.0.get();
        PRESENT.with_borrow(|present| {
            if let Some(present) = present {
                present.left.fetch_add(bytes, Relaxed);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::{Lent, Limits, Spent, Work, attempt, left, step, take};

    fn limits() -> Limits {
        Limits { memory: 100, ..Limits::default() }
    }

    #[test]
    fn what_takes_more_than_there_is_ends_and_gives_back() {
        let done = Work::new(limits()).run(|| {
            take(40);
            let failed = attempt(|| take(70));
            drop(Lent::of(50));
            (failed, left())
        });
        assert_eq!(done, Ok((Err(Spent::Memory), 60)));
    }

    #[test]
    fn a_loop_without_end_ends_when_its_time_is_over() {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let endless = || loop {
                step();
            };
            let brief = Limits { time: Duration::from_millis(5), ..limits() };
            tell.send(Work::new(brief).run(endless)).unwrap();
        });
        assert_eq!(told.recv_timeout(Duration::from_secs(20)), Ok(Err::<(), _>(Spent::Time)));
    }

    #[test]
    fn stopping_ends_the_whole_and_not_a_part() {
        let stop = CancellationToken::new();
        let done = Work::new(limits()).until(stop.clone()).run(|| {
            stop.cancel();
            let part: Result<(), Spent> = attempt(|| {
                loop {
                    step();
                }
            });
            part
        });
        assert_eq!(done, Err(Spent::Stopped));
    }

    #[test]
    fn a_panic_stays_one() {
        let done = std::panic::catch_unwind(|| Work::new(limits()).run(|| assert_eq!(1, 2, "broken")));
        assert!(done.is_err());
    }
}
