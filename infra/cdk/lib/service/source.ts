/** Where a release comes from: CodeCommit, or a repository elsewhere over a connection. */

import { Stack } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-codecommit';
import { type CfnPipeline, Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import { Rule } from 'aws-cdk-lib/aws-events';
import { CodePipeline } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import type { SourceSettings } from '../settings.ts';

export interface SourceProps {
  readonly source: SourceSettings;
  readonly repository: IRepository | undefined;
}

export class Source extends Construct {
  /** The provider and configuration of the pipeline's source action. */
  readonly provider: string;
  readonly configuration: Record<string, string>;
  /** What the pipeline's role needs to fetch a commit. */
  readonly statement: PolicyStatement;
  /** The repository, where it is one that the console can read suites from. */
  readonly repository?: IRepository;
  private readonly branch: string;

  constructor(scope: Construct, id: string, { source, repository }: SourceProps) {
    super(scope, id);
    this.branch = source.branch;
    if (source.kind === 'connection') {
      this.provider = 'CodeStarSourceConnection';
      this.configuration = {
        ConnectionArn: source.arn, FullRepositoryId: source.repository, BranchName: source.branch,
      };
      this.statement = new PolicyStatement({ actions: [useConnection(source.arn)], resources: [source.arn] });
      return;
    }
    if (!repository) throw new Error('A CodeCommit source needs the repository of the state stack.');
    this.repository = repository;
    this.provider = 'CodeCommit';
    this.configuration = {
      RepositoryName: repository.repositoryName, BranchName: source.branch, PollForSourceChanges: 'false',
    };
    this.statement = new PolicyStatement({
      actions: [
        'codecommit:CancelUploadArchive', 'codecommit:GetBranch', 'codecommit:GetCommit',
        'codecommit:GetUploadArchiveStatus', 'codecommit:UploadArchive',
      ],
      resources: [repository.repositoryArn],
    });
  }

  /** A push starts the pipeline. A connection sees pushes by itself. */
  start(pipelineName: string): void {
    if (!this.repository) return;
    const arn = Stack.of(this).formatArn({ service: 'codepipeline', resource: pipelineName });
    new Rule(this, 'Pushed', {
      description: `A push to ${this.branch} starts a release`,
      eventPattern: {
        source: ['aws.codecommit'],
        resources: [this.repository.repositoryArn],
        detailType: ['CodeCommit Repository State Change'],
        detail: {
          event: ['referenceCreated', 'referenceUpdated'],
          referenceType: ['branch'],
          referenceName: [this.branch],
        },
      },
      targets: [new CodePipeline(Pipeline.fromPipelineArn(this, 'Pipeline', arn))],
    });
  }

  /** The action as CodePipeline wants it. */
  action(outputArtifact: string): CfnPipeline.ActionDeclarationProperty {
    return {
      name: 'Source',
      namespace: 'Source',
      runOrder: 1,
      actionTypeId: { category: 'Source', owner: 'AWS', provider: this.provider, version: '1' },
      configuration: this.configuration,
      outputArtifacts: [{ name: outputArtifact }],
    };
  }
}

/** Connections made before 2024 keep the old service name in their ARN and in their permission. */
function useConnection(arn: string): string {
  return arn.includes(':codestar-connections:') ? 'codestar-connections:UseConnection' : 'codeconnections:UseConnection';
}
