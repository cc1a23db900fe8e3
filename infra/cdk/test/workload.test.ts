/** The service that is released. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TESTED, synthesise } from './synthesis.ts';

/** CloudFormation sends the whole service when any of it changes, and with it the desired count of 0. */
test('the service is an EXTERNAL one without a task, and nothing in it ever changes', () => {
  const { Properties } = synthesise().service.one('AWS::ECS::Service', 'ReleaseWorkload');
  const { Cluster, Tags, ...rest } = Properties;
  assert.ok(Cluster && Tags);
  assert.deepEqual(rest, {
    DeploymentController: { Type: 'EXTERNAL' },
    DesiredCount: 0,
    EnableECSManagedTags: true,
    SchedulingStrategy: 'REPLICA',
  });
});

test('the app’s own role may do nothing; the other one pulls its image and writes its log', () => {
  const { service } = synthesise();
  assert.deepEqual(service.actions('ReleaseWorkloadTaskRole'), []);
  assert.deepEqual(service.actions('ReleaseWorkloadExecutionRole'), [
    'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer', 'logs:CreateLogStream', 'logs:PutLogEvents',
  ]);
});

test('nothing scales the service unless it is told to', () => {
  assert.deepEqual(synthesise().service.ids('AWS::ApplicationAutoScaling::ScalableTarget'), []);
  const { service } = synthesise(TESTED);
  const { Properties } = service.one('AWS::ApplicationAutoScaling::ScalableTarget');
  assert.deepEqual([Properties.MinCapacity, Properties.MaxCapacity], [1, 4]);
  assert.equal(service.of('AWS::ApplicationAutoScaling::ScalingPolicy').length, 1);
});

test('every log group forgets after a while and goes with its stack', () => {
  for (const { Properties, DeletionPolicy } of synthesise().service.of('AWS::Logs::LogGroup')) {
    assert.ok(Properties.RetentionInDays > 0);
    assert.equal(DeletionPolicy, 'Delete');
  }
});
