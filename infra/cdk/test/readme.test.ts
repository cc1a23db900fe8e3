/** The commands of the READMEs run as they stand in `sh`, on Linux and on macOS. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { GUARDED, synthesise } from './synthesis.ts';

const ROOT = new URL('../../../', import.meta.url);
const FILES = ['README.md', 'assets/demo-app-repository/README.md', 'infra/cdk/README.md', 'infra/sandbox/README.md'];

interface Block {
  readonly file: string;
  readonly text: string;
}

const BLOCKS: Block[] = FILES.flatMap((file) => {
  const text = readFileSync(new URL(file, ROOT), 'utf8');
  return [...text.matchAll(/^( *)```sh\n([^]*?)^ *```/gm)]
    .map(([, indent, body]) => ({ file, text: body!.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }));
});

/** What GNU's tools know and BSD's do not. */
const GNU_ONLY: Record<string, RegExp> = {
  'sed -i without a suffix': /\bsed\b[^|;&\n]* -i(?=\s|$)/,
  'an escape in a pattern of sed': /\bsed\b[^|;&\n]*\\[tn+?|wsdb]/,
  'sed -r or a long option of sed': /\bsed\b[^|;&\n]* (-r|--\w)/,
  'date -d': /\bdate\b[^|;&\n]* -d\b/,
  'grep -P': /\bgrep\b[^|;&\n]* -\w*P/,
  'readlink -f': /\breadlink -f\b/,
  'cp --parents, xargs -r, base64 -w, stat -c': /\bcp --|\bxargs -r\b|\bbase64 -w|\bstat -c\b/,
};

test('no command is GNU’s alone', () => {
  assert.ok(BLOCKS.length >= 10);
  for (const { file, text } of BLOCKS) {
    for (const [name, pattern] of Object.entries(GNU_ONLY)) assert.doesNotMatch(text, pattern, `${file}: ${name}`);
  }
});

test('what is looked for is found where it stands', () => {
  const bad = ["sed -i 's/a/b/' x", 'sed "s/\\t/=/"', "sed -E -i 's/a/b/' x", 'sed -r s/a/b/', 'date -u -d @1'];
  for (const command of bad) assert.ok(Object.values(GNU_ONLY).some((pattern) => pattern.test(command)), command);
  const good = "sed -i.before 's/a/b/' x && rm x.before";
  assert.ok(!Object.values(GNU_ONLY).some((pattern) => pattern.test(good)));
});

test('every command is one that sh understands', () => {
  for (const { text } of BLOCKS) execFileSync('sh', ['-n'], { input: text });
});

/** CloudFormation refuses a parameter that a stack does not have, and `cdk deploy` hands it to every stack. */
test('every parameter is given with its stack and exists there', () => {
  const known = synthesise().service.parameters;
  const given = BLOCKS.flatMap(({ text }) => [...text.matchAll(/--parameters (\S+)=/g)].map(([, name]) => name!));
  assert.ok(given.length >= 3);
  for (const name of given) {
    const [stack, parameter] = name.split(':');
    assert.equal(stack, 'Viridian', name);
    assert.ok(known[parameter!], name);
  }
});

test('every output that a command names is there', () => {
  const { outputs } = synthesise().service;
  const named = BLOCKS.filter(({ file }) => file === 'infra/cdk/README.md')
    .flatMap(({ text }) => [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!));
  for (const name of named) assert.ok(outputs[name], name);
});

const COSTS = readFileSync(new URL('infra/cdk/README.md', ROOT), 'utf8').split('\n## What it costs\n')[1]!.split('\n## ')[0]!;
/** The rows of the table of costs: what, its prices, a month. */
const ROWS = COSTS.split('\n').filter((line) => /^\| (?!What|---|\*\*)/.test(line)).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
const numbers = (text: string) => [...text.matchAll(/\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits));
const HOURS = 730;

/** What a row comes to by the prices in it; how many hours and pieces are in `count`. */
const RECKONED: Record<string, (prices: number[]) => number> = {
  'Way out': ([gateway, address]) => HOURS * (gateway! + address!),
  'Balancer of the app': ([hour]) => HOURS * hour!,
  'its two addresses': ([hour]) => 2 * HOURS * hour!,
  'One task of the app': ([cpu, memory]) => HOURS * (0.25 * cpu! + 0.5 * memory!),
  'Journal': ([unit]) => HOURS * 0.5 * unit!,
};

test('the costs come to what the prices beside them say', () => {
  for (const [name, reckon] of Object.entries(RECKONED)) {
    const [, price, month] = ROWS.find(([what]) => what!.startsWith(name))!;
    assert.ok(Math.abs(reckon(numbers(price!)) - numbers(month!).at(-1)!) < 0.006, `${name}: ${price} is ${reckon(numbers(price!))}, not ${month}`);
  }
  const of = (name: string) => numbers(ROWS.find(([what]) => what!.startsWith(name))![2]!)[0]!;
  assert.ok(Math.abs(of('Balancer of the console') - of('Balancer of the app') - of('its two addresses')) < 0.006);
  assert.match(ROWS.find(([what]) => what!.startsWith('The console’s task'.replace('’', "'")))![1]!, /the same/);
});

test('the whole is the sum of its lines, and so is what is left without the console’s own', () => {
  const months = ROWS.map(([what, , month]): [string, number] => [what!, /^the same/.test(month!) ? NaN : numbers(month!)[0]!]);
  const task = months.find(([what]) => what.startsWith('One task'))![1];
  const each = months.map(([what, month]): [string, number] => [what, Number.isNaN(month) ? task : month]);
  const sum = (rows: [string, number][]) => rows.reduce((total, [, month]) => total + month, 0);
  const [all, without] = COSTS.match(/\*\*about \d+[^*]*\*\*/g)!.map((text) => numbers(text)[0]!);
  const near = (told: number, found: number) => assert.ok(Math.abs(told - found) <= 5, `${found.toFixed(2)} is told as ${told}`);
  near(all!, sum(each));
  near(without!, sum(each.filter(([what]) => !/console/.test(what))));
});

test('every price names its page and every cost what switches it off, at a date', () => {
  for (const [what, price, , without] of ROWS) {
    assert.match(price!, /\d|as above|the same/, what);
    assert.ok(without || /a release/.test(ROWS.find(([it]) => it === what)![2]!) || /^Secret/.test(what!), what);
  }
  const pages = [...COSTS.matchAll(/\(https:\/\/aws\.amazon\.com\/([\w/-]+)\/pricing\/\)/g)].map(([, page]) => page!);
  for (const page of ['vpc', 'elasticloadbalancing', 'fargate', 'rds/aurora', 'cloudwatch', 'codepipeline', 'codebuild', 'step-functions', 'ecr', 's3', 'secrets-manager']) {
    assert.ok(pages.includes(page), page);
  }
  const [, day] = /written down on (\d+ \w+ \d{4})/.exec(COSTS)!;
  assert.ok(!Number.isNaN(Date.parse(day!)));
});

/** What is charged by the hour or the piece in the templates of everything stands in the table. */
test('nothing that costs is left out of the table', () => {
  const { service, state } = synthesise(GUARDED);
  const has = (name: string) => ROWS.some(([what]) => what!.includes(name));
  const charged: Record<string, string> = {
    'AWS::EC2::NatGateway': 'NAT gateway', 'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Balancer', 'AWS::ECS::Service': 'task',
    'AWS::RDS::DBCluster': 'Aurora', 'AWS::CloudWatch::Alarm': 'alarms', 'AWS::CodePipeline::Pipeline': 'Pipeline',
    'AWS::CodeBuild::Project': 'Builds', 'AWS::StepFunctions::StateMachine': 'State machines', 'AWS::ECR::Repository': 'Images',
    'AWS::S3::Bucket': 'artifacts', 'AWS::Logs::LogGroup': 'logs', 'AWS::SecretsManager::Secret': 'Secret', 'AWS::SQS::Queue': 'queues',
    'AWS::SNS::Topic': 'topics', 'AWS::Events::Rule': 'events',
  };
  const found = [service, state].flatMap((template) => Object.values(template.resources).map(({ Type }) => Type));
  for (const [type, name] of Object.entries(charged)) assert.ok(found.includes(type) && has(name), type);
  const known = /^AWS::(EC2|IAM|ECS|ElasticLoadBalancingV2|ApplicationAutoScaling|Lambda|S3|SQS|SNS|RDS|CDK|CodeCommit|SecretsManager)::/;
  for (const type of new Set(found)) assert.ok(type in charged || known.test(type), `${type} has no line in the table of costs`);
  assert.equal(service.ids('AWS::EC2::NatGateway').length, 1);
  assert.equal(service.ids('AWS::ElasticLoadBalancingV2::LoadBalancer').length, 2);
  assert.match(COSTS, /\| Seven alarms/);
  assert.equal(service.ids('AWS::CloudWatch::Alarm').length, 7);
});
