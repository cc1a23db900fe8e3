/** Writes both templates to template/ and their picture into README.md; with --check says whether they are current. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { App } from 'aws-cdk-lib';

import { type Stacks, compose } from '../lib/app.ts';
import { picture } from './picture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
type Template = { Resources: Record<string, { Type: string; Properties?: unknown; Metadata?: unknown }> };

const PICTURE = /(<!-- picture -->\n)[^]*?(<!-- end of picture -->)/;

/** The files as they should be, by their path in this folder. */
function files(): Map<string, string> {
  const { current, stacks } = templates();
  const written = new Map([...current].map(([stack, template]) => [
    `template/${stack}.json`, `${JSON.stringify(template, null, 2)}\n`,
  ]));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const drawn = picture(current, partNames(stacks));
  return written.set('README.md', readme.replace(PICTURE, (_, before, after) => `${before}\n${drawn}\n\n${after}`));
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

/** The parts of both stacks by how the logical ids of their resources begin. */
function partNames({ state, service }: Stacks): Map<string, string> {
  const { viridian } = service;
  return new Map([
    ...state.node.children.map(({ node: { id } }): [string, string] => [id, id]),
    ...viridian.node.children.map(({ node: { id } }): [string, string] => [`${viridian.node.id}${id}`, id]),
  ]);
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
  console.log('The templates and their picture are current.');
} else if (process.argv.includes('--check')) {
  console.error(`${stale.join(' and ')} in infra/cdk is not current: run \`npm run template\` there.`);
  process.exit(1);
} else {
  mkdirSync(join(root, 'template'), { recursive: true });
  for (const path of stale) writeFileSync(join(root, path), current.get(path)!);
  console.log(`Wrote ${stale.join(' and ')}.`);
}
