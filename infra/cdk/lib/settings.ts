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
  /** Where `rolesClaim` stands: among what user info says, or in the access token as Cognito writes it. */
  readonly rolesFrom?: 'claims' | 'access-token';
}

/** Where the value of a variable stands in Secrets Manager. */
export interface ProbeSecret {
  readonly name: string;
  /** The field of a secret that is JSON; without it the secret's whole text. */
  readonly field?: string;
}

export interface Settings {
  /** Whether state survives the deletion of its stack. */
  readonly keep: boolean;
  readonly source: SourceSettings;
  /** With a certificate production answers on 443 and the test listener speaks HTTPS. */
  readonly certificateArn?: string;
  /** The name under which people reach production and test: what the certificate covers. */
  readonly domain?: string;
  /** Whether port 80 leads to 443 where there is a certificate. Taking the certificate away begins without it. */
  readonly redirect: boolean;
  /** Who is told that a gate has opened, and that something went wrong. */
  readonly email?: string;
  /** Variables of the console that suites name as `env:PROBE_…`, each with the secret that holds its value. */
  readonly probeSecrets: Readonly<Record<string, ProbeSecret>>;
  /** How long each gate stays open. */
  readonly gateWindow: Duration;
  /** Answers to gates are given by a role assumed with the voter in its session name, not by the console's own. */
  readonly attributeVotes: boolean;
  readonly identity?: IdentitySettings;
}

type Context = (key: string) => unknown;

/** Reads and checks the settings. Throws a sentence that names the key. */
export function readSettings(context: Context): Settings {
  refuseOld(context);
  const certificateArn = text(context, 'certificateArn');
  const domain = readDomain(context, certificateArn);
  const email = readEmail(context);
  const identity = readIdentity(context);
  return {
    keep: flag(context, 'keep', true),
    source: readSource(context),
    ...(certificateArn && { certificateArn }),
    ...(domain && { domain }),
    redirect: flag(context, 'redirect', true),
    ...(email && { email }),
    probeSecrets: readProbeSecrets(context),
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

/** What was context once must not be passed over in silence: the next deployment would close the test port. */
function refuseOld(context: Context): void {
  if (text(context, 'testCidrs') === undefined) return;
  throw new Error('`testCidrs` is a parameter, which CloudFormation remembers: --parameters Viridian:TestCidrs=203.0.113.0/24.');
}

/** Every comparison would fail against a name that the certificate does not cover. */
function readDomain(context: Context, certificateArn: string | undefined): string | undefined {
  const domain = text(context, 'domain');
  if (certificateArn && !domain) {
    throw new Error('`certificateArn` needs `domain`, a name that the certificate covers: -c domain=shop.example.com.');
  }
  if (domain && !DOMAIN.test(domain)) {
    throw new Error(`\`domain\` is ${domain}, which is not a name such as shop.example.com.`);
  }
  return domain;
}

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

function readEmail(context: Context): string | undefined {
  const email = text(context, 'email');
  if (email && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
    throw new Error(`\`email\` is ${email}, which is not an address such as releases@example.com.`);
  }
  return email;
}

/** `"PROBE_TOKEN": "name of the secret"`, or `"name of the secret:field"` for a secret that is JSON. */
function readProbeSecrets(context: Context): Record<string, ProbeSecret> {
  const given = context('probeSecrets') ?? {};
  const value = (typeof given === 'string' ? JSON.parse(given) : given) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(value).map(([variable, where]) => {
    if (!/^PROBE_[A-Z0-9_]+$/.test(variable)) {
      throw new Error(`\`probeSecrets\` names ${variable}; the console hands on what begins with PROBE_ only.`);
    }
    const [, name, field] = /^([A-Za-z0-9/_+=.@-]+)(?::([A-Za-z0-9_.-]+))?$/.exec(String(where)) ?? [];
    if (!name) throw new Error(`\`probeSecrets.${variable}\` must be the name of a secret, or name:field.`);
    return [variable, field ? { name, field } : { name }];
  }));
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
  if (![undefined, 'claims', 'access-token'].includes(value.rolesFrom as string | undefined)) {
    throw new Error('`identity.rolesFrom` must be claims or access-token.');
  }
  const taken = [...IDENTITY, 'roles', 'rolesClaim', 'rolesFrom', 'nameClaim'].filter((key) => value[key] !== undefined);
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
