/** The console's journal: PostgreSQL that costs nothing but its storage while nobody looks. */

import { CfnResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AuroraPostgresEngineVersion, ClusterInstance, DatabaseCluster, DatabaseClusterEngine, type DatabaseSecret,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';

import { acknowledge } from '../acknowledge.ts';
import type { Network } from './network.ts';

export const JOURNAL_PORT = 5432;

export interface JournalProps {
  readonly removalPolicy: RemovalPolicy;
  readonly network: Network;
}

export class Journal extends Construct {
  /** Closed to everybody; the console opens it to itself. */
  readonly securityGroup: SecurityGroup;
  /** host, port, username, password and dbname. */
  readonly secret: DatabaseSecret;

  constructor(scope: Construct, id: string, { removalPolicy, network }: JournalProps) {
    super(scope, id);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'The journal: nobody but the console',
      allowAllOutbound: false,
    });
    const cluster = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
      writer: ClusterInstance.serverlessV2('Writer', { publiclyAccessible: false }),
      serverlessV2MinCapacity: 0,
      serverlessV2MaxCapacity: 2,
      serverlessV2AutoPauseDuration: Duration.minutes(10),
      vpc: network.vpc,
      vpcSubnets: { subnets: network.privateSubnets },
      securityGroups: [this.securityGroup],
      defaultDatabaseName: 'viridian',
      storageEncrypted: true,
      backup: { retention: Duration.days(14) },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
    // A retained database whose password is gone would be as good as lost.
    for (const child of this.node.findAll()) {
      if (CfnResource.isCfnResource(child)) child.applyRemovalPolicy(removalPolicy);
    }
    this.secret = cluster.secret as DatabaseSecret;
    if (removalPolicy === RemovalPolicy.DESTROY) {
      acknowledge(cluster, { 'AwsSolutions-RDS10': 'The operator is leaving and has asked for the journal to go.' });
    }
    acknowledge(cluster, {
      'AwsSolutions-RDS6': 'The console logs in with a password that only its task is given; no person logs in.',
      'AwsSolutions-RDS11': 'Nobody but the console reaches the port, so another number would hide it from nobody.',
      'AwsSolutions-SMG4': 'The task is given the password when it starts; rotating it would lock it out.',
    });
  }
}
