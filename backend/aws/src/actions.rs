//! The IAM actions that the adapters use, for the policy of the console's role.

/// Reading, for everybody.
pub const READ: &[&str] = &[
    "application-autoscaling:DescribeScalableTargets",
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
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "states:DescribeExecution",
    "states:DescribeStateMachine",
    "states:GetExecutionHistory",
    "states:ListExecutions",
];

/// Answering gates.
pub const APPROVE: &[&str] = &["codepipeline:PutApprovalResult"];

/// Everything else that the console does. It changes traffic only through gates and state machines.
pub const OPERATE: &[&str] = &[
    "codepipeline:RetryStageExecution",
    "codepipeline:StartPipelineExecution",
    "codepipeline:StopPipelineExecution",
    "ecs:UpdateService",
    "states:StartExecution",
    "states:StopExecution",
];
