// What the page takes in a real Chromium: a large pair of documents, two tabs, a started execution, the first load.
// Prints a JSON list of figures: node bench.mjs

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser, openTab } from './browser.mjs';
import { Clone, Demo, ask, until } from './demo.mjs';

const MIB = 1 << 20;
const SIZE = 16 * MIB;
const TIMES = 5;
const figures = [];
const figure = (what, measured, aim, unit, digits = 0) => {
  figures.push({ what, measured, aim, unit, digits });
  console.error(`── ${what}: ${measured.toFixed(digits)} ${unit}`);
};
const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** A document of about so many bytes; the same each time but for one leaf. */
function catalogue(stock) {
  const products = [];
  for (let id = 0, size = 0; size < SIZE; id += 1) {
    const product = { id, name: `Product ${id} of the catalogue`, price: (id * 37) % 9_973, tags: ['new', 'garden', `row-${id % 97}`], stock: id === 60_000 ? stock : id % 400 };
    size += JSON.stringify(product, null, 2).length + 20;
    products.push(product);
  }
  return JSON.stringify({ products }, null, 2);
}

/** Megabytes that a process holds. */
async function memory(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}

async function renderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = await Promise.all(processInfo.filter((it) => it.type === 'renderer').map((it) => memory(it.id).catch(() => 0)));
  return Math.max(...sizes);
}

const service = (of) => `/s/${of.outputs.ConsoleServiceName}`;

/** Releases what the clone holds, to the end. */
async function release(demo, browser, commit) {
  const tab = await openTab(browser, demo, { person: 'operator-1', path: service(demo) });
  for (const gate of ['Approve swap', 'Approve clean-up']) {
    const button = tab.getByRole('button', { name: gate, exact: true });
    await until(`${gate} of ${commit.slice(0, 7)} waits`, () => button.isEnabled(), 300);
    await button.click();
    await tab.getByRole('dialog').getByRole('button', { name: gate, exact: true }).click();
  }
  await until('one task set is left', async () => (await demo.taskSets()).length === 1, 120);
  await tab.context().close();
}

/** Milliseconds from a press on a link to the frame after which something is on screen. */
function pressed(tab, link, seen) {
  return tab.evaluate(([link, seen]) => new Promise((resolve, reject) => {
    const begun = performance.now();
    document.querySelector(link).click();
    const look = () => {
      if (document.querySelector(seen)) {
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
      } else if (performance.now() - begun > 30_000) {
        reject(new Error(`${seen} is not there after 30 s`));
      } else {
        requestAnimationFrame(look);
      }
    };
    look();
  }), [link, seen]);
}

/** Times between frames while something moves, in milliseconds. */
function frames(tab, seconds, step) {
  return tab.evaluate(([seconds, step]) => new Promise((resolve) => {
    const scroller = document.querySelector('.rows__scroller');
    const times = [];
    const begun = performance.now();
    let last = begun;
    const frame = (now) => {
      times.push(now - last);
      last = now;
      if (step) scroller.scrollTop = (scroller.scrollTop + step) % (scroller.scrollHeight - scroller.clientHeight);
      if (now - begun < seconds * 1_000) requestAnimationFrame(frame);
      else resolve(times.slice(2));
    };
    requestAnimationFrame(frame);
  }), [seconds, step]);
}

const rate = (times) => 1_000 / (times.reduce((sum, it) => sum + it, 0) / times.length);
const dropped = (times) => times.filter((it) => it > 25).length / times.length * 100;

async function largePair(demo, browser) {
  const tab = await openTab(browser, demo, { person: 'developer-1', path: `${service(demo)}/compare` });
  await until('both colours can be asked', () => tab.getByRole('button', { name: 'Ask both', exact: true }).isEnabled(), 60);
  await tab.getByRole('textbox', { name: 'Path' }).or(tab.getByRole('combobox', { name: 'Path' })).fill('/api/catalogue.json');
  await tab.keyboard.press('Enter');
  const difference = '.rows__line[data-here] mark';
  await tab.locator(difference).first().waitFor({ timeout: 240_000 });
  const run = new URL(tab.url()).searchParams.get('run');
  await tab.context().close();

  const open = async () => {
    const tab = await openTab(browser, demo, { person: 'developer-1', path: `${service(demo)}/compare?run=${run}` });
    await tab.locator('.probes__table a').first().waitFor();
    await tab.waitForTimeout(500);
    return tab;
  };
  const link = '.probes__table a';
  // The server that has just started has nothing at hand: it unpacks, reads and compares both documents.
  const fresh = [];
  for (let time = 0; time < 3; time += 1) {
    await demo.kill();
    await demo.restart();
    const tab = await open();
    fresh.push(await pressed(tab, link, difference));
    await tab.context().close();
  }
  figure('16 MiB pair: first difference on screen, looked at for the first time', middle(fresh), 300, 'ms');
  const again = [];
  let last;
  for (let time = 0; time < TIMES; time += 1) {
    await last?.context().close();
    last = await open();
    again.push(await pressed(last, link, difference));
  }
  figure('16 MiB pair: first difference on screen, looked at again', middle(again), 300, 'ms');
  await scrolling(last, browser);
  figure('16 MiB pair: memory of the server that shows it', await memory(demo.process.pid), 1_024, 'MB');
  await last.context().close();
}

async function scrolling(tab, browser) {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Performance.enable');
  const heap = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find((it) => it.name === 'JSHeapUsedSize').value / 1e6;
  };
  await tab.getByRole('button', { name: 'Show everything' }).click();
  await tab.getByRole('button', { name: 'Fold what did not change' }).waitFor();
  const before = await heap();
  const still = await frames(tab, 3, 0);
  const slowly = await frames(tab, 10, 40);
  const quickly = await frames(tab, 10, 4_000);
  figure('Frames a second, nothing moves', rate(still), 55, '/s', 1);
  figure('Frames a second, scrolled line by line', rate(slowly), 55, '/s', 1);
  figure('Frames a second, scrolled by leaps', rate(quickly), 55, '/s', 1);
  figure('Frames later than 25 ms, nothing moves', dropped(still), 2, '%', 1);
  figure('Frames later than 25 ms, scrolled line by line', dropped(slowly), 2, '%', 1);
  figure('Frames later than 25 ms, scrolled by leaps', dropped(quickly), 2, '%', 1);
  figure('JavaScript heap that scrolling adds', Math.max(0, (await heap()) - before), 10, 'MB', 1);
  figure('Memory of the tab after scrolling', await renderers(browser), 300, 'MB');
}

/** Milliseconds from a press in one tab until each tab shows what it does. */
async function shown(tabs, press, seen, argument) {
  const watch = (tab) => tab.evaluate(([seen, argument]) => {
    const is = new Function('argument', `return ${seen}`);
    globalThis.shown = new Promise((resolve) => {
      const look = () => (is(argument) ? resolve(Date.now()) : requestAnimationFrame(look));
      look();
    });
  }, [seen, argument]);
  for (const tab of tabs) await watch(tab);
  const begun = Date.now();
  await press();
  const times = await Promise.all(tabs.map((tab) => tab.evaluate(() => globalThis.shown)));
  return times.map((time) => time - begun);
}

async function twoTabs(demo, browser) {
  const first = await openTab(browser, demo, { person: 'operator-1', path: service(demo) });
  const second = await openTab(browser, demo, { person: 'viewer-1', path: service(demo) });
  const times = [];
  for (let time = 0; time < TIMES; time += 1) {
    const count = 3 + (time % 2);
    await first.getByRole('button', { name: 'Set desired count' }).click();
    const dialog = first.getByRole('dialog');
    await dialog.getByRole('spinbutton').or(dialog.getByRole('textbox')).first().fill(String(count));
    const press = () => dialog.getByRole('button', { name: 'Set desired count' }).click();
    await until('the change may be made', () => dialog.getByRole('button', { name: 'Set desired count' }).isEnabled(), 30);
    times.push((await shown([second], press, `document.querySelector('.tasks')?.innerText.replace(/\\s+/g, ' ').includes('Desired ' + argument + ' ')`, count))[0]);
    await dialog.waitFor({ state: 'hidden' });
  }
  figure('A change in one tab shows in another', middle(times), 1_000, 'ms');
  figure('A change in one tab shows in another, the slowest', Math.max(...times), 1_000, 'ms');
  await first.context().close();
  await second.context().close();
}

async function executions(demo, browser) {
  const path = `${service(demo)}/machines?machine=roll-back`;
  const tab = await openTab(browser, demo, { person: 'operator-1', path });
  const other = await openTab(browser, demo, { person: 'viewer-1', path });
  const [own, others] = [[], []];
  for (let time = 0; time < TIMES; time += 1) {
    await tab.getByRole('heading', { name: 'roll-back', exact: true }).waitFor();
    const before = await tab.locator('.machines__machine tbody tr').count();
    await tab.getByRole('button', { name: 'Start execution' }).click();
    const dialog = tab.getByRole('dialog');
    await until('there is an example of the input', async () => (await dialog.getByRole('group', { name: 'Input', exact: true }).getByRole('textbox').count()) > 1);
    const press = () => dialog.getByRole('button', { name: 'Start execution' }).click();
    const [here, there] = await shown([tab, other], press, `document.querySelectorAll('.machines__machine tbody tr').length > argument`, before);
    own.push(here);
    await dialog.waitFor({ state: 'hidden' });
    others.push(there);
    await until('it ends', async () => !/running/i.test(await tab.locator('.machines__machine tbody').innerText()), 60);
    await tab.keyboard.press('Escape');
  }
  figure('An execution that is started shows', middle(own), 1_000, 'ms');
  figure('An execution that is started shows in another tab', middle(others), 1_000, 'ms');
  await tab.context().close();
  await other.context().close();
}

/** Slow 4G as Chromium's own tools call it: 1.44 Mbit/s down, 562 ms until an answer begins. */
const SLOW = { offline: false, downloadThroughput: 1.44e6 / 8, uploadThroughput: 675e3 / 8, latency: 562 };

/** A visit with nothing kept from before: milliseconds from its beginning until the rail is painted, how far things move, and what is loaded. */
async function visit(demo, browser, network) {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  const { origin } = new URL(demo.outputs.ConsoleUrl);
  await context.request.post(new URL('/api/session', origin).href, { data: { name: 'viewer-1' }, headers: { origin } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  if (network) await devtools.send('Network.emulateNetworkConditions', network);
  await page.addInitScript(() => {
    globalThis.shifts = 0;
    // A task of its own after the frame: by then the frame with the rail is painted.
    new MutationObserver((_, observer) => {
      if (!document.querySelector('.rail__step')) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => (globalThis.stands = performance.now())));
    }).observe(document, { childList: true, subtree: true });
    new PerformanceObserver((list) => list.getEntries().forEach((it) => (globalThis.shifts += it.hadRecentInput ? 0 : it.value))).observe({ type: 'layout-shift', buffered: true });
  });
  const sizes = { page: 0, stream: 0 };
  const urls = new Map();
  devtools.on('Network.responseReceived', ({ requestId, response }) => urls.set(requestId, response.url));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!/\/api\//.test(urls.get(requestId) ?? '')) sizes.page += encodedDataLength;
  });
  devtools.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    if (/\/api\/stream/.test(urls.get(requestId) ?? '')) sizes.stream += encodedDataLength;
  });
  await page.goto(new URL(service(demo), origin).href);
  await page.waitForFunction(() => globalThis.stands);
  const took = await page.evaluate(() => globalThis.stands);
  // What stands below it and what is likely to be opened next comes after.
  const first = sizes.page;
  if (!network) await page.waitForTimeout(2_000);
  return { context, page, devtools, took, first, sizes, shifts: await page.evaluate(() => globalThis.shifts) };
}

/** Of the main thread, in percent, while nobody does anything and traffic flows. */
async function idle({ devtools, page }) {
  await devtools.send('Performance.enable');
  const busy = async () => (await devtools.send('Performance.getMetrics')).metrics.find((it) => it.name === 'TaskDuration').value;
  await page.waitForTimeout(3_000);
  const before = await busy();
  await page.waitForTimeout(10_000);
  return (await busy()) - before;
}

async function firstLoad(demo, browser) {
  const tab = await openTab(browser, demo, { path: service(demo) });
  await tab.close();
  const visits = [];
  for (let time = 0; time < TIMES; time += 1) {
    const one = await visit(demo, browser);
    visits.push(one);
    if (time === 0) figure('Main thread while nothing is done and traffic flows', (await idle(one)) * 10, 2, '%', 1);
    await one.context.close();
  }
  figure('First visit: until the rail stands', middle(visits.map((it) => it.took)), 500, 'ms');
  figure('First visit: how far things move', Math.max(...visits.map((it) => it.shifts)), 0.02, '', 3);
  figure('First visit: the stream until all is told, as it is sent', visits[0].sizes.stream / 1e3, 20, 'kB', 1);
  const slow = await visit(demo, browser, SLOW);
  figure('First visit on Slow 4G: until the rail stands', slow.took, 3_000, 'ms');
  figure('First visit on Slow 4G: what is loaded until then, as it is sent', slow.first / 1e3, 330, 'kB', 1);
  await slow.context.close();
}

const demo = await Demo.start({ speed: 60 });
const clone = await Clone.of(demo);
const browser = await openBrowser();
try {
  await writeFile(join(clone.folder, 'api/catalogue.json'), catalogue(7));
  await release(demo, browser, await clone.push('add a catalogue'));
  await writeFile(join(clone.folder, 'api/catalogue.json'), catalogue(8));
  const commit = await clone.push('sell one');
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
  await demo.clock({ rate: 1 });
  await firstLoad(demo, browser);
  demo.speed = 1;
  await largePair(demo, browser);
  await twoTabs(demo, browser);
  // Rolling back takes green away: last.
  await executions(demo, browser);
} finally {
  await browser.close();
  await clone.remove();
  await demo.stop();
}
console.log(JSON.stringify(figures));
