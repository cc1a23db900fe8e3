/** What the console may do. It changes traffic only by answering gates and starting the state machines. */

import { Stack } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

import { acknowledgeWildcard } from '../acknowledge.ts';
import type { Settings } from '../settings.ts';
import type { Machines } from './machines.ts';
import { type Pipeline, acknowledgeExecutions, executions } from './pipeline.ts';
import { GATES, RELEASE_STAGE } from './stage.ts';
import type { Workload } from './workload.ts';

export interface ConsoleGround {
  readonly settings: Settings;
  readonly workload: Workload;
  readonly machines: Machines;
  readonly pipeline: Pipeline;
  readonly queue: Queue;
}

export interface ConsoleRoles {
  readonly role: Role;
  readonly voterRole?: Role;
}

export function consoleRoles(scope: Construct, ground: ConsoleGround): ConsoleRoles {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  for (const statement of [...viewer(scope, ground), ...operator(scope, ground)]) role.addToPolicy(statement);
  acknowledgeWildcard(role, '*', 'Reading balancers, scalable targets and task definitions knows no resources.');
  acknowledgeWildcard(role, ownStack(Stack.of(scope)), 'A stack’s ARN ends with an id that its own template cannot name.');
  acknowledgeExecutions(role, Object.values(ground.machines.byName));
  if (!ground.settings.attributeVotes) {
    role.addToPolicy(approver(ground));
    return { role };
  }
  const voterRole = new Role(scope, 'VoterRole', {
    description: 'Answers gates. The session is named after the person, so that CodePipeline records who it was',
    assumedBy: new ArnPrincipal(role.roleArn),
  });
  voterRole.addToPolicy(approver(ground));
  role.addToPolicy(allow(['sts:AssumeRole'], [voterRole.roleArn]));
  return { role, voterRole };
}

/** Reads everything that the screen shows. */
function viewer(scope: Construct, { workload, machines, pipeline, queue }: ConsoleGround): PolicyStatement[] {
  const stack = Stack.of(scope);
  const { repositoryArn } = pipeline;
  return [
    // By name: IAM is asked about `stack/NAME/*`, not about the ARN with its id.
    allow(['cloudformation:DescribeStacks'], [ownStack(stack)]),
    // Suites of probes stand in the repository that is released.
    ...(repositoryArn ? [allow(['codecommit:GetCommit', 'codecommit:GetFile', 'codecommit:GetFolder'], [repositoryArn])] : []),
    allow([
      'codepipeline:GetPipeline', 'codepipeline:GetPipelineState', 'codepipeline:ListActionExecutions',
      'codepipeline:ListPipelineExecutions',
    ], [pipeline.arn]),
    allow(['states:DescribeStateMachine', 'states:ListExecutions'], machineArns(machines)),
    allow([
      'states:DescribeExecution', 'states:DescribeStateMachineForExecution', 'states:GetExecutionHistory',
    ], executionArns(scope, machines)),
    allow(['ecs:DescribeServices'], [workload.serviceArn]),
    allow(['ecs:DescribeTaskDefinition'], ['*']),
    allow([
      'elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTargetHealth',
    ], ['*']),
    allow(['application-autoscaling:DescribeScalableTargets'], ['*']),
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [queue.queueArn]),
  ];
}

/** Starts, stops and repeats; the only thing of ECS that it writes is the desired count. */
function operator(scope: Construct, { workload, machines, pipeline }: ConsoleGround): PolicyStatement[] {
  return [
    allow(['codepipeline:StartPipelineExecution', 'codepipeline:StopPipelineExecution'], [pipeline.arn]),
    allow(['codepipeline:RetryStageExecution'], [`${pipeline.arn}/${RELEASE_STAGE}`, `${pipeline.arn}/Build`, `${pipeline.arn}/Source`]),
    // A green that goes is met by no release that waits.
    allow(['codepipeline:DisableStageTransition', 'codepipeline:EnableStageTransition'], [`${pipeline.arn}/${RELEASE_STAGE}`]),
    allow(['states:StartExecution'], machineArns(machines)),
    allow(['states:StopExecution'], executionArns(scope, machines)),
    allow(['ecs:UpdateService'], [workload.serviceArn]),
  ];
}

/** Answers the two gates, and no other. */
function approver({ pipeline }: ConsoleGround): PolicyStatement {
  return allow(['codepipeline:PutApprovalResult'], GATES.map((gate) => `${pipeline.arn}/${RELEASE_STAGE}/${gate}`));
}

function ownStack(stack: Stack): string {
  return stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${stack.stackName}/*` });
}

function machineArns(machines: Machines): string[] {
  return Object.values(machines.byName).map((machine) => machine.stateMachineArn);
}

function executionArns(scope: Construct, machines: Machines): string[] {
  return Object.values(machines.byName).map((machine) => executions(scope, machine.stateMachineName));
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
