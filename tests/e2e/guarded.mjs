// A console behind a load balancer of the sandbox, which lets nobody through whom an identity provider does not know.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Demo, until } from './demo.mjs';

const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

/** An identity provider, and the place where the load balancer's keys are read. */
class Provider {
  static async start() {
    const provider = new Provider();
    provider.asked = 0;
    /** Whether the load balancer's keys are reached. */
    provider.hasKeys = true;
    provider.server = createServer((request, answer) => provider.answer(request, answer));
    provider.port = await listening(provider.server);
    provider.url = `http://127.0.0.1:${provider.port}`;
    return provider;
  }

  async answer(request, answer) {
    const url = new URL(request.url, this.url);
    const json = (value) => answer.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    if (url.pathname === '/authorize') {
      this.asked += 1;
      const back = `${url.searchParams.get('redirect_uri')}?code=once&state=${url.searchParams.get('state')}`;
      return answer.setHeader('content-type', 'text/html').end(`<h1>The identity provider</h1><a href="${back}">I am Kim</a>`);
    }
    if (url.pathname === '/token') {
      const claims = Buffer.from(JSON.stringify({ iss: this.url, aud: 'viridian', sub: '1' })).toString('base64url');
      return json({ access_token: 'access', token_type: 'Bearer', id_token: `e30.${claims}.e30` });
    }
    if (url.pathname === '/userinfo') return json({ sub: '1', email: 'kim@example.com', groups: ['everything'] });
    if (!this.hasKeys) return answer.writeHead(503).end();
    const key = await fetch(new URL(`/_sandbox/elb-keys${url.pathname.replace('/keys', '')}`, this.aws));
    return answer.writeHead(key.status).end(await key.text());
  }
}

/** Members of a structure as the query protocol writes them. */
function flat(value, prefix = '') {
  if (Array.isArray(value)) return value.flatMap((it, at) => flat(it, `${prefix}.member.${at + 1}`));
  if (typeof value === 'object') return Object.entries(value).flatMap(([name, it]) => flat(it, prefix ? `${prefix}.${name}` : name));
  return [[prefix, String(value)]];
}

export class Guarded {
  static async start({ hasKeys = true } = {}) {
    const guarded = new Guarded();
    guarded.provider = await Provider.start();
    guarded.provider.hasKeys = hasKeys;
    guarded.demo = await Demo.start({ speed: 60, console: false });
    guarded.provider.aws = guarded.demo.outputs.AwsEndpointUrl;
    await guarded.balance();
    await guarded.serve();
    return guarded;
  }

  /** Calls Elastic Load Balancing as an SDK would, without one. */
  async elb(Action, input) {
    const answer = await fetch(this.demo.outputs.AwsEndpointUrl, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/ap-northeast-1/elasticloadbalancing/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: new URLSearchParams([['Action', Action], ['Version', '2015-12-01'], ...flat(input)]),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${Action} answers ${answer.status}: ${text}`);
    return (member) => text.match(new RegExp(`<${member}>([^<]+)<`))[1];
  }

  /** What the two rules of the stack's balancer do, as `infra/cdk/lib/service/edge.ts` has them. */
  actions(OnUnauthenticatedRequest, SessionTimeout) {
    const { url } = this.provider;
    return [
      {
        Type: 'authenticate-oidc',
        Order: 1,
        AuthenticateOidcConfig: {
          Issuer: url,
          AuthorizationEndpoint: `${url}/authorize`,
          TokenEndpoint: `${url}/token`,
          UserInfoEndpoint: `${url}/userinfo`,
          ClientId: 'viridian',
          ClientSecret: 'hush',
          Scope: 'openid email profile',
          SessionTimeout,
          OnUnauthenticatedRequest,
        },
      },
      { Type: 'forward', Order: 2, TargetGroupArn: this.group },
    ];
  }

  async balance() {
    const subnets = ['subnet-1', 'subnet-2'];
    const made = await this.elb('CreateLoadBalancer', { Name: 'console', Subnets: subnets });
    this.signer = made('LoadBalancerArn');
    const group = await this.elb('CreateTargetGroup', {
      Name: 'console', Protocol: 'HTTP', Port: 3000, TargetType: 'ip', VpcId: 'vpc-0a1b2c3d4e5f60718',
    });
    this.group = group('TargetGroupArn');
    const listener = await this.elb('CreateListener', {
      LoadBalancerArn: this.signer, Port: 443, Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: 'arn:aws:acm:ap-northeast-1:123456789012:certificate/a' }],
      DefaultActions: this.actions('authenticate', 43_200),
    });
    this.listener = listener('ListenerArn');
    const rule = await this.elb('CreateRule', {
      ListenerArn: this.listener, Priority: 1,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }],
      Actions: this.actions('deny', 43_200),
    });
    this.rule = rule('RuleArn');
    const listeners = async () => (await (await fetch(new URL('/_sandbox/traffic', this.demo.outputs.AwsEndpointUrl))).json()).listeners;
    const ours = await until('the listener opens', async () => (await listeners()).find((it) => it.listener === this.listener));
    this.url = `http://localhost:${new URL(ours.url).port}`;
  }

  /** Lets sessions last so many seconds from when somebody signed in. */
  async last(seconds) {
    await this.elb('ModifyListener', { ListenerArn: this.listener, DefaultActions: this.actions('authenticate', seconds) });
    await this.elb('ModifyRule', { RuleArn: this.rule, Actions: this.actions('deny', seconds) });
  }

  async serve() {
    const probe = createServer();
    const port = await listening(probe);
    await new Promise((resolve) => probe.close(resolve));
    const file = join(this.demo.folder, 'guarded.toml');
    const identity = [
      '[identity]', `signer = "${this.signer}"`, `issuer = "${this.provider.url}"`,
      `keys_url = "${this.provider.url}/keys"`, '[identity.roles]', 'everything = ["developer", "approver", "operator"]',
    ];
    const written = await readFile(join(this.demo.folder, 'viridian.toml'), 'utf8');
    await writeFile(file, `${written}\n${identity.join('\n')}\n`);
    const words = ['serve', '--config', file, '--listen', `127.0.0.1:${port}`];
    this.log = '';
    this.process = spawn(process.env.VIRIDIAN ?? 'viridian', words, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (text) => (this.log = (this.log + text).slice(-20_000)));
    }
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
    await until('the console starts', async () => {
      if (this.process.exitCode !== null) throw new Error(this.log);
      return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
    });
    await this.elb('RegisterTargets', { TargetGroupArn: this.group, Targets: [{ Id: '127.0.0.1', Port: port }] });
    await until('the balancer reaches it', async () => {
      const health = await this.elb('DescribeTargetHealth', { TargetGroupArn: this.group });
      return health('State') === 'healthy';
    });
  }

  async stop() {
    this.process?.kill('SIGTERM');
    await this.ended;
    this.provider.server.close();
    this.provider.server.closeAllConnections();
    await this.demo.stop();
  }
}
