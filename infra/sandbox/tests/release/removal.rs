//! An action that is taken away stops the release where it is needed, and the rail says which one.

use serde_json::{Value, json};
use tokio::task::JoinSet;
use viridian_sandbox::{Caller, World, cloudformation, iam};

use crate::{
    bench::Bench,
    scenario::{BLUE, GREEN},
};

/// The role, the action that it loses, and the action of the pipeline that fails for it.
const REMOVALS: [(&str, &str, &str); 17] = [
    ("ReleasePipelineRole", "codecommit:GetBranch", "Source"),
    ("ReleasePipelineRole", "s3:PutObject", "Source"),
    ("ReleasePipelineRole", "codebuild:StartBuild", "BuildApp"),
    ("ReleasePipelineRole", "codebuild:BatchGetBuilds", "BuildApp"),
    ("ReleaseBuildsAppRole", "logs:CreateLogStream", "BuildApp"),
    ("ReleaseBuildsAppRole", "s3:GetObject", "BuildApp"),
    ("ReleaseBuildsImageRole", "ecr:InitiateLayerUpload", "BuildImage"),
    ("ReleasePipelineRole", "states:StartExecution", "DeployGreen"),
    ("ReleaseMachinesDeployGreenRole", "ecs:CreateTaskSet", "DeployGreen"),
    ("ReleaseMachinesDeployGreenRole", "iam:PassRole", "DeployGreen"),
    ("ReleaseMachinesDeployGreenRole", "elasticloadbalancing:AddTags", "DeployGreen"),
    ("ReleaseMachinesDeployGreenRole", "elasticloadbalancing:ModifyRule", "DeployGreen"),
    ("ReleaseWorkloadExecutionRole", "ecr:BatchGetImage", "DeployGreen"),
    ("ReleaseMachinesSwapRole", "elasticloadbalancing:ModifyRule", "Swap"),
    ("ReleaseMachinesSwapRole", "ecs:UpdateServicePrimaryTaskSet", "Swap"),
    ("ReleaseMachinesCleanUpRole", "ecs:DeleteTaskSet", "CleanUp"),
    ("ReleaseMachinesCleanUpRole", "application-autoscaling:RegisterScalableTarget", "CleanUp"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_is_taken_away_stops_the_release_where_it_is_needed() {
    let mut running = JoinSet::new();
    for removal in REMOVALS {
        running.spawn(run(removal));
    }
    running.join_all().await;
}

async fn run((role, action, fails): (&'static str, &'static str, &'static str)) {
    // Only a clean-up needs a blue.
    let has_blue = fails == "CleanUp";
    let bench = if has_blue { Bench::released().await } else { Bench::empty().await };
    bench.size(1);
    bench.sandbox.with(|world| take_away(world, role, action));
    bench.push("index.html", BLUE, GREEN).await;
    for gate in ["ApproveSwap", "ApproveCleanUp"] {
        if bench.comes_to(gate).await {
            bench.answer(gate, "Approved");
        }
    }
    assert_eq!(bench.settle().await, "Failed", "{role} without {action}");
    let failed = bench.action(fails);
    assert_eq!(failed["status"], "Failed", "{role} without {action}: {failed}");
    let refused = |world: &mut World| world.usage.refused().any(|request| request.need.action == action);
    assert!(bench.sandbox.with(refused), "{role} was never refused {action}");
    let message = failed["errorDetails"]["message"].as_str().unwrap();
    // A command of a build tells it in the build's log, a task in its own record.
    let is_told_elsewhere = action.starts_with("ecr:");
    assert!(is_told_elsewhere || message.contains(action), "{role} without {action}: {message}");
    // Nothing was in production, and nothing has come there.
    assert_eq!(bench.production().await.0, if has_blue { 200 } else { 503 }, "{role} without {action}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_starts_nothing_where_the_rule_may_not_start_the_pipeline() {
    let bench = Bench::released().await;
    let action = "codepipeline:StartPipelineExecution";
    bench.sandbox.with(|world| take_away(world, "ReleaseSourcePipelineEventsRole", action));
    bench.push("index.html", BLUE, GREEN).await;
    assert_eq!(bench.settle().await, "Succeeded");
    assert!(bench.sandbox.with(|world| world.usage.refused().any(|request| request.need.action == action)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_is_not_answered_by_a_console_that_may_not() {
    let bench = Bench::released().await;
    bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    bench.sandbox.with(|world| take_away(world, "ReleaseConsoleRole", "codepipeline:PutApprovalResult"));
    let error = bench.try_answer("ApproveSwap", "Approved").unwrap_err();
    assert_eq!(error.code, "AccessDeniedException");
    assert!(
        error.message.contains("/approver-1 is not authorized to perform: codepipeline:PutApprovalResult")
    );
}

/// Rewrites the policies of a role without an action.
fn take_away(world: &mut World, role: &str, action: &str) {
    let role = cloudformation::resources(world, "Viridian")
        .into_iter()
        .find(|resource| resource.kind == "AWS::IAM::Role" && resource.logical.starts_with(role))
        .map(|resource| resource.physical)
        .unwrap();
    let caller = Caller { arn: "arn:aws:iam::123456789012:user/x".to_owned() };
    let mut taken = 0;
    for policy in iam::policies(world, &role) {
        let mut document = policy.document.clone();
        let statements = document["Statement"].as_array_mut().unwrap();
        for statement in statements.iter_mut() {
            let actions: Vec<Value> = match &statement["Action"] {
                Value::Array(list) => list.clone(),
                one => vec![one.clone()],
            };
            let left: Vec<Value> = actions.iter().filter(|known| *known != action).cloned().collect();
            taken += actions.len() - left.len();
            statement["Action"] = json!(left);
        }
        statements.retain(|statement| statement["Action"] != json!([]));
        let input = json!({
            "RoleName": role, "PolicyName": policy.name, "PolicyDocument": document.to_string(),
        });
        world.call(&caller, "iam", "PutRolePolicy", input).unwrap();
    }
    assert!(taken > 0, "{role} never had {action}");
}
