//! The traffic port over Elastic Load Balancing.

mod convert;

pub(crate) use convert::listener_arn;

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{Listener, Rule},
};
use tokio::{sync::Mutex, task::JoinSet};
use viridian_domain::port::{Fault, Listeners, PortError, traffic::TrafficRequest};
use viridian_shared::traffic::{Door, TargetGroup, Traffic};

use crate::classify::classify;

pub(crate) struct LoadBalancing {
    client: Client,
    /// Port by listener ARN: a listener keeps its port for as long as anybody looks.
    ports: Mutex<HashMap<String, u16>>,
}

impl LoadBalancing {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, ports: Mutex::default() }
    }

    async fn door(&self, rules: &[Rule], arn: &str) -> Result<Door, PortError> {
        let rule = rules.iter().find(|rule| rule.rule_arn() == Some(arn)).ok_or_else(|| {
            PortError::new(Fault::Missing, "DescribeRules", format!("the rule {arn} was not found"))
        })?;
        Ok(Door {
            port: self.port(&convert::listener_arn(arn)).await?,
            rule_arn: arn.to_owned(),
            priority: rule.priority().unwrap_or_default().to_owned(),
            answer: convert::answer(rule.actions()),
        })
    }

    async fn port(&self, listener: &str) -> Result<u16, PortError> {
        let mut ports = self.ports.lock().await;
        if let Some(port) = ports.get(listener) {
            return Ok(*port);
        }
        let sent = self.client.describe_listeners().listener_arns(listener).send().await;
        let output = sent.map_err(|error| classify("DescribeListeners", error))?;
        let port = output.listeners().first().and_then(Listener::port);
        let port = port.and_then(|port| u16::try_from(port).ok()).unwrap_or_default();
        ports.insert(listener.to_owned(), port);
        Ok(port)
    }

    /// The health of every group, asked for at the same time. Groups that are gone are left out.
    async fn groups(&self, arns: BTreeSet<String>) -> Result<Vec<TargetGroup>, PortError> {
        let mut asked = JoinSet::new();
        for arn in arns {
            asked.spawn(group(self.client.clone(), arn));
        }
        let mut groups = Vec::new();
        while let Some(answer) = asked.join_next().await {
            let answer = answer.map_err(|error| {
                PortError::new(Fault::Unexpected, "DescribeTargetHealth", "").caused_by(error)
            })?;
            match answer {
                Ok(group) => groups.push(group),
                Err(error) if error.fault == Fault::Missing => {}
                Err(error) => return Err(error),
            }
        }
        groups.sort_by(|one, other| one.arn.cmp(&other.arn));
        Ok(groups)
    }
}

async fn group(client: Client, arn: String) -> Result<TargetGroup, PortError> {
    let sent = client.describe_target_health().target_group_arn(&arn).send().await;
    let output = sent.map_err(|error| classify("DescribeTargetHealth", error))?;
    let mut targets: Vec<_> = output.target_health_descriptions().iter().map(convert::target).collect();
    targets.sort_by(|one, other| (&one.id, one.port).cmp(&(&other.id, other.port)));
    Ok(TargetGroup { name: convert::group_name(&arn), arn, targets, requests_per_minute: None })
}

#[async_trait]
impl Listeners for LoadBalancing {
    async fn read(&self, ask: &TrafficRequest) -> Result<Traffic, PortError> {
        let request = self.client.describe_rules();
        let sent = request.rule_arns(&ask.production_rule).rule_arns(&ask.test_rule).send().await;
        let output = sent.map_err(|error| classify("DescribeRules", error))?;
        let production = self.door(output.rules(), &ask.production_rule).await?;
        let test = self.door(output.rules(), &ask.test_rule).await?;
        let mut arns: BTreeSet<String> = ask.target_groups.iter().cloned().collect();
        arns.extend(convert::groups_of(&production.answer));
        arns.extend(convert::groups_of(&test.answer));
        Ok(Traffic { production, test, target_groups: self.groups(arns).await? })
    }
}
