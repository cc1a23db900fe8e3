//! What runs: Step Functions, ECS and its scaling.

use super::{Service, as_aws, but};

pub(super) const STEP_FUNCTIONS: Service = Service {
    name: "sfn",
    client: "stepfunctions",
    title: "Step Functions",
    remark: "The whole Amazon States Language, in JSONPath and JSONata, with histories as AWS writes them. No distributed maps, activities, callbacks (`.waitForTaskToken`), Express machines, aliases or published versions. Tasks call the sandbox's own services by `aws-sdk:` and start executions of other machines.",
    operations: &[
        but("CreateStateMachine", "type STANDARD only"),
        as_aws("UpdateStateMachine"),
        as_aws("DeleteStateMachine"),
        as_aws("DescribeStateMachine"),
        as_aws("DescribeStateMachineForExecution"),
        as_aws("ValidateStateMachineDefinition"),
        as_aws("ListStateMachines"),
        as_aws("ListExecutions"),
        but("StartExecution", "at most 2000 run at a time"),
        but("StartSyncExecution", "always refused, as AWS refuses it for STANDARD machines"),
        as_aws("StopExecution"),
        as_aws("RedriveExecution"),
        as_aws("DescribeExecution"),
        as_aws("GetExecutionHistory"),
        as_aws("TagResource"),
        as_aws("UntagResource"),
        as_aws("ListTagsForResource"),
    ],
};

pub(super) const ECS: Service = Service {
    name: "ecs",
    client: "ecs",
    title: "ECS",
    remark: "Services of the deployment controller EXTERNAL on Fargate. A task takes its time to start, registers, becomes healthy, drains and stops; while it runs, its image's files answer by the rules of its nginx configuration. No container instances, capacity providers or standalone tasks.",
    operations: &[
        but("CreateCluster", "no capacity providers"),
        as_aws("DescribeClusters"),
        but("ListClusters", "one page"),
        as_aws("DeleteCluster"),
        but("RegisterTaskDefinition", "sizes and volumes are kept, not checked"),
        as_aws("DescribeTaskDefinition"),
        as_aws("DeregisterTaskDefinition"),
        as_aws("ListTaskDefinitions"),
        but("ListTaskDefinitionFamilies", "one page"),
        but("CreateService", "deploymentController EXTERNAL, schedulingStrategy REPLICA"),
        as_aws("DescribeServices"),
        as_aws("UpdateService"),
        as_aws("ListServices"),
        as_aws("DeleteService"),
        but("CreateTaskSet", "one container answers: the first of the task definition"),
        as_aws("DescribeTaskSets"),
        as_aws("UpdateTaskSet"),
        as_aws("UpdateServicePrimaryTaskSet"),
        as_aws("DeleteTaskSet"),
        as_aws("ListTasks"),
        as_aws("DescribeTasks"),
        as_aws("StopTask"),
        as_aws("TagResource"),
        as_aws("UntagResource"),
        as_aws("ListTagsForResource"),
    ],
};

pub(super) const SCALING: Service = Service {
    name: "applicationautoscaling",
    client: "application-autoscaling",
    title: "Application Auto Scaling",
    remark: "Targets and policies are kept and shown; bounds are held, but nothing scales by a metric.",
    operations: &[
        but("RegisterScalableTarget", "ECS desired counts only"),
        but("DescribeScalableTargets", "always fifty a page"),
        as_aws("DeregisterScalableTarget"),
        but("PutScalingPolicy", "kept, never carried out"),
        but("DescribeScalingPolicies", "one page"),
        as_aws("DeleteScalingPolicy"),
    ],
};
