/** What may be replaced: everything that runs, and the outputs that people and the console read. */

import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import { Viridian } from './viridian.ts';
import { writeOutputs } from './outputs.ts';
import type { Settings } from './settings.ts';
import type { StateStack } from './state-stack.ts';

export interface ServiceStackProps extends StackProps {
  readonly settings: Settings;
  readonly state: StateStack;
}

export class ServiceStack extends Stack {
  readonly viridian: Viridian;

  constructor(scope: Construct, id: string, { settings, state, ...props }: ServiceStackProps) {
    super(scope, id, props);
    this.viridian = new Viridian(this, 'Release', { settings, state });
    writeOutputs(this, this.viridian, { settings, state });
  }
}
