/** The pipeline: source, build, and one stage that holds green's whole life. */

import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

import { acknowledgeWildcard } from '../acknowledge.ts';
import type { Settings } from '../settings.ts';
import type { ArtifactArns } from '../state-stack.ts';
import { named } from '../named.ts';
import { approval, build, invoke } from './actions.ts';
import type { Builds } from './builds.ts';
import { consoleUrl } from './edge.ts';
import type { Machines } from './machines.ts';
import type { Source } from './source.ts';
import { type GATES, RELEASE_STAGE } from './stage.ts';
import type { Workload } from './workload.ts';

const COMMIT = { COMMIT_ID: '#{Source.CommitId}' };

export interface PipelineProps {
  readonly settings: Settings;
  readonly source: Source;
  readonly builds: Builds;
  readonly machines: Machines;
  readonly artifacts: Bucket;
  readonly artifactArns: ArtifactArns;
  readonly topic: Topic;
  readonly workload: Workload;
}

export class Pipeline extends Construct {
  readonly name: string;
  readonly arn: string;
  /** Of the repository that is released, unless it is elsewhere. */
  readonly repositoryArn: string | undefined;

  constructor(scope: Construct, id: string, props: PipelineProps) {
    super(scope, id);
    const role = pipelineRole(this, props);
    const pipeline = named('Pipeline', new CfnPipeline(this, 'Resource', {
      roleArn: role.roleArn,
      pipelineType: 'V2',
      // Of the releases that wait for green to go only the newest goes on; a stale one is not worth a week.
      executionMode: 'SUPERSEDED',
      restartExecutionOnUpdate: false,
      artifactStore: { type: 'S3', location: props.artifacts.bucketName },
      stages: stages(props),
    }));
    // Its policy too, or CodePipeline would check a role that may do nothing yet.
    pipeline.node.addDependency(role);
    this.name = pipeline.ref;
    this.repositoryArn = props.source.repository?.repositoryArn;
    this.arn = Stack.of(this).formatArn({ service: 'codepipeline', resource: this.name });
    props.source.start(this.name);
  }
}

function stages(props: PipelineProps): CfnPipeline.StageDeclarationProperty[] {
  const { settings, source, builds, machines, topic } = props;
  const gate = (name: (typeof GATES)[number], question: string) => ({
    window: settings.gateWindow, topic, question, link: gateLink(props, name),
  });
  return [
    { name: 'Source', actions: [source.action('Source')] },
    {
      name: 'Build',
      actions: [
        build('BuildApp', 1, { project: builds.app, input: 'Source', output: 'App', variables: COMMIT }),
        build('BuildImage', 2, { project: builds.image, input: 'App', variables: COMMIT }),
      ],
    },
    {
      name: RELEASE_STAGE,
      actions: [
        build('Prepare', 1, {
          project: builds.prepare,
          input: 'Source',
          output: 'DeployGreenInput',
          variables: {
            PIPELINE_EXECUTION_ID: '#{codepipeline.PipelineExecutionId}',
            ...COMMIT,
            IMAGE_URI: '#{BuildImage.IMAGE_URI}',
          },
        }),
        invoke('DeployGreen', 2, {
          machine: machines.deployGreen, input: 'DeployGreenInput', file: 'deploy-green.json', output: 'Green',
        }),
        approval('ApproveSwap', 3, gate('ApproveSwap', 'Green is ready for testing. Approve to give it production.')),
        invoke('Swap', 4, { machine: machines.swap, input: 'Green', file: 'output.json', output: 'Swapped' }),
        approval('ApproveCleanUp', 5, gate(
          'ApproveCleanUp', 'Green serves production and blue is kept warm. Approve to delete blue.',
        )),
        invoke('CleanUp', 6, { machine: machines.cleanUp, input: 'Swapped', file: 'output.json', output: 'CleanedUp' }),
      ],
    },
  ];
}

/** The gate on the console's page of the service, under the name that the console gives it. */
function gateLink({ settings, workload }: PipelineProps, gate: string): string | undefined {
  if (!settings.identity) return undefined;
  const { source } = settings;
  const service = source.kind === 'codecommit' ? source.repository : workload.service.attrName;
  return `${consoleUrl(settings.identity)}/s/${service}#${gate}`;
}

function pipelineRole(scope: Construct, { source, builds, machines, artifactArns, topic }: PipelineProps): Role {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('codepipeline.amazonaws.com') });
  const allow = (actions: string[], resources: string[]) => role.addToPolicy(new PolicyStatement({ actions, resources }));
  const invoked = [machines.deployGreen, machines.swap, machines.cleanUp];

  role.addToPolicy(source.statement);
  allow(['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'], [artifactArns.bucket]);
  allow(['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], [artifactArns.objects]);
  allow(
    ['codebuild:BatchGetBuilds', 'codebuild:StartBuild'],
    [builds.app, builds.image, builds.prepare].map((project) => project.projectArn),
  );
  allow(['states:DescribeStateMachine', 'states:StartExecution'], invoked.map((machine) => machine.stateMachineArn));
  allow(['states:DescribeExecution'], invoked.map((machine) => executions(scope, machine.stateMachineName)));
  allow(['sns:Publish'], [topic.topicArn]);
  acknowledgeWildcard(role, artifactArns.objects, 'CodePipeline names the objects of each execution itself.');
  acknowledgeExecutions(role, invoked);
  return role;
}

/** Says why a role reaches every execution of some machines. */
export function acknowledgeExecutions(role: Role, machines: readonly StateMachine[]): void {
  for (const { stateMachineName } of machines) {
    acknowledgeWildcard(role, executions(role, stateMachineName), 'An execution has no name before it is started.');
  }
}

/** ARN of every execution of a machine. */
export function executions(scope: Construct, machine: string): string {
  return Stack.of(scope).formatArn({
    service: 'states', resource: 'execution', resourceName: `${machine}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
