/** What releases made and no stack owns: target groups in the network, revisions of the app's task definition. */

/** Runs the AWS CLI; gives what it prints. */
export type Aws = (...words: string[]) => string;

/** How many revisions `delete-task-definitions` takes at once. */
const AT_ONCE = 10;

/** Removes all of it, telling what. */
export function removeLeftovers(aws: Aws, stateStack: string, family: string, tell: (line: string) => void): void {
  for (const arn of targetGroups(aws, stateStack)) {
    tell(`Deleting ${arn}`);
    aws('elbv2', 'delete-target-group', '--target-group-arn', arn);
  }
  for (const arn of revisions(aws, family, 'ACTIVE')) {
    tell(`Deregistering ${arn}`);
    aws('ecs', 'deregister-task-definition', '--task-definition', arn);
  }
  const inactive = revisions(aws, family, 'INACTIVE');
  for (let at = 0; at < inactive.length; at += AT_ONCE) {
    const some = inactive.slice(at, at + AT_ONCE);
    tell(`Deleting ${some.join(', ')}`);
    aws('ecs', 'delete-task-definitions', '--task-definitions', ...some);
  }
}

/** Those in the network of the state stack that bear the name that Prepare gives them. */
function targetGroups(aws: Aws, stateStack: string): string[] {
  const [vpc] = ask<string[]>(
    aws, 'cloudformation', 'describe-stack-resources', '--stack-name', stateStack,
    '--query', "StackResources[?ResourceType=='AWS::EC2::VPC'].PhysicalResourceId",
  );
  const groups = ask<{ TargetGroupArn: string; TargetGroupName: string; VpcId?: string }[]>(
    aws, 'elbv2', 'describe-target-groups', '--query', 'TargetGroups',
  );
  return groups
    .filter(({ TargetGroupName, VpcId }) => VpcId === vpc && TargetGroupName.startsWith('tg-'))
    .map(({ TargetGroupArn }) => TargetGroupArn);
}

function revisions(aws: Aws, family: string, status: string): string[] {
  const arns = ask<string[]>(
    aws, 'ecs', 'list-task-definitions', '--family-prefix', family, '--status', status,
    '--query', 'taskDefinitionArns',
  );
  // A prefix fits longer families too.
  return arns.filter((arn) => arn.split('/').at(-1)!.replace(/:\d+$/, '') === family);
}

function ask<T>(aws: Aws, ...words: string[]): T {
  return JSON.parse(aws(...words, '--output', 'json')) as T;
}
