/** What went wrong and somebody should look at, told to one topic. */

import { type CfnCondition, type CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Alarm, ComparisonOperator, type IMetric, MathExpression, Metric, Stats, TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { type ApplicationLoadBalancer, HttpCodeElb } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

import { acknowledge } from '../acknowledge.ts';
import type { Console } from './console.ts';
import type { Events } from './events.ts';
import type { Machines } from './machines.ts';
import type { Pipeline } from './pipeline.ts';
import type { Workload } from './workload.ts';

/** So many answers with 5xx within five minutes are no accident. */
const TOO_MANY_ERRORS = 10;
const PERIOD = Duration.minutes(5);

export interface AlarmsProps {
  readonly email?: string | undefined;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly workload: Workload;
  readonly machines: Machines;
  readonly pipeline: Pipeline;
  readonly events: Events;
  readonly console: Console;
}

export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { email, loadBalancer, machines, pipeline, events } = props;
    this.topic = new Topic(this, 'Topic', { displayName: 'Viridian alarms', enforceSSL: true });
    this.topic.applyRemovalPolicy(RemovalPolicy.DESTROY);
    acknowledge(this.topic, {
      'AwsSolutions-SNS2': 'It carries no secret, and the key that AWS manages lets neither CloudWatch nor EventBridge in.',
    });
    // A topic with a policy of its own has no longer the one by which AWS lets alarms in.
    this.topic.addToResourcePolicy(new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [this.topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }));
    if (email) this.topic.addSubscription(new EmailSubscription(email));

    this.tellFailures(pipeline);
    this.alarm('RollBackFailed', {
      says: 'Roll-back failed: production may be between blue and green. Read its cause in the console and run it again.',
      metric: machines.rollBack.metricFailed({ period: PERIOD }),
    });
    this.alarm('MachineTimedOut', {
      says: 'A state machine ran into its time limit: scale-in may still be suspended. Run roll-back or clean-up again.',
      metric: timedOut(machines),
    });
    this.alarm('DeadLetters', {
      says: 'The console could not read events: it still asks AWS by itself, but later. Look at its log.',
      metric: events.unreadable.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM }),
    });
    this.alarm('AppErrors', {
      says: 'Blue or green answers with 5xx. The contributor of the alarm is its target group: tg-…-EXECUTION.',
      metric: errorsByTargetGroup(loadBalancer),
      threshold: TOO_MANY_ERRORS,
    });
    this.alarm('BalancerErrors', {
      says: 'The load balancer itself answers with 5xx: no healthy target stands behind production or test.',
      metric: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period: PERIOD, statistic: Stats.SUM }),
      threshold: TOO_MANY_ERRORS,
    });
    this.watchConsole(props);
  }

  /** An event and not a metric: it names the release, and CodePipeline counts no failures on its own. */
  private tellFailures({ name }: Pipeline): void {
    new Rule(this, 'PipelineFailed', {
      description: 'A release has failed',
      eventPattern: {
        source: ['aws.codepipeline'],
        detailType: ['CodePipeline Pipeline Execution State Change'],
        detail: { pipeline: [name], state: ['FAILED'] },
      },
      targets: [new SnsTopic(this.topic, {
        message: RuleTargetInput.fromText(
          `The release ${EventField.fromPath('$.detail.execution-id')} of ${EventField.fromPath('$.detail.pipeline')} `
          + 'has failed. The console says at which step and what helps; the first run of a new pipeline fails '
          + 'because nothing has been pushed yet, and needs nothing.',
        ),
      })],
    });
  }

  private watchConsole({ console, workload }: AlarmsProps): void {
    this.alarm('ConsoleDown', {
      says: 'The console does not run. Releases go on without it; answer gates in AWS’s own console meanwhile.',
      metric: new Metric({
        namespace: 'ECS/ContainerInsights',
        metricName: 'RunningTaskCount',
        dimensionsMap: { ClusterName: workload.cluster.clusterName, ServiceName: console.serviceName },
        period: Duration.minutes(1),
        statistic: Stats.MINIMUM,
      }),
      below: true,
      periods: 5,
      condition: console.exists,
    });
    if (!console.edge) return;
    this.alarm('ConsoleUnhealthy', {
      says: 'The load balancer finds no healthy console, so nobody reaches it. Look at its log and at its task.',
      metric: console.edge.targets.metrics.healthyHostCount({ period: Duration.minutes(1), statistic: Stats.MINIMUM }),
      below: true,
      periods: 5,
      condition: console.exists,
    });
  }

  private alarm(id: string, { says, metric, threshold, below, periods, condition }: AlarmProps): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: says,
      metric,
      threshold: threshold ?? 1,
      evaluationPeriods: periods ?? 1,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // What is not counted did not happen; what does not report does not run.
      treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    if (condition) (alarm.node.defaultChild as CfnResource).cfnOptions.condition = condition;
  }
}

interface AlarmProps {
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold?: number;
  /** Whether it is too little that alarms. */
  readonly below?: boolean;
  readonly periods?: number;
  readonly condition?: CfnCondition;
}

/** Blue's target group and green's are each release's own, so none is named: each is a contributor of the alarm. */
function errorsByTargetGroup(loadBalancer: ApplicationLoadBalancer): IMetric {
  return new MathExpression({
    expression: [
      'SELECT SUM(HTTPCode_Target_5XX_Count)',
      'FROM SCHEMA("AWS/ApplicationELB", LoadBalancer, TargetGroup)',
      `WHERE LoadBalancer = '${loadBalancer.loadBalancerFullName}'`,
      'GROUP BY TargetGroup ORDER BY SUM() DESC',
    ].join(' '),
    usingMetrics: {},
    period: PERIOD,
  });
}

function timedOut(machines: Machines): IMetric {
  const metrics = Object.values(machines.byName)
    .map((machine, index): [string, IMetric] => [`m${index}`, machine.metricTimedOut({ period: PERIOD })]);
  return new MathExpression({
    expression: metrics.map(([id]) => `FILL(${id}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(metrics),
    period: PERIOD,
  });
}
