/** The diagram in code: every part with the parts above it as its props. */

import { Construct } from 'constructs';

import { Alarms } from './service/alarms.ts';
import { Balancer } from './service/balancer.ts';
import { Builds } from './service/builds.ts';
import { Console } from './service/console.ts';
import { Egress } from './service/egress.ts';
import { Events } from './service/events.ts';
import { Machines } from './service/machines.ts';
import { Notices } from './service/notices.ts';
import { Pipeline } from './service/pipeline.ts';
import { keepSize } from './service/scaling.ts';
import { Source } from './service/source.ts';
import { Workload } from './service/workload.ts';
import type { Settings } from './settings.ts';
import type { StateStack } from './state-stack.ts';

export interface ViridianProps {
  readonly settings: Settings;
  readonly state: StateStack;
}

export class Viridian extends Construct {
  readonly balancer: Balancer;
  readonly workload: Workload;
  readonly machines: Machines;
  readonly notices: Notices;
  readonly pipeline: Pipeline;
  readonly events: Events;
  readonly console: Console;
  readonly alarms: Alarms;

  constructor(scope: Construct, id: string, { settings, state }: ViridianProps) {
    super(scope, id);
    const { network, artifacts, artifactArns, images, consoleImages, journal, logs } = state;

    // What serves people: the way out, the two listeners, the ECS service behind them.
    const egress = new Egress(this, 'Egress', { network });
    this.balancer = new Balancer(this, 'Balancer', { network, logs, settings });
    this.balancer.openTest(egress.cidr, 'The console compares blue and green');
    this.workload = new Workload(this, 'Workload', { network, images, balancer: this.balancer });
    keepSize(this.workload);

    // What changes it: the state machines, the builds, and the pipeline that runs both.
    const { balancer, workload } = this;
    this.machines = new Machines(this, 'Machines', { balancer, workload, images });
    const builds = new Builds(this, 'Builds', { network, images, artifactArns, balancer, workload });
    this.notices = new Notices(this, 'Notices', { email: settings.email });
    const source = new Source(this, 'Source', { source: settings.source, repository: state.code });
    this.pipeline = new Pipeline(this, 'Pipeline', {
      settings, source, builds, machines: this.machines, artifacts, artifactArns, topic: this.notices.topic,
      workload,
    });

    // What watches it, and asks people.
    const { machines, pipeline } = this;
    this.events = new Events(this, 'Events', { pipeline, machines, workload });
    this.console = new Console(this, 'Console', {
      settings, network, logs, images: consoleImages, journal, egress, workload, machines, pipeline,
      queue: this.events.queue,
    });
    this.alarms = new Alarms(this, 'Alarms', {
      email: settings.email, loadBalancer: balancer.loadBalancer, workload, machines, pipeline,
      events: this.events, console: this.console,
    });
  }
}
