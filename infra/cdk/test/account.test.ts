/** What a new account lacks is made, and nothing else is touched. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LINKED_ROLES, completeAccount } from '../script/linked-roles.ts';

/** An account with these roles; remembers what is made in it. */
function account(roles: string[]) {
  const made: string[] = [];
  const aws = (...words: string[]): string => {
    const value = words.at(-1)!;
    if (words[1] === 'create-service-linked-role') {
      made.push(value);
    } else if (!roles.includes(value)) {
      throw Object.assign(new Error('Command failed'), { stderr: 'An error occurred (NoSuchEntity) when calling GetRole' });
    }
    return '';
  };
  return { aws, made };
}

test('a new account gets a role for each service', () => {
  const { aws, made } = account([]);
  completeAccount(aws, () => {});
  assert.deepEqual(made, Object.keys(LINKED_ROLES));
});

test('what is there stays', () => {
  const { aws, made } = account(Object.values(LINKED_ROLES).filter((role) => !role.endsWith('RDS')));
  const told: string[] = [];
  completeAccount(aws, (line) => told.push(line));
  assert.deepEqual(made, ['rds.amazonaws.com']);
  assert.equal(told.filter((line) => line.endsWith('is there.')).length, 3);
});

test('an account that may not be read is said, not taken for empty', () => {
  const aws = (): string => {
    throw Object.assign(new Error('Command failed'), { stderr: 'An error occurred (AccessDenied) when calling GetRole' });
  };
  assert.throws(() => completeAccount(aws, () => {}), /Command failed/);
});
