/** The three build projects. Their buildspecs are in the repository that is released. */

import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BuildEnvironmentVariableType, BuildSpec, ComputeType, LinuxBuildImage, PipelineProject,
} from 'aws-cdk-lib/aws-codebuild';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { acknowledge, acknowledgeWildcard } from '../acknowledge.ts';
import { named } from '../named.ts';
import type { ArtifactArns } from '../state-stack.ts';
import type { Network } from '../state/network.ts';
import type { Balancer } from './balancer.ts';
import { CONTAINER, type Workload } from './workload.ts';

export interface BuildsProps {
  readonly network: Network;
  readonly images: Repository;
  readonly artifactArns: ArtifactArns;
  readonly balancer: Balancer;
  readonly workload: Workload;
}

export class Builds extends Construct {
  /** Writes the commit and the date into the page. */
  readonly app: PipelineProject;
  /** Makes the image and pushes it. */
  readonly image: PipelineProject;
  /** Writes the input of deploy-green. */
  readonly prepare: PipelineProject;

  constructor(scope: Construct, id: string, props: BuildsProps) {
    super(scope, id);
    const { artifactArns, images } = props;
    this.app = project(this, 'App', { buildspec: 'buildspec-app.yml', artifactArns, handsIn: true });
    this.image = project(this, 'Image', {
      buildspec: 'buildspec-image.yml',
      artifactArns,
      // What it makes goes into the registry; its name goes on as an exported variable.
      handsIn: false,
      docker: true,
      variables: { REPOSITORY_URI: images.repositoryUri },
      statements: push(images),
    });
    this.prepare = project(this, 'Prepare', {
      buildspec: 'buildspec-prepare-deploy-green.yml',
      artifactArns,
      handsIn: true,
      variables: ground(this, props),
    });
  }
}

/** What stays the same from release to release; the pipeline's action adds what belongs to one release. */
function ground(scope: Construct, { network, balancer, workload }: BuildsProps): Record<string, string> {
  const stack = Stack.of(scope);
  return {
    ECS_CLUSTER_NAME: workload.cluster.clusterName,
    ECS_SERVICE_NAME: workload.service.attrName,
    PROD_LISTENER_RULE_ARN: balancer.prodRuleArn,
    TEST_LISTENER_RULE_ARN: balancer.testRuleArn,
    TASK_DEFINITION: workload.taskDefinition(),
    CONTAINER_NAME: CONTAINER.name,
    CONTAINER_PORT: String(CONTAINER.port),
    HEALTH_CHECK_PATH: CONTAINER.healthPath,
    VPC_ID: network.vpc.vpcId,
    SUBNETS: stack.toJsonString(network.privateSubnets.map((subnet) => subnet.subnetId)),
    SECURITY_GROUPS: stack.toJsonString([workload.securityGroup.securityGroupId]),
    ASSIGN_PUBLIC_IP: 'DISABLED',
  };
}

interface ProjectProps {
  readonly buildspec: string;
  readonly artifactArns: ArtifactArns;
  /** Whether it has an output artifact. */
  readonly handsIn: boolean;
  readonly docker?: boolean;
  readonly variables?: Record<string, string>;
  readonly statements?: readonly PolicyStatement[];
}

function project(scope: Construct, id: string, props: ProjectProps): PipelineProject {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const project = named(`Build${id}`, new PipelineProject(scope, id, {
    buildSpec: BuildSpec.fromSourceFilename(props.buildspec),
    // What the library would grant is wider than what a build does.
    role: projectRole(scope, id, logGroup, props).withoutPolicyUpdates(),
    grantReportGroupPermissions: false,
    environment: {
      buildImage: LinuxBuildImage.AMAZON_LINUX_2023_5,
      computeType: ComputeType.SMALL,
      privileged: props.docker ?? false,
    },
    environmentVariables: Object.fromEntries(
      Object.entries(props.variables ?? {}).map(([name, value]) => [
        name, { type: BuildEnvironmentVariableType.PLAINTEXT, value },
      ]),
    ),
    logging: { cloudWatch: { logGroup } },
    timeout: Duration.minutes(20),
    queuedTimeout: Duration.hours(1),
  }));
  acknowledge(project, {
    'AwsSolutions-CB4': 'Its artifacts lie in the bucket of the pipeline, which encrypts them.',
    ...(props.docker && { 'AwsSolutions-CB3': 'Building an image needs a Docker daemon of its own.' }),
  });
  return project;
}

function projectRole(scope: Construct, id: string, log: LogGroup, props: ProjectProps): Role {
  const { artifactArns, handsIn, statements } = props;
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({
    actions: ['s3:GetBucketAcl', 's3:GetBucketLocation'],
    resources: [artifactArns.bucket],
  }));
  role.addToPolicy(new PolicyStatement({
    actions: ['s3:GetObject', 's3:GetObjectVersion', ...(handsIn ? ['s3:PutObject'] : [])],
    resources: [artifactArns.objects],
  }));
  role.addToPolicy(new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [log.logGroupArn],
  }));
  statements?.forEach((statement) => role.addToPolicy(statement));
  acknowledgeWildcard(role, artifactArns.objects, 'CodePipeline names the objects of each execution itself.');
  if (statements) acknowledgeWildcard(role, '*', 'ecr:GetAuthorizationToken knows no resources.');
  return role;
}

function push(images: Repository): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: [
        'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:DescribeImages',
        'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
      ],
      resources: [images.repositoryArn],
    }),
    new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
  ];
}
