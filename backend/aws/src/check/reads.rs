//! The reading calls. Where nothing exists yet that could be read, something made up is asked for: AWS checks
//! permission before existence, so "there is no such thing" says that asking is allowed.

use aws_sdk_applicationautoscaling::types::ServiceNamespace;
use aws_sdk_codepipeline::types::{ActionCategory, ActionDeclaration, StageDeclaration};
use aws_sdk_elasticloadbalancingv2::types::{Action, ForwardActionConfig, Rule, TargetGroupTuple};
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use viridian_domain::port::{Fault, PortError, machines::execution_arn};

use super::{CheckOutcome, CheckedNames, Finding, finding};
use crate::{classify::classify, client::Clients, elb::listener_arn};

/// The name of what does not exist.
const MADE_UP: &str = "viridian-check";

pub(super) struct Reads<'a> {
    clients: &'a Clients,
    names: &'a CheckedNames,
    pub(super) findings: Vec<Finding>,
    /// Stage and action of every manual approval.
    pub(super) gates: Vec<(String, String)>,
    pub(super) stages: Vec<String>,
    /// The stage in which green is made.
    pub(super) green: Option<String>,
    pub(super) repositories: Vec<String>,
}

impl<'a> Reads<'a> {
    pub(super) fn new(clients: &'a Clients, names: &'a CheckedNames) -> Self {
        Self {
            clients,
            names,
            findings: Vec::new(),
            gates: Vec::new(),
            stages: Vec::new(),
            green: None,
            repositories: Vec::new(),
        }
    }

    fn note<T, E, R>(
        &mut self,
        action: &'static str,
        about: &str,
        sent: Result<T, SdkError<E, R>>,
    ) -> Option<T>
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let operation = action.split_once(':').map_or(action, |(_, operation)| operation);
        let (answer, error) = match sent {
            Ok(answer) => (Some(answer), None),
            Err(error) => (None, Some(classify(operation, error))),
        };
        self.findings.push(finding(action, about, error));
        answer
    }

    /// As [`Reads::note`] for something that does not exist: not to find it is what is hoped for.
    fn note_made_up<T, E, R>(&mut self, action: &'static str, sent: Result<T, SdkError<E, R>>)
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let operation = action.split_once(':').map_or(action, |(_, operation)| operation);
        let error = sent.err().map(|error| classify(operation, error));
        let error = error.filter(|error| !answers_that_nothing_is_there(error));
        self.findings.push(finding(action, "anything", error));
    }

    pub(super) async fn pipeline(&mut self) {
        let name = self.names.pipeline.as_str();
        if name.is_empty() {
            return;
        }
        let client = &self.clients.codepipeline;
        let sent = client.get_pipeline().name(name).send().await;
        let answer = self.note("codepipeline:GetPipeline", name, sent);
        let stages = answer.and_then(|answer| answer.pipeline).map(|it| it.stages).unwrap_or_default();
        let sources: Vec<_> = stages.iter().flat_map(StageDeclaration::actions).filter_map(source).collect();
        for stage in stages {
            let gates = stage.actions.iter().filter(|action| {
                action.action_type_id().is_some_and(|kind| *kind.category() == ActionCategory::Approval)
            });
            if stage.actions.iter().any(|action| self.makes_green(action)) {
                self.green = Some(stage.name.clone());
            }
            self.gates.extend(gates.map(|action| (stage.name.clone(), action.name.clone())));
            self.stages.push(stage.name);
        }
        for (repository, branch) in sources {
            self.repository(&repository, &branch).await;
            self.repositories.push(repository);
        }
        let sent = client.get_pipeline_state().name(name).send().await;
        self.note("codepipeline:GetPipelineState", name, sent);
        let sent = client.list_pipeline_executions().pipeline_name(name).max_results(1).send().await;
        self.note("codepipeline:ListPipelineExecutions", name, sent);
        let sent = client.list_action_executions().pipeline_name(name).max_results(1).send().await;
        self.note("codepipeline:ListActionExecutions", name, sent);
    }

    fn makes_green(&self, action: &ActionDeclaration) -> bool {
        let invoked = action.configuration().and_then(|it| it.get("StateMachineArn"));
        let machines = &self.names.machines;
        machines.iter().any(|(name, arn)| name == "deploy-green" && invoked == Some(arn))
    }

    /// Where suites of probes lie beside the code.
    async fn repository(&mut self, repository: &str, branch: &str) {
        let client = &self.clients.codecommit;
        let request = client.get_folder().repository_name(repository).commit_specifier(branch);
        let sent = request.folder_path("/").send().await;
        self.note("codecommit:GetFolder", repository, sent);
        let request = client.get_file().repository_name(repository).commit_specifier(branch);
        let sent = request.file_path(MADE_UP).send().await;
        self.note_made_up("codecommit:GetFile", sent);
        let request = client.get_commit().repository_name(repository).commit_id("0".repeat(40));
        self.note_made_up("codecommit:GetCommit", request.send().await);
    }

    pub(super) async fn machines(&mut self) {
        let client = &self.clients.sfn;
        for (name, arn) in &self.names.machines {
            let sent = client.describe_state_machine().state_machine_arn(arn).send().await;
            self.note("states:DescribeStateMachine", name, sent);
            let sent = client.list_executions().state_machine_arn(arn).max_results(1).send().await;
            let answer = self.note("states:ListExecutions", name, sent);
            let last = answer.and_then(|answer| Some(answer.executions.first()?.execution_arn.clone()));
            if let Some(last) = last {
                let sent = client.describe_execution().execution_arn(&last).send().await;
                self.note("states:DescribeExecution", name, sent);
                let sent = client.get_execution_history().execution_arn(&last).max_results(1).send().await;
                self.note("states:GetExecutionHistory", name, sent);
                let sent = client.describe_state_machine_for_execution().execution_arn(&last).send().await;
                self.note("states:DescribeStateMachineForExecution", name, sent);
            } else {
                let none = execution_arn(arn, MADE_UP);
                let sent = client.describe_execution().execution_arn(&none).send().await;
                self.note_made_up("states:DescribeExecution", sent);
                let sent = client.get_execution_history().execution_arn(&none).max_results(1).send().await;
                self.note_made_up("states:GetExecutionHistory", sent);
                let sent = client.describe_state_machine_for_execution().execution_arn(&none).send().await;
                self.note_made_up("states:DescribeStateMachineForExecution", sent);
            }
        }
    }

    pub(super) async fn tasks(&mut self) {
        let (cluster, service) = (self.names.cluster.as_str(), self.names.service.as_str());
        if cluster.is_empty() || service.is_empty() {
            return;
        }
        let client = &self.clients.ecs;
        let sent = client.describe_services().cluster(cluster).services(service).send().await;
        let answer = self.note("ecs:DescribeServices", service, sent);
        let found = answer.as_ref().and_then(|answer| answer.services().first());
        // ECS does not fail for a name that it does not know: it answers with nothing.
        if let (true, None, Some(last)) = (answer.is_some(), found, self.findings.last_mut()) {
            last.outcome = CheckOutcome::Missing;
        }
        let definition = found.and_then(|service| service.task_sets().first()?.task_definition());
        let sent =
            client.describe_task_definition().task_definition(definition.unwrap_or(MADE_UP)).send().await;
        self.note_made_up("ecs:DescribeTaskDefinition", sent);
        let client = &self.clients.scaling;
        let request = client.describe_scalable_targets().service_namespace(ServiceNamespace::Ecs);
        let sent = request.resource_ids(format!("service/{cluster}/{service}")).send().await;
        self.note("application-autoscaling:DescribeScalableTargets", service, sent);
    }

    pub(super) async fn traffic(&mut self) {
        let client = &self.clients.elb;
        let mut group = None;
        for rule in self.names.rules.iter().filter(|rule| !rule.is_empty()) {
            let sent = client.describe_rules().rule_arns(rule).send().await;
            let answer = self.note("elasticloadbalancing:DescribeRules", rule, sent);
            group = answer.as_ref().and_then(|answer| first_group(answer.rules())).or(group);
            let sent = client.describe_listeners().listener_arns(listener_arn(rule)).send().await;
            self.note("elasticloadbalancing:DescribeListeners", &listener_arn(rule), sent);
        }
        if let Some(rule) = self.names.rules.iter().find(|rule| !rule.is_empty()) {
            let none = format!("{}:targetgroup/{MADE_UP}/0123456789abcdef", start(rule));
            let sent = client.describe_target_health().target_group_arn(group.unwrap_or(none)).send().await;
            self.note_made_up("elasticloadbalancing:DescribeTargetHealth", sent);
        }
    }

    /// Looks at one event without hiding it from the console.
    pub(super) async fn queue(&mut self) {
        let Some(url) = &self.names.queue_url else { return };
        let request = self.clients.sqs.receive_message().queue_url(url).max_number_of_messages(1);
        let sent = request.visibility_timeout(0).wait_time_seconds(0).send().await;
        self.note("sqs:ReceiveMessage", url, sent);
    }
}

/// The first target group that one of the rules forwards to.
fn first_group(rules: &[Rule]) -> Option<String> {
    let forwards = rules.iter().flat_map(Rule::actions).filter_map(Action::forward_config);
    let groups = forwards.flat_map(ForwardActionConfig::target_groups);
    groups.filter_map(TargetGroupTuple::target_group_arn).map(str::to_owned).next()
}

/// An ARN's partition, service, region and account.
fn start(arn: &str) -> String {
    arn.splitn(6, ':').take(5).collect::<Vec<_>>().join(":")
}

/// Repository and branch of an action that fetches from CodeCommit.
fn source(action: &ActionDeclaration) -> Option<(String, String)> {
    let setting = |name: &str| action.configuration()?.get(name).cloned();
    Some((setting("RepositoryName")?, setting("BranchName")?))
}

/// ECS says of a task definition that it does not know that it is unable to describe it.
fn answers_that_nothing_is_there(error: &PortError) -> bool {
    let said = error.message.to_ascii_lowercase();
    let words = ["unable to describe", "does not exist", "could not be found"];
    error.fault == Fault::Missing || words.iter().any(|it| said.contains(it))
}
