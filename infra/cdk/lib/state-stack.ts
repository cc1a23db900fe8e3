/** What must never be lost: network, logs, artifacts, repositories, and the journal's database. */

import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Repository as CodeRepository } from 'aws-cdk-lib/aws-codecommit';
import type { Repository as ImageRepository } from 'aws-cdk-lib/aws-ecr';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

import { Network } from './state/network.ts';
import { codeRepository, imageRepository } from './state/repositories.ts';
import { artifactBucket, logBucket } from './state/buckets.ts';
import { Journal } from './state/journal.ts';
import type { Settings } from './settings.ts';

export interface StateStackProps extends StackProps {
  readonly settings: Settings;
}

/** ARNs of the artifact bucket and of everything in it. */
export interface ArtifactArns {
  readonly bucket: string;
  readonly objects: string;
}

export class StateStack extends Stack {
  readonly network: Network;
  /** Access logs of the balancers and of the artifact bucket. */
  readonly logs: Bucket;
  readonly artifacts: Bucket;
  readonly images: ImageRepository;
  /** Images of the console itself. */
  readonly consoleImages: ImageRepository;
  /** None where commits come over a connection. */
  readonly code?: CodeRepository;
  /** The database that holds the console's journal. */
  readonly journal: Journal;

  constructor(scope: Construct, id: string, { settings, ...props }: StateStackProps) {
    super(scope, id, props);
    const removalPolicy = settings.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.network = new Network(this, 'Network', { removalPolicy });
    this.logs = logBucket(this, 'Logs', { removalPolicy });
    this.artifacts = artifactBucket(this, 'Artifacts', { removalPolicy, logs: this.logs });
    this.images = imageRepository(this, 'Images', { removalPolicy });
    this.consoleImages = imageRepository(this, 'ConsoleImages', { removalPolicy });
    if (settings.source.kind === 'codecommit') {
      this.code = codeRepository(this, 'Code', { removalPolicy, name: settings.source.repository });
    }
    this.journal = new Journal(this, 'Journal', { removalPolicy, network: this.network });
  }

  /** The artifact bucket, for policies of the other stack. */
  get artifactArns(): ArtifactArns {
    const bucket = this.exportValue(this.artifacts.bucketArn);
    return { bucket, objects: `${bucket}/*` };
  }
}
