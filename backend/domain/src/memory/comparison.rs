//! What the console keeps of comparisons, in memory; and a comparer that takes every suite and finds nothing.

use std::sync::{Arc, atomic::AtomicU32};

use async_trait::async_trait;
use jiff::Timestamp;
use viridian_shared::{
    colour::Colour,
    comparison::{
        finding::{Finding, Ruling, Verdict},
        latency::Latency,
        probe::{ProbeDetail, Times},
        run::RunBrief,
        suite::{ImportFormat, NoiseRule, Suite},
    },
    sample,
    words::many,
};

use super::World;
use crate::{
    Warrant,
    port::{
        Comparer, Fault, PortError, Runs, Suites,
        comparer::{Answered, Capture, Imported, Order, Ran, RuleEffect},
        runs::{Ended, FirstSeen, Heat, KeptRun, NewRun, Record, RunRequest},
        suites::{KeptNoise, KeptSuite, SentinelSetting},
    },
};

#[async_trait]
impl Comparer for World {
    fn check(&self, _name: &str, suite: &Suite) -> Result<(), String> {
        if suite.probes.is_empty() { Err("A suite needs a probe.".to_owned()) } else { Ok(()) }
    }

    fn read(&self, _text: &str) -> Result<(String, Suite), String> {
        Err("This world has no suite files.".to_owned())
    }

    fn write(&self, name: &str, _suite: &Suite) -> Result<String, String> {
        Ok(name.to_owned())
    }

    async fn import(&self, _format: ImportFormat, _text: &str) -> Result<Imported, String> {
        let suite = Suite { probes: vec![sample::probe()], ..Suite::default() };
        Ok(Imported { suite, remarks: Vec::new() })
    }

    async fn run(&self, _order: &Order, _answered: &Arc<AtomicU32>) -> Result<Ran, String> {
        Ok(Ran::default())
    }

    async fn effect(
        &self,
        _suite: &Suite,
        _rule: &NoiseRule,
        _answered: Answered,
    ) -> Result<RuleEffect, String> {
        Ok(RuleEffect::default())
    }

    fn latency(&self, probes: &[Vec<Times>]) -> Latency {
        let pairs = many(probes.iter().map(Vec::len).sum());
        Latency { words: "not enough data".to_owned(), estimate: None, pairs }
    }

    fn judge(&self, _findings: &mut [Finding], _rulings: &[Ruling], _release: &str) -> Verdict {
        Verdict::default()
    }
}

#[async_trait]
impl Runs for World {
    async fn begin(&self, _service: &str, run: &NewRun) -> Result<String, PortError> {
        let id = (self.state().kept_runs.len() + 1).to_string();
        self.act(format!("begin run {id}"), "begin a run")?;
        let brief = RunBrief { id: id.clone(), ..run.brief.clone() };
        let kept = KeptRun { brief, record: Record::default(), suite: run.suite.clone() };
        self.state().kept_runs.push((run.entry, kept));
        Ok(id)
    }

    async fn end(&self, _service: &str, _run: &str, _ended: &Ended) -> Result<(), PortError> {
        Ok(())
    }

    async fn break_off(&self, _service: &str, _at: Timestamp) -> Result<Vec<String>, PortError> {
        Ok(Vec::new())
    }

    async fn begun_by(&self, _service: &str, entry: u64) -> Result<Option<String>, PortError> {
        let state = self.state();
        let run = state.kept_runs.iter().find(|(by, _)| *by == Some(entry));
        Ok(run.map(|(_, run)| run.brief.id.clone()))
    }

    async fn runs(&self, _service: &str, _ask: &RunRequest) -> Result<Vec<RunBrief>, PortError> {
        Ok(self.state().kept_runs.iter().rev().map(|(_, run)| run.brief.clone()).collect())
    }

    async fn run(&self, _service: &str, run: &str) -> Result<Option<KeptRun>, PortError> {
        Ok(self.state().kept_runs.iter().map(|(_, run)| run).find(|it| it.brief.id == run).cloned())
    }

    async fn probe(&self, _: &str, _: &str, _: &str) -> Result<Option<ProbeDetail>, PortError> {
        Ok(None)
    }

    async fn captures(&self, _: &str, _: &str, _: &str, _: Colour) -> Result<Vec<Capture>, PortError> {
        Ok(Vec::new())
    }

    async fn heat(&self, _: &str, _: &str, _: &str) -> Result<Vec<Heat>, PortError> {
        Ok(Vec::new())
    }

    async fn first_seen(&self, _: &str, _: &str) -> Result<FirstSeen, PortError> {
        Ok(FirstSeen::new())
    }

    async fn rulings(&self, _service: &str) -> Result<Vec<Ruling>, PortError> {
        Ok(self.state().rulings.clone())
    }

    async fn rule(&self, _warrant: &Warrant, _service: &str, ruling: &Ruling) -> Result<(), PortError> {
        self.act(format!("rule {}", ruling.finding), "keep a ruling")?;
        self.state().rulings.push(ruling.clone());
        Ok(())
    }
}

#[async_trait]
impl Suites for World {
    async fn suites(&self, _service: &str) -> Result<Vec<KeptSuite>, PortError> {
        Ok(self.state().suites.clone())
    }

    async fn save(&self, _warrant: &Warrant, _service: &str, suite: &KeptSuite) -> Result<(), PortError> {
        self.act(format!("save {}", suite.name), "keep a suite")?;
        self.state().suites.push(suite.clone());
        Ok(())
    }

    async fn delete(&self, _warrant: &Warrant, _service: &str, name: &str) -> Result<(), PortError> {
        self.act(format!("delete {name}"), "forget a suite")?;
        self.state().suites.retain(|suite| suite.name != name);
        Ok(())
    }

    async fn noise(&self, _service: &str) -> Result<Vec<KeptNoise>, PortError> {
        Ok(self.state().noise.clone())
    }

    async fn accept(&self, _warrant: &Warrant, _service: &str, noise: &KeptNoise) -> Result<(), PortError> {
        self.act(format!("accept {}", noise.rule.name), "keep a noise rule")?;
        self.state().noise.push(noise.clone());
        Ok(())
    }

    async fn withdraw(&self, _: &Warrant, _: &str, _suite: &str, name: &str) -> Result<(), PortError> {
        let is_there = self.state().noise.iter().any(|it| it.rule.name == name);
        if !is_there {
            return Err(PortError::new(Fault::Missing, "take back a noise rule", "there is no such rule"));
        }
        self.act(format!("withdraw {name}"), "take back a noise rule")?;
        self.state().noise.retain(|it| it.rule.name != name);
        Ok(())
    }

    async fn sentinel(&self, _service: &str) -> Result<Option<SentinelSetting>, PortError> {
        Ok(self.state().sentinel.clone())
    }

    async fn set_sentinel(&self, _: &Warrant, _: &str, setting: &SentinelSetting) -> Result<(), PortError> {
        self.act(format!("sentinel {}", setting.suite), "keep the sentinel")?;
        self.state().sentinel = Some(setting.clone());
        Ok(())
    }
}
