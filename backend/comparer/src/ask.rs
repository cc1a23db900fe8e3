//! Carrying an order out: what is sent to whom, and what is made of the answers.

mod detail;

use std::{
    sync::{Arc, atomic::AtomicU32},
    time::Duration,
};

use viridian_compare::{
    answer::Names,
    probe::{self, Plan, Probed, guard::System},
    report::{Of, Report},
    suite::Suite,
    work::{self, Work},
};
use viridian_domain::port::comparer::{Order, Ran};

use super::{Compare, End, asset::Assets, body_limits, desk::DeskPlace, sentence};

/// In which all answers of a run are compared. What is left then is compared by size and hash.
const LONGEST: Duration = Duration::from_mins(3);

impl Compare {
    pub(super) async fn ask(&self, order: &Order, answered: &Arc<AtomicU32>) -> Result<Ran, String> {
        let suite = &order.suite;
        let ends = [self.end(&order.blue)?, self.end(&order.green)?];
        let secrets = probe::Secrets::of(&suite.probes, |name| self.secrets.look_up(name));
        let secrets = secrets.map_err(|error| sentence(&error))?;
        let mut answers = self.answers(order, (suite, &ends, &secrets), answered).await?;
        let assets = self.assets(suite, &answers, &ends, &secrets).await;
        let addresses = addresses(&ends);
        let names = Names::of(addresses.iter().map(String::as_str));
        for answer in &mut answers {
            answer.name(&names);
        }
        let order = order.clone();
        // Comparing is work for the processor: it must not keep other people's requests waiting.
        let bounds = Work::new(work::Limits { time: LONGEST, ..body_limits() });
        let assessing =
            DeskPlace::free().await.within(bounds, move || assess(&order, &answers, &ends, assets));
        assessing.await.map_err(|undone| format!("Comparing the answers came to no end: {undone}."))?
    }

    /// What reads is asked in rounds; what may change something once, and only what was confirmed.
    async fn answers(
        &self,
        order: &Order,
        (suite, ends, secrets): (&Suite, &[End; 2], &probe::Secrets),
        answered: &Arc<AtomicU32>,
    ) -> Result<Vec<Probed>, String> {
        let seed = seed(&order.run);
        let plan = Plan {
            samples: order.samples as usize,
            limits: self.limits,
            answered: Arc::clone(answered),
            seed,
            ..Plan::default()
        };
        let mut answers = self.send(&suite.probes, ends, secrets, &plan).await?;
        let is_confirmed = |probe: &probe::Probe| {
            probe.changes_something() && order.changes.contains(&format!("{} {}", probe.method, probe.path))
        };
        let (places, confirmed): (Vec<_>, Vec<_>) =
            suite.probes.iter().cloned().enumerate().filter(|(_, probe)| is_confirmed(probe)).unzip();
        if !confirmed.is_empty() {
            let once = Plan { warm_up: 0, samples: 1, may_change: true, ..plan };
            for (place, probed) in places.into_iter().zip(self.send(&confirmed, ends, secrets, &once).await?)
            {
                answers[place] = probed;
            }
        }
        Ok(answers)
    }

    async fn send(
        &self,
        probes: &[probe::Probe],
        [blue, green]: &[End; 2],
        secrets: &probe::Secrets,
        plan: &Plan,
    ) -> Result<Vec<Probed>, String> {
        let sent = probe::run(
            probes,
            [&blue.asked, &green.asked],
            &self.guard,
            &System,
            (secrets, self.tls.as_ref(), plan),
        )
        .await;
        sent.map_err(|error| sentence(&error))
    }
}

/// Another order of the probes in each run.
fn seed(run: &str) -> u64 {
    run.bytes()
        .fold(0x9E37_79B9_7F4A_7C15, |seed, byte| (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// How people write both colours, and how the console reaches them.
fn addresses(ends: &[End; 2]) -> Vec<String> {
    let mut all: Vec<_> =
        ends.iter().flat_map(|end| [&end.shown, &end.asked]).map(ToString::to_string).collect();
    all.sort();
    all.dedup();
    all
}

fn assess(
    order: &Order,
    answers: &[Probed],
    [blue, green]: &[End; 2],
    assets: Assets,
) -> Result<Ran, String> {
    let commits = [order.blue.commit.clone(), order.green.commit.clone()];
    let of = Of {
        run: &order.run,
        // Rulings and what was seen before are put on by whoever keeps them.
        release: "",
        name: "run",
        suite: &order.suite,
        blue: &blue.shown,
        green: &green.shown,
        at: jiff::Timestamp::UNIX_EPOCH,
        commits: &commits,
        rulings: &[],
        previous: &[],
    };
    let report = Report::new(&of, answers, body_limits()).map_err(|error| sentence(&error))?;
    let mut remarks: Vec<_> = report.warnings.iter().map(|it| format!("Warning: {it}.")).collect();
    remarks.extend(assets.remarks.iter().cloned());
    let addresses = addresses(&[blue.clone(), green.clone()]);
    let mut probes = detail::probes(order, &report, answers, &assets, &mut remarks);
    for probe in &mut probes {
        probe.detail.addresses.clone_from(&addresses);
    }
    let was_sent = !report.is_empty();
    Ok(Ran {
        probes,
        proposals: report.proposals(),
        findings: report.findings,
        latency: was_sent.then_some(report.latency),
        remarks,
        proofs: report.proofs,
    })
}

#[cfg(test)]
mod tests {
    use super::seed;

    #[test]
    fn each_run_shuffles_otherwise() {
        assert_ne!(seed("17"), seed("18"));
        assert_eq!(seed("17"), seed("17"));
    }
}
