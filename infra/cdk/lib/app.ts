/** Both stacks in one app: what must never be lost, and what may be replaced. */

import { type App, DefaultStackSynthesizer, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

import { ServiceStack } from './service-stack.ts';
import { type Settings, readSettings } from './settings.ts';
import { StateStack } from './state-stack.ts';

/** The name that `viridian serve --stack` is given. */
export const SERVICE_STACK = 'Viridian';
export const STATE_STACK = 'ViridianState';

export interface Stacks {
  readonly settings: Settings;
  readonly state: StateStack;
  readonly service: ServiceStack;
}

/** Builds the stacks from the app's context and has every resource judged by the AwsSolutions rules. */
export function compose(app: App): Stacks {
  const settings = readSettings((key) => app.node.tryGetContext(key));
  const state = new StateStack(app, STATE_STACK, {
    description: 'Viridian: what must never be lost. Network, repositories, artifacts, the journal of the console.',
    // Without `keep` the stack may be destroyed whole: the last step of leaving, see README.md.
    terminationProtection: settings.keep,
    synthesizer: synthesizer(),
    settings,
  });
  const service = new ServiceStack(app, SERVICE_STACK, {
    description: 'Viridian: what may be replaced. Balancer, ECS service, pipeline, state machines, console.',
    synthesizer: synthesizer(),
    settings,
    state,
  });
  Tags.of(app).add('application', 'viridian');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { settings, state, service };
}

/** The CLI checks the bootstrap itself; without the rule the templates hold nothing but the product. */
function synthesizer(): DefaultStackSynthesizer {
  return new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
}
