//! The worker: tries the corpus, then inventions, until its time is over.
//!
//! An invention whose answer has an outline that no other had is kept for the rest of the run, so that the
//! next ones begin closer to what has not been reached yet.

use std::{
    collections::HashSet,
    fs::File,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::Path,
    time::{Duration, Instant},
};

use crate::{Target, corpus, mutate, random::Random, trace};

/// Inputs that are kept for the rest of a run.
const MOST: usize = 4000;

/// What a worker did.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    pub tries: u64,
    /// Outlines of answers that were seen.
    pub outlines: usize,
}

/// Tries until the time is over. A broken promise is a panic.
pub fn run(target: &Target, seed: u64, time: Duration, note: &Path) -> io::Result<Done> {
    let mut run = Run { target, file: File::create(note)?, tries: 0, seen: HashSet::new() };
    let begun = Instant::now();
    let mut pool = corpus::inputs(target.name)?;
    for input in &pool {
        run.attempt(input)?;
    }
    let words = corpus::words(target.name);
    let mut random = Random::new(seed);
    while begun.elapsed() < time {
        let base = random.pick(&pool).cloned().unwrap_or_default();
        let input = mutate::mutate(&mut random, &base, &pool, &words);
        if run.attempt(&input)? && input.len() < 4096 && pool.len() < MOST {
            pool.push(input);
        }
    }
    Ok(Done { tries: run.tries, outlines: run.seen.len() })
}

/// Tries one input.
pub fn once(target: &Target, input: &[u8], note: &Path) -> io::Result<()> {
    let mut run = Run { target, file: File::create(note)?, tries: 0, seen: HashSet::new() };
    run.attempt(input).map(drop)
}

struct Run<'a> {
    target: &'a Target,
    file: File,
    tries: u64,
    seen: HashSet<u64>,
}

impl Run<'_> {
    /// Gives whether the outline of the answer is new.
    fn attempt(&mut self, input: &[u8]) -> io::Result<bool> {
        self.tries += 1;
        trace::write(&mut self.file, self.tries, input)?;
        let answer = (self.target.run)(input);
        Ok(self.seen.insert(outline(&answer)))
    }
}

/// An answer without what differs from input to input: numbers, and what stands in quotes.
fn outline(answer: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut quote = None;
    for letter in answer.chars().take(2000) {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, _) if letter.is_alphabetic() => letter.hash(&mut hasher),
            _ => {}
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_does_not_know_numbers_and_quotes() {
        assert_eq!(outline("line 3: no state 'A'"), outline("line 74: no state 'Bcd'"));
        assert_ne!(outline("no state 'A'"), outline("no branch 'A'"));
    }
}
