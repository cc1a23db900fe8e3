/** Removes what `cdk destroy Viridian` leaves: target groups, the journal, images, artifacts, commits, network. */

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { STATE_STACK } from '../lib/app.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

if (!process.argv.includes('--forever')) {
  console.error('This deletes the journal, every image, every artifact and every commit in CodeCommit.');
  console.error('If that is what you want: npm run erase -- --forever');
  process.exit(1);
}

for (const arn of targetGroups()) {
  console.log(`Deleting ${arn}`);
  aws('elbv2', 'delete-target-group', '--target-group-arn', arn);
}
// First the stack is told that nothing in it is kept, then it goes.
cdk('deploy', STATE_STACK, '--exclusively', '--require-approval', 'never', '-c', 'keep=false');
cdk('destroy', STATE_STACK, '--force', '-c', 'keep=false');

/** Those that releases made in the network of the state stack. No stack owns them. */
function targetGroups(): string[] {
  const vpc = JSON.parse(aws(
    'cloudformation', 'describe-stack-resources', '--stack-name', STATE_STACK, '--output', 'json',
    '--query', "StackResources[?ResourceType=='AWS::EC2::VPC'].PhysicalResourceId",
  ))[0];
  const groups: { TargetGroupArn: string; TargetGroupName: string; VpcId?: string }[] = JSON.parse(aws(
    'elbv2', 'describe-target-groups', '--output', 'json', '--query', 'TargetGroups',
  ));
  return groups
    .filter(({ TargetGroupName, VpcId }) => VpcId === vpc && TargetGroupName.startsWith('tg-'))
    .map(({ TargetGroupArn }) => TargetGroupArn);
}

function aws(...words: string[]): string {
  return execFileSync('aws', words, { encoding: 'utf8' });
}

function cdk(...words: string[]): void {
  execFileSync('npx', ['cdk', ...words], { cwd: root, stdio: 'inherit' });
}
