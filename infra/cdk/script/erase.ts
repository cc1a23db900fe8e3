/** Removes what `cdk destroy Viridian` leaves: target groups, task definitions, and the whole state stack. */

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { SERVICE_STACK, STATE_STACK } from '../lib/app.ts';
import { removeLeftovers } from './leftovers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

if (!process.argv.includes('--forever')) {
  console.error('This deletes the journal, every image, every artifact and every commit in CodeCommit.');
  console.error('If that is what you want: npm run erase -- --forever');
  process.exit(1);
}

removeLeftovers(aws, STATE_STACK, `${SERVICE_STACK}-web`, (line) => console.log(line));
// First the stack is told that nothing in it is kept, then it goes.
cdk('deploy', STATE_STACK, '--exclusively', '--require-approval', 'never', '-c', 'keep=false');
cdk('destroy', STATE_STACK, '--force', '-c', 'keep=false');

function aws(...words: string[]): string {
  return execFileSync('aws', words, { encoding: 'utf8' });
}

function cdk(...words: string[]): void {
  execFileSync('npx', ['cdk', ...words], { cwd: root, stdio: 'inherit' });
}
