/** The roles that the sandbox does not play: what AWS itself does in their names is listed here, to the action. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GUARDED, TOLD, synthesise } from './synthesis.ts';

/** The user guides of ECS (task execution role) and of VPC flow logs say what these services ask for. */
const LISTED = {
  state: {
    NetworkVpcFlowLogIAMRole: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
  },
  service: {
    ReleaseConsoleExecutionRole: [
      'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer', 'logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:GetSecretValue',
    ],
  },
} as const;

test('a role that the sandbox does not play may do what is listed, no more and no less', () => {
  for (const settings of [undefined, GUARDED, TOLD]) {
    const stacks = synthesise(settings);
    for (const stack of ['state', 'service'] as const) {
      for (const [role, actions] of Object.entries(LISTED[stack])) {
        assert.deepEqual(stacks[stack].actions(role), actions, role);
      }
    }
  }
});

test('what starts the console reaches the console’s own image, log and secret', () => {
  const { service } = synthesise();
  for (const [action, arn] of [
    ['ecr:BatchGetImage', /ConsoleImages/],
    ['logs:PutLogEvents', /ReleaseConsoleLog/],
    ['secretsmanager:GetSecretValue', /JournalClusterSecret/],
  ] as const) {
    const reached = service.reach('ReleaseConsoleExecutionRole', action);
    assert.equal(reached.length, 1);
    assert.match(reached[0]!, arn);
  }
});
