/** The parts of the architecture as the templates have them: what is in each, and which others it refers to. */

export type Template = { Resources: Record<string, { Type: string; Properties?: unknown; Metadata?: unknown }> };

export interface Part {
  readonly name: string;
  readonly stack: string;
  /** Types of its resources, each with how many there are. */
  readonly types: Map<string, number>;
  /** Names of other parts. */
  readonly uses: Set<string>;
}

/** What every part has and nobody asks about. */
const PLUMBING = /Policy|Role$|Route|Attachment|Association|SecurityGroup|LogGroup|InternetGateway|EIP$|FlowLog|SubnetGroup|Subnet$|Permission|Secret/;

/** `names` are the parts by the logical ids of their resources. */
export function partsOf(templates: Map<string, Template>, names: Map<string, string>): Part[] {
  return [...templates].flatMap(([stack, template]) => partsOfStack(stack, template, names));
}

/** What is in a part, in words: `2 × Listener`. */
export function contents({ types }: Part): string[] {
  return [...types].map(([type, count]) => `${count > 1 ? `${count} × ` : ''}${type.split('::').at(-1)}`);
}

function partsOfStack(stack: string, { Resources }: Template, names: Map<string, string>): Part[] {
  const parts = new Map<string, Part>();
  for (const [id, { Type, Properties }] of Object.entries(Resources)) {
    const name = names.get(id);
    if (name === undefined) continue;
    const part = parts.get(name) ?? { name, stack, types: new Map(), uses: new Set<string>() };
    parts.set(name, part);
    if (!PLUMBING.test(Type)) part.types.set(Type, (part.types.get(Type) ?? 0) + 1);
    references(Properties, (referred) => {
      const used = names.get(referred) ?? exported(referred, names);
      if (used !== undefined && used !== name) part.uses.add(used);
    });
  }
  return [...parts.values()];
}

/** The part of what another stack exports: the export is named after the logical id, its attribute and a hash. */
function exported(name: string, names: Map<string, string>): string | undefined {
  const [longest] = [...names.keys()].filter((id) => name.startsWith(id)).sort((a, b) => b.length - a.length);
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
