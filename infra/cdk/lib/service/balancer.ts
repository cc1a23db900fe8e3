/** The load balancer: a production and a test listener, each with one rule that the state machines rewrite. */

import { RemovalPolicy } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener, ApplicationListenerRule, ApplicationLoadBalancer, ApplicationProtocol, ListenerAction,
  ListenerCertificate, ListenerCondition, SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { acknowledge } from '../acknowledge.ts';
import type { Settings } from '../settings.ts';
import { BALANCER_LOGS } from '../state/buckets.ts';
import type { Network } from '../state/network.ts';

export const TEST_PORT = 8080;

/** Leaves room for rules in front of it, such as a header that leads testers to green. */
const RULE_PRIORITY = 100;

export interface BalancerProps {
  readonly network: Network;
  readonly logs: Bucket;
  readonly settings: Settings;
}

export class Balancer extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly securityGroup: SecurityGroup;
  readonly prodListenerArn: string;
  readonly testListenerArn: string;
  readonly prodRuleArn: string;
  readonly testRuleArn: string;
  /** `http`, or `https` with a certificate. */
  readonly scheme: 'http' | 'https';

  constructor(scope: Construct, id: string, { network, logs, settings }: BalancerProps) {
    super(scope, id);
    this.scheme = settings.certificateArn ? 'https' : 'http';
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Production for everybody, test for the given ranges',
      allowAllOutbound: false,
    });
    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc: network.vpc,
      vpcSubnets: { subnets: network.publicSubnets },
      internetFacing: true,
      securityGroup: this.securityGroup,
      dropInvalidHeaderFields: true,
    });
    this.loadBalancer.applyRemovalPolicy(RemovalPolicy.DESTROY);
    logAccess(this.loadBalancer, logs);

    const production = this.listen('Production', this.scheme === 'https' ? 443 : 80, settings);
    if (this.scheme === 'https') this.redirectToHttps();
    const test = this.listen('Test', TEST_PORT, settings);
    this.prodListenerArn = production.listenerArn;
    this.testListenerArn = test.listenerArn;
    this.prodRuleArn = rule(production);
    this.testRuleArn = rule(test);

    this.openProduction();
    for (const cidr of settings.testCidrs) this.openTest(cidr, 'Testers');
  }

  /** Lets a range of addresses reach the test listener. */
  openTest(cidr: string, who: string): void {
    this.securityGroup.addIngressRule(Peer.ipv4(cidr), Port.tcp(TEST_PORT), who);
  }

  private openProduction(): void {
    for (const port of this.scheme === 'https' ? [80, 443] : [80]) {
      this.securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'Production is for everybody');
    }
    acknowledge(this.securityGroup, {
      'AwsSolutions-EC23': 'Production is what the whole world is meant to reach; the test port is not open to it.',
    });
  }

  private listen(id: string, port: number, { certificateArn }: Settings): ApplicationListener {
    return new ApplicationListener(this, id, {
      loadBalancer: this.loadBalancer,
      port,
      open: false,
      ...(certificateArn
        ? {
            protocol: ApplicationProtocol.HTTPS,
            certificates: [ListenerCertificate.fromArn(certificateArn)],
            sslPolicy: SslPolicy.RECOMMENDED_TLS,
          }
        : { protocol: ApplicationProtocol.HTTP }),
      defaultAction: nothingYet(),
    });
  }

  private redirectToHttps(): void {
    new ApplicationListener(this, 'Redirect', {
      loadBalancer: this.loadBalancer,
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      open: false,
      defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
    });
  }
}

function nothingYet(): ListenerAction {
  return ListenerAction.fixedResponse(503, {
    contentType: 'text/plain',
    messageBody: 'Nothing is deployed yet.',
  });
}

/**
 * The rule that carries the traffic. A default action could not be rewritten by ModifyRule. After the first release
 * its actions belong to the state machines: change anything here and CloudFormation would set them back.
 */
function rule(listener: ApplicationListener): string {
  return new ApplicationListenerRule(listener, 'Rule', {
    listener,
    priority: RULE_PRIORITY,
    conditions: [ListenerCondition.pathPatterns(['/*'])],
    action: nothingYet(),
  }).listenerRuleArn;
}

/** By attributes: `logAccessLogs` would have to know the region when the template is written. */
export function logAccess(loadBalancer: ApplicationLoadBalancer, logs: Bucket): void {
  loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
  loadBalancer.setAttribute('access_logs.s3.bucket', logs.bucketName);
  loadBalancer.setAttribute('access_logs.s3.prefix', BALANCER_LOGS);
}
