/** The load balancer: a production and a test listener, each with one rule that the state machines rewrite. */

import { CfnCondition, CfnParameter, type CfnResource, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
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

/** How many ranges of testers there may be: a template cannot count them, so each has its own condition. */
const TESTERS = 5;
/** Not the whole world: green is for testers. */
const RANGE = String.raw`(\d{1,3}\.){3}\d{1,3}/([1-9]|[12]\d|3[0-2])`;

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
  /** With its rule, each. */
  readonly listeners: readonly ApplicationListener[];
  readonly prodRuleArn: string;
  readonly testRuleArn: string;
  /** `http`, or `https` with a certificate. */
  readonly scheme: 'http' | 'https';
  /** The name under which people reach it: one that the certificate covers, else the balancer's own. */
  readonly host: string;

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
    if (this.scheme === 'https' && settings.redirect) this.redirectToHttps(production);
    const test = this.listen('Test', TEST_PORT, settings);
    this.prodListenerArn = production.listenerArn;
    this.testListenerArn = test.listenerArn;
    this.listeners = [production, test];
    this.prodRuleArn = rule(production);
    this.testRuleArn = rule(test);

    this.host = settings.domain ?? this.loadBalancer.loadBalancerDnsName;

    this.openProduction(settings);
    this.openToTesters();
  }

  /** Lets a range of addresses reach the test listener. */
  openTest(cidr: string, who: string): void {
    this.securityGroup.addIngressRule(Peer.ipv4(cidr), Port.tcp(TEST_PORT), who);
  }

  /** A parameter and not a setting: CloudFormation remembers it, so no later deployment shuts testers out. */
  private openToTesters(): void {
    const ranges = new CfnParameter(this, 'TestCidrs', {
      description: `Who may test green: up to ${TESTERS} IPv4 ranges separated by commas; empty for nobody but the console`,
      default: '',
      allowedPattern: `^(${RANGE}(,${RANGE}){0,${TESTERS - 1}})?$`,
      constraintDescription: `must be up to ${TESTERS} ranges such as 203.0.113.0/24, separated by commas without spaces`,
    });
    ranges.overrideLogicalId('TestCidrs');
    const padded = Fn.join('', [ranges.valueAsString, ','.repeat(TESTERS - 1)]);
    for (let at = 0; at < TESTERS; at += 1) {
      const cidr = Fn.select(at, Fn.split(',', padded));
      const given = new CfnCondition(this, `Testers${at + 1}`, {
        expression: Fn.conditionNot(Fn.conditionEquals(cidr, '')),
      });
      given.overrideLogicalId(`Testers${at + 1}`);
      const door = new CfnSecurityGroupIngress(this, `Testers${at + 1}Door`, {
        groupId: this.securityGroup.securityGroupId,
        cidrIp: cidr,
        ipProtocol: 'tcp',
        fromPort: TEST_PORT,
        toPort: TEST_PORT,
        description: 'Testers',
      });
      door.cfnOptions.condition = given;
      acknowledge(door, {
        'AwsSolutions-EC23': 'The range is a parameter, whose pattern refuses the whole world.',
      });
    }
  }

  private openProduction({ redirect }: Settings): void {
    for (const port of this.scheme === 'https' ? (redirect ? [80, 443] : [443]) : [80]) {
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

  /**
   * After production, which gives up port 80 when a certificate is added later. The other way round no order helps,
   * because CloudFormation removes what is gone last: README.md tells the two steps.
   */
  private redirectToHttps(production: ApplicationListener): void {
    const redirect = new ApplicationListener(this, 'Redirect', {
      loadBalancer: this.loadBalancer,
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      open: false,
      defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
    });
    (redirect.node.defaultChild as CfnResource).addDependency(production.node.defaultChild as CfnResource);
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
