//! A service that a stack describes: its outputs, and what they lack in a sentence each.

use std::{collections::BTreeMap, time::Duration};

use viridian_aws::{
    Access,
    calls::Calls,
    cloudformation::{self, Stack},
    connect,
};
use viridian_domain::port::Fault;
use viridian_shared::notice::Notice;

use super::{
    Config, IdentityConfig, RolesFrom, ServiceConfig,
    reading::{StackConfig, StackReading, role},
};
use crate::clock;

/// What helps where there are no credentials, and where AWS does not answer.
pub(crate) const CREDENTIALS: &str =
    "Give the console credentials: a task role, a profile (AWS_PROFILE), or a role that trusts it.";
pub(crate) const REACH: &str =
    "Look whether this machine reaches AWS in that region: network, proxy, and the endpoint if one is named.";

/// Outputs without which the console sees less, with what is lost.
const NEEDED: [(&str, &str); 6] = [
    ("PipelineName", "releases are not shown"),
    ("EcsClusterName", "tasks are not shown"),
    ("EcsServiceName", "tasks are not shown"),
    ("ProdListenerRuleArn", "traffic is not shown"),
    ("TestListenerRuleArn", "traffic is not shown"),
    ("EventQueueUrl", "changes show only when AWS is asked again"),
];

const MACHINES: [(&str, &str); 4] = [
    ("deploy-green", "DeployGreenStateMachineArn"),
    ("swap", "SwapStateMachineArn"),
    ("clean-up", "CleanUpStateMachineArn"),
    ("roll-back", "RollBackStateMachineArn"),
];

/// Reads every stack and puts what it describes beside the services that are described by hand. A stack that
/// cannot be read becomes a service of which only that is known.
pub async fn resolve(mut config: Config) -> Config {
    for stack in std::mem::take(&mut config.stacks) {
        let read = read(&stack, &config.calls).await;
        let (mut service, found) = match read {
            Ok(found) => (described(&stack, &found), Some(found)),
            Err(notice) => (unreadable(&stack, notice), None),
        };
        let outputs = found.as_ref().map(|found| found.outputs.clone()).unwrap_or_default();
        service.stack = Some(StackReading { stack: stack.clone(), found });
        if let Some(url) = &stack.endpoint_url {
            let url = format!("{}/_sandbox/clock", url.trim_end_matches('/'));
            service.sandbox_clock_url = clock::answers(&url).await.then_some(url);
        }
        service.name = unused(&config, service.name);
        config.services.push(service);
        console(&mut config, &outputs);
    }
    config
}

/// Waits until a stack says something else than what the configuration was made of; without a stack, for ever. The
/// task of the console starts while its own stack is still being made, and roles, identity and names change later.
/// A stack that cannot be read any more says nothing else.
pub async fn changes(config: &Config, pause: Duration) {
    let readings: Vec<&StackReading> =
        config.services.iter().filter_map(|service| service.stack.as_ref()).collect();
    if readings.is_empty() {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(pause).await;
        for reading in &readings {
            if read(&reading.stack, &config.calls).await.is_ok_and(|found| reading.differs(&found)) {
                return;
            }
        }
    }
}

impl StackReading {
    /// Whether the stack would be served otherwise now. That CloudFormation is at work on it alone changes nothing.
    fn differs(&self, now: &Stack) -> bool {
        let notices = |found: &Stack| described(&self.stack, found).notices;
        self.found
            .as_ref()
            .is_none_or(|before| before.outputs != now.outputs || notices(before) != notices(now))
    }
}

async fn read(stack: &StackConfig, calls: &Calls) -> Result<Stack, Notice> {
    let access = Access {
        region: stack.region.clone(),
        endpoint_url: stack.endpoint_url.clone(),
        role: role(stack.role_arn.as_ref(), stack.external_id.as_ref(), stack.session_name.as_ref()),
        voter_role_arn: None,
    };
    let StackConfig { name, region, .. } = stack;
    cloudformation::read(&connect(&access, calls).await, name).await.map_err(|error| match error.fault {
        Fault::Missing => Notice::missing(
            format!("There is no stack {name} in {region}."),
            format!(
                "Deploy it there, and it is found within a minute; or name the region where it is (--stack {name}@REGION)."
            ),
        ),
        fault => Notice::missing(
            format!("The stack {name} in {region} cannot be read: {}", error.sentence()),
            format!("{} The console looks again every minute.", mend(fault)),
        ),
    })
}

/// What helps where a stack cannot be read.
fn mend(fault: Fault) -> &'static str {
    match fault {
        Fault::Denied => "Allow cloudformation:DescribeStacks on the stack in the role’s policy.",
        Fault::NoCredentials => CREDENTIALS,
        Fault::Unreachable => REACH,
        _ => "Look the stack up in AWS’s own console.",
    }
}

fn unreadable(stack: &StackConfig, notice: Notice) -> ServiceConfig {
    ServiceConfig { notices: vec![notice], ..from(stack) }
}

/// The service that a stack describes. What is not there yet is waited for, not missed.
fn described(stack: &StackConfig, found: &Stack) -> ServiceConfig {
    let mut service = service(stack, &found.outputs);
    if found.is_changing && !service.notices.is_empty() {
        service.notices = vec![Notice::missing(
            format!(
                "CloudFormation is still at work on the stack {}, which does not say everything yet.",
                stack.name
            ),
            "Wait: the console looks again every minute and goes on by itself.",
        )];
    }
    service
}

fn from(stack: &StackConfig) -> ServiceConfig {
    ServiceConfig {
        name: stack.name.clone(),
        region: stack.region.clone(),
        endpoint_url: stack.endpoint_url.clone(),
        role_arn: stack.role_arn.clone(),
        external_id: stack.external_id.clone(),
        session_name: stack.session_name.clone(),
        ..ServiceConfig::default()
    }
}

/// The service that a stack's outputs describe.
pub(super) fn service(stack: &StackConfig, outputs: &BTreeMap<String, String>) -> ServiceConfig {
    let maybe = |key: &str| outputs.get(key).filter(|value| !value.is_empty()).cloned();
    let text = |key: &str| maybe(key).unwrap_or_default();
    // The service's own name is made by CloudFormation and says little; the repository's is a person's.
    let name = maybe("CodeCommitRepositoryName").or_else(|| maybe("EcsServiceName"));
    let name = name.map(|name| name.rsplit('/').next().unwrap_or(&name).to_owned());
    ServiceConfig {
        name: name.unwrap_or_else(|| stack.name.clone()),
        region: maybe("Region").unwrap_or_else(|| stack.region.clone()),
        voter_role_arn: maybe("VoterRoleArn"),
        // A role that is taken up is the console's own.
        console_role_arn: maybe("ConsoleRoleArn").filter(|_| stack.role_arn.is_none()),
        event_queue_url: maybe("EventQueueUrl"),
        pipeline: text("PipelineName"),
        cluster: text("EcsClusterName"),
        service: text("EcsServiceName"),
        production_rule_arn: text("ProdListenerRuleArn"),
        test_rule_arn: text("TestListenerRuleArn"),
        production_url: maybe("AlbProdUrl")
            .or_else(|| maybe("AlbProdDns").map(|dns| format!("http://{dns}"))),
        test_url: maybe("AlbTestUrl").or_else(|| maybe("AlbTestDns").map(|dns| format!("http://{dns}:8080"))),
        repository_url: maybe("RepositoryCloneUrl").or_else(|| maybe("CodeCommitRepositoryUrl")),
        state_machines: machines(outputs),
        notices: lacks(stack, outputs),
        ..from(stack)
    }
}

/// Each by an output of its own, or all of them as JSON.
fn machines(outputs: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let all = outputs.get("StateMachineArns").and_then(|text| serde_json::from_str(text).ok());
    let mut machines: BTreeMap<String, String> = all.unwrap_or_default();
    for (name, key) in MACHINES {
        if let Some(arn) = outputs.get(key) {
            machines.insert(name.to_owned(), arn.clone());
        }
    }
    machines
}

fn lacks(stack: &StackConfig, outputs: &BTreeMap<String, String>) -> Vec<Notice> {
    let is_there = |key: &str| outputs.get(key).is_some_and(|value| !value.is_empty());
    let machines = machines(outputs);
    let needed =
        NEEDED.iter().filter(|(key, _)| !is_there(key)).map(|(key, loss)| (*key, (*loss).to_owned()));
    let machines = MACHINES
        .iter()
        .filter(|(name, _)| !machines.contains_key(*name))
        .map(|(name, key)| (*key, format!("{name} is not shown and cannot be started")));
    needed
        .chain(machines)
        .map(|(key, loss)| {
            Notice::missing(
                format!("The stack {} has no output {key}, so {loss}.", stack.name),
                "Deploy the present version of the stack, or describe the service in a file (--config).",
            )
        })
        .collect()
}

/// What the outputs say of the console itself: how it is reached, and whom to believe about people.
fn console(config: &mut Config, outputs: &BTreeMap<String, String>) {
    if let Some(url) = outputs.get("ConsoleUrl") {
        config.https |= url.starts_with("https://");
        let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next());
        config.allowed_hosts.extend(host.map(str::to_owned));
    }
    if let (None, Some(signer)) = (&config.identity, outputs.get("ConsoleSigner")) {
        let mut identity = IdentityConfig::of_signer(signer.clone());
        identity.issuer = outputs.get("ConsoleIdentityIssuer").cloned();
        if let Some(claim) = outputs.get("ConsoleNameClaim") {
            identity.name_claim.clone_from(claim);
        }
        if let Some(claim) = outputs.get("ConsoleRolesClaim") {
            identity.roles_claim.clone_from(claim);
        }
        if outputs.get("ConsoleRolesFrom").is_some_and(|from| from == "access-token") {
            identity.roles_from = RolesFrom::AccessToken;
        }
        let roles = outputs.get("ConsoleRoles").map(|text| serde_json::from_str(text));
        match roles {
            Some(Ok(roles)) => {
                identity.roles = roles;
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "the output ConsoleRoles is not read: everybody looks on");
            }
            None => tracing::warn!("the stack says nothing of roles: everybody looks on"),
        }
        config.identity = Some(identity);
    }
}

/// Two stacks may release services of the same name.
fn unused(config: &Config, name: String) -> String {
    let taken = |name: &str| config.services.iter().any(|service| service.name == name);
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_a_stack_lacks_is_said_in_a_sentence_each() {
        let stack = StackConfig { name: "Old".to_owned(), region: "r".to_owned(), ..StackConfig::default() };
        let all = outputs(&[("EcsClusterName", "c"), ("EcsServiceName", "web"), ("AlbProdDns", "a.example")]);
        let service = service(&stack, &all);
        assert_eq!(service.notices.len(), 8, "{:#?}", service.notices);
        assert!(service.notices[0].text.contains("no output PipelineName, so releases are not shown."));
        assert_eq!((service.name.as_str(), service.region.as_str()), ("web", "r"));
        assert_eq!(service.production_url.as_deref(), Some("http://a.example"));
        assert_eq!(service.pipeline, "");
    }

    #[test]
    fn a_balancer_in_front_brings_its_host_and_whom_to_believe() {
        let mut config = Config::default();
        let signer = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/a/b";
        let all = outputs(&[
            ("ConsoleUrl", "https://release.example.com"),
            ("ConsoleSigner", signer),
            ("ConsoleIdentityIssuer", "https://id.example.com"),
            ("ConsoleRoles", r#"{"releasers": ["approver", "operator"]}"#),
        ]);
        console(&mut config, &all);
        assert!(config.https && config.allowed_hosts == ["release.example.com"]);
        let identity = config.identity.unwrap();
        assert_eq!((identity.signer.as_str(), identity.roles["releasers"].len()), (signer, 2));
    }
}
