/** Makes the roles that a new account lacks, so that the first deployment does not race with AWS making them. */

import { execFileSync } from 'node:child_process';

import { completeAccount } from './linked-roles.ts';

completeAccount((...words) => execFileSync('aws', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }), (line) => console.log(line));
