/** An optional scalable target, so that there is something for the state machines to hold still during a release. */

import { Duration } from 'aws-cdk-lib';
import {
  PredefinedMetric, ScalableTarget, ServiceNamespace,
} from 'aws-cdk-lib/aws-applicationautoscaling';

import type { ScalingSettings } from '../settings.ts';
import type { Workload } from './workload.ts';

/** `ALBRequestCountPerTarget` is not offered for several task sets, so CPU is what is held. */
export function keepSize(workload: Workload, { min, max, cpu }: ScalingSettings): void {
  const target = new ScalableTarget(workload, 'Scaling', {
    serviceNamespace: ServiceNamespace.ECS,
    resourceId: `service/${workload.cluster.clusterName}/${workload.service.attrName}`,
    scalableDimension: 'ecs:service:DesiredCount',
    minCapacity: min,
    maxCapacity: max,
  });
  target.scaleToTrackMetric('Cpu', {
    predefinedMetric: PredefinedMetric.ECS_SERVICE_AVERAGE_CPU_UTILIZATION,
    targetValue: cpu,
    scaleInCooldown: Duration.minutes(5),
    scaleOutCooldown: Duration.minutes(1),
  });
}
