//! A fleet of services: every stage is there, what is referred to exists, and a release goes on from where it stands.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where what it needs is not there")]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::SignedDuration;
use serde_json::{Value, json};
use viridian_fixture::{Stack, get, pipeline};
use viridian_sandbox::{
    World,
    blueprint::{self, Outputs},
};

struct Fleet {
    stack: Stack,
    services: Vec<Outputs>,
}

impl Fleet {
    async fn of(count: usize) -> Self {
        let stack = Stack::released().await;
        blueprint::gather(&stack.sandbox, count).unwrap();
        let services = blueprint::services(&stack.sandbox).await.unwrap();
        let fleet = Self { stack, services };
        assert_eq!(fleet.laid(), 1, "nobody has asked for the repositories of the fleet");
        fleet
    }

    /// Repositories that are on disk.
    fn laid(&self) -> usize {
        std::fs::read_dir(self.stack.world_folder().join("repositories")).unwrap().count()
    }

    fn call(&self, service: &str, operation: &str, input: Value) -> Value {
        self.stack.ask(service, operation, input)
    }

    /// How the newest execution of a service stands, and which of its actions have not succeeded.
    fn stands(&self, service: &Outputs) -> (String, Vec<String>) {
        self.stack.sandbox.with(|world| stands(world, &service.pipeline_name))
    }

    /// The service at a stage, by what it waits for or has failed at.
    fn at(&self, status: &str, action: &str) -> &Outputs {
        let found = self.services.iter().find(|service| {
            let (stands, open) = self.stands(service);
            stands == status && open.iter().any(|open| open == action)
        });
        found.unwrap_or_else(|| panic!("nobody is {status} at {action}"))
    }
}

fn stands(world: &mut World, name: &str) -> (String, Vec<String>) {
    let status = pipeline::status(world, name);
    let open = pipeline::actions(world, name).into_iter().filter(|action| {
        action["latestExecution"]["status"].as_str().is_some_and(|status| status != "Succeeded")
    });
    (status, open.map(|action| action["actionName"].as_str().unwrap().to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stage_is_there_and_whatever_is_referred_to_exists() {
    let fleet = Fleet::of(12).await;
    assert_eq!(fleet.services.len(), 13);
    let mut stages: BTreeMap<(String, Vec<String>), usize> = BTreeMap::new();
    for service in &fleet.services {
        *stages.entry(fleet.stands(service)).or_default() += 1;
        let (cluster, name) = (&service.ecs_cluster_name, &service.ecs_service_name);
        let shown = fleet.call("ecs", "DescribeServices", json!({"cluster": cluster, "services": [name]}));
        assert_eq!(shown["failures"], json!([]));
        for set in shown["services"][0]["taskSets"].as_array().unwrap() {
            let group = json!({"TargetGroupArn": set["loadBalancers"][0]["targetGroupArn"]});
            let health = fleet.call("elasticloadbalancingv2", "DescribeTargetHealth", group);
            assert_eq!(health["TargetHealthDescriptions"].as_array().unwrap().len(), 2, "{name}");
            fleet.call("ecs", "DescribeTaskDefinition", json!({"taskDefinition": set["taskDefinition"]}));
        }
        for rule in [&service.prod_listener_rule_arn, &service.test_listener_rule_arn] {
            fleet.call("elasticloadbalancingv2", "DescribeRules", json!({"RuleArns": [rule]}));
        }
        for (kind, machine) in &service.state_machine_arns {
            let of = |arn: &str| fleet.call("sfn", "DescribeStateMachine", json!({"stateMachineArn": arn}));
            let own = &fleet.services[0].state_machine_arns[kind];
            assert_eq!(of(machine)["definition"], of(own)["definition"], "{name}");
        }
        let branch = json!({"repositoryName": service.console_service_name, "branchName": "main"});
        let head = fleet.call("codecommit", "GetBranch", branch)["branch"]["commitId"].clone();
        let commit = json!({"repositoryName": service.console_service_name, "commitId": head});
        fleet.call("codecommit", "GetCommit", commit);
    }
    let wanted = [
        ("Failed", "ApproveSwap"),
        ("Failed", "BuildApp"),
        ("InProgress", "ApproveCleanUp"),
        ("InProgress", "ApproveSwap"),
        ("InProgress", "BuildImage"),
        ("InProgress", "DeployGreen"),
        ("Stopped", "ApproveSwap"),
    ];
    for (status, action) in wanted {
        assert!(stages.contains_key(&(status.to_owned(), vec![action.to_owned()])), "{stages:?}");
    }
    assert_eq!(fleet.laid(), fleet.services.len(), "repositories are on disk once they were asked for");
    // Each listener has an address of its own, at which the service answers.
    let addresses: BTreeSet<&String> =
        fleet.services.iter().flat_map(|one| [&one.alb_prod_url, &one.alb_test_url]).collect();
    assert_eq!(addresses.len(), 2 * fleet.services.len());
    assert_eq!(get(&fleet.services[4].alb_prod_url, "/").await.0, 200);
    // Clusters, groups and repositories: nobody shares a name.
    let names: BTreeSet<&String> = fleet.services.iter().map(|one| &one.ecs_cluster_name).collect();
    assert_eq!(names.len(), fleet.services.len());
    // A world that has a fleet keeps it as it is.
    blueprint::gather(&fleet.stack.sandbox, 20).unwrap();
    assert_eq!(blueprint::services(&fleet.stack.sandbox).await.unwrap().len(), 13);
    fleet.stack.sandbox.stop(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_of_the_fleet_goes_on_through_swap_and_clean_up() {
    let fleet = Fleet::of(10).await;
    let waiting = fleet.at("InProgress", "ApproveSwap");
    for (gate, next) in [("ApproveSwap", "ApproveCleanUp"), ("ApproveCleanUp", "")] {
        let name = &waiting.pipeline_name;
        let answer = fleet.stack.sandbox.with(|world| pipeline::verdict(world, name, gate, "Approved"));
        fleet.call("codepipeline", "PutApprovalResult", answer);
        let reached = |world: &mut World| {
            let (status, open) = stands(world, name);
            status != "InProgress" || (!next.is_empty() && open == [next])
        };
        assert!(fleet.stack.sandbox.run_until(reached, SignedDuration::from_hours(2)).await, "{gate}");
    }
    assert_eq!(fleet.stands(waiting), ("Succeeded".to_owned(), Vec::new()));
    // What was being built and deployed has got to its gate meanwhile.
    let gates = fleet.services.iter().filter(|one| fleet.stands(one).1 == ["ApproveSwap"]).count();
    assert!(gates >= 5, "{gates} services stand at the first gate or failed there");
    fleet.stack.sandbox.stop(Duration::from_secs(5)).await;
}
