/** A scalable target for whoever wants one, so that there is something for the state machines to hold still. */

import { CfnCondition, CfnParameter, type CfnResource, Duration, Fn } from 'aws-cdk-lib';
import {
  PredefinedMetric, ScalableTarget, ServiceNamespace,
} from 'aws-cdk-lib/aws-applicationautoscaling';

import type { Workload } from './workload.ts';

/**
 * Parameters and not settings: the template stays the same, and CloudFormation remembers what was chosen.
 * `ALBRequestCountPerTarget` is not offered for several task sets, so CPU is what is held.
 */
export function keepSize(workload: Workload): void {
  const number = (id: string, value: number, description: string, maxValue: number): CfnParameter => {
    const parameter = new CfnParameter(workload, id, { type: 'Number', default: value, minValue: 0, maxValue, description });
    parameter.overrideLogicalId(id);
    return parameter;
  };
  const max = number('ScalingMax', 0, 'The most tasks that scaling may want; 0 leaves the service as people set it', 1000);
  const min = number('ScalingMin', 1, 'The fewest tasks that scaling may want', 1000);
  const cpu = number('ScalingCpu', 60, 'Percent of CPU that scaling holds', 100);
  const scales = new CfnCondition(workload, 'Scales', {
    expression: Fn.conditionNot(Fn.conditionEquals(max.valueAsString, '0')),
  });
  scales.overrideLogicalId('Scales');

  const target = new ScalableTarget(workload, 'Scaling', {
    serviceNamespace: ServiceNamespace.ECS,
    resourceId: `service/${workload.cluster.clusterName}/${workload.service.attrName}`,
    scalableDimension: 'ecs:service:DesiredCount',
    minCapacity: min.valueAsNumber,
    maxCapacity: max.valueAsNumber,
  });
  const policy = target.scaleToTrackMetric('Cpu', {
    predefinedMetric: PredefinedMetric.ECS_SERVICE_AVERAGE_CPU_UTILIZATION,
    targetValue: cpu.valueAsNumber,
    scaleInCooldown: Duration.minutes(5),
    scaleOutCooldown: Duration.minutes(1),
  });
  for (const resource of [target.node.defaultChild, policy.node.defaultChild] as CfnResource[]) {
    resource.cfnOptions.condition = scales;
  }
}
