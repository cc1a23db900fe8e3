/** The commands of the READMEs run as they stand in `sh`, on Linux and on macOS. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { synthesise } from './synthesis.ts';

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
