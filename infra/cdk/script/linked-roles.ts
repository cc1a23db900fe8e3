/** The service-linked roles that the stacks' services work by. */

import type { Aws } from './leftovers.ts';

/** The role that each service has once in an account, by the service's name. */
export const LINKED_ROLES: Record<string, string> = {
  'ecs.amazonaws.com': 'AWSServiceRoleForECS',
  'elasticloadbalancing.amazonaws.com': 'AWSServiceRoleForElasticLoadBalancing',
  'rds.amazonaws.com': 'AWSServiceRoleForRDS',
  'ecs.application-autoscaling.amazonaws.com': 'AWSServiceRoleForApplicationAutoScaling_ECSService',
};

/** Makes those that are missing, telling what it finds and does. */
export function completeAccount(aws: Aws, tell: (line: string) => void): void {
  for (const [service, role] of Object.entries(LINKED_ROLES)) {
    if (exists(aws, role)) {
      tell(`${role} is there.`);
      continue;
    }
    aws('iam', 'create-service-linked-role', '--aws-service-name', service);
    tell(`${role} was made.`);
  }
}

/** Anything else than "there is no such role" is the caller's to see. */
function exists(aws: Aws, role: string): boolean {
  try {
    aws('iam', 'get-role', '--role-name', role);
    return true;
  } catch (error) {
    if (/NoSuchEntity/.test(String((error as { stderr?: unknown }).stderr ?? error))) return false;
    throw error;
  }
}
