//! The calls that change something, and all calls of a role that is not the asking one: nobody makes them here;
//! IAM is asked whether it would let them pass.

use aws_sdk_iam::{
    error::ProvideErrorMetadata,
    types::{EvaluationResult, PolicyEvaluationDecisionType},
};
use viridian_domain::port::machines::execution_arn;

use super::{CheckOutcome, CheckedNames, Finding};
use crate::{classify::classify, client::Clients};

pub(super) struct Place {
    pub(super) region: String,
    pub(super) account: String,
}

/// An action with the resource that the console would use it on.
pub(super) struct Wanted {
    action: &'static str,
    about: String,
    resource: String,
}

pub(super) fn wanted(
    place: &Place,
    names: &CheckedNames,
    gates: &[(String, String)],
    stages: &[String],
    green: Option<&String>,
) -> Vec<Wanted> {
    let Place { region, account } = place;
    let mut wanted = Vec::new();
    let mut want = |action: &'static str, about: &str, resource: String| {
        wanted.push(Wanted { action, about: about.to_owned(), resource });
    };
    let pipeline = format!("arn:aws:codepipeline:{region}:{account}:{}", names.pipeline);
    if !names.pipeline.is_empty() {
        want("codepipeline:StartPipelineExecution", &names.pipeline, pipeline.clone());
        want("codepipeline:StopPipelineExecution", &names.pipeline, pipeline.clone());
    }
    for stage in stages {
        want("codepipeline:RetryStageExecution", stage, format!("{pipeline}/{stage}"));
    }
    // A green that is taken down is met by no release that waits for its stage.
    let is_taken_down = names.machines.iter().any(|(name, _)| name == "roll-back");
    if let Some(stage) = green.filter(|_| is_taken_down) {
        want("codepipeline:DisableStageTransition", stage, format!("{pipeline}/{stage}"));
        want("codepipeline:EnableStageTransition", stage, format!("{pipeline}/{stage}"));
    }
    match &names.voter_role_arn {
        // Its own policies are not those of the console's role.
        Some(role) => want("sts:AssumeRole", role, role.clone()),
        None => {
            for (stage, gate) in gates {
                want("codepipeline:PutApprovalResult", gate, format!("{pipeline}/{stage}/{gate}"));
            }
        }
    }
    for (name, arn) in &names.machines {
        want("states:StartExecution", name, arn.clone());
        want("states:StopExecution", name, execution_arn(arn, "viridian-check"));
    }
    if !names.service.is_empty() {
        let service = format!("arn:aws:ecs:{region}:{account}:service/{}/{}", names.cluster, names.service);
        want("ecs:UpdateService", &names.service, service);
    }
    if let Some(name) = names.queue_url.as_ref().and_then(|url| url.rsplit('/').next()) {
        want("sqs:DeleteMessage", name, format!("arn:aws:sqs:{region}:{account}:{name}"));
    }
    wanted
}

/// The reading calls that the console makes.
pub(super) fn wanted_reads(place: &Place, names: &CheckedNames, repositories: &[String]) -> Vec<Wanted> {
    let Place { region, account } = place;
    let mut wanted = Vec::new();
    let mut want = |actions: &[&'static str], about: &str, resource: String| {
        let each =
            |action: &&'static str| Wanted { action, about: about.to_owned(), resource: resource.clone() };
        wanted.extend(actions.iter().map(each));
    };
    let arn = |service: &str, resource: &str| format!("arn:aws:{service}:{region}:{account}:{resource}");
    if !names.stack.is_empty() {
        // IAM is asked about a stack by its name.
        let stack = arn("cloudformation", &format!("stack/{}/*", names.stack));
        want(&["cloudformation:DescribeStacks"], &names.stack, stack);
    }
    if !names.pipeline.is_empty() {
        let actions = [
            "codepipeline:GetPipeline",
            "codepipeline:GetPipelineState",
            "codepipeline:ListPipelineExecutions",
            "codepipeline:ListActionExecutions",
        ];
        want(&actions, &names.pipeline, arn("codepipeline", &names.pipeline));
    }
    for repository in repositories {
        want(
            &["codecommit:GetCommit", "codecommit:GetFile", "codecommit:GetFolder"],
            repository,
            arn("codecommit", repository),
        );
    }
    for (name, machine) in &names.machines {
        want(&["states:DescribeStateMachine", "states:ListExecutions"], name, machine.clone());
        let execution = execution_arn(machine, "viridian-check");
        let actions = [
            "states:DescribeExecution",
            "states:DescribeStateMachineForExecution",
            "states:GetExecutionHistory",
        ];
        want(&actions, name, execution);
    }
    if !names.service.is_empty() {
        let service = format!("service/{}/{}", names.cluster, names.service);
        want(&["ecs:DescribeServices"], &names.service, arn("ecs", &service));
    }
    let anything = [
        "ecs:DescribeTaskDefinition",
        "application-autoscaling:DescribeScalableTargets",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetHealth",
    ];
    want(&anything, "anything", "*".to_owned());
    if let Some(queue) = names.queue_url.as_ref().and_then(|url| url.rsplit('/').next()) {
        want(&["sqs:ReceiveMessage"], queue, arn("sqs", queue));
    }
    wanted
}

pub(super) async fn simulate(clients: &Clients, principal: &str, wanted: Vec<Wanted>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut closed = None;
    for Wanted { action, about, resource } in wanted {
        let outcome = match &closed {
            Some(reason) => CheckOutcome::Unchecked(String::clone(reason)),
            None => ask(clients, principal, action, &resource).await,
        };
        // The first answer speaks for all: a role that may not ask is not asked twenty times.
        if let CheckOutcome::Unchecked(reason) = &outcome {
            closed = Some(reason.clone());
        }
        findings.push(Finding { action, about, outcome });
    }
    findings
}

async fn ask(clients: &Clients, principal: &str, action: &str, resource: &str) -> CheckOutcome {
    let request = clients.iam.simulate_principal_policy().policy_source_arn(principal);
    let output = match request.action_names(action).resource_arns(resource).send().await {
        Ok(output) => output,
        Err(error) => {
            let code = error.code().unwrap_or_default().to_owned();
            let error = classify("SimulatePrincipalPolicy", error);
            let why = if code.contains("AccessDenied") {
                "whoever asks may not ask IAM (iam:SimulatePrincipalPolicy)".to_owned()
            } else {
                error.sentence()
            };
            return CheckOutcome::Unchecked(why);
        }
    };
    match output.evaluation_results().first().map(EvaluationResult::eval_decision) {
        Some(PolicyEvaluationDecisionType::Allowed) => CheckOutcome::Fine,
        Some(_) => CheckOutcome::Forbidden,
        None => CheckOutcome::Unchecked("IAM answered with nothing".to_owned()),
    }
}
