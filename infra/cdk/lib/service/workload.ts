/** The ECS service that is released: an EXTERNAL one, so that task sets come and go by the state machines. */

import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { CfnService, Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { acknowledgeWildcard } from '../acknowledge.ts';
import { named } from '../named.ts';
import type { Network } from '../state/network.ts';
import type { Balancer } from './balancer.ts';

/** The container of the task definition that the balancer sends to. */
export const CONTAINER = { name: 'web', port: 80, healthPath: '/health' } as const;

export interface WorkloadProps {
  readonly network: Network;
  readonly images: Repository;
  readonly balancer: Balancer;
}

export class Workload extends Construct {
  readonly cluster: Cluster;
  readonly service: CfnService;
  readonly securityGroup: SecurityGroup;
  /** Pulls the image and writes the log. */
  readonly executionRole: Role;
  /** What the app itself may do: nothing. */
  readonly taskRole: Role;
  /** Every revision of the task definition belongs to this family. */
  readonly family: string;
  private readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { network, images, balancer }: WorkloadProps) {
    super(scope, id);
    this.cluster = named('Cluster', new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    }));
    this.service = named('Service', new CfnService(this, 'Service', {
      cluster: this.cluster.clusterName,
      deploymentController: { type: 'EXTERNAL' },
      schedulingStrategy: 'REPLICA',
      enableEcsManagedTags: true,
      // ECS accepts a new EXTERNAL service only with 0; people raise it afterwards, see README.md.
      desiredCount: 0,
    }));
    this.service.node.addDependency(...balancer.listeners);
    this.family = `${Stack.of(this).stackName}-web`;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Tasks: reached by the balancer only',
    });
    this.securityGroup.connections.allowFrom(balancer.securityGroup, Port.tcp(CONTAINER.port), 'The balancer');
    this.logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.executionRole = executionRole(this, images, this.logGroup);
    this.taskRole = new Role(this, 'TaskRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  }

  /** ARN of something of ECS that hangs on the cluster: `service/CLUSTER/SERVICE`, `task-set/CLUSTER/SERVICE/*`. */
  arn(resource: string, name: string): string {
    return Stack.of(this).formatArn({
      service: 'ecs',
      resource,
      resourceName: `${this.cluster.clusterName}/${name}`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  /** How the service's generated name begins: Prepare puts its first eight characters into target groups' names. */
  get shortName(): string {
    return Stack.of(this).stackName.slice(0, 8);
  }

  get serviceArn(): string {
    return this.arn('service', this.service.attrName);
  }

  get taskSetArns(): string {
    return this.arn('task-set', `${this.service.attrName}/*`);
  }

  /** Any revision of the app's task definition. */
  get taskDefinitionArns(): string {
    return Stack.of(this).formatArn({ service: 'ecs', resource: 'task-definition', resourceName: `${this.family}:*` });
  }

  /** The request of RegisterTaskDefinition as Step Functions names its members; `{{image_uri}}` stands for the image. */
  taskDefinition(): string {
    const stack = Stack.of(this);
    return stack.toJsonString({
      Family: this.family,
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      Cpu: '256',
      Memory: '512',
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
      ExecutionRoleArn: this.executionRole.roleArn,
      TaskRoleArn: this.taskRole.roleArn,
      ContainerDefinitions: [{
        Name: CONTAINER.name,
        Image: '{{image_uri}}',
        Essential: true,
        PortMappings: [{ ContainerPort: CONTAINER.port, Protocol: 'tcp' }],
        LogConfiguration: {
          LogDriver: 'awslogs',
          Options: {
            'awslogs-group': this.logGroup.logGroupName,
            'awslogs-region': stack.region,
            'awslogs-stream-prefix': CONTAINER.name,
          },
        },
      }],
    });
  }
}

function executionRole(scope: Construct, images: Repository, log: LogGroup): Role {
  const role = new Role(scope, 'ExecutionRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({
    actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    resources: [images.repositoryArn],
  }));
  role.addToPolicy(new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
  role.addToPolicy(new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [log.logGroupArn],
  }));
  acknowledgeWildcard(role, '*', 'ecr:GetAuthorizationToken knows no resources.');
  return role;
}
