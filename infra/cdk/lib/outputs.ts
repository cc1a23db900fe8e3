/** What people and `viridian serve --stack` read of the finished stack. */

import { CfnOutput, Stack } from 'aws-cdk-lib';

import type { Settings } from './settings.ts';
import { TEST_PORT } from './service/balancer.ts';
import type { StateStack } from './state-stack.ts';
import type { Viridian } from './viridian.ts';

export interface OutputProps {
  readonly settings: Settings;
  readonly state: StateStack;
}

export function writeOutputs(stack: Stack, viridian: Viridian, { settings, state }: OutputProps): void {
  const { balancer, workload, machines, pipeline, notices, events, console, alarms } = viridian;
  const { host, scheme } = balancer;
  const outputs: Record<string, [description: string, value: string | undefined]> = {
    Region: ['Where all of it is', stack.region],

    // The names that the reference gives its outputs.
    EcsClusterName: ['The cluster of the service that is released', workload.cluster.clusterName],
    EcsServiceName: ['The service that is released', workload.service.attrName],
    AlbProdDns: ['The name under which production is reached', host],
    AlbTestDns: ['The name under which green is tested', host],
    CodeCommitRepositoryUrl: ['Where to push', state.code?.repositoryCloneUrlHttp],
    EcrRepositoryUri: ['Where images are kept; stays when this stack goes', state.images.repositoryUri],
    ArtifactBucketName: ['Where artifacts are kept; stays when this stack goes', state.artifacts.bucketName],

    AlbProdUrl: ['Production', `${scheme}://${host}`],
    AlbTestUrl: ['Green', `${scheme}://${host}:${TEST_PORT}`],
    BalancerDns: ['The own name of the load balancer: where `domain` has to point', balancer.loadBalancer.loadBalancerDnsName],
    ProdListenerArn: ['Listens for production', balancer.prodListenerArn],
    TestListenerArn: ['Listens for testers', balancer.testListenerArn],
    ProdListenerRuleArn: ['The rule that carries production', balancer.prodRuleArn],
    TestListenerRuleArn: ['The rule that carries the test traffic', balancer.testRuleArn],
    CodeCommitRepositoryName: ['The repository', state.code?.repositoryName],
    RepositoryCloneUrl: ['Where to push', cloneUrl(settings, state)],
    PipelineName: ['The pipeline', pipeline.name],
    StateMachineArns: ['The state machines by name, as JSON', stack.toJsonString(
      Object.fromEntries(Object.entries(machines.byName).map(([name, machine]) => [name, machine.stateMachineArn])),
    )],
    DeployGreenStateMachineArn: ['deploy-green', machines.deployGreen.stateMachineArn],
    SwapStateMachineArn: ['swap', machines.swap.stateMachineArn],
    CleanUpStateMachineArn: ['clean-up', machines.cleanUp.stateMachineArn],
    RollBackStateMachineArn: ['roll-back', machines.rollBack.stateMachineArn],

    ApprovalTopicArn: ['Says that a gate has opened', notices.topic.topicArn],
    AlarmTopicArn: ['Says that something went wrong', alarms.topic.topicArn],
    EventQueueUrl: ['Events that nudge the console', events.queue.queueUrl],
    ConsoleRepositoryUri: ['Where the image of the console is kept; stays when this stack goes', state.consoleImages.repositoryUri],
    ConsoleRoleArn: ['What the console may do', console.role.roleArn],
    VoterRoleArn: ['Answers gates in the name of a person', console.voterRole?.roleArn],
    ConsoleUrl: ['The console', console.edge?.url],
    ConsoleBalancerDns: ['Where the domain of the console has to point', console.edge?.loadBalancer.loadBalancerDnsName],
    ConsoleIdentityIssuer: ['The identity provider that the console believes', settings.identity?.issuer],
    ConsoleRoles: ['Who may do what in the console, as JSON', settings.identity?.roles && stack.toJsonString(settings.identity.roles)],
    ConsoleRolesClaim: ['The claim that says so', settings.identity?.rolesClaim],
    ConsoleRolesFrom: ['Where that claim stands', settings.identity?.rolesFrom],
    ConsoleNameClaim: ['The claim that names a person', settings.identity?.nameClaim],
    ConsoleSigner: ['The load balancer whose signature the console believes', console.edge?.loadBalancer.loadBalancerArn],
  };
  for (const [key, [description, value]] of Object.entries(outputs)) {
    if (value !== undefined) new CfnOutput(stack, key, { description, value });
  }
}

function cloneUrl({ source }: Settings, { code }: StateStack): string {
  return source.kind === 'connection' ? `https://github.com/${source.repository}.git` : code!.repositoryCloneUrlHttp;
}
