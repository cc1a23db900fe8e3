//! A suite sent to both colours in rounds: every probe once a round, in random order, to both colours at the
//! same moment. Rounds lie apart, so that what varies by the second can be told from what does not.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use viridian_shared::comparison::{finding::Difference, latency::Latency, probe::Times, suite::Probe};

use super::{
    Attempt, Connection, Limits, Secrets, Tls,
    guard::{Checked, Guard, Origin, RefusedOrigin, Resolver},
};
use crate::{
    answer::{Names, WholeAnswer},
    difference::{self, Change, Mismatch, Outcome, Part, rule::Rules},
    finding, latency,
    noise::{
        learn::{self, Lesson},
        reach,
    },
    work,
};

/// How to ask.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Rounds that only warm up; they count for nothing.
    pub warm_up: usize,
    /// How often each probe is sent to each colour, warm-up not counted.
    pub samples: usize,
    /// From the start of one round to the start of the next, at least.
    pub apart: Duration,
    /// How many probes are under way at once.
    pub workers: usize,
    /// What one exchange may cost.
    pub limits: Limits,
    /// Makes the order of a run repeatable.
    pub seed: u64,
    /// Whether probes that may change something are sent.
    pub may_change: bool,
    /// How many bytes of bodies are kept in all. Answers beyond it are counted and hashed.
    pub room: usize,
    /// Counts the requests that have been answered, for whoever waits.
    pub answered: Arc<AtomicU32>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            warm_up: 1,
            samples: 5,
            apart: learn::APART,
            workers: 4,
            limits: Limits::default(),
            seed: 0x005E_ED0F_C010_4125,
            may_change: false,
            room: 48 << 20,
            answered: Arc::default(),
        }
    }
}

/// What both colours answered to one probe. The n-th of one belongs to the n-th of the other.
#[derive(Debug, Clone, Default)]
pub struct Probed {
    /// One for each sample, in their order; empty where it was not sent.
    pub blue: Vec<Attempt>,
    /// As for blue: the samples of the same place were sent at the same moment.
    pub green: Vec<Attempt>,
}

/// Sends the probes. The answers stand in the order of the probes; those of a probe that may change something
/// are missing unless the plan allows it.
pub async fn run(
    probes: &[Probe],
    colours: [&Origin; 2],
    guard: &Guard,
    names: &impl Resolver,
    (secrets, tls, plan): (&Secrets, Option<&Tls>, &Plan),
) -> Result<Vec<Probed>, RefusedOrigin> {
    let [blue, green] = colours;
    let ends = [guard.check(blue, names).await?, guard.check(green, names).await?];
    let pool = Arc::new(BodyPool::new(plan.room));
    let mut workers: Vec<_> =
        (0..plan.workers.max(1)).map(|_| Worker::new(&ends, tls, plan, &pool)).collect();
    let mut random = fastrand::Rng::with_seed(plan.seed);
    let sent: Vec<_> =
        (0..probes.len()).filter(|it| plan.may_change || !probes[*it].changes_something()).collect();
    let mut answers = vec![Probed::default(); probes.len()];
    for round in 0..plan.warm_up + plan.samples {
        let begins = tokio::time::Instant::now();
        let mut order = sent.clone();
        random.shuffle(&mut order);
        let is_counted = round >= plan.warm_up;
        for (index, pair) in one_round(&mut workers, probes, &order, secrets, &mut random).await {
            if is_counted {
                let [blue, green] = pair;
                answers[index].blue.push(blue);
                answers[index].green.push(green);
            }
        }
        if is_counted && round + 1 < plan.warm_up + plan.samples {
            tokio::time::sleep_until(begins + plan.apart).await;
        }
    }
    Ok(answers)
}

/// Shares the probes among the workers: the n-th worker takes every n-th.
async fn one_round(
    workers: &mut [Worker],
    probes: &[Probe],
    order: &[usize],
    secrets: &Secrets,
    random: &mut fastrand::Rng,
) -> Vec<(usize, [Attempt; 2])> {
    let count = workers.len();
    let shares = workers.iter_mut().enumerate().map(|(nth, worker)| {
        let share: Vec<_> =
            order.iter().skip(nth).step_by(count).map(|index| (*index, random.bool())).collect();
        async move {
            let mut done = Vec::with_capacity(share.len());
            for (index, green_first) in share {
                done.push((index, worker.ask(&probes[index], secrets, green_first).await));
            }
            done
        }
    });
    // In one task: the connections' own tasks do the reading and writing.
    join_all(shares).await.into_iter().flatten().collect()
}

/// The bodies of a run, each once, within a bound.
struct BodyPool(Mutex<Bodies>);

struct Bodies {
    /// By digest of the whole body.
    known: HashMap<String, Bytes>,
    room: usize,
}

impl BodyPool {
    fn new(room: usize) -> Self {
        Self(Mutex::new(Bodies { known: HashMap::new(), room }))
    }

    /// Lets an answer share its body with one that is the same, or drops it when there is no room.
    fn put(&self, attempt: &mut Attempt) {
        let Ok(answer) = attempt else { return };
        let mut bodies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let body = &mut answer.body;
        if let Some(known) = bodies.known.get(&body.sha256).filter(|known| known.len() == body.kept.len()) {
            body.kept = known.clone();
        } else if body.kept.len() <= bodies.room {
            bodies.room -= body.kept.len();
            bodies.known.insert(body.sha256.clone(), body.kept.clone());
        } else {
            body.kept = Bytes::new();
        }
    }
}

/// A connection to each colour.
struct Worker {
    blue: Connection,
    green: Connection,
    pool: Arc<BodyPool>,
    answered: Arc<AtomicU32>,
}

impl Worker {
    fn new(ends: &[Checked; 2], tls: Option<&Tls>, plan: &Plan, pool: &Arc<BodyPool>) -> Self {
        let [blue, green] = ends.clone().map(|end| Connection::new(end, tls.cloned(), plan.limits));
        Self { blue, green, pool: Arc::clone(pool), answered: Arc::clone(&plan.answered) }
    }

    /// Both are asked at the same moment; by the toss of a coin one of them is a hair earlier.
    async fn ask(&mut self, probe: &Probe, secrets: &Secrets, green_first: bool) -> [Attempt; 2] {
        let (blue, green) = (self.blue.ask(probe, secrets), self.green.ask(probe, secrets));
        let mut pair = if green_first {
            let (green, blue) = tokio::join!(biased; green, blue);
            [blue, green]
        } else {
            let (blue, green) = tokio::join!(biased; blue, green);
            [blue, green]
        };
        for attempt in &mut pair {
            self.pool.put(attempt);
        }
        self.answered.fetch_add(2, Ordering::Relaxed);
        pair
    }
}

/// What the answers to one probe say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The differences of all pairs together, each once.
    pub outcome: Outcome,
    /// In how many pairs each of them was seen, in the same order.
    pub seen: Vec<usize>,
    /// Pairs of samples that were compared.
    pub pairs: usize,
    /// How much slower or faster green answers.
    pub latency: Latency,
    /// What blue's own answers suggest as noise.
    pub lesson: Lesson,
}

impl Assessment {
    /// Lists no more differences than take so many bytes. Gives what they take.
    pub(crate) fn fit(&mut self, room: usize) -> usize {
        let taken = self.outcome.fit(room);
        self.seen.truncate(self.outcome.differences.len());
        taken
    }

    /// The differences as people see them: those that count first, and otherwise in the order of the answer.
    pub fn shown(&self) -> Vec<Difference> {
        let mut all: Vec<_> = self.outcome.differences.iter().zip(&self.seen).collect();
        all.sort_by_key(|(found, _)| found.hidden_by.is_some());
        all.into_iter().map(|(found, seen)| finding::shown(found, (*seen, self.pairs))).collect()
    }
}

impl Probed {
    /// Says which addresses count as one where the answers name them.
    pub fn name(&mut self, names: &Names) {
        for answer in self.blue.iter_mut().chain(&mut self.green).flatten() {
            answer.names = names.clone();
        }
    }

    /// Rules that would leave next to nothing to compare, alone or together, hide nothing, nor do those whose expectation
    /// does not hold; and that is said.
    pub fn assess(&self, rules: &Rules, limits: work::Limits) -> Assessment {
        let assessment = self.assessed(rules, limits);
        let mut hiding: HashSet<_> =
            assessment.outcome.hidden().filter_map(|it| it.hidden_by.as_deref()).collect();
        let last = |attempts: &[Attempt]| attempts.iter().rev().find_map(|it| it.as_ref().ok().cloned());
        let answers: Vec<_> = [last(&self.blue), last(&self.green)].into_iter().flatten().collect();
        let unmet = rules.unmet(&assessment.outcome);
        hiding.retain(|name| !unmet.contains_key(*name));
        let (mut refused, mut why) = reach::refused(rules, &hiding, &answers, limits);
        for rule in rules.accepted() {
            if let Some(reason) = unmet.get(&rule.name) {
                refused.push(rule);
                why.push(format!("the rule “{}” hides nothing here, since {reason}", rule.name));
            }
        }
        if refused.is_empty() {
            return assessment;
        }
        let mut assessment = self.assessed(&rules.without(&refused), limits);
        assessment.outcome.remarks.extend(why);
        assessment
    }

    fn assessed(&self, rules: &Rules, limits: work::Limits) -> Assessment {
        let mut outcome = Outcome::default();
        let mut seen: BTreeMap<(Part, String, Change), usize> = BTreeMap::new();
        let key = |it: &Mismatch| (it.part, it.place.clone(), it.change);
        for (blue, green) in self.blue.iter().zip(&self.green).rev() {
            let found = compared(blue, green, rules, limits);
            outcome.unlisted = outcome.unlisted.max(found.unlisted);
            outcome.compared_as = outcome.compared_as.or(found.compared_as);
            outcome.arrays.clone_from(&found.arrays);
            outcome.remarks.clone_from(&found.remarks);
            for difference in found.differences {
                let count = seen.entry(key(&difference)).or_default();
                *count += 1;
                if *count == 1 {
                    outcome.differences.push(difference);
                }
            }
        }
        let counts = outcome.differences.iter().map(|it| seen.get(&key(it)).copied().unwrap_or_default());
        let blues: Vec<_> = self.blue.iter().flatten().cloned().collect();
        Assessment {
            seen: counts.collect(),
            pairs: self.blue.len().min(self.green.len()),
            latency: latency::estimate(&self.pairs()),
            lesson: learn::learn(&blues, rules, limits),
            outcome,
        }
    }

    /// The total times where both answered, on open connections.
    pub fn pairs(&self) -> Vec<Times> {
        let answered = self.blue.iter().zip(&self.green).filter_map(|(blue, green)| {
            let (blue, green): (&WholeAnswer, &WholeAnswer) = (blue.as_ref().ok()?, green.as_ref().ok()?);
            let [blue, green] = [blue, green].map(|it| it.timing.total.as_secs_f64() * 1_000.0);
            Some(Times { blue, green })
        });
        answered.collect()
    }
}

/// That one colour gave no answer is a difference; that neither did is one too: nothing was compared.
fn compared(blue: &Attempt, green: &Attempt, rules: &Rules, limits: work::Limits) -> Outcome {
    if let (Ok(blue), Ok(green)) = (blue, green) {
        return difference::between(blue, green, rules, limits);
    }
    let say = |attempt: &Attempt| match attempt {
        Ok(answer) => format!("answered with status {}", answer.status),
        Err(failed) => failed.to_string(),
    };
    let found = Mismatch::changed(Part::Trouble, "answer", say(blue), say(green));
    Outcome { differences: vec![found], ..Outcome::default() }
}
