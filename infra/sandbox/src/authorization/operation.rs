//! What each operation asks for: the one table of actions and resources.
//!
//! Source: the Service Authorization Reference of AWS. An operation's action bears its name, under the prefix of
//! its service. A resource is written without `arn:aws:…` and the place; `{Member}` stands for a member of the
//! input, and where the last one is an ARN or a URL already, that is the resource. Lists stand for each of their
//! elements, and what is missing for any (`*`), but for the cluster that ECS calls `default`.

/// The prefix of a service's actions, and whether its ARNs name region and account.
pub(super) fn prefix(service: &str) -> &str {
    match service {
        "applicationautoscaling" => "application-autoscaling",
        "elasticloadbalancingv2" => "elasticloadbalancing",
        "sfn" => "states",
        other => other,
    }
}

/// The action of an operation. SQS asks for the same whether one message is meant or several.
pub fn action_of(service: &str, operation: &str) -> String {
    let operation = operation.strip_suffix("Batch").filter(|_| service == "sqs").unwrap_or(operation);
    format!("{}:{operation}", prefix(service))
}

/// What an operation is done to. An operation that is not in the table is done to anything.
pub(super) fn resource_of(service: &str, operation: &str) -> &'static str {
    let row = TABLE.iter().find(|(of, operations, _)| *of == service && operations.contains(&operation));
    row.map_or(ANY, |(_, _, resource)| resource)
}

/// Whether the table knows an operation.
pub fn is_known(service: &str, operation: &str) -> bool {
    TABLE.iter().any(|(of, operations, _)| *of == service && operations.contains(&operation))
}

/// AWS knows no resource for these.
const ANY: &str = "*";

type Row = (&'static str, &'static [&'static str], &'static str);

const TABLE: &[Row] = &[
    (
        "applicationautoscaling",
        &["RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy"],
        "scalable-target/*",
    ),
    ("applicationautoscaling", &["DescribeScalableTargets", "DescribeScalingPolicies"], ANY),
    (
        "cloudformation",
        &["DescribeStacks", "ListStackResources", "DescribeStackResources"],
        "stack/{StackName}/*",
    ),
    ("cloudformation", &["ListStacks", "ListExports"], ANY),
    ("codebuild", &["BatchGetBuilds"], "project/{ids}"),
    ("codebuild", &["StopBuild"], "project/{id}"),
    ("codebuild", &["BatchGetProjects"], "project/{names}"),
    ("codebuild", &["CreateProject", "UpdateProject", "DeleteProject"], "project/{name}"),
    ("codebuild", &["ListBuildsForProject", "StartBuild"], "project/{projectName}"),
    ("codebuild", &["ListBuilds", "ListProjects"], ANY),
    (
        "codecommit",
        &[
            "CreateRepository",
            "DeleteRepository",
            "GetBranch",
            "GetCommit",
            "GetFile",
            "GetFolder",
            "GetRepository",
            "ListBranches",
            "PutFile",
        ],
        "{repositoryName}",
    ),
    ("codecommit", &["ListRepositories"], ANY),
    ("codepipeline", &["CreatePipeline", "UpdatePipeline"], "{pipeline.name}"),
    (
        "codepipeline",
        &["DeletePipeline", "GetPipeline", "GetPipelineState", "StartPipelineExecution"],
        "{name}",
    ),
    (
        "codepipeline",
        &[
            "GetPipelineExecution",
            "ListActionExecutions",
            "ListPipelineExecutions",
            "ListRuleExecutions",
            "StopPipelineExecution",
        ],
        "{pipelineName}",
    ),
    (
        "codepipeline",
        &[
            "DisableStageTransition",
            "EnableStageTransition",
            "OverrideStageCondition",
            "RetryStageExecution",
            "RollbackStage",
        ],
        "{pipelineName}/{stageName}",
    ),
    ("codepipeline", &["PutApprovalResult"], "{pipelineName}/{stageName}/{actionName}"),
    ("codepipeline", &["ListTagsForResource", "TagResource", "UntagResource"], "{resourceArn}"),
    ("codepipeline", &["ListPipelines"], ANY),
    (
        "ecr",
        &[
            "BatchDeleteImage",
            "BatchGetImage",
            "CreateRepository",
            "DeleteLifecyclePolicy",
            "DeleteRepository",
            "DescribeImages",
            "GetLifecyclePolicy",
            "ListImages",
            "PutImage",
            "PutLifecyclePolicy",
        ],
        "repository/{repositoryName}",
    ),
    ("ecr", &["DescribeRepositories"], "repository/{repositoryNames}"),
    ("ecr", &["GetAuthorizationToken"], ANY),
    ("ecs", &["CreateCluster"], "cluster/{clusterName}"),
    ("ecs", &["DeleteCluster"], "cluster/{cluster}"),
    ("ecs", &["DescribeClusters"], "cluster/{clusters}"),
    ("ecs", &["CreateService"], "service/{cluster}/{serviceName}"),
    (
        "ecs",
        &["DeleteService", "UpdateService", "UpdateServicePrimaryTaskSet"],
        "service/{cluster}/{service}",
    ),
    ("ecs", &["DescribeServices"], "service/{cluster}/{services}"),
    ("ecs", &["CreateTaskSet"], "task-set/{cluster}/{service}/*"),
    ("ecs", &["DeleteTaskSet", "UpdateTaskSet"], "task-set/{cluster}/{service}/{taskSet}"),
    ("ecs", &["DescribeTaskSets"], "task-set/{cluster}/{service}/{taskSets}"),
    ("ecs", &["RegisterTaskDefinition"], "task-definition/{family}:*"),
    ("ecs", &["DescribeTasks"], "task/{cluster}/{tasks}"),
    ("ecs", &["StopTask"], "task/{cluster}/{task}"),
    ("ecs", &["ListTagsForResource", "TagResource", "UntagResource"], "{resourceArn}"),
    (
        "ecs",
        &[
            "DeregisterTaskDefinition",
            "DescribeTaskDefinition",
            "ListClusters",
            "ListServices",
            "ListTaskDefinitionFamilies",
            "ListTaskDefinitions",
            "ListTasks",
        ],
        ANY,
    ),
    ("elasticloadbalancingv2", &["CreateLoadBalancer"], "loadbalancer/app/{Name}/*"),
    (
        "elasticloadbalancingv2",
        &["CreateListener", "DeleteLoadBalancer", "ModifyLoadBalancerAttributes"],
        "{LoadBalancerArn}",
    ),
    ("elasticloadbalancingv2", &["CreateRule", "DeleteListener", "ModifyListener"], "{ListenerArn}"),
    ("elasticloadbalancingv2", &["DeleteRule", "ModifyRule"], "{RuleArn}"),
    ("elasticloadbalancingv2", &["SetRulePriorities"], "{RulePriorities.RuleArn}"),
    ("elasticloadbalancingv2", &["CreateTargetGroup"], "targetgroup/{Name}/*"),
    (
        "elasticloadbalancingv2",
        &[
            "DeleteTargetGroup",
            "DeregisterTargets",
            "ModifyTargetGroup",
            "ModifyTargetGroupAttributes",
            "RegisterTargets",
        ],
        "{TargetGroupArn}",
    ),
    ("elasticloadbalancingv2", &["AddTags", "RemoveTags"], "{ResourceArns}"),
    (
        "elasticloadbalancingv2",
        &[
            "DescribeListeners",
            "DescribeLoadBalancerAttributes",
            "DescribeLoadBalancers",
            "DescribeRules",
            "DescribeTags",
            "DescribeTargetGroupAttributes",
            "DescribeTargetGroups",
            "DescribeTargetHealth",
        ],
        ANY,
    ),
    ("events", &["DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "PutRule"], "rule/{Name}"),
    ("events", &["ListTargetsByRule", "PutTargets", "RemoveTargets"], "rule/{Rule}"),
    ("events", &["PutEvents"], "event-bus/default"),
    ("events", &["ListRules", "TestEventPattern"], ANY),
    ("iam", &["ListRoles"], ANY),
    ("iam", &["SimulatePrincipalPolicy"], "{PolicySourceArn}"),
    (
        "iam",
        &[
            "CreateRole",
            "DeleteRole",
            "DeleteRolePolicy",
            "GetRole",
            "GetRolePolicy",
            "ListRolePolicies",
            "PutRolePolicy",
        ],
        "role/{RoleName}",
    ),
    ("logs", &["GetLogEvents"], "log-group:{logGroupName}:log-stream:{logStreamName}"),
    ("sfn", &["CreateStateMachine"], "stateMachine:{name}"),
    (
        "sfn",
        &[
            "DeleteStateMachine",
            "DescribeStateMachine",
            "ListExecutions",
            "StartExecution",
            "UpdateStateMachine",
        ],
        "{stateMachineArn}",
    ),
    (
        "sfn",
        &[
            "DescribeExecution",
            "DescribeStateMachineForExecution",
            "GetExecutionHistory",
            "RedriveExecution",
            "StopExecution",
        ],
        "{executionArn}",
    ),
    ("sfn", &["StartSyncExecution"], "{stateMachineArn}"),
    ("sfn", &["ListTagsForResource", "TagResource", "UntagResource"], "{resourceArn}"),
    ("sfn", &["ListStateMachines", "ValidateStateMachineDefinition"], ANY),
    ("sns", &["CreateTopic"], "{Name}"),
    ("sns", &["DeleteTopic", "ListSubscriptionsByTopic", "Publish", "Subscribe"], "{TopicArn}"),
    ("sns", &["ListTopics"], ANY),
    ("sqs", &["CreateQueue", "GetQueueUrl"], "{QueueName}"),
    (
        "sqs",
        &[
            "ChangeMessageVisibility",
            "DeleteMessage",
            "DeleteMessageBatch",
            "DeleteQueue",
            "GetQueueAttributes",
            "PurgeQueue",
            "ReceiveMessage",
            "SendMessage",
            "SetQueueAttributes",
            "TagQueue",
        ],
        "{QueueUrl}",
    ),
    ("sqs", &["ListQueues"], ANY),
    ("sts", &["AssumeRole"], "{RoleArn}"),
    ("sts", &["GetCallerIdentity"], ANY),
];
