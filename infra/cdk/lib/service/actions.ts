/** The three kinds of action that follow the source, as CodePipeline wants them. */

import type { Duration } from 'aws-cdk-lib';
import type { IProject } from 'aws-cdk-lib/aws-codebuild';
import type { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';

type Action = CfnPipeline.ActionDeclarationProperty;

interface Build {
  readonly project: IProject;
  readonly input: string;
  readonly output?: string;
  /** What belongs to one release; the project has the rest. */
  readonly variables?: Record<string, string>;
}

/** A build. What its buildspec exports is read by later actions under the action's own name. */
export function build(name: string, runOrder: number, { project, input, output, variables }: Build): Action {
  const list = Object.entries(variables ?? {}).map(([name, value]) => ({ name, value, type: 'PLAINTEXT' }));
  return {
    name,
    namespace: name,
    runOrder,
    actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
    configuration: {
      ProjectName: project.projectName,
      ...(list.length > 0 && { EnvironmentVariables: JSON.stringify(list) }),
    },
    ...artifacts(input, output),
  };
}

interface Invoke {
  readonly machine: IStateMachine;
  readonly input: string;
  /** The file of the input artifact that is the execution's input. */
  readonly file: string;
  readonly output?: string;
}

/** An execution of a state machine; its output becomes `output.json` of the output artifact. */
export function invoke(name: string, runOrder: number, { machine, input, file, output }: Invoke): Action {
  return {
    name,
    namespace: name,
    runOrder,
    actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'StepFunctions', version: '1' },
    configuration: { StateMachineArn: machine.stateMachineArn, InputType: 'FilePath', Input: file },
    ...artifacts(input, output),
  };
}

interface Approval {
  readonly window: Duration;
  readonly topic: ITopic;
  readonly question: string;
  /** The console's page of this very gate; CodePipeline puts it into its own page and into the message. */
  readonly link: string | undefined;
}

/** A gate. */
export function approval(name: string, runOrder: number, { window, topic, question, link }: Approval): Action {
  return {
    name,
    runOrder,
    actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
    configuration: { NotificationArn: topic.topicArn, CustomData: question, ...(link && { ExternalEntityLink: link }) },
    timeoutInMinutes: window.toMinutes(),
  };
}

function artifacts(input: string, output: string | undefined): Pick<Action, 'inputArtifacts' | 'outputArtifacts'> {
  return { inputArtifacts: [{ name: input }], ...(output && { outputArtifacts: [{ name: output }] }) };
}
