/** What each state machine may do, and to what: a table that a reviewer can sign. */

import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';

import { acknowledgeWildcard } from '../acknowledge.ts';
import type { Balancer } from './balancer.ts';
import type { Workload } from './workload.ts';

export type MachineName = 'deploy-green' | 'swap' | 'clean-up' | 'roll-back';

/** What an action is done to. AWS knows no resources for what is done to `anything`; all of that only reads. */
type Reach = 'anything' | 'service' | 'task-sets' | 'task-definition' | 'prod-rule' | 'test-rule' | 'target-groups' |
  'scaling';

const TAKE_DOWN = ['ecs:DescribeTaskSets', 'ecs:UpdateTaskSet', 'ecs:DeleteTaskSet'];
const MODIFY_RULE = ['elasticloadbalancing:ModifyRule'];
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
    'task-sets': ['ecs:CreateTaskSet', 'ecs:TagResource', ...TAKE_DOWN],
    'task-definition': ['ecs:RegisterTaskDefinition'],
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
    'scaling': HOLD_SCALING,
  },
};

export interface Ground {
  readonly balancer: Balancer;
  readonly workload: Workload;
}

/** Gives a machine's role its rows of the table. */
export function permit(role: Role, machine: MachineName, ground: Ground): void {
  for (const [reach, actions] of Object.entries(PERMISSIONS[machine]) as [Reach, readonly string[]][]) {
    role.addToPolicy(new PolicyStatement({
      actions: [...actions],
      resources: [arn(reach, ground)],
      ...(reach === 'scaling' && { conditions: ONLY_THE_DESIRED_COUNT }),
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
  'task-definition': 'A revision has no number before it is registered; its family is named.',
  'target-groups': 'Each release makes a target group of its own; all of them begin with the name of the service.',
  'scaling': 'A scalable target is named by AWS; the condition narrows it to desired counts of ECS.',
};

const ONLY_THE_DESIRED_COUNT = {
  StringEquals: {
    'application-autoscaling:service-namespace': 'ecs',
    'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
  },
};

function arn(reach: Reach, { balancer, workload }: Ground): string {
  const stack = Stack.of(workload);
  switch (reach) {
    case 'anything': return '*';
    case 'service': return workload.serviceArn;
    case 'task-sets': return workload.taskSetArns;
    case 'task-definition': return workload.taskDefinitionArns;
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
