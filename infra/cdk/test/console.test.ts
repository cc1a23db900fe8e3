/** What the console may do, and who gets to it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { GUARDED, TOLD, synthesise } from './synthesis.ts';

/** A list of `backend/aws/src/actions.rs`, which holds what the console's code asks of AWS. */
function asked(list: string): string[] {
  const text = readFileSync(new URL('../../../backend/aws/src/actions.rs', import.meta.url), 'utf8');
  const [, body] = new RegExp(`pub const ${list}: &\\[&str\\] =\\s*&\\[([^\\]]*)\\]`).exec(text) ?? [];
  return [...body!.matchAll(/"([^"]+)"/g)].map(([, action]) => action!);
}

test('the console may do what its code does, no more and no less', () => {
  const needed = ['READ', 'HEAR', 'APPROVE', 'OPERATE'].flatMap(asked).sort();
  assert.deepEqual(synthesise().service.actions('ReleaseConsoleRole'), needed);
});

test('the console changes traffic only by gates and state machines', () => {
  const forbidden = /TaskSet$|ModifyRule|ModifyListener|(Create|Delete)TargetGroup$|PassRole|RegisterScalableTarget|RunTask/;
  for (const action of synthesise().service.actions('ReleaseConsoleRole')) assert.doesNotMatch(action, forbidden);
});

test('what the console writes to is named', () => {
  const { service } = synthesise();
  for (const action of ['codepipeline:PutApprovalResult', 'ecs:UpdateService', 'states:StartExecution']) {
    for (const arn of service.reach('ReleaseConsoleRole', action)) assert.notEqual(arn, '"*"', action);
  }
});

test('the console answers the two gates, and no other', () => {
  const gates = synthesise().service.reach('ReleaseConsoleRole', 'codepipeline:PutApprovalResult').sort();
  assert.equal(gates.length, 2);
  assert.match(gates[0]!, /\/Release\/ApproveCleanUp"/);
  assert.match(gates[1]!, /\/Release\/ApproveSwap"/);
});

test('where votes are attributed the console itself may not answer a gate', () => {
  const { service } = synthesise(GUARDED);
  assert.ok(!service.actions('ReleaseConsoleRole').includes('codepipeline:PutApprovalResult'));
  assert.deepEqual(service.actions('ReleaseConsoleVoterRole'), ['codepipeline:PutApprovalResult']);
  const [assumed] = service.reach('ReleaseConsoleRole', 'sts:AssumeRole');
  assert.match(assumed!, /VoterRole/);
  const trust = service.one('AWS::IAM::Role', 'ReleaseConsoleVoterRole').Properties.AssumeRolePolicyDocument;
  assert.match(JSON.stringify(trust.Statement[0].Principal), /ReleaseConsoleRole/);
});

test('without an identity provider there is no door to the console', () => {
  const { service } = synthesise();
  assert.equal(service.of('AWS::ElasticLoadBalancingV2::LoadBalancer').length, 1);
  assert.deepEqual(service.one('AWS::ECS::Service', 'ReleaseConsole').Properties.LoadBalancers ?? [], []);
});

test('with one the only way in is HTTPS and nobody passes unauthenticated', () => {
  const { service } = synthesise(GUARDED);
  const { Properties } = service.one('AWS::ElasticLoadBalancingV2::Listener', 'ReleaseConsoleEdge');
  assert.deepEqual([Properties.Port, Properties.Protocol], [443, 'HTTPS']);
  const [first, second] = Properties.DefaultActions;
  assert.equal(first.Type, 'authenticate-oidc');
  assert.equal(first.AuthenticateOidcConfig.OnUnauthenticatedRequest, 'authenticate');
  assert.match(JSON.stringify(first.AuthenticateOidcConfig.ClientSecret), /resolve:secretsmanager/);
  assert.equal(second.Type, 'forward');
});

test('what the page asks for is answered with 401 once the session has ended, and never led elsewhere', () => {
  const { service } = synthesise(GUARDED);
  const { Properties } = service.one('AWS::ElasticLoadBalancingV2::ListenerRule', 'ReleaseConsoleEdge');
  assert.deepEqual(Properties.Conditions[0].PathPatternConfig.Values, ['/api/*']);
  const [first, second] = Properties.Actions;
  assert.deepEqual([first.Type, first.AuthenticateOidcConfig.OnUnauthenticatedRequest], ['authenticate-oidc', 'deny']);
  assert.equal(second.Type, 'forward');
});

test('the console runs once an image is named, in private, on a file system that it cannot write', () => {
  const { service } = synthesise();
  const console = service.one('AWS::ECS::Service', 'ReleaseConsole');
  assert.equal(console.Condition, 'ConsoleExists');
  assert.equal(console.Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp, 'DISABLED');
  const [container] = service.one('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
  assert.equal(container.ReadonlyRootFilesystem, true);
  assert.deepEqual(container.Image['Fn::Join'][1].slice(-2), ['@', { Ref: 'ConsoleImage' }]);
  assert.deepEqual(container.Command, ['serve', '--stack', 'Viridian']);
});

test('the console is started as its Dockerfile says', () => {
  const text = readFileSync(new URL('../../../backend/server/Dockerfile', import.meta.url), 'utf8');
  const says = (instruction: string) => new RegExp(`^${instruction} (.*)$`, 'm').exec(text)![1]!;
  const [container] = synthesise().service.one('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
  const [kind, ...words] = container.HealthCheck.Command;
  assert.deepEqual([kind, words], ['CMD', JSON.parse(says('HEALTHCHECK').split(' CMD ')[1]!)]);
  assert.match(says('HEALTHCHECK'), new RegExp(`--interval=${container.HealthCheck.Interval}s --timeout=${container.HealthCheck.Timeout}s`));
  assert.equal(says('EXPOSE'), `${container.PortMappings[0].ContainerPort}/tcp`);
  // Neither the program nor its user is set anew.
  assert.deepEqual([container.EntryPoint, container.User], [undefined, undefined]);
});

test('the console is given the journal’s password by secret, never in its environment', () => {
  const [container] = synthesise().service.one('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
  assert.equal(container.Environment, undefined);
  assert.deepEqual(container.Secrets.map((secret: any) => secret.Name), [
    'PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD',
  ]);
});

test('secrets of suites come from Secrets Manager, by name and field, and only they', () => {
  const { service } = synthesise(TOLD);
  const [container] = service.one('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
  assert.equal(container.Environment, undefined);
  const probes = container.Secrets.slice(5).map((secret: any) => [secret.Name, JSON.stringify(secret.ValueFrom)]);
  assert.deepEqual(probes.map(([name]: [string]) => name), ['PROBE_TOKEN', 'PROBE_USER', 'PROBE_PASSWORD']);
  assert.match(probes[0][1], /secret:viridian\/probe"/);
  assert.match(probes[1][1], /secret:viridian\/login:user::/);
  const read = service.reach('ReleaseConsoleExecutionRole', 'secretsmanager:GetSecretValue');
  assert.equal(read.length, 3);
  assert.ok(read.some((arn) => arn.includes(':secret:viridian/probe-??????"')));
});

/** IAM is asked about the name: the ARN with its id is not what it judges. */
test('the console may read its own stack by its name', () => {
  const [stack] = synthesise().service.reach('ReleaseConsoleRole', 'cloudformation:DescribeStacks');
  assert.match(stack!, /:stack\/Viridian\/\*"/);
});
