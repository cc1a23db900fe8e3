// A screenshot of every page in its main states, at five widths, in both themes, and a page that shows them side by
// side: node shots.mjs FOLDER

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser, openTab } from './browser.mjs';
import { Clone, Demo, ask, until } from './demo.mjs';

const out = process.argv[2] ?? 'shots';
await mkdir(out, { recursive: true });
const browser = await openBrowser();

const SIZES = [
  { width: 360, height: 640 }, { width: 390, height: 844 }, { width: 1_024, height: 768 }, { width: 1_440, height: 900 }, { width: 1_920, height: 1_080 },
];
const THEMES = ['dark', 'light'];
const name = (state, width, theme) => `${state}-${width}-${theme}.png`;

/** Takes what a tab shows at every width. */
async function takeAll(tab, state, theme, isWhole) {
  for (const size of SIZES) {
    await tab.setViewportSize(size);
    // Frames of captured pages are loaded once they come into sight, and painted by other processes, a moment later.
    await tab.waitForTimeout(350);
    await tab.evaluate(() => scrollTo(0, 0));
    await tab.screenshot({ path: join(out, name(state, size.width, theme)), fullPage: isWhole });
  }
}

/** Takes one state of one page at every width and in both themes. */
async function shoot(demo, state, path, { prepare, after, person = 'approver-1', isWhole = true } = {}) {
  for (const theme of THEMES) {
    const tab = await openTab(browser, demo, { person, path, theme });
    await tab.getByRole('heading', { level: 1 }).first().waitFor();
    await tab.locator('.connection:is([data-connection="live"], [data-connection="stale"])').waitFor();
    await tab.mouse.wheel(0, 4_000);
    await until('nothing is awaited any more', async () => (await tab.locator('.skeleton').count()) === 0, 10).catch(() => {});
    await prepare?.(tab);
    await takeAll(tab, state, theme, isWhole);
    await tab.context().close();
    await after?.();
  }
}

/** A page that shows all pictures: a row a state, a column a width, the themes below each other. */
async function contactSheet() {
  const pictures = (await readdir(out)).filter((it) => it.endsWith('.png')).sort();
  const states = [...new Set(pictures.map((it) => it.replace(/-\d+-(dark|light)\.png$/, '')))];
  const picture = (state, width, theme) => {
    const file = name(state, width, theme);
    return pictures.includes(file) ? `<a href="${file}"><img loading="lazy" src="${file}" alt="${state} at ${width} px, ${theme}"></a>` : '';
  };
  const row = (state) => `<section id="${state}"><h2><a href="#${state}">${state}</a></h2>${THEMES.map((theme) => `<div class="row">${SIZES.map(({ width }) => `<figure style="flex:${Math.sqrt(width)}">${picture(state, width, theme)}<figcaption>${width} px, ${theme}</figcaption></figure>`).join('')}</div>`).join('')}</section>`;
  const style = 'body{font:14px system-ui;margin:24px;background:#888}h2 a{color:#000}.row{display:flex;gap:12px;align-items:flex-start;margin:0 0 12px}figure{margin:0;min-width:0}img{width:100%;max-height:560px;object-fit:cover;object-position:top;border:1px solid #000}nav a{margin-right:12px;color:#000}';
  const links = states.map((state) => `<a href="#${state}">${state}</a>`).join('');
  await writeFile(join(out, 'index.html'), `<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>${style}</style><h1>${states.length} states, ${pictures.length} pictures</h1><nav>${links}</nav>${states.map(row).join('')}</html>`);
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

/** An execution as a graph: as it is, and with a state picked; and the form that starts one. */
async function graph(demo) {
  const machine = Object.keys(demo.outputs.StateMachineArns).find((it) => /deploy/.test(it));
  const { executions } = await demo.aws('AWSStepFunctions.ListExecutions', { stateMachineArn: demo.outputs.StateMachineArns[machine] }, '1.0');
  const path = at(demo, `/machines?machine=${encodeURIComponent(machine)}&execution=${executions[0].name}`);
  const drawn = (tab) => tab.locator('.graph__state[data-state="done"]').first().waitFor();
  await shoot(demo, 'graph', path, { prepare: drawn });
  const loop = async (tab) => {
    await drawn(tab);
    await tab.locator('.graph__state').filter({ hasText: /waited \d+ times/ }).first().click();
    await tab.locator('.machines__state').waitFor();
  };
  await shoot(demo, 'graph-picked', path, { prepare: loop });
  const start = async (tab) => {
    await tab.getByRole('button', { name: /^Start/ }).first().click();
    await tab.getByRole('dialog').getByText(/definition reads/).waitFor();
  };
  await shoot(demo, 'graph-start', path, { prepare: start, person: 'operator-1', isWhole: false });
}

/** Green beside production, compared once, a day into its window. */
async function underTest(demo, clone) {
  const commit = await clone.paint('#9c9');
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
  const tab = await openTab(browser, demo, { person: 'operator-1', path: at(demo, '/compare') });
  await until('the sentinel has compared', async () => /\d differences? open/i.test(await tab.locator('.verdict__line').innerText({ timeout: 1_000 })), 60);
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
  for (const theme of THEMES) {
    const tab = await openTab(browser, demo, { path: '/no-such-page', theme });
    await tab.getByRole('heading', { level: 1 }).first().waitFor();
    await takeAll(tab, 'not-found', theme, true);
    await tab.context().clearCookies();
    await tab.goto(demo.outputs.ConsoleUrl);
    await tab.getByRole('heading', { level: 1 }).first().waitFor();
    await takeAll(tab, 'sign-in', theme, true);
    await tab.context().close();
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

/** A gate that two decide, of whom one has, as somebody sees it who may and somebody who may not. */
async function team() {
  const demo = await Demo.start({ speed: 60, gates: null });
  const clone = await Clone.of(demo);
  try {
    await clone.git('config', 'user.name', 'approver-2');
    await underTest(demo, clone);
    await shoot(demo, 'release-team', at(demo));
    const tab = await openTab(browser, demo, { person: 'approver-1', path: at(demo) });
    await tab.getByRole('button', { name: 'Approve swap', exact: true }).click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Approve swap', exact: true }).click();
    await tab.getByText('1 of 2 approvals').first().waitFor();
    await tab.context().close();
    await shoot(demo, 'release-excluded', at(demo), { person: 'approver-2' });
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
await team();

const demo = await Demo.start({ speed: 60 });
const clone = await Clone.of(demo);
try {
  await shootAll(demo, 'live');
  await underTest(demo, clone);
  await shootAll(demo, 'waiting');
  await graph(demo);
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
  const back = await openTab(browser, demo, { person: 'operator-1', path: at(demo) });
  await demo.clock({ rate: 60 });
  await back.getByRole('button', { name: 'Abandon green', exact: true }).click();
  await back.getByRole('dialog').getByRole('button', { name: 'Abandon green', exact: true }).click();
  await back.getByRole('heading', { level: 1, name: /^Abandoned/ }).waitFor({ timeout: 120_000 });
  await demo.clock({ rate: 1 });
  await back.context().close();
  await shoot(demo, 'release-abandoned', at(demo), { person: 'operator-1' });
  await shoot(demo, 'services-abandoned', '/', { person: 'operator-1' });
} finally {
  await contactSheet();
  await browser.close();
  await clone.remove();
  await demo.stop();
}
