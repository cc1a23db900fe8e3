/** The architecture as a Mermaid picture: every part, and every reference between two. */

import { type Part, contents } from './parts.ts';

export function picture(parts: readonly Part[]): string {
  const stacks = [...new Set(parts.map((part) => part.stack))].map((stack) => [
    `  subgraph ${stack}`,
    ...parts.filter((part) => part.stack === stack).map((part) => `    ${part.name}["${label(part)}"]`),
    '  end',
  ].join('\n'));
  const lines = parts.flatMap(({ name, uses }) => [...uses].sort().map((used) => `  ${name} --> ${used}`));
  return ['```mermaid', 'flowchart LR', ...stacks, ...lines, '```'].join('\n');
}

function label(part: Part): string {
  return [`<b>${part.name}</b>`, ...contents(part)].join('<br>');
}
