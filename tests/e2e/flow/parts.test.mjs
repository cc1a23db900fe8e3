// Pages whose code is loaded when they are opened: by link, by click, ahead, and when their request goes wrong.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Demo, until } from '../demo.mjs';

let demo, browser, service;

before(async () => {
  demo = await Demo.start({ speed: 1 });
  browser = await openBrowser();
  service = demo.outputs.ConsoleServiceName;
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const PAGES = [
  { part: 'compare', title: 'Compare', path: () => `/s/${service}/compare` },
  { part: 'machines', title: 'State machines', path: () => `/s/${service}/machines` },
];

const file = (part) => new RegExp(`/${part}-[0-9a-f]{16}\\.wasm$`);
const heading = (tab, name) => tab.getByRole('heading', { level: 1, name, exact: true });
const failed = (tab, title) => heading(tab, `${title} could not be loaded`);
const link = (tab, name) => tab.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });

/** A tab in which nothing is fetched ahead, and each request for a part goes through `handle`. */
async function held(path, part, handle) {
  const tab = await openTab(browser, demo, { path: '/' });
  await tab.context().route(file(part), handle);
  await tab.goto(new URL(path, demo.outputs.ConsoleUrl).href);
  return tab;
}

/** The frame stands and can be used, whatever became of the part. */
async function frameStands(tab) {
  assert.equal(await tab.locator('#fault').count(), 0, 'the page has stopped');
  await link(tab, 'Release').waitFor();
  // The chip is there from the moment the page knows who is looking.
  await tab.getByRole('status', { name: 'Connection' }).waitFor();
}

for (const { part, title, path } of PAGES) {
  test(`${title} opens by its link, and its code is kept for ever`, { timeout: 60_000 }, async () => {
    const tab = await openTab(browser, demo, { path: '/' });
    const asked = tab.waitForResponse((answer) => file(part).test(answer.url()));
    await tab.goto(new URL(path(), demo.outputs.ConsoleUrl).href);
    await heading(tab, title).waitFor();
    const answer = await asked;
    assert.equal(answer.status(), 200);
    assert.match(answer.headers()['cache-control'], /immutable/);
    assert.equal(answer.headers()['content-encoding'], 'br');
    assert.deepEqual(tab.complaints, []);
    await tab.context().close();
  });

  test(`${title} opens by a click`, { timeout: 60_000 }, async () => {
    const tab = await openTab(browser, demo, { path: `/s/${service}` });
    await link(tab, title).click();
    await heading(tab, title).waitFor();
    await frameStands(tab);
    assert.deepEqual(tab.complaints, []);
    await tab.context().close();
  });

  test(`while ${title} is on its way the page stands and says so`, { timeout: 60_000 }, async () => {
    let release;
    const gate = new Promise((resolve) => (release = resolve));
    const tab = await held(path(), part, async (route) => (await gate, route.continue()));
    await tab.getByText(`Loading ${title} …`).waitFor();
    await frameStands(tab);
    release();
    await heading(tab, title).waitFor();
    assert.deepEqual(tab.complaints, []);
    await tab.context().close();
  });

  test(`${title} whose request fails once is a sentence with a way on`, { timeout: 60_000 }, async () => {
    let times = 0;
    const tab = await held(path(), part, (route) => ((times += 1) === 1 ? route.abort() : route.continue()));
    await failed(tab, title).waitFor();
    await frameStands(tab);
    await tab.getByRole('button', { name: 'Try again', exact: true }).click();
    await heading(tab, title).waitFor();
    assert.equal(times, 2);
    await tab.context().close();
  });

  test(`${title} of another build is asked for again by itself, and another page can be opened meanwhile`, { timeout: 90_000 }, async () => {
    let is_missing = true;
    const answer = { status: 404, contentType: 'application/json', body: '{}' };
    const tab = await held(path(), part, (route) => (is_missing ? route.fulfill(answer) : route.continue()));
    await failed(tab, title).waitFor();
    await link(tab, 'Release').click();
    await tab.getByRole('region', { name: 'Pipeline', exact: true }).waitFor();
    await link(tab, title).click();
    await failed(tab, title).waitFor();
    is_missing = false;
    await heading(tab, title).waitFor({ timeout: 20_000 });
    await frameStands(tab);
    await tab.context().close();
  });
}

test('the first answer holds what the page shows first: it stands before any other is there', { timeout: 60_000 }, async () => {
  const tab = await openTab(browser, demo, { path: '/' });
  let release;
  const gate = new Promise((resolve) => (release = resolve));
  await tab.context().route(/\/api\//, async (route) => (await gate, route.continue()));
  const answer = await tab.goto(new URL(`/s/${service}`, demo.outputs.ConsoleUrl).href);
  assert.equal(answer.headers()['cache-control'], 'no-store');
  assert.equal(answer.headers()['content-encoding'], 'gzip');
  await tab.locator('.rail__step').first().waitFor();
  await tab.getByRole('region', { name: 'Activity' }).getByRole('listitem').first().waitFor();
  await tab.getByRole('status', { name: 'Connection' }).getByText('Connecting').waitFor();
  release();
  await tab.getByRole('status', { name: 'Connection' }).getByText('Live').waitFor();
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});

test('the page that is likely to be opened next is fetched while nothing else is to be done', { timeout: 60_000 }, async () => {
  const tab = await openTab(browser, demo, { path: '/' });
  const ahead = tab.waitForResponse((answer) => file('compare').test(answer.url()));
  await tab.goto(new URL(`/s/${service}`, demo.outputs.ConsoleUrl).href);
  await ahead;
  // What is there is shown without another word.
  await tab.context().route(file('compare'), (route) => route.abort());
  await link(tab, 'Compare').click();
  await heading(tab, 'Compare').waitFor();
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});

test('a connection that breaks while a page is on its way is told, and the page comes with the connection', { timeout: 180_000 }, async () => {
  let drop;
  const broken = new Promise((resolve) => (drop = resolve));
  const { part, title, path } = PAGES[0];
  let times = 0;
  const tab = await held(path(), part, async (route) => {
    times += 1;
    if (times === 1) await broken;
    await (times === 1 ? route.abort('connectionreset') : route.continue());
  });
  await tab.getByText(`Loading ${title} …`).waitFor();
  await tab.getByRole('status', { name: 'Connection' }).getByText('Live').waitFor();
  await demo.kill();
  drop();
  await failed(tab, title).waitFor();
  await tab.getByText(/lost|reconnecting/i).first().waitFor({ timeout: 30_000 });
  await frameStands(tab);
  await demo.restart();
  await heading(tab, title).waitFor({ timeout: 60_000 });
  await frameStands(tab);
  await tab.context().close();
});
