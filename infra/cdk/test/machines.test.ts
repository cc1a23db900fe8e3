/** Each state machine may do what its definition does, and nothing else. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { PERMISSIONS } from '../lib/service/machine-permissions.ts';
import { synthesise } from './synthesis.ts';

const ROLES = { 'deploy-green': 'DeployGreen', 'swap': 'Swap', 'clean-up': 'CleanUp', 'roll-back': 'RollBack' } as const;
type Name = keyof typeof ROLES;
const NAMES = Object.keys(ROLES) as Name[];

interface Call {
  readonly action: string;
  readonly parameters: Record<string, unknown>;
}

const IAM: Record<string, string> = {
  applicationautoscaling: 'application-autoscaling', codepipeline: 'codepipeline', ecr: 'ecr', ecs: 'ecs',
  elasticloadbalancingv2: 'elasticloadbalancing',
};

/** Every call to AWS in a definition, in the words of IAM. */
function calls(name: Name): Call[] {
  const file = new URL(`../../../assets/state-machine/${name}.asl.json`, import.meta.url);
  const found: Call[] = [];
  const walk = (value: any): void => {
    if (typeof value !== 'object' || value === null) return;
    const [, service, operation] = /^arn:aws:states:::aws-sdk:(\w+):(\w+)$/.exec(value.Resource ?? '') ?? [];
    if (service && operation) {
      const action = `${IAM[service]}:${operation[0]!.toUpperCase()}${operation.slice(1)}`;
      found.push({ action, parameters: value.Parameters ?? {} });
    }
    Object.values(value).forEach(walk);
  };
  walk(JSON.parse(readFileSync(file, 'utf8')));
  return found;
}

/** What AWS asks for besides the call itself. */
function implied({ action, parameters }: Call): string[] {
  const tagged = 'Tags' in parameters;
  switch (action) {
    case 'application-autoscaling:RegisterScalableTarget': return [action, 'ecs:DescribeServices', 'ecs:UpdateService'];
    case 'ecs:CreateTaskSet': return tagged ? [action, 'ecs:TagResource'] : [action];
    case 'ecs:RegisterTaskDefinition': return [action, 'iam:PassRole'];
    case 'elasticloadbalancing:CreateTargetGroup': return tagged ? [action, 'elasticloadbalancing:AddTags'] : [action];
    default: return [action];
  }
}

/** What AWS asks about is disputed, so conditions bound it: readings.test.ts. */
const DISPUTED = ['ecs:CreateTaskSet', 'ecs:RegisterTaskDefinition'];

/** Writing the log of executions; no call of the definition. */
const LOGGING = [
  'logs:CreateLogDelivery', 'logs:DeleteLogDelivery', 'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery', 'logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:UpdateLogDelivery',
];

for (const name of NAMES) {
  test(`${name} may do what it does, no more and no less`, () => {
    const needed = [...new Set([...calls(name).flatMap(implied), ...LOGGING])].sort();
    assert.deepEqual(synthesise().service.actions(`ReleaseMachines${ROLES[name]}Role`), needed);
  });

  test(`${name} may rewrite the rules that it rewrites, and no other`, () => {
    const written = calls(name).filter(({ action }) => action === 'elasticloadbalancing:ModifyRule')
      .map(({ parameters }) => String(parameters['RuleArn.$']));
    const needed = [...new Set(written)].sort();
    const given = synthesise().service.reach(`ReleaseMachines${ROLES[name]}Role`, 'elasticloadbalancing:ModifyRule')
      .map((rule) => (rule.includes('Production') ? '$.ProdListenerRuleArn' : '$.TestListenerRuleArn'));
    assert.deepEqual([...new Set(given)].sort(), needed);
  });

  test(`${name} writes to nothing outside of the service, its rules and its own groups`, () => {
    const { service } = synthesise();
    const { anything, ...narrow } = PERMISSIONS[name];
    for (const action of anything ?? []) assert.match(action, /:Describe/, `${action} is not only read`);
    for (const action of Object.values(narrow).flat()) {
      if (DISPUTED.includes(action)) continue;
      for (const arn of service.reach(`ReleaseMachines${ROLES[name]}Role`, action)) assert.notEqual(arn, '"*"', action);
    }
  });

  test(`${name} runs the definition that the sandbox runs`, () => {
    const { DefinitionString } = synthesise().service.one('AWS::StepFunctions::StateMachine', ROLES[name]).Properties;
    const file = new URL(`../../../assets/state-machine/${name}.asl.json`, import.meta.url);
    assert.deepEqual(JSON.parse(DefinitionString), JSON.parse(readFileSync(file, 'utf8')));
  });
}

test('deploy-green hands tasks the two roles of the service, to ECS only', () => {
  const [pass] = synthesise().service.statements('ReleaseMachinesDeployGreenRole')
    .filter((statement) => JSON.stringify(statement.Action).includes('iam:PassRole'));
  assert.deepEqual(pass!.Condition, { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
  assert.equal((pass!.Resource as unknown[]).length, 2);
});

test('only desired counts of ECS are held still', () => {
  for (const name of NAMES) {
    const [hold] = synthesise().service.statements(`ReleaseMachines${ROLES[name]}Role`)
      .filter((statement) => JSON.stringify(statement.Action).includes('RegisterScalableTarget'));
    if (name === 'swap') assert.equal(hold, undefined);
    else assert.match(JSON.stringify(hold!.Condition), /ecs:service:DesiredCount/);
  }
});

/** What an integration of the AWS SDK is given must be listed; whole values are handed over for single members only. */
test('every call to AWS lists what it hands over', () => {
  for (const name of NAMES) {
    for (const { action, parameters } of calls(name)) assert.ok(Object.keys(parameters).length > 0, `${name}: ${action}`);
  }
});

test('every machine ends by itself, and every call in it', () => {
  for (const name of NAMES) {
    const machine = definition(name);
    assert.ok(machine.TimeoutSeconds >= 3600 && machine.TimeoutSeconds <= 8 * 3600, name);
    for (const [state, { Type, TimeoutSeconds }] of Object.entries(machine.States)) {
      if (Type === 'Task') assert.ok(TimeoutSeconds! > 0, `${name}: ${state}`);
    }
  }
});

/** A way from a state back to itself without a Choice that compares a number would go on until the history is full. */
test('every loop counts', () => {
  for (const name of NAMES) {
    const { States } = definition(name);
    const counting = Object.keys(States).filter((state) => /"NumericGreaterThan/.test(JSON.stringify(States[state])));
    const rest = new Map(Object.keys(States).filter((state) => !counting.includes(state))
      .map((state) => [state, targets(States[state]).filter((next) => !counting.includes(next))]));
    for (const start of rest.keys()) assert.ok(!reaches(rest, start, start), `${name}: ${start} comes round uncounted`);
  }
});

interface Definition {
  readonly TimeoutSeconds: number;
  readonly States: Record<string, { readonly Type: string; readonly TimeoutSeconds?: number }>;
}

function definition(name: Name): Definition {
  return JSON.parse(readFileSync(new URL(`../../../assets/state-machine/${name}.asl.json`, import.meta.url), 'utf8'));
}

function targets(state: unknown): string[] {
  if (typeof state !== 'object' || state === null) return [];
  return Object.entries(state).flatMap(([key, value]) => (
    (key === 'Next' || key === 'Default') && typeof value === 'string' ? [value] : targets(value)
  ));
}

function reaches(ways: Map<string, string[]>, from: string, to: string, seen = new Set<string>()): boolean {
  return (ways.get(from) ?? []).some((next) => {
    if (next === to) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(ways, next, to, seen);
  });
}

test('roll-back may open the way into the stage of the release, and no other', () => {
  const [arn, ...others] = synthesise().service.reach('ReleaseMachinesRollBackRole', 'codepipeline:EnableStageTransition');
  assert.match(arn!, /:Viridian-Pipeline-\*\/Release"/);
  assert.deepEqual(others, []);
});
