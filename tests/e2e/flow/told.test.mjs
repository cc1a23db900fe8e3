// What the page says while green is under test: whom it waits for, what is at stake, in which zone, and where a link
// leads that leads nowhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser, service;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
  service = demo.outputs.ConsoleServiceName;
  await clone.edit('index.html', (text) => text.replace('<dt>Built</dt>', '<dt>Build</dt>').replace('You are looking at', 'You are looking to'));
  const commit = await clone.paint('#9c9');
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
  const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${service}/compare` });
  await until('the sentinel has compared', async () => /\d differences? open/i.test(await tab.locator('.verdict__line').first().innerText({ timeout: 1_000 })), 90);
  await demo.clock({ rate: 1 });
  await tab.context().close();
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

const address = (path) => new URL(path, demo.outputs.ConsoleUrl).href;
const open = (person, path, more = {}) => openTab(browser, demo, { person, path, ...more });

test('what leads nowhere is a sentence with a way on, and signing in leads back to it', { timeout: 120_000 }, async () => {
  const tab = await open('viewer-1', '/');
  for (const [path, said, on] of [
    ['/s/no-such-service', /no such page/i, 'See all services'],
    ['/s/no-such-service/compare', /no such page/i, 'See all services'],
    [`/s/${service}/compare?run=999`, /run/i, 'See the newest run'],
    [`/s/${service}/compare?run=999&probe=home`, /run/i, 'See the newest run'],
    [`/s/${service}/compare?suite=nothing`, /no suite of this name/i, 'See the newest run and all suites'],
    [`/s/${service}/machines?machine=swap&execution=nothing`, /execution/i, 'See all executions of this machine'],
  ]) {
    await tab.goto(address(path));
    const main = tab.locator('#main');
    await main.getByRole('link', { name: on, exact: true }).first().waitFor();
    await until(`${path} says so`, async () => said.test(await main.innerText()), 10);
    await until(`${path} waits for nothing`, async () => (await main.locator('.skeleton').count()) === 0, 10);
    await until(`${path} is connected`, async () => !/connecting/i.test(await tab.getByRole('status', { name: 'Connection' }).innerText()), 10);
  }
  const link = `/s/${service}/compare?run=1&probe=home&look=source`;
  await tab.context().clearCookies();
  await tab.goto(address(link));
  await tab.getByText('Sees everything, changes nothing').waitFor();
  await tab.getByRole('button', { name: /viewer-1/ }).click();
  await tab.getByRole('heading', { level: 2, name: 'home', exact: true }).waitFor();
  assert.equal(tab.url(), address(link));
  await tab.getByRole('combobox', { name: 'Person' }).selectOption({ label: 'Sign out' });
  await tab.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await tab.context().close();
});

test('a part that cannot be fetched ahead is no fault, and is asked for when it is opened', { timeout: 60_000 }, async () => {
  const tab = await open('viewer-1', '/');
  let times = 0;
  await tab.context().route(/compare-[0-9a-f]{16}\.wasm$/, (route) => ((times += 1) === 1 ? route.abort() : route.continue()));
  await tab.goto(address(`/s/${service}`));
  await until('it was fetched ahead', () => times === 1, 30);
  await tab.waitForTimeout(300);
  assert.deepEqual(tab.complaints, []);
  await tab.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Compare', exact: true }).click();
  await tab.getByRole('heading', { level: 1, name: 'Compare', exact: true }).waitFor();
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});

test('header and tab say whom the release waits for', { timeout: 60_000 }, async () => {
  const viewer = await open('viewer-1', `/s/${service}`);
  await viewer.locator('.waits').getByText('Approve swap waits for approver-1, approver-2 or operator-1').waitFor();
  await until('the tab says so', async () => /^waiting · Release/.test(await viewer.title()), 10);
  const approver = await open('approver-1', '/');
  await until('the number waits in the tab', async () => (await approver.title()) === '(1) waiting · Services · Viridian', 10);
  await approver.getByText('1 waits for a decision, 1 for you.').waitFor();
  await Promise.all([viewer.context().close(), approver.context().close()]);
});

test('what AWS did not answer is not called live', { timeout: 120_000 }, async () => {
  const tab = await open('viewer-1', `/s/${service}`);
  const chip = tab.getByRole('status', { name: 'Connection' });
  await chip.getByText('Live', { exact: true }).waitFor();
  const faults = (method, list) => fetch(new URL('/_sandbox/faults', demo.outputs.AwsEndpointUrl), { method, headers: { 'content-type': 'application/json' }, body: list && JSON.stringify(list) });
  await faults('POST', [{ service: 'ecs', operation: '*', kind: 'error', probability: 1, count: 100_000 }]);
  await chip.getByText('Partly old').waitFor({ timeout: 60_000 });
  await tab.locator('.freshness[data-state="stale"]').getByText(/Stale: read .+ ago, at \d\d:\d\d:\d\d/).first().waitFor();
  await faults('DELETE');
  await chip.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
  await tab.context().close();
});

test('every time is told in one zone, which is named and can be UTC', { timeout: 60_000 }, async () => {
  const browserOf = await browser.newContext({ timezoneId: 'Asia/Kolkata', viewport: { width: 1440, height: 900 } });
  const origin = new URL(demo.outputs.ConsoleUrl).origin;
  await browserOf.request.post(address('/api/session'), { data: { name: 'viewer-1' }, headers: { origin } });
  const tab = await browserOf.newPage();
  await tab.goto(address(`/s/${service}`));
  const zone = tab.locator('.zone');
  await zone.getByText(/Asia\/(Kolkata|Calcutta)/).waitFor();
  const line = tab.getByRole('region', { name: 'Activity' }).getByText(/waits for a decision until/).first();
  const [own, opened] = [await line.innerText(), await tab.locator('.window').getByText(/^Opened/).innerText()];
  await zone.click();
  await zone.getByText('UTC', { exact: true }).waitFor();
  const [utc, openedUtc] = [await line.innerText(), await tab.locator('.window').getByText(/^Opened/).innerText()];
  const minutes = (text) => text.match(/(\d\d):(\d\d)/g).map((it) => Number(it.slice(0, 2)) * 60 + Number(it.slice(3)));
  for (const [one, other] of [[own, utc], [opened, openedUtc]]) {
    const [before, after] = [minutes(one), minutes(other)];
    before.forEach((it, index) => assert.equal((it - after[index] + 1_440) % 1_440, 330, `${one} / ${other}`));
  }
  await tab.reload();
  await tab.locator('.zone').getByText('UTC', { exact: true }).waitFor();
  await browserOf.close();
});

test('the vote opens with what it does and what is at stake, and a text is not thrown away by Escape', { timeout: 60_000 }, async () => {
  const tab = await open('approver-1', `/s/${service}`);
  const dialog = tab.getByRole('dialog');
  for (const [name, effect] of [['Approve swap', /will send 100% to green/], ['Reject', /The release ends here/]]) {
    await tab.getByRole('button', { name, exact: true }).click();
    await dialog.getByRole('note', { name: 'What will happen' }).getByText(effect).waitFor();
    await dialog.getByText(/that nobody has ruled on/).first().waitFor();
    await dialog.getByText(/or that of approver-2 or operator-1/).first().waitFor();
    const text = await dialog.innerText();
    const place = (what) => text.search(what);
    assert.ok(place(effect) < place(/that nobody has ruled on · look/) && place(/that nobody has ruled on/) < place(/Comment/), text);
    await dialog.getByRole('textbox', { name: 'Comment' }).fill('not yet');
    await tab.keyboard.press('Escape');
    await dialog.getByText('Throw away what you typed?').waitFor();
    await tab.keyboard.press('Escape');
    assert.equal(await dialog.getByRole('textbox', { name: 'Comment' }).inputValue(), 'not yet');
    await tab.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Throw it away' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  await tab.getByRole('button', { name: 'Reject', exact: true }).click();
  await dialog.waitFor();
  await tab.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  // Whoever goes to look at the differences, or back, finds what they had typed.
  const approve = tab.getByRole('button', { name: 'Approve swap', exact: true });
  const comment = dialog.getByRole('textbox', { name: 'Comment' });
  await approve.click();
  await comment.fill('both phones');
  await dialog.getByRole('link', { name: 'look', exact: true }).click();
  await tab.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();
  await tab.goBack();
  await approve.click();
  await comment.waitFor();
  assert.equal(await comment.inputValue(), 'both phones');
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
  await approve.click();
  await comment.waitFor();
  assert.equal(await comment.inputValue(), '');
  // What is pasted is not cut: it is said that it does not fit.
  await comment.fill('x'.repeat(5_000));
  await dialog.getByText('The comment has 5000 characters; 400 fit.').first().waitFor();
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});

test('a quick ask stands beside the evidence, and takes its place nowhere', { timeout: 90_000 }, async () => {
  const tab = await open('developer-1', `/s/${service}/compare`);
  await tab.getByRole('combobox', { name: 'Path' }).fill('/?quick=1');
  await tab.keyboard.press('Enter');
  await until('it is answered', async () => (await tab.locator('.facts__side').count()) === 2, 30);
  const other = await open('approver-1', `/s/${service}`);
  const window = other.locator('.window');
  await other.getByRole('region', { name: 'Blue and green, side by side' }).getByText(/Since then: run \d+, asked once/).waitFor();
  await window.getByRole('link', { name: 'Run 1', exact: true }).waitFor();
  await Promise.all([tab.context().close(), other.context().close()]);
});

test('a tab does not fill the history, and a difference is ruled where it is looked at', { timeout: 90_000 }, async () => {
  const tab = await open('developer-1', `/s/${service}/compare?run=1`);
  await tab.locator('.probes__table a').first().click();
  const looks = tab.getByRole('navigation', { name: 'Ways to look at it' });
  for (const look of ['Source', 'Headers', 'Timing', 'Source']) {
    await looks.getByRole('link', { name: look, exact: true }).click();
    await looks.locator('[aria-current="true"]').getByText(look).waitFor();
    assert.equal(await tab.evaluate(() => document.activeElement.textContent), look, 'the focus is where one acts');
  }
  await tab.locator('.steps__told').getByRole('button', { name: 'Rule intended', exact: true }).waitFor();
  await tab.goBack();
  await tab.getByRole('region', { name: 'Run 1' }).waitFor();
  assert.equal(new URL(tab.url()).searchParams.get('probe'), null);
  await tab.context().close();
});

test('several findings are ruled at once by a pattern that says what it covers', { timeout: 90_000 }, async () => {
  const tab = await open('approver-2', `/s/${service}/compare?run=1`);
  await tab.getByRole('button', { name: 'Rule several' }).click();
  const dialog = tab.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Rule on 3 findings' }).waitFor();
  await dialog.getByRole('textbox', { name: 'Those whose title fits' }).fill('*dt text*');
  await dialog.getByRole('button', { name: 'Rule on 1 finding' }).waitFor();
  await dialog.getByRole('textbox', { name: 'Those whose title fits' }).fill('*main >*');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('a new build');
  await dialog.getByRole('button', { name: 'Rule on 2 findings' }).click();
  await until('two are ruled', async () => /2 ruled/.test(await tab.locator('.verdict__line').first().innerText()), 20);
  await dialog.waitFor({ state: 'hidden' });
  await tab.context().close();
});

test('the services are triaged, and what is looked for is in the address', { timeout: 60_000 }, async () => {
  const tab = await open('approver-1', '/?status=waiting&mine=yes');
  await tab.getByRole('row').filter({ hasText: service }).waitFor();
  await tab.getByLabel('State').selectOption('failed');
  await tab.getByText('No service fits this filter.').waitFor();
  assert.equal(new URL(tab.url()).search, '?status=failed&mine=yes');
  await tab.reload();
  await tab.getByText('No service fits this filter.').waitFor();
  await tab.getByLabel('State').selectOption('');
  await tab.getByRole('checkbox', { name: 'For me' }).uncheck();
  await tab.getByRole('searchbox', { name: 'Filter services' }).fill('nothing like it');
  await tab.getByText('No service fits this filter.').waitFor();
  assert.equal(new URL(tab.url()).searchParams.get('text'), 'nothing like it');
  await tab.context().close();
});

test('an execution is told by its states, and its events when they are asked for', { timeout: 60_000 }, async () => {
  const tab = await open('viewer-1', `/s/${service}/machines?machine=deploy-green`);
  await tab.getByRole('row').filter({ hasText: 'change background color' }).getByRole('link').first().click();
  await tab.getByRole('link', { name: 'Table', exact: true }).click();
  const states = tab.getByRole('region', { name: 'States' });
  await states.getByText(/× \d+/).first().waitFor();
  const names = await states.locator('tbody th').allInnerTexts();
  assert.equal(new Set(names.map((it) => it.replace(/\s*×.*/, ''))).size, names.length, 'a state is one line');
  assert.equal(await tab.locator('.machines__execution tbody tr').count(), names.length, 'events are drawn unasked');
  await tab.getByRole('link', { name: 'Events', exact: true }).click();
  await until('events are drawn', async () => (await tab.getByRole('region', { name: 'Events' }).locator('tbody tr').count()) > names.length, 10);
  await tab.getByRole('button', { name: /^[0-9a-f]{7}: Copy [0-9a-f]{40}$/ }).first().waitFor();
  await tab.context().close();
});

for (const { name, size } of [{ name: 'the smallest phone', size: { width: 360, height: 640 } }, { name: 'a tablet', size: { width: 1_024, height: 768 } }]) {
  test(`on ${name} the header is one line, the vote is in sight, and the palette opens by touch`, { timeout: 60_000 }, async () => {
    const tab = await open('approver-1', `/s/${service}`, { size });
    const approve = tab.getByRole('button', { name: 'Approve swap', exact: true });
    await until('it can be pressed', () => approve.isEnabled(), 20);
    const [header, place] = [await tab.locator('.header').boundingBox(), await approve.boundingBox()];
    assert.ok(header.height < 60, `the header is ${header.height} px high`);
    assert.ok(place.y + place.height <= size.height, `the vote ends at ${place.y + place.height} px`);
    assert.ok(await tab.locator('.waits__text').evaluateAll((all) => all.every((it) => it.parentElement.scrollWidth <= it.parentElement.clientWidth)), 'whom it waits for is cut');
    await tab.getByRole('button', { name: 'Command palette', exact: true }).click();
    await tab.getByRole('dialog', { name: 'Command palette' }).waitFor();
    await tab.context().close();
  });
}

test('nothing is too wide at any width', { timeout: 120_000 }, async () => {
  for (const width of [360, 390, 1_024, 1_440, 1_920]) {
    const tab = await open('operator-1', '/', { size: { width, height: 800 } });
    for (const path of ['/', `/s/${service}`, `/s/${service}/compare`, `/s/${service}/compare?run=1&probe=home&look=source`, `/s/${service}/machines`]) {
      await tab.goto(address(path));
      await tab.getByRole('heading', { level: 1 }).waitFor();
      await until('it is drawn', async () => (await tab.locator('.skeleton').count()) === 0, 20).catch(() => {});
      const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, `${path} is ${overflow} px too wide at ${width} px`);
    }
    await tab.context().close();
  }
});

test('a vote on what changed between the screen and the server is refused, and the page names what', { timeout: 90_000 }, async () => {
  const [tab, other] = [await open('approver-1', `/s/${service}`), await open('developer-1', '/')];
  const api = (path) => address(`/api/services/${service}${path}`);
  const read = async (path) => (await other.request.get(api(path))).json();
  const finding = (await read('/comparison/runs/1')).findings.find((it) => !it.ruling);
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await tab.route(/\/vote$/, async (route) => {
    await held;
    await route.continue();
  });
  const approve = tab.getByRole('button', { name: 'Approve swap', exact: true });
  await until('it can be pressed', () => approve.isEnabled(), 20);
  const seen = await read('/evidence');
  await approve.click();
  const dialog = tab.getByRole('dialog');
  const sent = tab.waitForRequest(/\/vote$/);
  await dialog.getByRole('button', { name: 'Approve swap', exact: true }).click();
  assert.equal((await sent).postDataJSON().evidence, seen.digest, 'the vote carries what its voter saw');

  // While it is on its way a colleague rules on a finding.
  const ruling = { run: '1', finding: finding.id, judgement: 'bug', reason: 'the label is wrong' };
  const ruled = await other.request.post(api('/rule-on-finding'), { data: ruling, headers: { origin: new URL(demo.outputs.ConsoleUrl).origin } });
  assert.equal(ruled.status(), 202, await ruled.text());
  await until('the server knows', async () => (await read('/evidence')).digest !== seen.digest, 20);
  const answered = tab.waitForResponse(/\/vote$/);
  go();
  assert.equal((await answered).status(), 409);
  await tab.getByText(/What you looked at has changed since \(the findings of run \d+: was “.* 0 bugs,.*”, is “.* 1 bugs,.*” now\)/).first().waitFor();
  assert.ok((await read('')).pipeline.value.steps.some((it) => it.status === 'waiting'), 'the gate still waits');
  assert.deepEqual(tab.complaints, []);
  await Promise.all([tab.context().close(), other.context().close()]);
});
