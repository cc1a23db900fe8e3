/** The four state machines from assets/state-machine, each with a role of its own. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { RemovalPolicy } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

import { acknowledge } from '../acknowledge.ts';
import { named } from '../named.ts';
import type { Balancer } from './balancer.ts';
import { type MachineName, permit } from './machine-permissions.ts';
import type { Workload } from './workload.ts';

export interface MachinesProps {
  readonly balancer: Balancer;
  readonly workload: Workload;
  /** Where the images of the app are. */
  readonly images: Repository;
}

export class Machines extends Construct {
  readonly deployGreen: StateMachine;
  readonly swap: StateMachine;
  readonly cleanUp: StateMachine;
  readonly rollBack: StateMachine;

  constructor(scope: Construct, id: string, ground: MachinesProps) {
    super(scope, id);
    const log = new LogGroup(this, 'Log', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const machine = (id: string, name: MachineName): StateMachine => {
      const role = new Role(this, `${id}Role`, { assumedBy: new ServicePrincipal('states.amazonaws.com') });
      permit(role, name, ground);
      return stateMachine(this, id, { name, role, log });
    };
    this.deployGreen = machine('DeployGreen', 'deploy-green');
    this.swap = machine('Swap', 'swap');
    this.cleanUp = machine('CleanUp', 'clean-up');
    this.rollBack = machine('RollBack', 'roll-back');
  }

  /** By the name that they have in assets/state-machine and in the console. */
  get byName(): Record<MachineName, StateMachine> {
    return {
      'deploy-green': this.deployGreen,
      'swap': this.swap,
      'clean-up': this.cleanUp,
      'roll-back': this.rollBack,
    };
  }
}

interface StateMachineProps {
  readonly name: MachineName;
  readonly role: Role;
  readonly log: LogGroup;
}

function stateMachine(scope: Construct, id: string, { name, role, log }: StateMachineProps): StateMachine {
  const machine = named(id, new StateMachine(scope, id, {
    definitionBody: DefinitionBody.fromString(definition(name)),
    comment: `assets/state-machine/${name}.asl.json`,
    role,
    // What went in and out stays in the execution's own history; the log is for finding and counting.
    logs: { destination: log, level: LogLevel.ALL, includeExecutionData: false },
    removalPolicy: RemovalPolicy.DESTROY,
  }));
  acknowledge(machine, {
    'AwsSolutions-SF2': 'The console draws executions from their history; nothing here would read a trace.',
  });
  return machine;
}

/** The definition as the sandbox runs it too, on one line. */
export function definition(name: MachineName): string {
  const file = fileURLToPath(new URL(`../../../../assets/state-machine/${name}.asl.json`, import.meta.url));
  if (!existsSync(file)) throw new Error(`The state machine ${file} is missing.`);
  return JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
}
