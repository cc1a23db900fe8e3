// A screenshot of every page in its main states, at two widths, in both themes: node shots.mjs FOLDER

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PHONE, WIDE, openBrowser, openTab } from './browser.mjs';
import { Clone, Demo, ask, until } from './demo.mjs';

const out = process.argv[2] ?? 'shots';
await mkdir(out, { recursive: true });
const browser = await openBrowser();

/** Takes one state of one page in both widths and themes. */
async function shoot(demo, state, path, { prepare, person = 'approver-1' } = {}) {
  for (const [width, size] of [['1440', WIDE], ['390', PHONE]]) {
    for (const theme of ['dark', 'light']) {
      const tab = await openTab(browser, demo, { person, path, theme, size });
      await tab.getByRole('heading', { level: 1 }).first().waitFor();
      await tab.getByText('Live', { exact: true }).first().waitFor({ state: 'attached' });
      await tab.waitForTimeout(400);
      await prepare?.(tab);
      await tab.screenshot({ path: join(out, `${state}-${width}-${theme}.png`), fullPage: true });
      await tab.context().close();
    }
  }
}

async function faults(demo, list) {
  await fetch(new URL('/_sandbox/faults', demo.outputs.AwsEndpointUrl), {
    method: list.length ? 'POST' : 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: list.length ? JSON.stringify(list) : undefined,
  });
}

const pages = (demo) => ({ services: '/', release: `/s/${demo.outputs.ConsoleServiceName}`, machines: `/s/${demo.outputs.ConsoleServiceName}/machines` });

async function shootAll(demo, state, options) {
  for (const [page, path] of Object.entries(pages(demo))) await shoot(demo, `${page}-${state}`, path, options);
}

const fresh = await Demo.start({ speed: 1, empty: true });
await shootAll(fresh, 'empty');
await fresh.stop();

const demo = await Demo.start({ speed: 60 });
const clone = await Clone.of(demo);
try {
  await shootAll(demo, 'live');
  const commit = await clone.paint('#9c9');
  const isGreen = async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7));
  await until('green answers', isGreen, 180);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await demo.clock({ rate: 1 });
  await demo.clock({ advance_seconds: 26 * 3_600 });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await shootAll(demo, 'waiting');
  const approve = async (tab) => {
    await tab.getByRole('button', { name: 'Approve swap' }).click();
    await tab.getByRole('dialog').waitFor();
  };
  await shoot(demo, 'release-deciding', pages(demo).release, { prepare: approve });
  await faults(demo, [{ service: 'ecs', operation: '*', kind: 'error', probability: 1, count: 100_000 }]);
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  await shootAll(demo, 'stale');
  await faults(demo, []);

  await demo.clock({ rate: 60 });
  await clone.git('rm', '-q', '--ignore-unmatch', 'nothing');
  const tab = await openTab(browser, demo, { person: 'operator-1', path: pages(demo).release });
  await tab.getByRole('button', { name: 'Reject' }).click();
  await tab.getByRole('dialog').getByRole('textbox', { name: 'Comment' }).fill('the header is broken');
  await tab.getByRole('dialog').getByRole('button', { name: 'Reject' }).click();
  await tab.getByText(/rejected/i).first().waitFor();
  await shootAll(demo, 'failed', { person: 'operator-1' });
  await tab.context().close();

  const lost = { prepare: async (tab) => { await tab.context().setOffline(true); await tab.evaluate(() => window.dispatchEvent(new Event('offline'))); } };
  await shoot(demo, 'release-lost', pages(demo).release, {
    prepare: async (tab) => {
      await lost.prepare(tab);
      await tab.waitForTimeout(12_000);
    },
  });
} finally {
  await browser.close();
  await clone.remove();
  await demo.stop();
}
