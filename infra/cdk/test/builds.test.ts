/** The build projects give their buildspecs what these ask for, and no more rights than they use. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { synthesise } from './synthesis.ts';

const SOURCE_AND_LOG = [
  'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetObject',
  's3:GetObjectVersion',
];

function variables(project: string): Record<string, any> {
  const { Properties } = synthesise().service.one('AWS::CodeBuild::Project', `Build${project}`);
  return Object.fromEntries((Properties.Environment.EnvironmentVariables ?? []).map((one: any) => [one.Name, one.Value]));
}

test('the app and prepare builds read and write artifacts, and nothing else', () => {
  const { service } = synthesise();
  assert.deepEqual(service.actions('ReleaseBuildsAppRole'), [...SOURCE_AND_LOG, 's3:PutObject']);
  assert.deepEqual(service.actions('ReleaseBuildsPrepareRole'), [...SOURCE_AND_LOG, 's3:PutObject']);
});

test('the image build reads its source and may push to the one repository', () => {
  const { service } = synthesise();
  const others = service.actions('ReleaseBuildsImageRole').filter((action) => !action.startsWith('ecr:'));
  assert.deepEqual(others, SOURCE_AND_LOG);
  assert.deepEqual(service.actions('ReleaseBuildsImageRole').filter((action) => action.startsWith('ecr:')), [
    'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:DescribeImages',
    'ecr:GetAuthorizationToken', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
  ]);
  assert.equal(service.reach('ReleaseBuildsImageRole', 'ecr:PutImage').length, 1);
});

test('only the build that makes an image is privileged', () => {
  const projects = synthesise().service.of('AWS::CodeBuild::Project').map(({ Properties }) => [
    Properties.Source.BuildSpec, Properties.Environment.PrivilegedMode ?? false,
  ]);
  assert.deepEqual(projects, [
    ['buildspec-app.yml', false], ['buildspec-image.yml', true], ['buildspec-prepare-deploy-green.yml', false],
  ]);
});

test('prepare has everything that assets/state-machine/README.md promises its buildspec', () => {
  const readme = readFileSync(new URL('../../../assets/state-machine/README.md', import.meta.url), 'utf8');
  const [sentence] = /The build project `Prepare` has these environment variables:.*?\. Its/.exec(readme) ?? [];
  const promised = [...sentence!.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!).sort();
  assert.ok(promised.length >= 12);
  assert.deepEqual(Object.keys(variables('Prepare')).sort(), promised);
});

test('the image build is told the repository under the name that its buildspec reads', () => {
  assert.deepEqual(Object.keys(variables('Image')), ['REPOSITORY_URI']);
  const buildspec = new URL('../../../assets/demo-app-repository/buildspec-image.yml', import.meta.url);
  assert.ok(existsSync(buildspec));
  assert.match(readFileSync(buildspec, 'utf8'), /\$REPOSITORY_URI\b/);
});

test('the task definition is given with a place for the image, by Step Functions’ names', () => {
  const parts = variables('Prepare').TASK_DEFINITION['Fn::Join'][1];
  const filled = parts.map((part: unknown) => (typeof part === 'string' ? part : 'X')).join('');
  const definition = JSON.parse(filled);
  assert.equal(definition.ContainerDefinitions[0].Image, '{{image_uri}}');
  assert.equal(definition.ContainerDefinitions[0].Name, variables('Prepare').CONTAINER_NAME);
  assert.deepEqual(definition.RequiresCompatibilities, ['FARGATE']);
  assert.ok(Object.keys(definition).every((member) => /^[A-Z]/.test(member)));
});
