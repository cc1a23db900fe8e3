//! One service by hand: where its parts are in AWS.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use viridian_aws::{Access, check::CheckedNames};
use viridian_compare::probe::{Limits, Tls, guard::Origin};
use viridian_domain::{
    Settings,
    policy::Policies,
    service::{Interval, MachineSetting, PollSchedule},
};
use viridian_shared::{notice::Notice, snapshot::ServiceIdentity};

use viridian_comparer::{Compare, End, Secrets};

use super::{
    gates::Gates,
    reading::{StackReading, role},
};

/// One service: where its parts are in AWS. An empty name says that there is none.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceConfig {
    /// Unique; what the page, routes and the journal call it.
    pub name: String,
    /// As in `eu-central-1`.
    pub region: String,
    /// An endpoint instead of AWS's own.
    pub endpoint_url: Option<String>,
    /// Tells the time of a sandbox; its presence says that the service lives in one.
    pub sandbox_clock_url: Option<String>,
    /// A role that is taken up first, in this account or in another one.
    pub role_arn: Option<String>,
    /// Agreed upon with the owner of the role.
    pub external_id: Option<String>,
    /// Under which name the console appears in the role's account; `viridian` unless told.
    pub session_name: Option<String>,
    /// A role that answers gates in the name of the person who votes.
    pub voter_role_arn: Option<String>,
    /// The role that the stack gives its console: `viridian check` asks IAM about it.
    #[serde(skip)]
    pub console_role_arn: Option<String>,
    /// The queue into which rules put the events of this service.
    pub event_queue_url: Option<String>,
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name or ARN of the ECS cluster.
    pub cluster: String,
    /// The ECS service's name.
    pub service: String,
    /// ARN of the listener rule that sends people to production.
    pub production_rule_arn: String,
    /// ARN of the listener rule that sends testers to green.
    pub test_rule_arn: String,
    /// Where people open production.
    pub production_url: Option<String>,
    /// Where testers open green.
    pub test_url: Option<String>,
    /// Where to clone the released repository from.
    pub repository_url: Option<String>,
    /// State machines by name.
    #[serde(default)]
    pub state_machines: BTreeMap<String, String>,
    /// How its gates are decided, where that is another way than that of all.
    #[serde(default)]
    pub gates: Gates,
    /// Where the console itself reaches production and the test port, when that is another address than the
    /// one that people use. These two, or else the two above, are all that it ever asks.
    pub probe_production_url: Option<String>,
    /// As for production.
    pub probe_test_url: Option<String>,
    /// Environment variables that suites may send as secret headers, besides those that begin with `PROBE_`.
    #[serde(default)]
    pub probe_secrets: Vec<String>,
    /// How much of a body is kept, in MiB; 10 unless told, at most 64. The rest is counted and hashed.
    pub probe_body_mib: Option<usize>,
    /// Seconds between readings while something moves.
    pub fast_seconds: Option<f64>,
    /// Seconds between readings while nothing does.
    pub slow_seconds: Option<f64>,
    /// What a stack was found to lack.
    #[serde(skip)]
    pub notices: Vec<Notice>,
    /// The stack that describes this service, as it was read for it.
    #[serde(skip)]
    pub stack: Option<StackReading>,
}

/// How much of a body is kept, in MiB: unless told, and at most.
const BODY_MIB: usize = 10;
const MOST_BODY_MIB: usize = 64;

impl ServiceConfig {
    /// What can be wrong with the addresses that are compared.
    pub(super) fn check(&self) -> Result<(), String> {
        let urls = [
            ("production_url", &self.production_url),
            ("test_url", &self.test_url),
            ("probe_production_url", &self.probe_production_url),
            ("probe_test_url", &self.probe_test_url),
        ];
        for (setting, url) in urls {
            let Some(url) = url else { continue };
            if let Err(error) = url.parse::<Origin>() {
                return Err(format!("{setting} of {}: {error}.", self.name));
            }
        }
        if self.probe_body_mib.is_some_and(|mib| !(1..=MOST_BODY_MIB).contains(&mib)) {
            return Err(format!("probe_body_mib of {} must lie between 1 and {MOST_BODY_MIB}.", self.name));
        }
        Ok(())
    }

    /// How this service's colours are compared.
    pub fn comparer(&self, tls: Option<Tls>) -> Compare {
        let shown = [&self.production_url, &self.test_url];
        let asked = [&self.probe_production_url, &self.probe_test_url];
        let end = |(shown, asked): (&Option<String>, &Option<String>)| {
            let shown: Origin = shown.as_deref()?.parse().ok()?;
            let asked = asked.as_deref().and_then(|url| url.parse().ok()).unwrap_or_else(|| shown.clone());
            Some(End { shown, asked })
        };
        let ends = shown.into_iter().zip(asked).filter_map(end).collect();
        let kept = self.probe_body_mib.unwrap_or(BODY_MIB).min(MOST_BODY_MIB) << 20;
        let secrets = Secrets::new(self.probe_secrets.clone());
        let limits = Limits { kept, ..Limits::default() };
        Compare::new(ends, self.sandbox_clock_url.is_some(), tls, secrets).within(limits)
    }

    /// Where and as whom AWS is asked for this service.
    pub fn access(&self) -> Access {
        Access {
            region: self.region.clone(),
            endpoint_url: self.endpoint_url.clone(),
            role: role(self.role_arn.as_ref(), self.external_id.as_ref(), self.session_name.as_ref()),
            voter_role_arn: self.voter_role_arn.clone(),
        }
    }

    /// Without policies, which are those of all together with its own.
    pub fn settings(&self) -> Settings {
        let machine =
            |(name, arn): (&String, &String)| MachineSetting { name: name.clone(), arn: arn.clone() };
        Settings {
            identity: ServiceIdentity {
                name: self.name.clone(),
                region: self.region.clone(),
                sandbox: self.sandbox_clock_url.is_some(),
                production_url: self.production_url.clone(),
                test_url: self.test_url.clone(),
                repository_url: self.repository_url.clone(),
            },
            pipeline: self.pipeline.clone(),
            cluster: self.cluster.clone(),
            service: self.service.clone(),
            production_rule: self.production_rule_arn.clone(),
            test_rule: self.test_rule_arn.clone(),
            machines: self.state_machines.iter().map(machine).collect(),
            notices: self.notices.clone(),
            schedule: self.schedule(),
            policies: Policies::default(),
        }
    }

    /// While events are heard, readings are a safety net, and follow what tells no events: targets and rules.
    fn schedule(&self) -> PollSchedule {
        let sandbox = self.sandbox_clock_url.is_some();
        let (polling, listening) =
            if sandbox { ((0.5, 2.0), (0.5, 5.0)) } else { ((5.0, 60.0), (15.0, 300.0)) };
        let seconds = |given: Option<f64>, default: f64| {
            Duration::try_from_secs_f64(given.unwrap_or(default)).unwrap_or(Duration::from_mins(1))
        };
        let interval = |(fast, slow): (f64, f64)| Interval {
            fast: seconds(self.fast_seconds, fast),
            slow: seconds(self.slow_seconds, slow),
        };
        PollSchedule {
            polling: interval(polling),
            listening: interval(listening),
            deadline: Duration::from_secs(10),
            rest: Duration::from_secs(20),
        }
    }

    /// The names that `viridian check` looks for.
    pub fn names(&self) -> CheckedNames {
        let machine = |(name, arn): (&String, &String)| (name.clone(), arn.clone());
        CheckedNames {
            stack: self.stack.as_ref().map(|reading| reading.stack.name.clone()).unwrap_or_default(),
            pipeline: self.pipeline.clone(),
            cluster: self.cluster.clone(),
            service: self.service.clone(),
            rules: vec![self.production_rule_arn.clone(), self.test_rule_arn.clone()],
            machines: self.state_machines.iter().map(machine).collect(),
            queue_url: self.event_queue_url.clone(),
            voter_role_arn: self.voter_role_arn.clone(),
            console_role_arn: self.console_role_arn.clone(),
        }
    }
}
