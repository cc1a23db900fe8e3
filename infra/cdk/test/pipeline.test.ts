/** The pipeline and what it may do. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CONNECTED, GUARDED, LEAVING, synthesise } from './synthesis.ts';

const pipeline = (context = {}) => synthesise(context).service.one('AWS::CodePipeline::Pipeline').Properties;
const actions = (context = {}) => pipeline(context).Stages.flatMap((stage: any) => stage.Actions);

test('the stages and actions are those that the console and the sandbox know', () => {
  assert.deepEqual(
    pipeline().Stages.map((stage: any) => [stage.Name, stage.Actions.map((action: any) => action.Name)]),
    [
      ['Source', ['Source']],
      ['Build', ['BuildApp', 'BuildImage']],
      ['Release', ['Prepare', 'DeployGreen', 'ApproveSwap', 'Swap', 'ApproveCleanUp', 'CleanUp']],
    ],
  );
});

test('the actions of the release run one after the other under one lock', () => {
  const [, , release] = pipeline().Stages;
  assert.deepEqual(release.Actions.map((action: any) => action.RunOrder), [1, 2, 3, 4, 5, 6]);
  assert.equal(pipeline().PipelineType, 'V2');
  assert.equal(pipeline().ExecutionMode, 'SUPERSEDED');
});

test('every artifact that is read was written before', () => {
  const written = new Set<string>();
  for (const action of actions()) {
    for (const { Name } of action.InputArtifacts ?? []) assert.ok(written.has(Name), `${action.Name} reads ${Name}`);
    for (const { Name } of action.OutputArtifacts ?? []) written.add(Name);
  }
});

test('both gates stay open as long as they were told and tell the topic', () => {
  const gates = (context = {}) => actions(context).filter((action: any) => action.ActionTypeId.Category === 'Approval');
  assert.deepEqual(gates().map((gate: any) => gate.TimeoutInMinutes), [10_080, 10_080]);
  for (const gate of gates()) assert.ok(gate.Configuration.NotificationArn);
});

test('a gate leads to itself in the console, where there is a door to it', () => {
  const links = (context = {}) => actions(context).map((action: any) => action.Configuration.ExternalEntityLink).filter(Boolean);
  assert.deepEqual(links(), []);
  assert.deepEqual(links(GUARDED), [
    'https://release.example.com/s/viridian-demo#ApproveSwap',
    'https://release.example.com/s/viridian-demo#ApproveCleanUp',
  ]);
  const elsewhere = links({ ...CONNECTED, identity: GUARDED.identity });
  assert.deepEqual(elsewhere[0]['Fn::Join'][1], [
    'https://release.example.com/s/', { 'Fn::GetAtt': ['Service', 'Name'] }, '#ApproveSwap',
  ]);
});

test('prepare is told the release: its execution, its commit and its image by digest', () => {
  const [prepare] = actions().filter((action: any) => action.Name === 'Prepare');
  const variables = JSON.parse(prepare.Configuration.EnvironmentVariables);
  assert.deepEqual(Object.fromEntries(variables.map((one: any) => [one.name, one.value])), {
    PIPELINE_EXECUTION_ID: '#{codepipeline.PipelineExecutionId}',
    COMMIT_ID: '#{Source.CommitId}',
    IMAGE_URI: '#{BuildImage.IMAGE_URI}',
  });
});

test('the pipeline fetches, builds, invokes three machines and tells people, and nothing else', () => {
  const { service } = synthesise();
  assert.deepEqual(service.actions('ReleasePipelineRole'), [
    'codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codecommit:CancelUploadArchive',
    'codecommit:GetBranch', 'codecommit:GetCommit', 'codecommit:GetUploadArchiveStatus', 'codecommit:UploadArchive',
    's3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning', 's3:GetObject', 's3:GetObjectVersion',
    's3:PutObject', 'sns:Publish', 'states:DescribeExecution',
    'states:DescribeStateMachine', 'states:StartExecution',
  ]);
  const started = service.reach('ReleasePipelineRole', 'states:StartExecution');
  assert.equal(started.length, 3);
  assert.ok(!started.some((arn) => arn.includes('RollBack')), 'a person starts roll-back, not the pipeline');
});

test('a push to the branch starts a release, and nobody polls', () => {
  const { service } = synthesise();
  const { EventPattern } = service.one('AWS::Events::Rule', 'ReleaseSource').Properties;
  assert.deepEqual(EventPattern.detail.referenceName, ['main']);
  assert.equal(actions()[0].Configuration.PollForSourceChanges, 'false');
  assert.deepEqual(service.actions('ReleaseSourcePipelineEventsRole'), ['codepipeline:StartPipelineExecution']);
});

test('over a connection the pipeline may use that connection and needs no rule', () => {
  const { service } = synthesise(LEAVING);
  assert.equal(actions(LEAVING)[0].ActionTypeId.Provider, 'CodeStarSourceConnection');
  assert.deepEqual(service.reach('ReleasePipelineRole', 'codeconnections:UseConnection'), [
    JSON.stringify(LEAVING.connectionArn),
  ]);
  assert.deepEqual(service.ids('AWS::Events::Rule').filter((id) => id.startsWith('ReleaseSource')), []);
});
