// Starts and stops the demo under test, and speaks to what it started.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Waits until `check` gives something true; says what was awaited when it does not come. */
export async function until(what, check, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s (last: ${last})`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A running demo: console and sandbox in one process, on ports of its own. */
export class Demo {
  /**
   * Starts a demo and waits until it answers. One approval decides a gate, unless `gates` says otherwise: TOML, or
   * null for what the demo starts with by itself.
   */
  static async start({ speed = 30, empty = false, layout = 'viridian', folder, console = true, gates = '' } = {}) {
    const demo = new Demo();
    demo.speed = speed;
    demo.empty = empty;
    demo.layout = layout;
    demo.console = console;
    demo.folder = folder ?? (await mkdtemp(join(tmpdir(), 'viridian-')));
    demo.gates = gates;
    demo.ports = { console: 0, production: 0, test: 0, aws: 0 };
    await demo.run();
    return demo;
  }

  async run() {
    const outputs = join(this.folder, 'outputs.json');
    await rm(outputs, { force: true });
    const { console: port, production, test, aws } = this.ports;
    const flags = ['demo', '--port', port, '--prod-port', production, '--test-port', test, '--aws-port', aws];
    flags.push('--speed', this.speed, '--layout', this.layout, '--data-dir', this.folder, ...(this.empty ? ['--empty'] : []), ...(this.console ? [] : ['--no-console']));
    if (this.gates !== null) {
      const file = join(this.folder, 'gates.toml');
      await writeFile(file, this.gates);
      flags.push('--gates', file);
    }
    this.log = '';
    this.process = spawn(process.env.VIRIDIAN ?? 'viridian', flags.map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (text) => (this.log = (this.log + text).slice(-20_000)));
    }
    this.ended = new Promise((resolve) => this.process.once('exit', (code, signal) => resolve({ code, signal })));
    this.ended.then((end) => (this.end = end));
    this.outputs = await until('the demo starts', async () => {
      if (this.end) throw new Error(`it ended with ${JSON.stringify(this.end)}: ${this.log}`);
      const read = JSON.parse(await readFile(outputs, 'utf8'));
      const ready = await fetch(this.console ? new URL('/readyz', read.ConsoleUrl) : new URL('/_sandbox/health', read.AwsEndpointUrl));
      return ready.ok && read;
    }, 120);
    const portOf = (url) => (url ? Number(new URL(url).port) : 0);
    this.ports = {
      console: portOf(this.outputs.ConsoleUrl),
      production: portOf(this.outputs.AlbProdUrl),
      test: portOf(this.outputs.AlbTestUrl),
      aws: portOf(this.outputs.AwsEndpointUrl),
    };
  }

  /** Kills it without warning. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** Starts it again on the same folder and ports. */
  async restart() {
    this.end = undefined;
    await this.run();
  }

  async stop() {
    if (!this.end) {
      this.process.kill('SIGTERM');
      const timer = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
      await this.ended;
      clearTimeout(timer);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Moves or changes the sandbox's clock. */
  async clock(change) {
    const answer = await fetch(new URL('/_sandbox/clock', this.outputs.AwsEndpointUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
    });
    if (!answer.ok) throw new Error(`the clock answers ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  /** Makes one AWS call as an SDK would, without one. */
  async aws(target, input, version = '1.1') {
    const answer = await fetch(this.outputs.AwsEndpointUrl, {
      method: 'POST',
      headers: {
        'content-type': `application/x-amz-json-${version}`,
        'x-amz-target': target,
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/ap-northeast-1/x/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(input),
    });
    return answer.json();
  }

  async taskSets() {
    const { EcsClusterName: cluster, EcsServiceName: service } = this.outputs;
    const answer = await this.aws('AmazonEC2ContainerServiceV20141113.DescribeServices', { cluster, services: [service] });
    return answer.services[0].taskSets;
  }
}

/** A clone of the repository that is released. */
export class Clone {
  static async of(demo) {
    const clone = new Clone();
    clone.folder = await mkdtemp(join(tmpdir(), 'viridian-clone-'));
    await execute('git', ['clone', '-q', demo.outputs.RepositoryCloneUrl, clone.folder]);
    await clone.git('config', 'user.name', 'developer-1');
    await clone.git('config', 'user.email', 'developer-1@example.com');
    return clone;
  }

  async git(...command) {
    const { stdout } = await execute('git', command, { cwd: this.folder });
    return stdout.trim();
  }

  /** Changes a file by a function of its text. */
  async edit(file, change) {
    const path = join(this.folder, file);
    const before = await readFile(path, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${file} did not change`);
    await writeFile(path, after);
  }

  /** Commits everything and pushes; gives the commit's id. */
  async push(message) {
    await this.git('add', '.');
    await this.git('commit', '-q', '-m', message);
    await this.git('push', '-q', 'origin', 'HEAD:main');
    return this.git('rev-parse', 'HEAD');
  }

  /** The reference's own change: the background from one colour to another. */
  async paint(to = '#9c9') {
    await this.edit('index.html', (text) => text.replace(/background-color: #[0-9a-f]{3}/, `background-color: ${to}`));
    return this.push('change background color');
  }

  async remove() {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Asks a URL; gives status and text. */
export async function ask(url) {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
}

/** Sends requests evenly, `perSecond` of them, until stopped; counts the answers by status. */
export function customers(url, perSecond) {
  const counts = {};
  const open = new Set();
  const timer = setInterval(() => {
    const request = fetch(url)
      .then(async (answer) => (await answer.arrayBuffer(), answer.status))
      .catch((error) => error.cause?.code ?? error.message)
      .then((status) => (counts[status] = (counts[status] ?? 0) + 1))
      .finally(() => open.delete(request));
    open.add(request);
  }, 1000 / perSecond);
  return {
    counts,
    sent: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      return counts;
    },
  };
}
