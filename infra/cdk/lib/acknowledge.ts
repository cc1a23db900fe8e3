/** Says why a cdk-nag rule does not apply to a construct, at the place where it is made. */

import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** `reasons` maps rules to one sentence each. */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}

/** Says why a policy of a role must name resources by a wildcard: this one, and no other. */
export function acknowledgeWildcard(role: IConstruct, arn: string, reason: string): void {
  acknowledge(role, { [`AwsSolutions-IAM5[Resource::${written(Stack.of(role).resolve(arn))}]`]: reason });
}

/** A resolved value in the words of cdk-nag's findings: references in angle brackets. */
function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(written).join('');
  const [[name, argument]] = Object.entries(value) as [[string, unknown]];
  switch (name) {
    case 'Ref': return `<${argument}>`;
    case 'Fn::GetAtt': return `<${(argument as string[]).join('.')}>`;
    case 'Fn::Join': return (argument as [string, unknown[]])[1].map(written).join((argument as [string, unknown[]])[0]);
    default: return written(argument);
  }
}
