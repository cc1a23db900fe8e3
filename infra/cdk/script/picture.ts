/** The architecture as a Mermaid picture, drawn from the templates: parts, what is in them, who refers to whom. */

type Template = { Resources: Record<string, { Type: string; Properties?: unknown }> };

interface Part {
  readonly name: string;
  readonly stack: string;
  /** Types of its resources, each with how many there are. */
  readonly types: Map<string, number>;
  readonly uses: Set<string>;
}

/** What every part has and nobody asks about. */
const PLUMBING = /Policy|Role$|Route|Attachment|Association|SecurityGroup|LogGroup|InternetGateway|EIP$|FlowLog|SubnetGroup|Subnet$|Permission|Secret/;

/** `templates` by stack name, `prefixes` says how the logical ids of a stack begin before the name of the part. */
export function picture(templates: Map<string, Template>, prefixes: Record<string, string>): string {
  const parts = [...templates].flatMap(([stack, template]) => partsOf(stack, template, prefixes[stack] ?? ''));
  const names = new Set(parts.map(({ name }) => name));
  const stacks = [...templates.keys()].map((stack) => [
    `  subgraph ${stack}`,
    ...parts.filter((part) => part.stack === stack).map((part) => `    ${part.name}["${label(part)}"]`),
    '  end',
  ].join('\n'));
  const lines = parts.flatMap(({ name, uses }) => [...uses].filter((used) => names.has(used) && used !== name)
    .sort().map((used) => `  ${name} --> ${used}`));
  return ['```mermaid', 'flowchart LR', ...stacks, ...lines, '```'].join('\n');
}

function partsOf(stack: string, { Resources }: Template, prefix: string): Part[] {
  const parts = new Map<string, Part>();
  for (const [id, { Type, Properties }] of Object.entries(Resources)) {
    const name = partOf(id, prefix);
    const part = parts.get(name) ?? { name, stack, types: new Map(), uses: new Set<string>() };
    parts.set(name, part);
    if (!PLUMBING.test(Type)) part.types.set(Type, (part.types.get(Type) ?? 0) + 1);
    references(Properties, (referred) => part.uses.add(partOf(referred, prefix)));
  }
  return [...parts.values()];
}

/** The first word of a logical id after the prefix: `ReleaseBalancerTestRule…` is of `Balancer`. */
function partOf(id: string, prefix: string): string {
  const own = id.startsWith(prefix) ? id.slice(prefix.length) : id;
  return /^[A-Z][a-z]+/.exec(own)?.[0] ?? own;
}

function references(value: unknown, found: (id: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, argument] of Object.entries(value)) {
    if (name === 'Ref') found(String(argument));
    else if (name === 'Fn::GetAtt') found(String((argument as string[])[0]));
    else if (name === 'Fn::ImportValue') found(String(argument).replace(/^.*:ExportsOutput(Ref|FnGetAtt)/, ''));
    else references(argument, found);
  }
}

function label({ name, types }: Part): string {
  const words = [...types].map(([type, count]) => `${count > 1 ? `${count} × ` : ''}${type.split('::').at(-1)}`);
  return [`<b>${name}</b>`, ...words].join('<br>');
}
