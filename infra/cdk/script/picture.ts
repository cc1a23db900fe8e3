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

/** `names` are the parts by how the logical ids of their resources begin. */
export function picture(templates: Map<string, Template>, names: Map<string, string>): string {
  const parts = [...templates].flatMap(([stack, template]) => partsOf(stack, template, names));
  const stacks = [...templates.keys()].map((stack) => [
    `  subgraph ${stack}`,
    ...parts.filter((part) => part.stack === stack).map((part) => `    ${part.name}["${label(part)}"]`),
    '  end',
  ].join('\n'));
  const lines = parts.flatMap(({ name, uses }) => [...uses].filter((used) => used !== name)
    .sort().map((used) => `  ${name} --> ${used}`));
  return ['```mermaid', 'flowchart LR', ...stacks, ...lines, '```'].join('\n');
}

function partsOf(stack: string, { Resources }: Template, names: Map<string, string>): Part[] {
  const parts = new Map<string, Part>();
  for (const [id, { Type, Properties }] of Object.entries(Resources)) {
    const name = partOf(id, names);
    if (name === undefined) continue;
    const part = parts.get(name) ?? { name, stack, types: new Map(), uses: new Set<string>() };
    parts.set(name, part);
    if (!PLUMBING.test(Type)) part.types.set(Type, (part.types.get(Type) ?? 0) + 1);
    references(Properties, (referred) => {
      const used = partOf(referred, names);
      if (used !== undefined) part.uses.add(used);
    });
  }
  return [...parts.values()];
}

/** The part with the longest beginning that fits: `ReleaseBalancerTestRule…` is of `Balancer`. */
function partOf(id: string, names: Map<string, string>): string | undefined {
  const [longest] = [...names.keys()].filter((beginning) => id.startsWith(beginning)).sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : names.get(longest);
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
