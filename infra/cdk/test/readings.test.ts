/**
 * Actions of which the Service Authorization Reference and what people report disagree: whatever AWS asks about, the
 * policy says yes for this service and no for another one.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Statement, list, synthesise } from './synthesis.ts';

const PLACE = '<AWS::Region>:<AWS::AccountId>';
const CLUSTER = `arn:aws:ecs:${PLACE}:cluster/<Cluster>`;
const SERVICE = `arn:aws:ecs:${PLACE}:service/<Cluster>/<Service.Name>`;

/** What AWS may ask: a resource, and the keys of the request that conditions may name. */
interface Reading {
  readonly says: string;
  readonly resource: string;
  readonly keys: Record<string, string>;
}

interface Dispute {
  readonly role: string;
  readonly action: string;
  readonly ours: readonly Reading[];
  readonly others: readonly Reading[];
}

const DISPUTES: readonly Dispute[] = [
  {
    role: 'ReleaseMachinesDeployGreenRole',
    action: 'ecs:CreateTaskSet',
    ours: [
      {
        says: 'the reference: the task set, with cluster and service as keys',
        resource: `arn:aws:ecs:${PLACE}:task-set/<Cluster>/<Service.Name>/*`,
        keys: { 'ecs:cluster': CLUSTER, 'ecs:service': SERVICE, 'ecs:task-definition': `arn:aws:ecs:${PLACE}:task-definition/Viridian-web:7` },
      },
      { says: 'denials: anything, without keys', resource: '*', keys: {} },
      { says: 'denials: the service', resource: SERVICE, keys: { 'ecs:cluster': CLUSTER } },
    ],
    others: [
      { says: 'another cluster', resource: '*', keys: { 'ecs:cluster': `arn:aws:ecs:${PLACE}:cluster/other` } },
      { says: 'another service', resource: '*', keys: { 'ecs:cluster': CLUSTER, 'ecs:service': `${SERVICE}2` } },
    ],
  },
  {
    role: 'ReleaseMachinesDeployGreenRole',
    action: 'ecs:RegisterTaskDefinition',
    ours: [
      {
        says: 'the reference: the family, with what it runs on',
        resource: `arn:aws:ecs:${PLACE}:task-definition/Viridian-web:*`,
        keys: { 'ecs:compute-compatibility': 'FARGATE', 'ecs:privileged': 'false' },
      },
      { says: 'denials and other tables: anything, without keys', resource: '*', keys: {} },
    ],
    others: [
      { says: 'privileged containers', resource: '*', keys: { 'ecs:privileged': 'true' } },
      { says: 'instances of the account', resource: '*', keys: { 'ecs:compute-compatibility': 'EC2' } },
    ],
  },
  {
    role: 'ReleaseConsoleRole',
    action: 'cloudformation:DescribeStacks',
    ours: [
      { says: 'by name', resource: `arn:aws:cloudformation:${PLACE}:stack/Viridian/*`, keys: {} },
      { says: 'by the ARN with its id', resource: `arn:aws:cloudformation:${PLACE}:stack/Viridian/0f8fad5b`, keys: {} },
    ],
    others: [
      { says: 'another stack', resource: `arn:aws:cloudformation:${PLACE}:stack/ViridianState/*`, keys: {} },
      { says: 'every stack', resource: '*', keys: {} },
    ],
  },
];

for (const { role, action, ours, others } of DISPUTES) {
  for (const reading of ours) {
    test(`${action} is allowed if AWS asks about ${reading.says}`, () => assert.ok(allows(role, action, reading)));
  }
  for (const reading of others) {
    test(`${action} is refused on ${reading.says}`, () => assert.ok(!allows(role, action, reading)));
  }
}

function allows(role: string, action: string, reading: Reading): boolean {
  return synthesise().service.statements(role).some((statement) => statement.Effect === 'Allow'
    && list(statement.Action).includes(action)
    && list(statement.Resource as unknown[]).some((resource) => like(written(resource), reading.resource))
    && holds(statement, reading));
}

function holds({ Condition }: Statement, { keys }: Reading): boolean {
  return Object.entries((Condition ?? {}) as Record<string, Record<string, unknown>>).every(([operator, wanted]) => (
    Object.entries(wanted).every(([key, pattern]) => {
      const value = keys[key];
      if (value === undefined) return operator.endsWith('IfExists');
      return list(pattern as unknown[]).some((one) => like(written(one), value));
    })
  ));
}

/** `*` of a policy stands for any text, also for the `*` of a request about anything. */
function like(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`).test(text);
}

/** A value with its references in angle brackets. */
function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument]] = Object.entries(value) as [[string, unknown]];
  if (name === 'Ref') return argument === 'AWS::Partition' ? 'aws' : `<${argument}>`;
  if (name === 'Fn::GetAtt') return attribute(argument as [string, string]);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(written).join((argument as [string, unknown[]])[0]);
  return JSON.stringify(value);
}

function attribute([id, name]: [string, string]): string {
  return id === 'Cluster' && name === 'Arn' ? CLUSTER : `<${id}.${name}>`;
}
