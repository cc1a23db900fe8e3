/** What AWS says about a release, in one queue that the console reads. */

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import type { Machines } from './machines.ts';
import type { Pipeline } from './pipeline.ts';
import type { Workload } from './workload.ts';

export interface EventsProps {
  readonly pipeline: Pipeline;
  readonly machines: Machines;
  readonly workload: Workload;
}

export class Events extends Construct {
  /** An event only says where to look again, so an old one is worth nothing. */
  readonly queue: Queue;
  /** What the console received and could not read. */
  readonly unreadable: Queue;

  constructor(scope: Construct, id: string, { pipeline, machines, workload }: EventsProps) {
    super(scope, id);
    this.unreadable = new Queue(this, 'Unreadable', { ...SEALED, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...SEALED,
      retentionPeriod: Duration.hours(1),
      visibilityTimeout: Duration.seconds(30),
      deadLetterQueue: {
        maxReceiveCount: 5,
        queue: this.unreadable,
      },
    });
    this.hear('Pipeline', 'The pipeline, its stages and its actions', {
      source: ['aws.codepipeline'],
      detail: { pipeline: [pipeline.name] },
    });
    this.hear('Executions', 'Executions of the four state machines', {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: Object.values(machines.byName).map((machine) => machine.stateMachineArn) },
    });
    this.hear('TaskSets', 'Task sets of the service, and its desired count', {
      source: ['aws.ecs'],
      detailType: ['ECS Service Action'],
      resources: [workload.serviceArn],
    });
    this.hear('Tasks', 'Tasks of the service that start and stop', {
      source: ['aws.ecs'],
      detailType: ['ECS Task State Change'],
      detail: { clusterArn: [workload.cluster.clusterArn], group: [`service:${workload.service.attrName}`] },
    });
  }

  private hear(id: string, description: string, eventPattern: EventPattern): void {
    new Rule(this, id, { description, eventPattern, targets: [new SqsQueue(this.queue)] });
  }
}

const SEALED = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.DESTROY,
} as const;
