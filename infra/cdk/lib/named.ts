/** Short logical ids for what people name: the names that CloudFormation makes up begin with them. */

import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** `Viridian-Cluster-…` instead of `Viridian-ReleaseWorkloadClusterC192A4F5-…`. */
export function named<T extends IConstruct>(id: string, construct: T): T {
  const resource = (construct.node.defaultChild ?? construct) as CfnResource;
  resource.overrideLogicalId(id);
  return construct;
}
