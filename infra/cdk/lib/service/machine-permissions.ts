/** What each state machine may do, and to what: a table that a reviewer can sign. */

import { Stack } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';

import { acknowledgeWildcard } from '../acknowledge.ts';
import type { Balancer } from './balancer.ts';
import { RELEASE_STAGE } from './stage.ts';
import type { Workload } from './workload.ts';

export type MachineName = 'deploy-green' | 'swap' | 'clean-up' | 'roll-back';

/**
 * What an action is done to. AWS knows no resources for what is done to `anything`; all of that only reads.
 *
 * Of creating task sets and of registering task definitions the Service Authorization Reference names the resource,
 * and public reports of denials name `*` or another one. These are granted on whatever AWS asks about, and bounded by
 * conditions on the keys that the reference gives them, which hold where AWS gives no such key.
 */
type Reach = 'anything' | 'service' | 'task-sets' | 'new-task-set' | 'new-task-definition' | 'prod-rule' | 'test-rule' |
  'target-groups' | 'scaling' | 'images' | 'transition';

const TAKE_DOWN = ['ecs:DescribeTaskSets', 'ecs:UpdateTaskSet', 'ecs:DeleteTaskSet'];
const MODIFY_RULE = ['elasticloadbalancing:ModifyRule'];
/** A held image loses a tag; the one that its build gave it keeps it. */
const LET_GO = ['ecr:BatchDeleteImage'];
const HOLD_SCALING = ['application-autoscaling:RegisterScalableTarget'];
/** Application Auto Scaling asks it of whoever changes how a service is scaled, besides ecs:DescribeServices. */
const SIZE_SERVICE = ['ecs:UpdateService'];

/** For each machine: what it may do to what it reaches. A test compares it with the calls of the definitions. */
export const PERMISSIONS: Record<MachineName, Partial<Record<Reach, readonly string[]>>> = {
  'deploy-green': {
    'anything': [
      'application-autoscaling:DescribeScalableTargets', 'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth',
    ],
    'service': ['ecs:DescribeServices', 'ecs:TagResource', 'ecs:UntagResource', ...SIZE_SERVICE],
    'task-sets': ['ecs:TagResource', ...TAKE_DOWN],
    'new-task-set': ['ecs:CreateTaskSet'],
    'new-task-definition': ['ecs:RegisterTaskDefinition'],
    'images': ['ecr:BatchGetImage', 'ecr:PutImage', ...LET_GO],
    'test-rule': MODIFY_RULE,
    'target-groups': [
      'elasticloadbalancing:AddTags', 'elasticloadbalancing:CreateTargetGroup',
      'elasticloadbalancing:DeleteTargetGroup', 'elasticloadbalancing:ModifyTargetGroupAttributes',
    ],
    'scaling': HOLD_SCALING,
  },
  'swap': {
    'anything': ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTargetHealth'],
    'service': ['ecs:DescribeServices', 'ecs:UpdateServicePrimaryTaskSet'],
    'task-sets': ['ecs:DescribeTaskSets'],
    'prod-rule': MODIFY_RULE,
  },
  'clean-up': {
    'anything': ['application-autoscaling:DescribeScalableTargets', 'elasticloadbalancing:DescribeRules'],
    'service': ['ecs:DescribeServices', 'ecs:UntagResource', ...SIZE_SERVICE],
    'task-sets': TAKE_DOWN,
    'prod-rule': MODIFY_RULE,
    'test-rule': MODIFY_RULE,
    'target-groups': ['elasticloadbalancing:DeleteTargetGroup'],
    'images': LET_GO,
    'scaling': HOLD_SCALING,
  },
  'roll-back': {
    'anything': [
      'application-autoscaling:DescribeScalableTargets', 'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTargetHealth',
    ],
    'service': ['ecs:DescribeServices', 'ecs:UntagResource', 'ecs:UpdateServicePrimaryTaskSet', ...SIZE_SERVICE],
    'task-sets': TAKE_DOWN,
    'prod-rule': MODIFY_RULE,
    'test-rule': MODIFY_RULE,
    'target-groups': ['elasticloadbalancing:DeleteTargetGroup'],
    'images': LET_GO,
    'transition': ['codepipeline:EnableStageTransition'],
    'scaling': HOLD_SCALING,
  },
};

export interface Ground {
  readonly balancer: Balancer;
  readonly workload: Workload;
  readonly images: Repository;
}

/** Gives a machine's role its rows of the table. */
export function permit(role: Role, machine: MachineName, ground: Ground): void {
  for (const [reach, actions] of Object.entries(PERMISSIONS[machine]) as [Reach, readonly string[]][]) {
    role.addToPolicy(new PolicyStatement({
      actions: [...actions],
      resources: [arn(reach, ground)],
      ...bounds(reach, ground),
    }));
    const reason = WILDCARDS[reach];
    if (reason) acknowledgeWildcard(role, arn(reach, ground), reason);
  }
  if (machine === 'deploy-green') passTaskRoles(role, ground.workload);
}

/** Why some of it cannot be named more closely. */
const WILDCARDS: Partial<Record<Reach, string>> = {
  'anything': 'Reading rules, groups and scalable targets, and setting up log delivery, know no resources.',
  'task-sets': 'A task set has no ARN before it is created; the service that it belongs to is named.',
  'new-task-set': 'Reports disagree with the reference on what AWS asks about; conditions name cluster and service.',
  'new-task-definition': 'Reports disagree with the reference on what AWS asks about; conditions keep it to Fargate.',
  'transition': 'The pipeline refers to the machine, so it is named by how its generated name begins.',
  'target-groups': 'Each release makes a target group of its own; all of them begin with the name of the service.',
  'scaling': 'A scalable target is named by AWS; the condition narrows it to desired counts of ECS.',
};

/** What bounds a grant besides its resource. */
function bounds(reach: Reach, { workload }: Ground): { conditions?: Record<string, Record<string, unknown>> } {
  switch (reach) {
    case 'scaling': return {
      conditions: {
        StringEquals: {
          'application-autoscaling:service-namespace': 'ecs',
          'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
        },
      },
    };
    case 'new-task-set': return {
      conditions: {
        ArnLikeIfExists: {
          'ecs:cluster': workload.cluster.clusterArn,
          'ecs:service': workload.serviceArn,
          'ecs:task-definition': workload.taskDefinitionArns,
        },
      },
    };
    case 'new-task-definition': return {
      conditions: {
        StringEqualsIfExists: { 'ecs:compute-compatibility': 'FARGATE' },
        BoolIfExists: { 'ecs:privileged': 'false' },
      },
    };
    default: return {};
  }
}

function arn(reach: Reach, { balancer, workload, images }: Ground): string {
  const stack = Stack.of(workload);
  switch (reach) {
    case 'anything':
    case 'new-task-set':
    case 'new-task-definition': return '*';
    case 'service': return workload.serviceArn;
    case 'task-sets': return workload.taskSetArns;
    case 'images': return images.repositoryArn;
    case 'transition':
      return stack.formatArn({ service: 'codepipeline', resource: `${stack.stackName}-Pipeline-*`, resourceName: RELEASE_STAGE });
    case 'prod-rule': return balancer.prodRuleArn;
    case 'test-rule': return balancer.testRuleArn;
    case 'target-groups':
      return stack.formatArn({
        service: 'elasticloadbalancing', resource: 'targetgroup', resourceName: `tg-${workload.shortName}-*/*`,
      });
    case 'scaling':
      return stack.formatArn({ service: 'application-autoscaling', resource: 'scalable-target', resourceName: '*' });
  }
}

function passTaskRoles(role: Role, { executionRole, taskRole }: Workload): void {
  role.addToPolicy(new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [executionRole.roleArn, taskRole.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  }));
}
