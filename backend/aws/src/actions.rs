//! The IAM actions that the adapters use, for the policy of the console's role.

/// Reading, for everybody.
pub const READ: &[&str] = &[
    "application-autoscaling:DescribeScalableTargets",
    "cloudformation:DescribeStacks",
    "codecommit:GetCommit",
    "codecommit:GetFile",
    "codecommit:GetFolder",
    "codepipeline:GetPipeline",
    "codepipeline:GetPipelineState",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetHealth",
    "states:DescribeExecution",
    "states:DescribeStateMachine",
    "states:DescribeStateMachineForExecution",
    "states:GetExecutionHistory",
    "states:ListExecutions",
];

/// Hearing events, where there is a queue of them.
pub const HEAR: &[&str] = &["sqs:DeleteMessage", "sqs:ReceiveMessage"];

/// Asking whether the rest is allowed: only `viridian check` does, and it says so where it may not.
pub const CHECK: &[&str] = &["iam:SimulatePrincipalPolicy", "sts:GetCallerIdentity"];

/// Answering gates.
pub const APPROVE: &[&str] = &["codepipeline:PutApprovalResult"];

/// Everything else that the console does. It changes traffic only through gates and state machines.
pub const OPERATE: &[&str] = &[
    "codepipeline:DisableStageTransition",
    "codepipeline:EnableStageTransition",
    "codepipeline:RetryStageExecution",
    "codepipeline:StartPipelineExecution",
    "codepipeline:StopPipelineExecution",
    "ecs:UpdateService",
    "states:StartExecution",
    "states:StopExecution",
];
