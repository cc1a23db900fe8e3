/** Writes both templates to template/, or with --check says whether they are current. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { App } from 'aws-cdk-lib';

import { compose } from '../lib/app.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'template');

/** The templates as `cdk synth` writes them with the defaults, without what only the upload to AWS needs. */
function templates(): Map<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'viridian-cdk-'));
  try {
    const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
    const app = new App({ analyticsReporting: false, outdir, postCliContext: context });
    compose(app);
    const written = app.synth().stacks.map((stack): [string, string] => [
      `${stack.stackName}.json`, `${JSON.stringify(plain(stack.template), null, 2)}\n`,
    ]);
    return new Map(written);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Without the metadata of the CDK: construct paths say nothing that logical ids do not. */
function plain(template: { Resources: Record<string, { Metadata?: unknown }> }): object {
  for (const resource of Object.values(template.Resources)) delete resource.Metadata;
  return template;
}

function read(name: string): string | undefined {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

const current = templates();
if (process.argv.includes('--check')) {
  const stale = [...current].filter(([name, text]) => read(name) !== text).map(([name]) => name);
  if (stale.length > 0) {
    console.error(`infra/cdk/template/${stale.join(' and ')} is not current: run \`npm run template\` in infra/cdk.`);
    process.exit(1);
  }
  console.log('infra/cdk/template is current.');
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of current) writeFileSync(join(folder, name), text);
  console.log(`Wrote ${[...current.keys()].join(' and ')} to infra/cdk/template.`);
}
