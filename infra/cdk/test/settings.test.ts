/** What a deployment may choose, and what it is told when it chooses wrongly. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readSettings } from '../lib/settings.ts';
import { GUARDED } from './synthesis.ts';

const read = (context: Record<string, unknown>) => readSettings((key) => context[key]);

test('a connection without a repository is refused', () => {
  assert.throws(() => read({ connectionArn: 'arn:aws:codeconnections:r:1:connection/a' }), /owner\/name/);
});

test('a test range that is no range is refused by name', () => {
  assert.throws(() => read({ testCidrs: '203.0.113.0/24,everyone' }), /everyone/);
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
  assert.deepEqual(settings.testCidrs, []);
});
