//! What `viridian check` asks: every call that the console will make, one by one, and of those that would
//! change something only whether they would be allowed.

mod reads;
mod writes;

use viridian_domain::port::{Fault, PortError};

use crate::{classify::classify, client::Clients};

/// The names of one service that are to be checked. An empty one is not configured, and reported elsewhere.
#[derive(Debug, Clone, Default)]
pub struct CheckedNames {
    /// The stack that describes the service.
    pub stack: String,
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name or ARN of the ECS cluster.
    pub cluster: String,
    /// Name of the ECS service.
    pub service: String,
    /// ARNs of the listener rules.
    pub rules: Vec<String>,
    /// ARNs of state machines by name.
    pub machines: Vec<(String, String)>,
    /// Where the events of the service arrive.
    pub queue_url: Option<String>,
    /// The role in which gates are answered.
    pub voter_role_arn: Option<String>,
    /// The role that a stack gives to its console.
    pub console_role_arn: Option<String>,
}

/// One thing that was checked.
#[derive(Debug)]
pub struct Finding {
    /// The IAM action that it needs.
    pub action: &'static str,
    /// What it was asked of: a name or an ARN.
    pub about: String,
    /// What came of it.
    pub outcome: CheckOutcome,
}

/// What came of one check.
#[derive(Debug)]
pub enum CheckOutcome {
    /// It is there and may be done.
    Fine,
    /// Whoever asks may not do this; for what was simulated, the console's role.
    Denied,
    /// There is nothing of this name.
    Missing,
    /// It could not be found out, and why.
    Unchecked(String),
    /// It went wrong in some other way: a sentence.
    Failed(String),
    /// Simulated for a role, and the role may not do it.
    Forbidden,
}

/// Who the console is to AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account's number, twelve digits.
    pub account: String,
    /// The role or user, as `sts:GetCallerIdentity` names it.
    pub arn: String,
}

impl Identity {
    /// The stack's role for the console, if somebody else is asking: what it may do is then simulated whole.
    pub fn other_role<'a>(&self, names: &'a CheckedNames) -> Option<&'a str> {
        names.console_role_arn.as_deref().filter(|role| *role != self.principal())
    }

    /// The role or user whose policies count. A session's ARN leaves out the path of its role, so a role with
    /// one is not found under this name.
    fn principal(&self) -> String {
        let resource = self.arn.splitn(6, ':').nth(5).unwrap_or_default();
        match resource.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next()) {
            Some(role) => format!("arn:aws:iam::{}:role/{role}", self.account),
            None => self.arn.clone(),
        }
    }
}

/// Whether there are credentials that AWS knows, and whose they are.
pub async fn identity(clients: &Clients) -> Result<Identity, PortError> {
    let sent = clients.sts.get_caller_identity().send().await;
    let output = sent.map_err(|error| classify("GetCallerIdentity", error))?;
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    Ok(Identity { account: text(output.account()), arn: text(output.arn()) })
}

/// Makes every reading call of a service once, and simulates its writing ones; for a role that is not the asking
/// one, the reading ones too.
pub async fn calls(
    clients: &Clients,
    identity: &Identity,
    region: &str,
    names: &CheckedNames,
) -> Vec<Finding> {
    let mut reads = reads::Reads::new(clients, names);
    reads.pipeline().await;
    reads.machines().await;
    reads.tasks().await;
    reads.traffic().await;
    reads.queue().await;
    let place = writes::Place { region: region.to_owned(), account: identity.account.clone() };
    let mut wanted = writes::wanted(&place, names, &reads.gates, &reads.stages, reads.green.as_ref());
    let principal = identity.principal();
    let other = identity.other_role(names);
    if other.is_some() {
        wanted.extend(writes::wanted_reads(&place, names, &reads.repositories));
    }
    let mut findings = reads.findings;
    findings.extend(writes::simulate(clients, other.unwrap_or(&principal), wanted).await);
    findings
}

fn finding(action: &'static str, about: &str, error: Option<PortError>) -> Finding {
    let outcome = match error {
        None => CheckOutcome::Fine,
        Some(error) => match error.fault {
            Fault::Denied => CheckOutcome::Denied,
            Fault::Missing => CheckOutcome::Missing,
            _ => CheckOutcome::Failed(error.sentence()),
        },
    };
    Finding { action, about: about.to_owned(), outcome }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_who_asks_is_not_the_role_of_the_console() {
        let names = CheckedNames {
            console_role_arn: Some("arn:aws:iam::1:role/console".to_owned()),
            ..CheckedNames::default()
        };
        let by = |arn: &str| Identity { account: "1".to_owned(), arn: arn.to_owned() };
        assert_eq!(by("arn:aws:sts::1:assumed-role/console/task").other_role(&names), None);
        assert_eq!(by("arn:aws:iam::1:user/kim").other_role(&names), names.console_role_arn.as_deref());
        assert_eq!(by("arn:aws:iam::1:user/kim").other_role(&CheckedNames::default()), None);
    }

    #[test]
    fn the_policies_of_a_session_are_those_of_its_role() {
        let of = |arn: &str| Identity { account: "1".to_owned(), arn: arn.to_owned() }.principal();
        assert_eq!(of("arn:aws:sts::1:assumed-role/console/task"), "arn:aws:iam::1:role/console");
        assert_eq!(of("arn:aws:iam::1:user/kim"), "arn:aws:iam::1:user/kim");
    }
}
