/** A deployment that is changed: no two listeners of one balancer ever want the same port at the same moment. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALL, CERTIFIED, CONNECTED, GUARDED, TOLD, Template, UNREDIRECTED, list, synthesise } from './synthesis.ts';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

/** What a resource waits for, as CloudFormation sees it: what it says and what it refers to. */
function waitsFor(template: Template, id: string): Set<string> {
  const found = new Set<string>();
  const visit = (at: string): void => {
    const { DependsOn, Properties } = template.resources[at]!;
    const named = [...list(DependsOn ?? []), ...references(Properties)];
    for (const next of named.filter((name) => name in template.resources && !found.has(name))) {
      found.add(next);
      visit(next);
    }
  };
  visit(id);
  return found;
}

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref') return [String(argument)];
    if (name === 'Fn::GetAtt') return [String((argument as string[])[0])];
    return references(argument);
  });
}

function ports(template: Template): Map<string, string> {
  return new Map(template.ids(LISTENER).map((id) => {
    const { Port, LoadBalancerArn } = template.resources[id]!.Properties;
    return [id, `${Port} of ${JSON.stringify(LoadBalancerArn)}`];
  }));
}

/**
 * Who would ask for a port that another one still has. CloudFormation makes and changes resources at once unless one
 * waits for another, and removes what is gone at the end.
 */
function conflicts(from: Template, to: Template): string[] {
  const [before, after] = [ports(from), ports(to)];
  const found: string[] = [];
  for (const [id, port] of after) {
    for (const [holder, held] of before) {
      if (holder === id || held !== port || before.get(id) === port) continue;
      if (!after.has(holder)) found.push(`${id} wants the port of ${holder}, which is removed last`);
      else if (!waitsFor(to, id).has(holder)) found.push(`${id} may come before ${holder} has given up its port`);
    }
  }
  return found;
}

const change = (from: object, to: object) =>
  conflicts(synthesise(from as Record<string, unknown>).service, synthesise(to as Record<string, unknown>).service);

const SAFE: [string, object, object][] = [
  ['a certificate is added', {}, CERTIFIED],
  ['its redirect is taken away', CERTIFIED, UNREDIRECTED],
  ['then the certificate', UNREDIRECTED, {}],
  ['an identity provider is added to all of it', CERTIFIED, GUARDED],
  ['an identity provider and a certificate are added at once', {}, GUARDED],
  ['the identity provider is taken away', GUARDED, CERTIFIED],
  ['commits come from elsewhere', {}, CONNECTED],
  ['commits come from CodeCommit again', CONNECTED, {}],
  ['people are told', {}, TOLD],
];

for (const [name, from, to] of SAFE) {
  test(`no listener is in another one’s way: ${name}`, () => assert.deepEqual(change(from, to), []));
}

test('the short way back is the one that README.md warns of', () => {
  assert.match(change(CERTIFIED, {})[0]!, /removed last/);
});

test('the redirect would be in the way if nothing ordered it', () => {
  const { resources } = synthesise(CERTIFIED).service;
  const [id] = Object.keys(resources).filter((key) => /^ReleaseBalancerRedirect/.test(key));
  const { DependsOn, ...unordered } = resources[id!]!;
  assert.match(JSON.stringify(DependsOn), /Production/);
  const template = new Template({ Resources: { ...resources, [id!]: unordered } });
  assert.match(conflicts(synthesise().service, template)[0]!, /may come before/);
});

test('whatever a deployment is changed to, what carries traffic and data keeps its logical id', () => {
  const kept = ['AWS::ElasticLoadBalancingV2::ListenerRule', 'AWS::ECS::Service', 'AWS::ElasticLoadBalancingV2::LoadBalancer'];
  const ids = (context: Record<string, unknown>) => kept.flatMap((type) => synthesise(context).service.ids(type)
    .filter((id) => !id.startsWith('ReleaseConsoleEdge')));
  for (const [name, context] of Object.entries(ALL)) assert.deepEqual(ids(context), ids({}), name);
});
