/** The outputs that people, scripts and the console go by. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GUARDED, synthesise } from './synthesis.ts';

const ALWAYS = [
  'AlarmTopicArn', 'AlbProdDns', 'AlbProdUrl', 'AlbTestDns', 'AlbTestUrl', 'ApprovalTopicArn', 'ArtifactBucketName',
  'BalancerDns', 'CleanUpStateMachineArn', 'CodeCommitRepositoryName', 'CodeCommitRepositoryUrl', 'ConsoleRepositoryUri', 'ConsoleRoleArn',
  'DeployGreenStateMachineArn', 'EcrRepositoryUri', 'EcsClusterName', 'EcsServiceName', 'EventQueueUrl',
  'PipelineName', 'ProdListenerArn', 'ProdListenerRuleArn', 'Region', 'RepositoryCloneUrl',
  'RollBackStateMachineArn', 'StateMachineArns', 'SwapStateMachineArn', 'TestListenerArn', 'TestListenerRuleArn',
];

test('every output that the reference, the sandbox and the console know is there', () => {
  assert.deepEqual(Object.keys(synthesise().service.outputs).sort(), ALWAYS);
});

test('a guarded console tells where it is and whom it believes', () => {
  const { outputs } = synthesise(GUARDED).service;
  const more = Object.keys(outputs).filter((key) => !ALWAYS.includes(key)).sort();
  assert.deepEqual(more, ['ConsoleBalancerDns', 'ConsoleIdentityIssuer', 'ConsoleSigner', 'ConsoleUrl', 'VoterRoleArn']);
  assert.equal(outputs.ConsoleUrl!.Value, 'https://release.example.com');
});
