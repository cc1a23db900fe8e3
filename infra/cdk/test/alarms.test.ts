/** Who is told when something goes wrong. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GUARDED, synthesise } from './synthesis.ts';

const alarms = (context = {}) => synthesise(context).service.of('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
const alarm = (id: string, context = {}) => synthesise(context).service.one('AWS::CloudWatch::Alarm', `ReleaseAlarms${id}`);

test('every alarm says what helps and tells the one topic', () => {
  for (const { AlarmDescription, AlarmActions } of alarms(GUARDED)) {
    assert.match(AlarmDescription, /^[A-Z].*\.$/);
    assert.match(JSON.stringify(AlarmActions), /ReleaseAlarmsTopic/);
  }
  assert.equal(alarms().length, 6);
  assert.equal(alarms(GUARDED).length, 7);
});

test('a failed release is told with its execution', () => {
  const { Properties } = synthesise().service.one('AWS::Events::Rule', 'ReleaseAlarms');
  assert.deepEqual(Properties.EventPattern.detail.state, ['FAILED']);
  assert.equal(Properties.EventPattern.detail.pipeline.length, 1);
  assert.match(JSON.stringify(Properties.Targets[0].InputTransformer.InputPathsMap), /execution-id/);
});

test('blue’s and green’s 5xx are told apart by target group, though no template knows their groups', () => {
  const [{ Expression }] = alarm('AppErrors').Properties.Metrics;
  const text = Expression['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : 'app/x')).join('');
  assert.match(text, /^SELECT SUM\(HTTPCode_Target_5XX_Count\) FROM SCHEMA\("AWS\/ApplicationELB", LoadBalancer, TargetGroup\)/);
  assert.match(text, /GROUP BY TargetGroup ORDER BY SUM\(\) DESC$/);
});

test('letters that nobody could read are told at the first', () => {
  const { Properties } = alarm('DeadLetters');
  assert.deepEqual([Properties.MetricName, Properties.Threshold], ['ApproximateNumberOfMessagesVisible', 1]);
  assert.match(JSON.stringify(Properties.Dimensions), /Unreadable/);
});

test('a console that does not run is told, once there is one', () => {
  for (const id of ['ConsoleDown', 'ConsoleUnhealthy']) {
    const { Condition, Properties } = alarm(id, GUARDED);
    assert.equal(Condition, 'ConsoleExists');
    assert.deepEqual([Properties.ComparisonOperator, Properties.TreatMissingData], ['LessThanThreshold', 'breaching']);
  }
});

test('only CloudWatch and EventBridge publish to the topic, and nobody without TLS', () => {
  const { PolicyDocument } = synthesise().service.one('AWS::SNS::TopicPolicy', 'ReleaseAlarms').Properties;
  const allowed = PolicyDocument.Statement.filter((statement: any) => statement.Effect === 'Allow');
  assert.deepEqual(allowed.map((statement: any) => statement.Principal.Service).sort(), [
    'cloudwatch.amazonaws.com', 'events.amazonaws.com',
  ]);
  assert.ok(PolicyDocument.Statement.some((statement: any) => statement.Effect === 'Deny'));
});
