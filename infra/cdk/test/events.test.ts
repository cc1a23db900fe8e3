/** What nudges the console, and what tells people. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TOLD, list, synthesise } from './synthesis.ts';

test('pipeline, executions, task sets and tasks of this service go into one queue', () => {
  const { service } = synthesise();
  const rules = service.ids('AWS::Events::Rule').filter((id) => id.startsWith('ReleaseEvents'))
    .map((id) => service.resources[id]!.Properties);
  assert.deepEqual(rules.map((rule) => rule.EventPattern.source[0]).sort(), [
    'aws.codepipeline', 'aws.ecs', 'aws.ecs', 'aws.states',
  ]);
  const queues = rules.flatMap((rule) => rule.Targets.map((target: any) => JSON.stringify(target.Arn)));
  assert.equal(new Set(queues).size, 1);
  for (const { EventPattern } of rules) assert.ok(EventPattern.detail || EventPattern.resources, 'hears everybody');
});

test('only those rules may write into the queue, and nobody without TLS', () => {
  const policy = synthesise().service.one('AWS::SQS::QueuePolicy', 'ReleaseEventsQueuePolicy');
  const statements: any[] = policy.Properties.PolicyDocument.Statement;
  for (const statement of statements.filter(({ Effect }) => Effect === 'Allow')) {
    assert.deepEqual(statement.Principal, { Service: 'events.amazonaws.com' });
    assert.ok(statement.Condition.ArnEquals['aws:SourceArn']);
  }
  assert.ok(statements.some(({ Effect, Condition }) => Effect === 'Deny' && Condition.Bool['aws:SecureTransport']));
});

test('queue and topic are encrypted', () => {
  const { service } = synthesise();
  for (const { Properties } of service.of('AWS::SQS::Queue')) assert.equal(Properties.SqsManagedSseEnabled, true);
  assert.ok(service.one('AWS::SNS::Topic', 'ReleaseNotices').Properties.KmsMasterKeyId);
});

test('the topic carries tokens of gates, so nobody is allowed to publish or subscribe from outside', () => {
  const { PolicyDocument } = synthesise().service.one('AWS::SNS::TopicPolicy', 'ReleaseNotices').Properties;
  for (const statement of list<any>(PolicyDocument.Statement)) assert.equal(statement.Effect, 'Deny');
});

test('whoever is named by e-mail hears of gates and of what goes wrong', () => {
  const told = (context = {}) => synthesise(context).service.of('AWS::SNS::Subscription').map(({ Properties }) => [
    Properties.Protocol, Properties.Endpoint, JSON.stringify(Properties.TopicArn),
  ]);
  assert.deepEqual(told(), []);
  const [gates, alarms] = told(TOLD).sort(([, , a], [, , b]) => String(b).localeCompare(String(a)));
  assert.deepEqual(gates!.slice(0, 2), ['email', 'releases@example.com']);
  assert.match(gates![2]!, /ReleaseNotices/);
  assert.match(alarms![2]!, /ReleaseAlarms/);
});
