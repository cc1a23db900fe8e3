/**
 * The templates of other settings, as what differs from those of the defaults: the sandbox boots from them and changes
 * from one to the next. With a folder it writes them whole, for the linter.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ALL, type Synthesis, synthesise } from '../test/synthesis.ts';

type Json = Record<string, any>;

/** Members of `to` that are other ones in `from`, and null for those that are gone. */
function difference(from: Json, to: Json): Json {
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  const differs = [...keys].filter((key) => JSON.stringify(from[key]) !== JSON.stringify(to[key]));
  return Object.fromEntries(differs.map((key) => [key, to[key] ?? null]));
}

const SECTIONS = ['Parameters', 'Conditions', 'Resources', 'Outputs'];

function between(from: Json, to: Json): Json {
  const sections = SECTIONS.map((name): [string, Json] => [name, difference(from[name] ?? {}, to[name] ?? {})]);
  return Object.fromEntries(sections.filter(([, section]) => Object.keys(section).length > 0));
}

const whole = ({ state, service }: Synthesis) => ({ ViridianState: plain(state.json), Viridian: plain(service.json) });

/** Without the metadata of the CDK: construct paths say nothing that logical ids do not. */
function plain(template: Json): Json {
  const resources = Object.entries(template.Resources as Record<string, Json>);
  const without = resources.map(([id, { Metadata, ...resource }]) => [id, resource]);
  return { ...template, Resources: Object.fromEntries(without) };
}

/** What differs in each variant, by its name and stack. */
export function variants(): string {
  const before = whole(synthesise());
  const named = Object.entries(ALL).filter(([name]) => !['the defaults', 'LEAVING'].includes(name)).map(([name, context]) => {
    const after = whole(synthesise(context));
    return [name, {
      ViridianState: between(before.ViridianState, after.ViridianState),
      Viridian: between(before.Viridian, after.Viridian),
    }];
  });
  return `${JSON.stringify(Object.fromEntries(named), null, 1)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('Name the folder for the templates: npm run variants -- FOLDER');
  mkdirSync(folder, { recursive: true });
  for (const [name, context] of Object.entries(ALL)) {
    for (const [stack, template] of Object.entries(whole(synthesise(context)))) {
      writeFileSync(join(folder, `${name.replaceAll(' ', '-')}.${stack}.json`), `${JSON.stringify(template, null, 2)}\n`);
    }
  }
}
