/** The way out of the private subnets, under one address. */

import { CfnEIP, CfnNatGateway, CfnRoute } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

import type { Network } from '../state/network.ts';

export interface EgressProps {
  readonly network: Network;
}

export class Egress extends Construct {
  /** The address that everything inside is seen under from outside, as a range. */
  readonly cidr: string;

  constructor(scope: Construct, id: string, { network }: EgressProps) {
    super(scope, id);
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });
    const gateway = new CfnNatGateway(this, 'Gateway', {
      allocationId: address.attrAllocationId,
      subnetId: network.publicSubnets[0]!.subnetId,
    });
    network.privateSubnets.forEach((subnet, index) => {
      new CfnRoute(this, `Route${index + 1}`, {
        routeTableId: subnet.routeTable.routeTableId,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: gateway.attrNatGatewayId,
      });
    });
    this.cidr = `${address.ref}/32`;
  }
}
