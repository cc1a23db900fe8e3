//! What builds and releases code: `CodePipeline`, `CodeBuild`, `CodeCommit`, ECR, and the logs of builds.

use super::{Service, as_aws, but};

pub(super) const CODEPIPELINE: Service = Service {
    name: "codepipeline",
    client: "codepipeline",
    title: "CodePipeline",
    remark: "Action providers are CodeCommit, CodeBuild, StepFunctions and Manual; a pipeline with another is refused when it is declared, as is one with conditions or triggers. Pushes to a sandbox repository start pipelines at once, whether or not they poll.",
    operations: &[
        but("CreatePipeline", "no KMS keys, no stores in other regions"),
        as_aws("UpdatePipeline"),
        as_aws("DeletePipeline"),
        as_aws("GetPipeline"),
        as_aws("ListPipelines"),
        as_aws("StartPipelineExecution"),
        as_aws("StopPipelineExecution"),
        as_aws("RetryStageExecution"),
        as_aws("RollbackStage"),
        as_aws("EnableStageTransition"),
        as_aws("DisableStageTransition"),
        as_aws("PutApprovalResult"),
        but("OverrideStageCondition", "there are no conditions to override"),
        but("GetPipelineState", "no conditions"),
        as_aws("GetPipelineExecution"),
        but("ListPipelineExecutions", "executions are kept for ever"),
        but("ListActionExecutions", "executions are kept for ever"),
        but("ListRuleExecutions", "always empty: there are no rules"),
        as_aws("TagResource"),
        as_aws("UntagResource"),
        as_aws("ListTagsForResource"),
    ],
};

pub(super) const CODEBUILD: Service = Service {
    name: "codebuild",
    client: "codebuild",
    title: "CodeBuild",
    remark: "Builds run the repository's own buildspecs on this machine, with stand-ins for `docker` and `aws` on their path and nothing of the caller's environment. No batches, caches, reports, fleets or secrets: what a buildspec asks of these is noted in the log of the build.",
    operations: &[
        as_aws("BatchGetBuilds"),
        as_aws("BatchGetProjects"),
        but("CreateProject", "members without a meaning here are kept and shown, not used"),
        as_aws("DeleteProject"),
        but("ListBuilds", "one page"),
        but("ListBuildsForProject", "one page"),
        but("ListProjects", "one page"),
        but("StartBuild", "sources are CODECOMMIT and NO_SOURCE"),
        as_aws("StopBuild"),
        as_aws("UpdateProject"),
    ],
};

pub(super) const CODECOMMIT: Service = Service {
    name: "codecommit",
    client: "codecommit",
    title: "CodeCommit",
    remark: "Repositories are bare git repositories on disk, cloned and pushed to over HTTP without a password at `/v1/repos/NAME`.",
    operations: &[
        as_aws("CreateRepository"),
        as_aws("DeleteRepository"),
        as_aws("GetBranch"),
        as_aws("GetCommit"),
        as_aws("GetFile"),
        as_aws("GetFolder"),
        as_aws("GetRepository"),
        but("ListBranches", "one page"),
        but("ListRepositories", "one page"),
        as_aws("PutFile"),
    ],
};

pub(super) const ECR: Service = Service {
    name: "ecr",
    client: "ecr",
    title: "ECR",
    remark: "Images come from the sandbox's own builds; there is no registry protocol for other clients to push by.",
    operations: &[
        as_aws("BatchDeleteImage"),
        as_aws("BatchGetImage"),
        but("DescribeImages", "one page, no filter"),
        but("ListImages", "one page, no filter"),
        but("PutImage", "only images whose files the sandbox has; no image indexes"),
        as_aws("CreateRepository"),
        as_aws("DeleteLifecyclePolicy"),
        as_aws("DeleteRepository"),
        but("DescribeRepositories", "one page"),
        but("GetAuthorizationToken", "the token opens nothing"),
        as_aws("GetLifecyclePolicy"),
        but("PutLifecyclePolicy", "kept, never carried out"),
    ],
};

pub(super) const LOGS: Service = Service {
    name: "logs",
    client: "logs",
    title: "CloudWatch Logs",
    remark: "Only the logs of builds, in `/aws/codebuild/PROJECT`.",
    operations: &[but("GetLogEvents", "always from the head; no time range")],
};
