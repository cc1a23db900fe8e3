/** The service that is released. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { synthesise } from './synthesis.ts';

/** CloudFormation sends the whole service when any of it changes, and with it the desired count of 0. */
test('the service is an EXTERNAL one without a task, and nothing in it ever changes', () => {
  const { Properties } = synthesise().service.one('AWS::ECS::Service', 'Service');
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

test('nothing scales the service unless its parameter says so', () => {
  const { service } = synthesise();
  const target = service.one('AWS::ApplicationAutoScaling::ScalableTarget');
  const policy = service.one('AWS::ApplicationAutoScaling::ScalingPolicy');
  assert.deepEqual([target.Condition, policy.Condition], ['Scales', 'Scales']);
  assert.deepEqual([target.Properties.MinCapacity, target.Properties.MaxCapacity], [
    { Ref: 'ScalingMin' }, { Ref: 'ScalingMax' },
  ]);
  assert.equal(service.parameters.ScalingMax!.Default, 0);
  assert.deepEqual(service.conditions.Scales, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'ScalingMax' }, '0'] }] });
});

test('every log group forgets after a while and goes with its stack', () => {
  for (const { Properties, DeletionPolicy } of synthesise().service.of('AWS::Logs::LogGroup')) {
    assert.ok(Properties.RetentionInDays > 0);
    assert.equal(DeletionPolicy, 'Delete');
  }
});

test('what people name has a short name', () => {
  const { service } = synthesise();
  const ids = (type: string) => service.ids(type).filter((id) => !id.startsWith('ReleaseConsole')).sort();
  assert.deepEqual(ids('AWS::ECS::Cluster'), ['Cluster']);
  assert.deepEqual(ids('AWS::ECS::Service'), ['Service']);
  assert.deepEqual(ids('AWS::CodePipeline::Pipeline'), ['Pipeline']);
  assert.deepEqual(ids('AWS::StepFunctions::StateMachine'), ['CleanUp', 'DeployGreen', 'RollBack', 'Swap']);
  assert.deepEqual(ids('AWS::CodeBuild::Project'), ['BuildApp', 'BuildImage', 'BuildPrepare']);
});
