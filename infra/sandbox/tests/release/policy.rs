//! What the roles of the templates are allowed is exactly what releases use.
//!
//! Every request that the scenarios make of a role's policies is recorded. Then each action, and each resource, is
//! taken out of each statement in thought: if every recorded request would still be allowed, nobody needs it.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use viridian_sandbox::{
    Caller, World,
    authorization::{Need, Policy, review},
    cloudformation, iam,
};

use crate::{bench::Bench, scenario::Scenario};

/// What no release uses, by role and beginning of the action, and why it is granted all the same.
const UNUSED: [(&str, &str, &str); 3] = [
    (
        "NetworkVpcFlowLogIAMRole",
        "logs:",
        "flow logs of a network are not modelled: infra/cdk/test/roles.test.ts lists them",
    ),
    (
        "ReleaseConsoleExecutionRole",
        "",
        "the sandbox does not run the console's own task: infra/cdk/test/roles.test.ts lists what starts it",
    ),
    (
        "ReleaseConsoleRole",
        "",
        "the server is judged where it runs: backend/server/tests/stack/permissions.rs",
    ),
];

/// A part of a policy: the role by its logical id, the statement, and the action or resource in it.
type Grant = (String, String, bool, String);

/// Grants of a world, and those of them without which a request that was made would be refused.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    granted: BTreeSet<Grant>,
    used: BTreeSet<Grant>,
}

impl Ledger {
    pub(crate) fn of(bench: &Bench) -> Self {
        bench.sandbox.with(|world| {
            let mut ledger = Self::default();
            for (logical, role) in roles(world) {
                let requests: Vec<Need> = world
                    .usage
                    .requests()
                    .filter(|request| request.role == role)
                    .map(|request| request.need.clone())
                    .collect();
                ledger.judge(&logical, &iam::policies(world, &role), &requests);
            }
            ledger
        })
    }

    fn judge(&mut self, role: &str, policies: &[Policy], requests: &[Need]) {
        for part in review(policies, requests) {
            let grant = (role.to_owned(), part.statement, part.is_resource, part.value);
            if part.is_needed {
                self.used.insert(grant.clone());
            }
            self.granted.insert(grant);
        }
    }

    fn add(&mut self, other: &Self) {
        self.granted.extend(other.granted.iter().cloned());
        self.used.extend(other.used.iter().cloned());
    }

    /// Grants that nothing used, without those that are listed with a reason.
    fn unused(&self) -> Vec<&Grant> {
        self.granted.difference(&self.used).filter(|grant| reason(grant).is_none()).collect()
    }
}

fn reason((role, statement, is_resource, value): &Grant) -> Option<&'static str> {
    // A resource goes with the actions that reach it.
    let actions = if *is_resource { statement } else { value };
    let excuse =
        UNUSED.iter().find(|(whose, action, _)| role.starts_with(whose) && actions.starts_with(action));
    excuse.map(|(_, _, reason)| *reason)
}

/// The roles of the stacks: logical id and name.
fn roles(world: &World) -> BTreeMap<String, String> {
    let resources =
        ["ViridianState", "Viridian"].into_iter().flat_map(|stack| cloudformation::resources(world, stack));
    resources
        .filter(|resource| resource.kind == "AWS::IAM::Role")
        .map(|resource| (resource.logical, resource.physical))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_action_and_resource_of_every_role_is_needed_or_has_a_reason() {
    let mut ledger = Ledger::default();
    for played in join_all(Scenario::ALL.map(Scenario::ledger)).await {
        ledger.add(played);
    }
    assert!(ledger.used.len() > 100, "only {} grants are used", ledger.used.len());
    let unused = ledger.unused();
    assert!(unused.is_empty(), "granted and not used: {unused:#?}");
    let stale: Vec<&str> = UNUSED
        .iter()
        .map(|(role, ..)| *role)
        .filter(|role| !ledger.granted.iter().any(|(known, ..)| known.starts_with(role)))
        .collect();
    assert!(stale.is_empty(), "a reason for nobody: {stale:?}");
}

/// The test above would notice: an action that nobody uses, and a resource that nobody reaches.
#[tokio::test(flavor = "multi_thread")]
async fn an_action_too_many_is_noticed() {
    let bench = Bench::empty().await;
    let names = bench.sandbox.with(|world| roles(world));
    let role =
        names.iter().find(|(logical, _)| logical.starts_with("ReleaseMachinesSwapRole")).unwrap().1.clone();
    let document = r#"{"Statement":{"Effect":"Allow","Action":"ecs:StopTask","Resource":"*"}}"#;
    let put = serde_json::json!({"RoleName": role, "PolicyName": "more", "PolicyDocument": document});
    let caller = Caller { arn: "arn:aws:iam::123456789012:user/x".to_owned() };
    bench.sandbox.with(|world| world.call(&caller, "iam", "PutRolePolicy", put)).unwrap();
    let ledger = Ledger::of(&bench);
    assert!(ledger.unused().iter().any(|(.., value)| value == "ecs:StopTask"));
}
