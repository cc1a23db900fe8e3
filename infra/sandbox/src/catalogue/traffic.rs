//! What lets traffic and people in: load balancers, stacks, topics and identities.

use super::{Service, as_aws, but};

pub(super) const ELB: Service = Service {
    name: "elasticloadbalancingv2",
    client: "elbv2",
    title: "Elastic Load Balancing",
    remark: "Application load balancers with HTTP listeners that really forward, by rules, weights and stickiness, and whoever asks signs in first where an action `authenticate-oidc` says so. No TLS, Cognito, Lambda targets, access logs or web firewall.",
    operations: &[
        but("CreateLoadBalancer", "type application; active at once"),
        as_aws("DescribeLoadBalancers"),
        as_aws("DeleteLoadBalancer"),
        as_aws("DescribeLoadBalancerAttributes"),
        but(
            "ModifyLoadBalancerAttributes",
            "deletion protection and the mode of X-Forwarded-For are used, the rest is kept",
        ),
        but("CreateTargetGroup", "protocol HTTP, target types ip and instance"),
        as_aws("DescribeTargetGroups"),
        as_aws("ModifyTargetGroup"),
        as_aws("DeleteTargetGroup"),
        as_aws("DescribeTargetGroupAttributes"),
        as_aws("ModifyTargetGroupAttributes"),
        but("RegisterTargets", "only tasks answer"),
        as_aws("DeregisterTargets"),
        as_aws("DescribeTargetHealth"),
        but("CreateListener", "protocol HTTP"),
        as_aws("DescribeListeners"),
        as_aws("ModifyListener"),
        as_aws("DeleteListener"),
        as_aws("CreateRule"),
        as_aws("DescribeRules"),
        as_aws("ModifyRule"),
        as_aws("DeleteRule"),
        as_aws("SetRulePriorities"),
        as_aws("AddTags"),
        as_aws("RemoveTags"),
        as_aws("DescribeTags"),
    ],
};

pub(super) const CLOUDFORMATION: Service = Service {
    name: "cloudformation",
    client: "cloudformation",
    title: "CloudFormation",
    remark: "The stacks of `infra/cdk`, carried out from their templates when the sandbox boots. A resource of a type that is not modelled is listed and does nothing. Stacks are not made, changed or deleted by clients.",
    operations: &[
        but("DescribeStacks", "one page"),
        but("ListStacks", "one page"),
        but("ListStackResources", "one page"),
        as_aws("DescribeStackResources"),
        but("ListExports", "one page"),
    ],
};

pub(super) const SNS: Service = Service {
    name: "sns",
    client: "sns",
    title: "SNS",
    remark: "Messages are counted and logged; nobody gets them.",
    operations: &[
        as_aws("CreateTopic"),
        as_aws("DeleteTopic"),
        but("ListTopics", "one page"),
        but("Publish", "not delivered"),
        but("Subscribe", "confirmed at once, never told"),
        but("ListSubscriptionsByTopic", "one page"),
    ],
};

pub(super) const EVENTS: Service = Service {
    name: "events",
    client: "events",
    title: "EventBridge",
    remark: "The bus `default` with rules by event pattern. CodeCommit, CodePipeline, Step Functions and ECS tell their events; targets are queues, topics, pipelines and state machines.",
    operations: &[
        but("PutRule", "patterns only, no schedules"),
        as_aws("DeleteRule"),
        as_aws("DescribeRule"),
        but("ListRules", "one page"),
        as_aws("EnableRule"),
        as_aws("DisableRule"),
        as_aws("PutTargets"),
        as_aws("RemoveTargets"),
        but("ListTargetsByRule", "one page"),
        as_aws("PutEvents"),
        as_aws("TestEventPattern"),
    ],
};

pub(super) const SQS: Service = Service {
    name: "sqs",
    client: "sqs",
    title: "SQS",
    remark: "Standard queues, with long polls in real time. AWS JSON only, which clients speak since November 2023.",
    operations: &[
        as_aws("CreateQueue"),
        as_aws("DeleteQueue"),
        as_aws("GetQueueUrl"),
        but("ListQueues", "one page"),
        as_aws("PurgeQueue"),
        as_aws("TagQueue"),
        as_aws("GetQueueAttributes"),
        as_aws("SetQueueAttributes"),
        but("SendMessage", "no message attributes"),
        as_aws("ReceiveMessage"),
        as_aws("DeleteMessage"),
        as_aws("DeleteMessageBatch"),
        as_aws("ChangeMessageVisibility"),
    ],
};

pub(super) const IAM: Service = Service {
    name: "iam",
    client: "iam",
    title: "IAM",
    remark: "Roles with inline policies, which judge every call of a role's session: actions, resources, conditions on strings and ARNs. Where no role was ever made nobody is judged, and users never are.",
    operations: &[
        but("CreateRole", "no path, no boundary"),
        as_aws("GetRole"),
        but("ListRoles", "one page"),
        as_aws("DeleteRole"),
        as_aws("PutRolePolicy"),
        as_aws("GetRolePolicy"),
        but("ListRolePolicies", "one page"),
        as_aws("DeleteRolePolicy"),
        but("SimulatePrincipalPolicy", "users may do everything; one page; not which statements matched"),
    ],
};

pub(super) const STS: Service = Service {
    name: "sts",
    client: "sts",
    title: "STS",
    remark: "Every key is accepted and signatures are not verified: a key that nobody was given is the user `sandbox`, who may do everything.",
    operations: &[
        as_aws("GetCallerIdentity"),
        but("AssumeRole", "a user may take any role that trusts the account"),
    ],
};
