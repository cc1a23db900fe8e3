/** Everything that a deployment may choose, read once from the context (`-c key=value` or cdk.json). */

import { Duration } from 'aws-cdk-lib';

/** Where commits come from. */
export type SourceSettings =
  | { readonly kind: 'codecommit'; readonly repository: string; readonly branch: string }
  | { readonly kind: 'connection'; readonly arn: string; readonly repository: string; readonly branch: string };

/** The identity provider in front of the console. */
export interface IdentitySettings {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userInfoEndpoint: string;
  readonly clientId: string;
  /** Name of the secret in Secrets Manager whose text is the client secret. */
  readonly clientSecret: string;
  /** Certificate and name under which the console is reached. */
  readonly certificateArn: string;
  readonly domain: string;
  /** Roles in the console by what stands in the claim `rolesClaim` (`groups`). Whoever has none looks on. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  readonly rolesClaim?: string;
  /** The claim that names a person; `email` unless told. */
  readonly nameClaim?: string;
}

export interface Settings {
  /** Whether state survives the deletion of its stack. */
  readonly keep: boolean;
  readonly source: SourceSettings;
  /** Who may reach the test listener besides the console. */
  readonly testCidrs: readonly string[];
  /** With a certificate production answers on 443 and the test listener speaks HTTPS. */
  readonly certificateArn?: string;
  /** How long each gate stays open. */
  readonly gateWindow: Duration;
  /** Answers to gates are given by a role assumed with the voter in its session name, not by the console's own. */
  readonly attributeVotes: boolean;
  readonly identity?: IdentitySettings;
}

type Context = (key: string) => unknown;

/** Reads and checks the settings. Throws a sentence that names the key. */
export function readSettings(context: Context): Settings {
  const certificateArn = text(context, 'certificateArn');
  const identity = readIdentity(context);
  return {
    keep: flag(context, 'keep', true),
    source: readSource(context),
    testCidrs: readCidrs(context),
    ...(certificateArn && { certificateArn }),
    gateWindow: readWindow(context),
    attributeVotes: flag(context, 'attributeVotes', false),
    ...(identity && { identity }),
  };
}

function readSource(context: Context): SourceSettings {
  const branch = text(context, 'branch') ?? 'main';
  const arn = text(context, 'connectionArn');
  const repository = text(context, 'repository');
  if (!arn) return { kind: 'codecommit', repository: repository ?? 'viridian-demo', branch };
  if (!repository?.includes('/')) {
    throw new Error('`connectionArn` needs `repository` as owner/name: -c repository=owner/name.');
  }
  return { kind: 'connection', arn, repository, branch };
}

function readCidrs(context: Context): string[] {
  const cidrs = (text(context, 'testCidrs') ?? '').split(',').map((cidr) => cidr.trim()).filter(Boolean);
  const wrong = cidrs.find((cidr) => !/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(cidr));
  if (wrong) throw new Error(`\`testCidrs\` holds ${wrong}, which is not an IPv4 range such as 203.0.113.0/24.`);
  return cidrs;
}

/** CodePipeline takes 5 minutes to 60 days. */
function readWindow(context: Context): Duration {
  const minutes = count(context, 'gateMinutes', 7 * 24 * 60);
  if (minutes < 5 || minutes > 86_400) throw new Error('`gateMinutes` must be 5 to 86400 (60 days).');
  return Duration.minutes(minutes);
}

const IDENTITY = [
  'issuer', 'authorizationEndpoint', 'tokenEndpoint', 'userInfoEndpoint', 'clientId', 'clientSecret',
  'certificateArn', 'domain',
] as const;

/** All of it or nothing: half an identity provider would be an open or a broken door. */
function readIdentity(context: Context): IdentitySettings | undefined {
  const given = context('identity') ?? undefined;
  if (given === undefined) return undefined;
  const value = (typeof given === 'string' ? JSON.parse(given) : given) as Record<string, unknown>;
  const missing = IDENTITY.filter((key) => typeof value[key] !== 'string' || value[key] === '');
  if (missing.length > 0) throw new Error(`\`identity\` lacks ${missing.join(', ')}.`);
  for (const [group, roles] of Object.entries(value.roles ?? {})) {
    const known = Array.isArray(roles) && roles.every((role) => ROLES.includes(role));
    if (!known) throw new Error(`\`identity.roles\` gives ${group} something else than a list of ${ROLES.join(', ')}.`);
  }
  const taken = [...IDENTITY, 'roles', 'rolesClaim', 'nameClaim'].filter((key) => value[key] !== undefined);
  return Object.fromEntries(taken.map((key) => [key, value[key]])) as unknown as IdentitySettings;
}

const ROLES = ['viewer', 'developer', 'approver', 'operator'];

function text(context: Context, key: string): string | undefined {
  const value = context(key);
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

function flag(context: Context, key: string, otherwise: boolean): boolean {
  const value = text(context, key) ?? String(otherwise);
  if (value !== 'true' && value !== 'false') throw new Error(`\`${key}\` must be true or false.`);
  return value === 'true';
}

function count(context: Context, key: string, otherwise: number): number {
  const value = Number(text(context, key) ?? otherwise);
  if (!Number.isInteger(value) || value < 0) throw new Error(`\`${key}\` must be a whole number.`);
  return value;
}
