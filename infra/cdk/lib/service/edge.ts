/** The door to the console: HTTPS, and nobody passes whom the identity provider does not know. */

import { Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationListener, ApplicationLoadBalancer, ApplicationProtocol, ApplicationTargetGroup, ListenerAction,
  ListenerCertificate, ListenerCondition, SslPolicy, UnauthenticatedAction,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { acknowledge } from '../acknowledge.ts';
import type { IdentitySettings } from '../settings.ts';
import type { Network } from '../state/network.ts';
import { logAccess } from './balancer.ts';
import { CONSOLE_PORT } from './console.ts';

export interface EdgeProps {
  readonly identity: IdentitySettings;
  readonly network: Network;
  readonly logs: Bucket;
  readonly service: FargateService;
  /** Of the console's tasks. */
  readonly securityGroup: SecurityGroup;
}

export class Edge extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly url: string;
  readonly targets: ApplicationTargetGroup;

  constructor(scope: Construct, id: string, { identity, network, logs, service, securityGroup }: EdgeProps) {
    super(scope, id);
    this.url = consoleUrl(identity);
    this.targets = targets(this, network, service);
    const door = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'The console for everybody whom the identity provider knows',
      allowAllOutbound: false,
    });
    door.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'The identity provider decides who passes');
    // The balancer itself asks the identity provider for the token.
    door.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'The identity provider');
    acknowledge(door, {
      'AwsSolutions-EC23': 'People come from anywhere; the listener lets nobody through unauthenticated.',
    });
    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc: network.vpc,
      vpcSubnets: { subnets: network.publicSubnets },
      internetFacing: true,
      securityGroup: door,
      dropInvalidHeaderFields: true,
      // A stream of events is silent while nothing happens.
      idleTimeout: Duration.minutes(10),
    });
    this.loadBalancer.applyRemovalPolicy(RemovalPolicy.DESTROY);
    logAccess(this.loadBalancer, logs);
    securityGroup.connections.allowFrom(door, Port.tcp(CONSOLE_PORT), 'Its own balancer');
    const listener = new ApplicationListener(this, 'Https', {
      loadBalancer: this.loadBalancer,
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [ListenerCertificate.fromArn(identity.certificateArn)],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      open: false,
      defaultAction: authenticated(identity, this.targets, UnauthenticatedAction.AUTHENTICATE),
    });
    // A page whose session has ended asks on: it is told so (401) and leads back to sign in. Led to the identity
    // provider itself its requests would fail for a reason that a page cannot see.
    listener.addAction('Api', {
      priority: 1,
      conditions: [ListenerCondition.pathPatterns(['/api/*'])],
      action: authenticated(identity, this.targets, UnauthenticatedAction.DENY),
    });
  }
}

/** Where the console is reached. */
export function consoleUrl({ domain }: IdentitySettings): string {
  return `https://${domain}`;
}

function targets(scope: Construct, network: Network, service: FargateService): ApplicationTargetGroup {
  return new ApplicationTargetGroup(scope, 'Targets', {
    vpc: network.vpc,
    port: CONSOLE_PORT,
    protocol: ApplicationProtocol.HTTP,
    targets: [service],
    healthCheck: { path: '/healthz', healthyThresholdCount: 2, interval: Duration.seconds(10) },
    deregistrationDelay: Duration.seconds(10),
  });
}

function authenticated(
  identity: IdentitySettings,
  targets: ApplicationTargetGroup,
  onUnauthenticatedRequest: UnauthenticatedAction,
): ListenerAction {
  return ListenerAction.authenticateOidc({
    issuer: identity.issuer,
    authorizationEndpoint: identity.authorizationEndpoint,
    tokenEndpoint: identity.tokenEndpoint,
    userInfoEndpoint: identity.userInfoEndpoint,
    clientId: identity.clientId,
    clientSecret: SecretValue.secretsManager(identity.clientSecret),
    scope: 'openid email profile',
    sessionTimeout: Duration.hours(12),
    onUnauthenticatedRequest,
    next: ListenerAction.forward([targets]),
  });
}
