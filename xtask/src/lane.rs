//! Steps with their times, some of them beside each other: what waits for a registry does not hold up a compiler.

use std::{
    fmt::Write as _,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::command::{Done, Failure};

/// The steps that were made, with the time that each took.
#[derive(Default)]
pub(crate) struct Steps(Mutex<Vec<(String, Duration)>>);

impl Steps {
    /// Makes a step and notes its time, however it ends.
    pub(crate) fn step(&self, name: &str, make: impl FnOnce() -> Done) -> Done {
        let begun = Instant::now();
        eprintln!("── {name}");
        let done = make();
        let took = begun.elapsed();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), took));
        let seconds = took.as_secs_f64();
        eprintln!(
            "── {name}: {}",
            match &done {
                Ok(()) => format!("{seconds:.0} s"),
                Err(failure) => format!("failed after {seconds:.0} s. {failure}"),
            }
        );
        done
    }

    /// The times as a table, in the order in which the steps ended.
    pub(crate) fn table(&self) -> String {
        let mut table = String::new();
        for (name, took) in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = writeln!(table, "{:>7.0} s  {name}", took.as_secs_f64());
        }
        table
    }
}

/// Goes along lanes beside each other and gives the first failure, once all have ended.
pub(crate) fn beside(lanes: Vec<Box<dyn FnOnce() -> Done + Send + '_>>) -> Done {
    std::thread::scope(|scope| {
        let running: Vec<_> = lanes.into_iter().map(|lane| scope.spawn(lane)).collect();
        let ended: Vec<Done> = running.into_iter().map(|lane| lane.join().unwrap_or_else(broken)).collect();
        ended.into_iter().collect()
    })
}

fn broken(_: Box<dyn std::any::Any + Send>) -> Done {
    Err(Failure("A step broke off; what it said stands above.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::fail;

    #[test]
    fn every_lane_goes_to_its_end_and_the_first_failure_is_told() {
        let steps = Steps::default();
        let lanes: Vec<Box<dyn FnOnce() -> Done + Send>> = vec![
            Box::new(|| steps.step("one", || fail("One failed."))),
            Box::new(|| steps.step("two", || Ok(()))),
        ];
        assert_eq!(beside(lanes).unwrap_err().to_string(), "One failed.");
        let table = steps.table();
        assert!(table.contains("one") && table.contains("two"), "{table}");
    }
}
