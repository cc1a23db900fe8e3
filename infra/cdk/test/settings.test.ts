/** What a deployment may choose, and what it is told when it chooses wrongly. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readSettings } from '../lib/settings.ts';
import { CERTIFIED, GUARDED } from './synthesis.ts';

const read = (context: Record<string, unknown>) => readSettings((key) => context[key]);

test('a connection without a repository is refused', () => {
  assert.throws(() => read({ connectionArn: 'arn:aws:codeconnections:r:1:connection/a' }), /owner\/name/);
});

test('what was a setting once and is a parameter now is refused with what to write', () => {
  assert.throws(() => read({ testCidrs: '203.0.113.0/24' }), /--parameters Viridian:TestCidrs=/);
});

test('a certificate without a name that it covers is refused, and so is what is no name', () => {
  assert.throws(() => read({ certificateArn: CERTIFIED.certificateArn }), /needs `domain`/);
  for (const domain of ['shop', 'https://shop.example.com', 'shop.example.com:443', '-.example.com']) {
    assert.throws(() => read({ ...CERTIFIED, domain }), /which is not a name/, domain);
  }
  assert.equal(read(CERTIFIED).domain, 'shop.example.com');
  assert.equal(read({ domain: 'shop.example.com' }).certificateArn, undefined);
});

test('an address that is none is refused', () => {
  assert.throws(() => read({ email: 'releases' }), /not an address/);
});

test('only variables that suites may name are handed to the console, each from a secret', () => {
  assert.throws(() => read({ probeSecrets: { AWS_SECRET_ACCESS_KEY: 'x' } }), /PROBE_ only/);
  assert.throws(() => read({ probeSecrets: { PROBE_TOKEN: 'a b' } }), /name of a secret/);
  assert.deepEqual(read({ probeSecrets: '{"PROBE_TOKEN":"shop/login:token","PROBE_KEY":"shop/key"}' }).probeSecrets, {
    PROBE_TOKEN: { name: 'shop/login', field: 'token' }, PROBE_KEY: { name: 'shop/key' },
  });
});

test('a gate is open for five minutes at least and sixty days at most', () => {
  assert.throws(() => read({ gateMinutes: 4 }), /gateMinutes/);
  assert.throws(() => read({ gateMinutes: '86401' }), /gateMinutes/);
  assert.equal(read({ gateMinutes: '86400' }).gateWindow.toDays(), 60);
});

test('half an identity provider is refused with what it lacks', () => {
  assert.throws(() => read({ identity: '{"issuer":"https://id.example"}' }), /lacks .*clientId/);
  const roles = JSON.stringify({ ...JSON.parse(GUARDED.identity), roles: { releasers: ['king'] } });
  assert.throws(() => read({ identity: roles }), /roles.* gives releasers/);
});

test('without any choice state is kept, the source is CodeCommit and gates stay open for a week', () => {
  const settings = read({});
  assert.equal(settings.keep, true);
  assert.equal(settings.source.kind, 'codecommit');
  assert.equal(settings.gateWindow.toDays(), 7);
  assert.equal(settings.redirect, true);
  assert.deepEqual(settings.probeSecrets, {});
});
