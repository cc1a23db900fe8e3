//! What a noise rule would do: it is tried on what was answered in the last run of its suite.

use std::{collections::BTreeSet, time::Duration};

use viridian_shared::{
    colour::Colour,
    comparison::suite::{NoisePlace, NoiseRule, Suite},
    people::Role,
    rule::{Reach, reaches},
};

use crate::{
    Context, Error, Service,
    port::{
        PortError,
        comparer::{Answered, RuleEffect},
        runs::RunRequest,
    },
};

/// Titles of what a rule hides.
#[derive(Default)]
struct Hidden {
    own: BTreeSet<String>,
    others: BTreeSet<String>,
}

/// In which a rule is tried on all answers. What is left then counts as not seen.
const PATIENCE: Duration = Duration::from_secs(20);

impl Service {
    /// Refuses a rule that hides more of the present run than it may.
    pub(crate) async fn judge_noise(
        &self,
        (name, suite): (&str, &Suite),
        rule: &NoiseRule,
        is_wide: bool,
    ) -> Result<(), Error> {
        // These name one value, and never one that is pinned.
        if matches!(rule.place, NoisePlace::Header { .. } | NoisePlace::Cookie { .. }) {
            return Ok(());
        }
        let reach = self.reach(name, suite, rule).await.map_err(Error::from_port)?;
        reaches(&reach, is_wide).map_err(Error::from)
    }

    /// What a rule would hide if somebody accepted it now: what a person sees first, by what judges it then.
    pub async fn preview_noise(&self, name: &str, rule: &NoiseRule) -> Result<Reach, Error> {
        let known = self.known_suite(name).await.map_err(Error::from_port)?;
        let before = known.ok_or_else(|| Error::NotFound(format!("There is no suite {name}.")))?.suite;
        let mut suite = before.clone();
        suite.noise.retain(|it| it.name != rule.name);
        suite.noise.push(rule.clone());
        self.ports.comparer.check(name, &suite).map_err(Error::Invalid)?;
        self.reach(name, &before, rule).await.map_err(Error::from_port)
    }

    /// The same for the rules of a suite that its former version did not have. They come all at once, so nobody
    /// can be asked about one of them: an approver is taken to have read them.
    pub(crate) async fn judge_rules(&self, ctx: &Context, name: &str, suite: &Suite) -> Result<(), Error> {
        let known = self.known_suite(name).await.map_err(Error::from_port)?;
        let before = known.map(|known| known.suite.noise).unwrap_or_default();
        let is_same =
            |one: &NoiseRule, other: &NoiseRule| one.place == other.place && one.probe == other.probe;
        let mut without = Suite { noise: before.clone(), ..suite.clone() };
        let judging = async {
            for rule in suite.noise.iter().filter(|rule| !before.iter().any(|it| is_same(it, rule))) {
                self.judge_noise((name, &without), rule, ctx.person.has(Role::Approver)).await?;
                without.noise.push(rule.clone());
            }
            Ok(())
        };
        // However many there are, whoever gives commands to the service waits for no longer.
        let late = "What these rules hide could not be seen in time. Add a few of them at a time.";
        tokio::time::timeout(PATIENCE, judging)
            .await
            .unwrap_or_else(|_| Err(Error::Conflict(late.to_owned())))
    }

    async fn reach(&self, name: &str, suite: &Suite, rule: &NoiseRule) -> Result<Reach, PortError> {
        let mut reach = Reach::default();
        let mut hidden = Hidden::default();
        let trying = self.try_out(name, suite, rule, &mut reach, &mut hidden);
        let is_over = tokio::time::timeout(PATIENCE, trying).await.ok().transpose()?.is_none();
        reach.is_unsure |= is_over;
        // At its own place are the differences that it would be proposed for; of none, the one that it hides.
        if hidden.own.is_empty() && hidden.others.len() == 1 {
            hidden.own = std::mem::take(&mut hidden.others);
        }
        reach.own = hidden.own.into_iter().collect();
        reach.others = hidden.others.into_iter().collect();
        Ok(reach)
    }

    /// Tries it on each probe of the last run that it is for.
    async fn try_out(
        &self,
        name: &str,
        suite: &Suite,
        rule: &NoiseRule,
        reach: &mut Reach,
        hidden: &mut Hidden,
    ) -> Result<(), PortError> {
        let ask = RunRequest { suite: Some(name.to_owned()), ended: true, limit: 1, ..RunRequest::default() };
        let Some(last) = self.ports.runs.runs(self.name(), &ask).await?.pop() else { return Ok(()) };
        let Some(kept) = self.ports.runs.run(self.name(), &last.id).await? else { return Ok(()) };
        reach.run = Some(last.id.clone());
        let mut tried = 0_usize;
        for probe in kept.record.probes.iter().map(|probe| &probe.name) {
            if rule.probe.as_ref().is_some_and(|only| only != probe) {
                continue;
            }
            let Some(answered) = self.answered(&last.id, probe).await? else { continue };
            tried += 1;
            match self.ports.comparer.effect(suite, rule, answered).await {
                Ok(RuleEffect { own: here, others: more, is_all }) => {
                    hidden.own.extend(here);
                    hidden.others.extend(more);
                    reach.all_of.extend(is_all.then(|| probe.clone()));
                }
                Err(_) => reach.is_unsure = true,
            }
        }
        // Answers are dropped in time: what was tried on none of them was not seen to hide little.
        reach.is_unsure |= tried == 0;
        Ok(())
    }

    /// What both colours answered to a probe, if it is still kept.
    async fn answered(&self, run: &str, probe: &str) -> Result<Option<Answered>, PortError> {
        let runs = &self.ports.runs;
        let Some(detail) = runs.probe(self.name(), run, probe).await? else { return Ok(None) };
        let mut bodies = Vec::with_capacity(2);
        for colour in [Colour::Blue, Colour::Green] {
            let captures = runs.captures(self.name(), run, probe, colour).await?;
            bodies.extend(captures.into_iter().find(|it| it.asset.is_none()).map(|it| it.bytes));
        }
        let bodies: Result<[_; 2], _> = bodies.try_into();
        Ok(bodies.ok().map(|[blue, green]| Answered { detail, blue, green }))
    }
}
