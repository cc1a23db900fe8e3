/** Both templates for given settings, with words to ask them by. */

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App } from 'aws-cdk-lib';

import { compose } from '../lib/app.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Condition?: string;
  readonly DependsOn?: string | string[];
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

export class Template {
  readonly resources: Record<string, Resource>;
  readonly outputs: Record<string, { Value: unknown }>;
  readonly parameters: Record<string, { Type: string; Default?: unknown; AllowedPattern?: string }>;
  readonly conditions: Record<string, unknown>;

  constructor(readonly json: any) {
    this.resources = json.Resources;
    this.outputs = json.Outputs ?? {};
    this.parameters = json.Parameters ?? {};
    this.conditions = json.Conditions ?? {};
  }

  ids(type: string): string[] {
    return Object.keys(this.resources).filter((id) => this.resources[id]!.Type === type);
  }

  of(type: string): Resource[] {
    return this.ids(type).map((id) => this.resources[id]!);
  }

  /** The one resource of a type whose logical id begins so. */
  one(type: string, prefix = ''): Resource {
    const found = this.ids(type).filter((id) => id.startsWith(prefix));
    if (found.length !== 1) throw new Error(`${type} ${prefix}*: found ${found.join(', ') || 'none'}`);
    return this.resources[found[0]!]!;
  }

  /** Everything that a role is allowed, by its own policies. */
  statements(rolePrefix: string): Statement[] {
    const roles = this.ids('AWS::IAM::Role').filter((id) => new RegExp(`^${rolePrefix}[0-9A-F]{8}$`).test(id));
    return this.of('AWS::IAM::Policy')
      .filter((policy) => policy.Properties.Roles.some((role: { Ref: string }) => roles.includes(role.Ref)))
      .flatMap((policy) => policy.Properties.PolicyDocument.Statement);
  }

  /** The actions that a role is allowed, sorted, each once. */
  actions(rolePrefix: string): string[] {
    return [...new Set(this.statements(rolePrefix).flatMap((statement) => list(statement.Action)))].sort();
  }

  /** On what a role is allowed an action, as text. */
  reach(rolePrefix: string, action: string): string[] {
    return this.statements(rolePrefix)
      .filter((statement) => list(statement.Action).includes(action))
      .flatMap((statement) => list(statement.Resource as string[]))
      .map((resource) => JSON.stringify(resource));
  }
}

export interface Synthesis {
  readonly state: Template;
  readonly service: Template;
  readonly protected: boolean;
}

/** Every setting of a deployment in few templates. */
export const TOLD = {
  email: 'releases@example.com',
  probeSecrets: { PROBE_TOKEN: 'viridian/probe', PROBE_USER: 'viridian/login:user', PROBE_PASSWORD: 'viridian/login:password' },
};
export const CERTIFIED = {
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/a',
  domain: 'shop.example.com',
};
/** The first of the two steps that take a certificate away. */
export const UNREDIRECTED = { ...CERTIFIED, redirect: 'false' };
export const CONNECTED = {
  connectionArn: 'arn:aws:codeconnections:eu-central-1:123456789012:connection/a',
  repository: 'owner/name',
};
export const LEAVING = {
  keep: 'false',
  ...CONNECTED,
};
export const GUARDED = {
  attributeVotes: 'true',
  ...CERTIFIED,
  identity: JSON.stringify({
    issuer: 'https://id.example.com',
    authorizationEndpoint: 'https://id.example.com/authorize',
    tokenEndpoint: 'https://id.example.com/token',
    userInfoEndpoint: 'https://id.example.com/userinfo',
    clientId: 'viridian',
    clientSecret: 'viridian/oidc',
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/b',
    domain: 'release.example.com',
  }),
};

/** Every setting that changes what a template holds. */
export const ALL: Record<string, Record<string, unknown>> = {
  'the defaults': {}, TOLD, CERTIFIED, UNREDIRECTED, GUARDED, CONNECTED, LEAVING,
};

const known = new Map<string, Synthesis>();

/** The templates for a context; each context is synthesised once. Throws if cdk-nag finds what has no reason. */
export function synthesise(context: Record<string, unknown> = {}): Synthesis {
  const key = JSON.stringify(context);
  const before = known.get(key);
  if (before) return before;
  const { context: flags } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  const outdir = mkdtempSync(join(tmpdir(), 'viridian-cdk-test-'));
  const app = new App({ analyticsReporting: false, outdir, postCliContext: { ...flags, ...context } });
  const { state, service } = compose(app);
  const assembly = app.synth();
  const synthesis = {
    state: new Template(assembly.getStackByName(state.stackName).template),
    service: new Template(assembly.getStackByName(service.stackName).template),
    protected: state.terminationProtection ?? false,
  };
  known.set(key, synthesis);
  return synthesis;
}

export function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
