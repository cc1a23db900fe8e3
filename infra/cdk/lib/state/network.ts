/** The network: public subnets for balancers, private ones without a way out. Nothing here is charged by the hour. */

import { CfnResource, type RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination, FlowLogTrafficType, type ISubnet, IpAddresses, SubnetType, Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface NetworkProps {
  readonly removalPolicy: RemovalPolicy;
}

export class Network extends Construct {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, { removalPolicy }: NetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.80.0.0/16'),
      maxAzs: 2,
      // The way out is charged by the hour and holds nothing, so it belongs to the other stack: see Egress.
      natGateways: 0,
      // Emptying the default security group would take a Lambda function; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'Private', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 },
      ],
    });
    this.vpc.addFlowLog('FlowLog', {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'Rejected', { retention: RetentionDays.ONE_MONTH, removalPolicy }),
      ),
    });
    for (const child of this.vpc.node.findAll()) {
      if (CfnResource.isCfnResource(child)) child.applyRemovalPolicy(removalPolicy);
    }
  }

  get publicSubnets(): ISubnet[] {
    return this.vpc.publicSubnets;
  }

  get privateSubnets(): ISubnet[] {
    return this.vpc.isolatedSubnets;
  }
}
