/** Writes both templates to template/ and their pictures; with --check says whether all of it is current. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { App, CfnResource, Stack } from 'aws-cdk-lib';

import { type Stacks, compose } from '../lib/app.ts';
import { drawing } from './drawing.ts';
import { type Template, partsOf } from './parts.ts';
import { picture } from './picture.ts';
import { variants } from './variants.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const PICTURE = /(<!-- picture -->\n)[^]*?(<!-- end of picture -->)/;

/** The files as they should be, by their path in this folder. */
function files(): Map<string, string> {
  const { current, stacks } = templates();
  const written = new Map([...current].map(([stack, template]) => [
    `template/${stack}.json`, `${JSON.stringify(template, null, 2)}\n`,
  ]));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const parts = partsOf(current, partNames(stacks));
  return written
    .set('README.md', readme.replace(PICTURE, (_, before, after) => `${before}\n${picture(parts)}\n\n${after}`))
    .set('../../docs/architecture.svg', drawing(parts))
    .set('variant/differences.json', variants());
}

/** The templates as `cdk synth` writes them with the defaults, without what only the upload to AWS needs. */
function templates(): { current: Map<string, Template>; stacks: Stacks } {
  const outdir = mkdtempSync(join(tmpdir(), 'viridian-cdk-'));
  try {
    const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
    const app = new App({ analyticsReporting: false, outdir, postCliContext: context });
    const stacks = compose(app);
    const current = new Map(app.synth().stacks.map((stack) => [stack.stackName, plain(stack.template)]));
    return { current, stacks };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The part that each resource belongs to, by its logical id. */
function partNames({ state, service }: Stacks): Map<string, string> {
  const parts = [...state.node.children, ...service.viridian.node.children];
  return new Map(parts.flatMap((part) => part.node.findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .map((resource): [string, string] => [Stack.of(resource).resolve(resource.logicalId), part.node.id])));
}

/** Without the metadata of the CDK: construct paths say nothing that logical ids do not. */
function plain(template: Template): Template {
  for (const resource of Object.values(template.Resources)) delete resource.Metadata;
  return template;
}

function read(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

const current = files();
const stale = [...current.keys()].filter((path) => read(path) !== current.get(path));
if (stale.length === 0) {
  console.log('The templates and their pictures are current.');
} else if (process.argv.includes('--check')) {
  console.error(`${stale.join(' and ')} in infra/cdk is not current: run \`npm run template\` there.`);
  process.exit(1);
} else {
  for (const folder of ['template', 'variant']) mkdirSync(join(root, folder), { recursive: true });
  for (const path of stale) writeFileSync(join(root, path), current.get(path)!);
  console.log(`Wrote ${stale.join(' and ')}.`);
}
