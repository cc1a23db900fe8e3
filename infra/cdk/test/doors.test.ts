/** Which ports are open, and to whom. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALL, CERTIFIED, GUARDED, type Template, UNREDIRECTED, synthesise } from './synthesis.ts';

/** What comes in from addresses, as `port from` by security group. */
function doors({ resources }: Template): Record<string, string[]> {
  const open: Record<string, string[]> = {};
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    if (Type !== 'AWS::EC2::SecurityGroup') continue;
    open[id.replace(/[0-9A-F]{8}$/, '')] = (Properties.SecurityGroupIngress ?? [])
      .map((rule: any) => `${rule.FromPort} from ${source(rule.CidrIp)}`).sort();
  }
  return open;
}

function source(cidr: unknown): string {
  return typeof cidr === 'string' ? cidr : 'the way out';
}

test('by default the world reaches production, and nobody but the console reaches the test listener', () => {
  const { service, state } = synthesise();
  assert.deepEqual(doors(service), {
    ReleaseBalancerSecurityGroup: ['80 from 0.0.0.0/0', '8080 from the way out'],
    ReleaseWorkloadSecurityGroup: [],
    ReleaseConsoleSecurityGroup: [],
  });
  assert.deepEqual(doors(state), { JournalSecurityGroup: [] });
});

test('testers reach the test listener from the ranges of a parameter, each under its own condition', () => {
  const { service } = synthesise();
  const pattern = new RegExp(service.parameters.TestCidrs!.AllowedPattern!);
  assert.equal(service.parameters.TestCidrs!.Default, '');
  for (const given of ['', '203.0.113.0/24', '203.0.113.0/24,198.51.100.7/32']) assert.match(given, pattern);
  for (const given of ['everyone', '203.0.113.0', '0.0.0.0/0', '1.1.1.1/32,', Array(6).fill('1.1.1.1/32').join()]) {
    assert.doesNotMatch(given, pattern);
  }
  const rules = testers(service);
  assert.equal(rules.length, 5);
  for (const [at, { Condition, Properties }] of rules.entries()) {
    const padded = { 'Fn::Join': ['', [{ Ref: 'TestCidrs' }, ',,,,']] };
    const range = { 'Fn::Select': [at, { 'Fn::Split': [',', padded] }] };
    assert.deepEqual([Properties.CidrIp, Properties.FromPort, Properties.ToPort], [range, 8080, 8080]);
    assert.deepEqual(service.conditions[Condition!], { 'Fn::Not': [{ 'Fn::Equals': [range, ''] }] });
  }
});

function testers(service: Template) {
  return service.of('AWS::EC2::SecurityGroupIngress').filter(({ Properties }) => Properties.CidrIp !== undefined);
}

test('tasks are reached by the balancer only, the journal by the console only', () => {
  const { service } = synthesise();
  const among = service.of('AWS::EC2::SecurityGroupIngress').filter(({ Properties }) => Properties.CidrIp === undefined);
  const rules = among.map(({ Properties }) => [
    Properties.FromPort, Properties.ToPort, JSON.stringify(Properties.SourceSecurityGroupId),
  ]);
  assert.equal(rules.length, 2);
  assert.deepEqual(rules.map(([from]) => from).sort(), [5432, 80]);
  assert.match(String(rules.find(([from]) => from === 80)![2]), /BalancerSecurityGroup/);
  assert.match(String(rules.find(([from]) => from === 5432)![2]), /ConsoleSecurityGroup/);
});

test('both listeners say 503 until something is deployed, in a rule and not in a default action', () => {
  const { service } = synthesise();
  for (const { Properties } of service.of('AWS::ElasticLoadBalancingV2::ListenerRule')) {
    assert.deepEqual(Properties.Actions.map((action: any) => action.FixedResponseConfig.StatusCode), ['503']);
    assert.deepEqual(Properties.Conditions[0].PathPatternConfig.Values, ['/*']);
  }
  const listeners = service.of('AWS::ElasticLoadBalancingV2::Listener').map(({ Properties }) => Properties);
  assert.deepEqual(listeners.map(({ Port, Protocol }) => [Port, Protocol]), [[80, 'HTTP'], [8080, 'HTTP']]);
});

/** CloudFormation would set the rules back to 503 if anything in them changed. */
test('a change of settings never touches the rules that carry traffic', () => {
  const rules = (context: object) => {
    const { service } = synthesise(context as Record<string, unknown>);
    const ids = service.ids('AWS::ElasticLoadBalancingV2::ListenerRule');
    return ids.filter((id) => !id.startsWith('ReleaseConsoleEdge')).map((id) => service.resources[id]!.Properties);
  };
  for (const [name, context] of Object.entries(ALL)) assert.deepEqual(rules(context), rules({}), name);
});

test('with a certificate production and test speak HTTPS and port 80 only leads there', () => {
  const { service } = synthesise(GUARDED);
  const listeners = service.ids('AWS::ElasticLoadBalancingV2::Listener').filter((id) => id.startsWith('ReleaseBalancer'))
    .map((id) => service.resources[id]!.Properties);
  assert.deepEqual(
    listeners.map(({ Port, Protocol, DefaultActions }) => [Port, Protocol, DefaultActions[0].Type]).sort(),
    [[443, 'HTTPS', 'fixed-response'], [80, 'HTTP', 'redirect'], [8080, 'HTTPS', 'fixed-response']],
  );
});

test('with a certificate people, comparisons and the sentinel reach production under a name that it covers', () => {
  const { outputs } = synthesise(CERTIFIED).service;
  assert.equal(outputs.AlbProdUrl!.Value, 'https://shop.example.com');
  assert.equal(outputs.AlbTestUrl!.Value, 'https://shop.example.com:8080');
  assert.deepEqual([outputs.AlbProdDns!.Value, outputs.AlbTestDns!.Value], ['shop.example.com', 'shop.example.com']);
  assert.match(JSON.stringify(outputs.BalancerDns!.Value), /DNSName/);
});

test('without its redirect a certificate leaves port 80 closed', () => {
  const { service } = synthesise(UNREDIRECTED);
  const ports = service.of('AWS::ElasticLoadBalancingV2::Listener').map(({ Properties }) => Properties.Port);
  assert.deepEqual(ports.sort(), [443, 8080]);
  assert.ok(!Object.values(doors(service)).flat().includes('80 from 0.0.0.0/0'));
});

test('what balancers answer is written down', () => {
  for (const { Properties } of synthesise(GUARDED).service
    .of('AWS::ElasticLoadBalancingV2::LoadBalancer')) {
    const attributes = new Map(Properties.LoadBalancerAttributes.map((one: any) => [one.Key, one.Value]));
    assert.equal(attributes.get('access_logs.s3.enabled'), 'true');
    assert.equal(attributes.get('routing.http.drop_invalid_header_fields.enabled'), 'true');
  }
});
