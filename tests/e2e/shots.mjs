// A screenshot of every page in its main states, at two widths, in both themes: node shots.mjs FOLDER

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PHONE, WIDE, openBrowser, openTab } from './browser.mjs';
import { Clone, Demo, ask, until } from './demo.mjs';

const out = process.argv[2] ?? 'shots';
await mkdir(out, { recursive: true });
const browser = await openBrowser();

/** Takes one state of one page in both widths and themes. */
async function shoot(demo, state, path, { prepare, after, person = 'approver-1', isWhole = true } = {}) {
  for (const [width, size] of [['1440', WIDE], ['390', PHONE]]) {
    for (const theme of ['dark', 'light']) {
      const tab = await openTab(browser, demo, { person, path, theme, size });
      await tab.getByRole('heading', { level: 1 }).first().waitFor();
      await tab.getByText('Live', { exact: true }).first().waitFor({ state: 'attached' });
      // Frames of captured pages are loaded once they come into sight.
      await tab.mouse.wheel(0, 4_000);
      await until('nothing is awaited any more', async () => (await tab.locator('.skeleton').count()) === 0, 10).catch(() => {});
      await prepare?.(tab);
      // Frames of captured pages are painted by other processes, a moment later.
      await tab.waitForTimeout(600);
      await tab.evaluate(() => scrollTo(0, 0));
      await tab.screenshot({ path: join(out, `${state}-${width}-${theme}.png`), fullPage: isWhole });
      await tab.context().close();
      await after?.();
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

const at = (demo, rest = '') => `/s/${demo.outputs.ConsoleServiceName}${rest}`;
const pages = (demo) => ({ services: '/', release: at(demo), compare: at(demo, '/compare'), machines: at(demo, '/machines') });

async function shootAll(demo, state, options) {
  for (const [page, path] of Object.entries(pages(demo))) await shoot(demo, `${page}-${state}`, path, options);
}

/** Green beside production, compared once, a day into its window. */
async function underTest(demo, clone) {
  const commit = await clone.paint('#9c9');
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
  const tab = await openTab(browser, demo, { person: 'operator-1', path: at(demo, '/compare') });
  await until('the sentinel has compared', async () => /\d open/.test(await tab.locator('.verdict__line').innerText({ timeout: 1_000 })), 60);
  await tab.context().close();
  await demo.clock({ rate: 1 });
  await demo.clock({ advance_seconds: 26 * 3_600 });
}

async function compare(demo) {
  const looks = ['page', 'tree', 'source', 'headers', 'timing'];
  for (const look of looks) await shoot(demo, `compare-probe-${look}`, at(demo, `/compare?run=1&probe=home&look=${look}`));
  for (const lay of ['swipe', 'onion', 'difference']) await shoot(demo, `compare-probe-${lay}`, at(demo, `/compare?run=1&probe=home&look=page&lay=${lay}`));
  await shoot(demo, 'compare-suite', at(demo, '/compare?suite=shop'), { person: 'developer-1' });
  const open = (name) => async (tab) => {
    await tab.getByRole('button', { name, exact: true }).first().click();
    await tab.getByRole('dialog').waitFor();
  };
  await shoot(demo, 'compare-running', at(demo, '/compare'), { person: 'developer-1', prepare: open('Run suite'), isWhole: false });
  await shoot(demo, 'compare-ruling', at(demo, '/compare'), { prepare: open('Rule intended'), isWhole: false });
}

/** What stands beside a release: the sign-in page, addresses that lead nowhere. */
async function beside(demo) {
  for (const [width, size] of [['1440', WIDE], ['390', PHONE]]) {
    for (const theme of ['dark', 'light']) {
      const tab = await openTab(browser, demo, { path: '/no-such-page', theme, size });
      await tab.getByRole('heading', { level: 1 }).first().waitFor();
      await tab.screenshot({ path: join(out, `not-found-${width}-${theme}.png`) });
      await tab.context().clearCookies();
      await tab.goto(demo.outputs.ConsoleUrl);
      await tab.getByRole('heading', { level: 1 }).first().waitFor();
      await tab.screenshot({ path: join(out, `sign-in-${width}-${theme}.png`) });
      await tab.context().close();
    }
  }
}

/** The reference's layout: its known hazards, and green that takes over. */
async function reference() {
  const demo = await Demo.start({ speed: 60, layout: 'reference' });
  const clone = await Clone.of(demo);
  try {
    await underTest(demo, clone);
    await shoot(demo, 'release-reference', at(demo));
    const tab = await openTab(browser, demo, { person: 'operator-1', path: at(demo) });
    await tab.getByRole('button', { name: 'Approve swap', exact: true }).click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Approve swap', exact: true }).click();
    await demo.clock({ rate: 60 });
    const cleanUp = tab.getByRole('button', { name: 'Approve clean-up', exact: true });
    await until('green has taken over', () => cleanUp.isEnabled(), 120);
    await demo.clock({ rate: 1 });
    await tab.context().close();
    await shoot(demo, 'release-swapped', at(demo));
    await shoot(demo, 'compare-swapped', at(demo, '/compare'));
    await faults(demo, [{ service: 'sfn', operation: '*', kind: 'deny', probability: 1, count: 100_000 }]);
    const denied = await openTab(browser, demo, { path: at(demo, '/machines') });
    await denied.getByText(/AWS denies/).first().waitFor({ timeout: 60_000 });
    await denied.context().close();
    await shoot(demo, 'machines-denied', at(demo, '/machines'));
    await demo.clock({ advance_seconds: 8 * 86_400 });
    await faults(demo, []);
    await shoot(demo, 'release-expired', at(demo));
  } finally {
    await clone.remove();
    await demo.stop();
  }
}

const fresh = await Demo.start({ speed: 1, empty: true });
await shootAll(fresh, 'empty');
await beside(fresh);
await fresh.stop();
await reference();

const demo = await Demo.start({ speed: 60 });
const clone = await Clone.of(demo);
try {
  await shootAll(demo, 'live');
  await underTest(demo, clone);
  await shootAll(demo, 'waiting');
  await compare(demo);
  const open = (name) => async (tab) => {
    await tab.getByRole('button', { name, exact: true }).click();
    await tab.getByRole('dialog').waitFor();
  };
  await shoot(demo, 'release-deciding', at(demo), { prepare: open('Approve swap'), isWhole: false });
  await shoot(demo, 'keys', at(demo, '/compare'), { prepare: (tab) => tab.keyboard.press('?'), isWhole: false });
  await shoot(demo, 'palette', at(demo), { prepare: (tab) => tab.keyboard.press('Control+k'), isWhole: false });
  await faults(demo, [{ service: 'ecs', operation: '*', kind: 'error', probability: 1, count: 100_000 }]);
  const stale = await openTab(browser, demo, { path: at(demo) });
  await stale.getByText(/^Stale/).first().waitFor({ state: 'attached', timeout: 60_000 });
  await stale.context().close();
  await shootAll(demo, 'stale');
  await faults(demo, []);

  const tab = await openTab(browser, demo, { person: 'operator-1', path: at(demo) });
  await tab.getByRole('button', { name: 'Reject', exact: true }).click();
  await tab.getByRole('dialog').getByRole('textbox', { name: 'Comment' }).fill('the header is broken');
  await tab.getByRole('dialog').getByRole('button', { name: 'Reject', exact: true }).click();
  await tab.getByText(/rejected/i).first().waitFor();
  await shootAll(demo, 'failed', { person: 'operator-1' });
  await tab.context().close();
  await shoot(demo, 'release-lost', at(demo), {
    prepare: async (lost) => {
      await demo.kill();
      await lost.getByText('Connection lost').waitFor({ timeout: 60_000 });
    },
    after: () => demo.restart(),
  });
} finally {
  await browser.close();
  await clone.remove();
  await demo.stop();
}
