/** What `npm run erase` takes away, and what it leaves alone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SERVICE_STACK } from '../lib/app.ts';
import { removeLeftovers } from '../script/leftovers.ts';
import { synthesise } from './synthesis.ts';

const GROUPS = [
  { TargetGroupArn: 'arn:ours', TargetGroupName: 'tg-Viridian-0f8fad5b', VpcId: 'vpc-1' },
  { TargetGroupArn: 'arn:elsewhere', TargetGroupName: 'tg-Viridian-0f8fad5b', VpcId: 'vpc-2' },
  { TargetGroupArn: 'arn:other', TargetGroupName: 'Viridi-Conso-AB', VpcId: 'vpc-1' },
];

/** An account with these revisions; remembers what is done to it. */
function account(active: string[], inactive: string[]) {
  const done: string[][] = [];
  const aws = (...words: string[]): string => {
    const [service, command] = words;
    const status = words[words.indexOf('--status') + 1];
    switch (`${service} ${command}`) {
      case 'cloudformation describe-stack-resources': return '["vpc-1"]';
      case 'elbv2 describe-target-groups': return JSON.stringify(GROUPS);
      case 'ecs list-task-definitions': return JSON.stringify(status === 'ACTIVE' ? active : inactive);
      case 'ecs deregister-task-definition': inactive.push(...active.splice(active.indexOf(words.at(-1)!), 1)); break;
    }
    done.push(words);
    return '';
  };
  return { aws, done };
}

test('groups of releases go, others in the network and elsewhere stay', () => {
  const { aws, done } = account([], []);
  removeLeftovers(aws, 'ViridianState', 'Viridian-web', () => {});
  assert.deepEqual(done, [['elbv2', 'delete-target-group', '--target-group-arn', 'arn:ours']]);
});

test('every revision of the app goes, ten at a time, and no other family’s', () => {
  const revision = (family: string, number: number) => `arn:aws:ecs:r:1:task-definition/${family}:${number}`;
  const ours = Array.from({ length: 12 }, (_, index) => revision('Viridian-web', index + 1));
  const { aws, done } = account([...ours, revision('Viridian-website', 1)], []);
  removeLeftovers(aws, 'ViridianState', 'Viridian-web', () => {});
  const deleted = done.filter(([, command]) => command === 'delete-task-definitions').map((words) => words.slice(3));
  assert.deepEqual(deleted.map((some) => some.length), [10, 2]);
  assert.deepEqual(deleted.flat().sort(), [...ours].sort());
  assert.ok(!done.flat().some((word) => word.includes('website')));
});

test('the names that are looked for are those that the stack gives', () => {
  const { service } = synthesise();
  const definition = JSON.stringify(service.one('AWS::CodeBuild::Project', 'BuildPrepare').Properties);
  assert.ok(definition.includes(`${SERVICE_STACK}-web`));
});
