/** The console itself, as a Fargate service that nobody reaches until an identity provider stands in front of it. */

import { CfnCondition, CfnParameter, type CfnResource, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ContainerImage, CpuArchitecture, FargateService, FargateTaskDefinition, LogDrivers,
  OperatingSystemFamily, Protocol, Secret,
} from 'aws-cdk-lib/aws-ecs';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret as SecretsManagerSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { acknowledgeWildcard } from '../acknowledge.ts';
import type { ProbeSecret, Settings } from '../settings.ts';
import { JOURNAL_PORT, type Journal } from '../state/journal.ts';
import type { Network } from '../state/network.ts';
import { consoleRoles } from './console-permissions.ts';
import { Edge } from './edge.ts';
import type { Egress } from './egress.ts';
import type { Machines } from './machines.ts';
import type { Pipeline } from './pipeline.ts';
import type { Workload } from './workload.ts';

export const CONSOLE_PORT = 3000;

export interface ConsoleProps {
  readonly settings: Settings;
  readonly network: Network;
  readonly logs: Bucket;
  /** Where the console's own image is. */
  readonly images: Repository;
  readonly journal: Journal;
  readonly egress: Egress;
  readonly workload: Workload;
  readonly machines: Machines;
  readonly pipeline: Pipeline;
  readonly queue: Queue;
}

export class Console extends Construct {
  /** What the console may do; a person who runs it elsewhere may be given the same. */
  readonly role: Role;
  /** Answers gates in a voter's name, where votes are attributed. */
  readonly voterRole?: Role;
  /** The door, where an identity provider is configured. */
  readonly edge?: Edge;
  /** Whether an image was named, so that there is a service at all. */
  readonly exists: CfnCondition;
  readonly serviceName: string;
  private readonly image: CfnParameter;

  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id);
    const { settings, network, logs, journal } = props;
    const { role, voterRole } = consoleRoles(this, props);
    this.role = role;
    if (voterRole) this.voterRole = voterRole;

    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'The console: reached by its own balancer only',
    });
    reachJournal(this, journal, securityGroup);
    this.image = imageParameter(this);
    this.exists = existence(this, this.image);
    const service = this.serve(props, securityGroup);
    this.serviceName = service.serviceName;
    if (settings.identity) {
      this.edge = new Edge(this, 'Edge', { identity: settings.identity, network, logs, service, securityGroup });
    }
  }

  /** Runs only once an image is named, so that the first deployment needs none. */
  private serve(props: ConsoleProps, securityGroup: SecurityGroup): FargateService {
    const { network, egress, workload, images } = props;
    const task = this.task(`${images.repositoryUri}@${this.image.valueAsString}`, props);
    const service = new FargateService(this, 'Service', {
      cluster: workload.cluster,
      taskDefinition: task,
      desiredCount: 1,
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      securityGroups: [securityGroup],
      vpcSubnets: { subnets: network.privateSubnets },
      assignPublicIp: false,
    });
    service.node.addDependency(egress);
    for (const resource of [task.node.defaultChild, service.node.findChild('Service')] as CfnResource[]) {
      resource.cfnOptions.condition = this.exists;
    }
    return service;
  }

  private task(image: string, { settings, images, journal }: ConsoleProps): FargateTaskDefinition {
    const probes = probeSecrets(this, settings.probeSecrets);
    const log = new LogGroup(this, 'Log', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.X86_64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole: this.role,
      // What CDK would add by itself is more than ECS asks for.
      executionRole: executionRole(this, { images, log, journal, probes }).withoutPolicyUpdates(),
    });
    const secret = (field: string) => Secret.fromSecretsManager(journal.secret, field);
    task.addContainer('console', {
      image: ContainerImage.fromRegistry(image),
      command: ['serve', '--stack', Stack.of(this).stackName],
      readonlyRootFilesystem: true,
      // There is no shell in the image: the console asks itself.
      healthCheck: {
        command: ['CMD', '/viridian', 'health'],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        startPeriod: Duration.minutes(2),
      },
      portMappings: [{ containerPort: CONSOLE_PORT, protocol: Protocol.TCP }],
      // The names that PostgreSQL's own clients read.
      secrets: {
        PGHOST: secret('host'),
        PGPORT: secret('port'),
        PGDATABASE: secret('dbname'),
        PGUSER: secret('username'),
        PGPASSWORD: secret('password'),
        ...Object.fromEntries(probes.map(({ variable, value }) => [variable, value])),
      },
      logging: LogDrivers.awsLogs({
        streamPrefix: 'console',
        logGroup: log,
      }),
    });
    return task;
  }
}

function imageParameter(scope: Construct): CfnParameter {
  const image = new CfnParameter(scope, 'Image', {
    description: 'Digest of the image in the repository ConsoleRepositoryUri; empty until there is one',
    default: '',
    allowedPattern: '^(sha256:[0-9a-f]{64})?$',
    constraintDescription: 'must be a digest such as sha256:… with 64 hexadecimal digits',
  });
  image.overrideLogicalId('ConsoleImage');
  return image;
}

function existence(scope: Construct, image: CfnParameter): CfnCondition {
  const exists = new CfnCondition(scope, 'Exists', {
    expression: Fn.conditionNot(Fn.conditionEquals(image.valueAsString, '')),
  });
  exists.overrideLogicalId('ConsoleExists');
  return exists;
}

/** A secret header of suites: the variable that it is named by, and where its value stands. */
interface Probe {
  readonly variable: string;
  readonly value: Secret;
  readonly arn: string;
}

function probeSecrets(scope: Construct, secrets: Settings['probeSecrets']): Probe[] {
  return Object.entries(secrets).map(([variable, { name, field }]: [string, ProbeSecret]) => {
    const secret = SecretsManagerSecret.fromSecretNameV2(scope, variable, name);
    // Secrets Manager ends an ARN with six characters of its own.
    return { variable, value: Secret.fromSecretsManager(secret, field), arn: `${secret.secretArn}-??????` };
  });
}

interface Start {
  readonly images: Repository;
  readonly log: LogGroup;
  readonly journal: Journal;
  readonly probes: readonly Probe[];
}

/** What ECS does to start the console: pulls its image, writes its log, hands it its secrets. */
function executionRole(scope: Construct, { images, log, journal, probes }: Start): Role {
  const role = new Role(scope, 'ExecutionRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  const grants: [string[], string[]][] = [
    [['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], [images.repositoryArn]],
    [['ecr:GetAuthorizationToken'], ['*']],
    [['logs:CreateLogStream', 'logs:PutLogEvents'], [log.logGroupArn]],
    [['secretsmanager:GetSecretValue'], [journal.secret.secretArn, ...new Set(probes.map(({ arn }) => arn))]],
  ];
  for (const [actions, resources] of grants) role.addToPolicy(new PolicyStatement({ actions, resources }));
  acknowledgeWildcard(role, '*', 'ecr:GetAuthorizationToken knows no resources.');
  for (const { arn } of probes) acknowledgeWildcard(role, arn, 'The end of a secret’s ARN is made up by AWS.');
  return role;
}

/** In this stack, because the state stack must not know the console. */
function reachJournal(scope: Construct, journal: Journal, console: SecurityGroup): void {
  new CfnSecurityGroupIngress(scope, 'ReachJournal', {
    groupId: journal.securityGroup.securityGroupId,
    sourceSecurityGroupId: console.securityGroupId,
    ipProtocol: 'tcp',
    fromPort: JOURNAL_PORT,
    toPort: JOURNAL_PORT,
    description: 'The console',
  });
}
