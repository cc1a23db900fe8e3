/** What must never be lost is not lost. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { LEAVING, synthesise } from './synthesis.ts';

/** A changed logical id makes CloudFormation build the thing anew and leave the old one behind. */
const LOGICAL_IDS = {
  'AWS::CodeCommit::Repository': ['Code5B760EEF'],
  'AWS::EC2::VPC': ['NetworkVpc7FB7348F'],
  'AWS::ECR::Repository': ['Images2D38C313', 'ConsoleImagesB987A73F'],
  'AWS::RDS::DBCluster': ['JournalCluster800C09EF'],
  'AWS::RDS::DBInstance': ['JournalClusterWriter5699EF8C'],
  'AWS::S3::Bucket': ['Logs6819BB44', 'Artifacts82DD59A1'],
  'AWS::SecretsManager::Secret': ['JournalClusterSecret9C0C1B89'],
};

test('the logical ids of what holds data never change', () => {
  const { state } = synthesise();
  for (const [type, ids] of Object.entries(LOGICAL_IDS)) assert.deepEqual(state.ids(type), ids, type);
});

test('nothing of the state stack goes with the stack, and the stack itself cannot be deleted by mistake', () => {
  const { state, protected: isProtected } = synthesise();
  assert.ok(isProtected);
  for (const [id, resource] of Object.entries(state.resources)) {
    if (resource.Type === 'AWS::S3::BucketPolicy') continue;
    assert.equal(resource.DeletionPolicy, 'Retain', id);
    assert.equal(resource.UpdateReplacePolicy, 'Retain', id);
  }
  assert.equal(state.one('AWS::RDS::DBCluster').Properties.DeletionProtection, true);
});

test('all of it goes when it is told to', () => {
  const { state, protected: isProtected } = synthesise(LEAVING);
  assert.ok(!isProtected);
  for (const type of Object.keys(LOGICAL_IDS)) {
    for (const resource of state.of(type)) assert.notEqual(resource.DeletionPolicy, 'Retain', type);
  }
  assert.equal(state.one('AWS::RDS::DBCluster').Properties.DeletionProtection, false);
  for (const { Properties } of state.of('AWS::ECR::Repository')) assert.equal(Properties.EmptyOnDelete, true);
});

test('both buckets are encrypted, private and refuse plain HTTP', () => {
  const { state } = synthesise();
  for (const bucket of state.of('AWS::S3::Bucket')) {
    assert.ok(bucket.Properties.BucketEncryption);
    assert.deepEqual(new Set(Object.values(bucket.Properties.PublicAccessBlockConfiguration)), new Set([true]));
  }
  const denials = state.of('AWS::S3::BucketPolicy').flatMap((policy) => policy.Properties.PolicyDocument.Statement)
    .filter((statement) => statement.Effect === 'Deny');
  assert.deepEqual(denials.map((statement) => statement.Condition.Bool['aws:SecureTransport']), ['false', 'false']);
});

test('artifacts outlive the longest gate', () => {
  const rules = synthesise().state.one('AWS::S3::Bucket', 'Artifacts').Properties.LifecycleConfiguration.Rules;
  assert.ok(rules[0].ExpirationInDays > 60);
});

test('a tag never comes to mean another image, and blue’s image is still there when green’s is pushed', () => {
  const { Properties } = synthesise().state.one('AWS::ECR::Repository', 'Images');
  assert.equal(Properties.ImageTagMutability, 'IMMUTABLE');
  const [held, rest] = JSON.parse(Properties.LifecyclePolicy.LifecyclePolicyText).rules;
  assert.ok(rest.selection.countNumber >= 20);
  assert.ok(held.rulePriority < rest.rulePriority);
  assert.deepEqual(held.selection.tagPrefixList, ['in-use-']);
  const deployGreen = readFileSync(new URL('../../../assets/state-machine/deploy-green.asl.json', import.meta.url), 'utf8');
  assert.match(deployGreen, /"ImageTag\.\$": "States\.Format\('in-use-\{\}', \$\.TargetGroupName\)"/);
});

test('the journal is encrypted, backed up, unreachable from outside, and costs nothing while it rests', () => {
  const { state } = synthesise();
  const { Properties } = state.one('AWS::RDS::DBCluster');
  assert.equal(Properties.StorageEncrypted, true);
  assert.ok(Properties.BackupRetentionPeriod >= 7);
  assert.equal(Properties.ServerlessV2ScalingConfiguration.MinCapacity, 0);
  assert.ok(Properties.ServerlessV2ScalingConfiguration.SecondsUntilAutoPause > 0);
  assert.equal(state.one('AWS::RDS::DBInstance').Properties.PubliclyAccessible, false);
});

test('the state stack holds nothing that is charged by the hour while nobody works', () => {
  const { state } = synthesise();
  for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::EIP', 'AWS::ElasticLoadBalancingV2::LoadBalancer']) {
    assert.deepEqual(state.ids(type), []);
  }
});

test('a repository elsewhere takes the place of CodeCommit', () => {
  assert.deepEqual(synthesise(LEAVING).state.ids('AWS::CodeCommit::Repository'), []);
});
