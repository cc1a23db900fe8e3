/** The two buckets: access logs, and what the pipeline hands from action to action. */

import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

import { acknowledge } from '../acknowledge.ts';

/** Where balancers write within the log bucket. */
export const BALANCER_LOGS = 'balancer';

export interface LogBucketProps {
  readonly removalPolicy: RemovalPolicy;
}

export interface ArtifactBucketProps extends LogBucketProps {
  readonly logs: Bucket;
}

const CLOSED = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
} as const;

export function logBucket(scope: Construct, id: string, { removalPolicy }: LogBucketProps): Bucket {
  const bucket = new Bucket(scope, id, {
    ...CLOSED,
    ...emptied(removalPolicy),
    removalPolicy,
    lifecycleRules: [{ expiration: Duration.days(90) }],
  });
  const { partition, region, account } = Stack.of(bucket);
  bucket.addToResourcePolicy(new PolicyStatement({
    sid: 'BalancersWriteTheirAccessLogs',
    principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects(`${BALANCER_LOGS}/AWSLogs/${account}/*`)],
    conditions: {
      ArnLike: { 'aws:SourceArn': `arn:${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/*` },
    },
  }));
  acknowledge(bucket, {
    'AwsSolutions-S1': 'It is the bucket of access logs; logging its own access into itself would never end.',
  });
  return bucket;
}

export function artifactBucket(scope: Construct, id: string, props: ArtifactBucketProps): Bucket {
  return new Bucket(scope, id, {
    ...CLOSED,
    ...emptied(props.removalPolicy),
    removalPolicy: props.removalPolicy,
    versioned: true,
    serverAccessLogsBucket: props.logs,
    serverAccessLogsPrefix: 'artifacts/',
    // A gate may stay open for 60 days, and the actions behind it read what the ones before it wrote.
    lifecycleRules: [{
      expiration: Duration.days(180),
      noncurrentVersionExpiration: Duration.days(30),
      abortIncompleteMultipartUploadAfter: Duration.days(7),
    }],
  });
}

/** A bucket that goes with its stack must be empty by then. */
function emptied(removalPolicy: RemovalPolicy): { autoDeleteObjects?: true } {
  return removalPolicy === 'destroy' ? { autoDeleteObjects: true } : {};
}
