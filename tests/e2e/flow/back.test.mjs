// Ways through the page that leave something behind: Back and Forward, answers that come late, a link opened before
// signing in. Nothing that was left may stop the page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser, service, run;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
  service = demo.outputs.ConsoleServiceName;
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

const address = (path) => new URL(path, demo.outputs.ConsoleUrl).href;

/** Nothing has stopped, and nothing was complained of. */
async function goesOn(tab) {
  assert.deepEqual(tab.complaints, []);
  assert.equal(await tab.locator('#fault').count(), 0, 'the page has stopped');
}

test('a service is opened and left again, and its row goes on changing', { timeout: 300_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'developer-1' });
  const row = tab.getByRole('row').filter({ hasText: service });
  for (let times = 0; times < 2; times += 1) {
    await row.getByRole('link', { name: service }).click();
    await tab.getByRole('region', { name: 'Pipeline', exact: true }).waitFor();
    await tab.goBack();
    await row.waitFor();
  }
  const before = await row.innerText();
  const commit = await clone.paint('#9c9');
  await until('the row changes', async () => (await row.innerText()) !== before, 60);
  await row.getByText(commit.slice(0, 7)).waitFor();
  await until('the row waits for a decision', async () => /waiting/i.test(await row.innerText()), 240);
  await goesOn(tab);
  await tab.context().close();
});

test('whoever asks both colours sees each answer, and goes back through them', { timeout: 300_000 }, async () => {
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).status === 200, 240);
  await demo.clock({ rate: 1 });
  const tab = await openTab(browser, demo, { person: 'developer-1', path: `/s/${service}/compare` });
  await until('the sentinel has compared', async () => /\d differences? open|no differences/i.test(await tab.locator('.verdict__line').first().innerText({ timeout: 1_000 })), 90);
  const path = tab.getByRole('textbox', { name: 'Path' }).or(tab.getByRole('combobox', { name: 'Path' }));
  for (const asked of ['/?a=1', '/?a=2', '/?a=3']) {
    await path.fill(asked);
    await path.press('Enter');
    await tab.getByRole('heading', { level: 2, name: `GET ${asked}`, exact: true }).waitFor();
    await until(`${asked} is answered`, async () => (await tab.locator('.facts__side').count()) === 2, 30);
    await goesOn(tab);
  }
  run = new URL(tab.url()).searchParams.get('run');
  for (const before of ['/?a=2', '/?a=1']) {
    await tab.goBack();
    await until(`back at ${before}`, async () => (await tab.locator('.probe__title').innerText({ timeout: 1_000 })) === `GET ${before}`, 20);
    await goesOn(tab);
  }
  await tab.goForward();
  await until('forward again', async () => (await tab.locator('.probe__title').innerText({ timeout: 1_000 })) === 'GET /?a=2', 20);
  await goesOn(tab);
  await tab.context().close();
});

test('probe to probe by Back and Forward shows each with its own two pages', { timeout: 120_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'developer-1', path: `/s/${service}/compare` });
  const probes = tab.getByRole('region', { name: 'Probes', exact: true }).getByRole('link');
  const runs = tab.getByRole('region', { name: 'Runs', exact: true }).getByRole('link', { name: /shop|smoke|suite/i });
  await runs.first().click();
  await until('the run has probes', async () => (await probes.count()) > 1, 30);
  const links = await probes.evaluateAll((all) => all.slice(0, 2).map((it) => it.getAttribute('href')));
  const names = await probes.evaluateAll((all) => all.slice(0, 2).map((it) => it.textContent));
  const go = (to) => tab.evaluate((to) => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')); }, to);
  const shows = (name) => until(`${name} is shown`, async () => (await tab.locator('.probe__title').innerText({ timeout: 1_000 })) === name, 20);
  await go(`${links[0]}&look=page`);
  await shows(names[0]);
  await tab.locator('iframe').first().waitFor();
  await go(`${links[1]}&look=page`);
  await shows(names[1]);
  for (let times = 0; times < 4; times += 1) {
    await tab.goBack();
    await shows(names[0]);
    await tab.goForward();
    await shows(names[1]);
    await goesOn(tab);
  }
  await tab.goBack();
  await shows(names[0]);
  await until('both pages are there', async () => (await tab.locator('iframe').count()) === 2, 20);
  const sources = await tab.locator('iframe').evaluateAll((all) => all.map((it) => it.getAttribute('src')));
  for (const source of sources) assert.ok(source.includes(encodeURIComponent(names[0])) || decodeURIComponent(source).includes(names[0]), source);
  await tab.context().close();
});

test('a shared link that is opened before signing in shows what it says', { timeout: 120_000 }, async () => {
  for (const look of ['tree', 'source', 'page']) {
    const tab = await openTab(browser, demo, { person: 'viewer-1' });
    await tab.context().clearCookies();
    tab.complaints.length = 0;
    const shared = `/s/${service}/compare?run=${run}&probe=${encodeURIComponent('GET /?a=3')}&look=${look}`;
    await tab.goto(address(shared));
    await tab.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await tab.getByRole('button', { name: /viewer-1/ }).click();
    await tab.getByRole('heading', { level: 2, name: 'GET /?a=3', exact: true }).waitFor();
    await until(`${look} is drawn`, async () => (await tab.locator('.rows[data-read="true"], iframe, .rows__scroller').count()) > 0, 30);
    await goesOn(tab);
    await tab.goBack();
    await tab.goForward();
    await tab.getByRole('heading', { level: 2, name: 'GET /?a=3', exact: true }).waitFor();
    await goesOn(tab);
    await tab.context().close();
  }
});
