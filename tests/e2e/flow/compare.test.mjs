// Blue and green side by side: what a colour change really changes, rulings, links, pages without scripts, by key.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, WIDE, openBrowser, openTab, violations } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser, service;

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

const compare = (rest = '') => `/s/${service}/compare${rest}`;
const region = (tab, name) => tab.getByRole('region', { name, exact: true });
const titles = (tab) => region(tab, 'Findings').locator('.findings__title').allInnerTexts();
const verdict = (tab) => tab.locator('.verdict__line').first();

/** Waits until green stands with a commit and the gate is open, then lets time run as usual. */
async function stands(commit) {
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
  const tab = await openTab(browser, demo, { person: 'approver-1', path: `/s/${service}` });
  await until('the gate opens', () => tab.getByRole('button', { name: 'Approve swap' }).isEnabled(), 120);
  await demo.clock({ rate: 1 });
  // The sentinel begins as soon as the window is open, and one run at a time is under way.
  await tab.goto(new URL(compare(), demo.outputs.ConsoleUrl).href);
  await until('the sentinel has compared', async () => /\d differences? open|no differences/i.test(await verdict(tab).innerText({ timeout: 1_000 })), 60);
  await tab.context().close();
}

/** Runs a suite by the page and waits for its end. */
async function run(tab, suite) {
  await tab.getByRole('button', { name: 'Run suite', exact: true }).click();
  const dialog = tab.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Suite' }).selectOption(suite);
  await dialog.getByRole('button', { name: 'Run suite', exact: true }).click();
  await tab.waitForURL(/run=\d+/);
  await until('the run ends', async () => /open|no differences/i.test(await verdict(tab).innerText()), 60);
  return new URL(tab.url()).searchParams.get('run');
}

test('what was changed is found, and that commit and date differ is proof and no finding', { timeout: 400_000 }, async () => {
  await clone.edit('index.html', (text) => text.replace('<dt>Built</dt>', '<dt>Build</dt>').replace('You are looking at', 'You are looking to'));
  await stands(await clone.paint('#9c9'));
  const tab = await openTab(browser, demo, { person: 'developer-1', path: compare() });
  await run(tab, 'shop');
  await region(tab, 'Findings').locator('.findings__title').nth(2).waitFor();
  const found = await titles(tab);
  assert.equal(found.length, 3, found.join('\n'));
  for (const what of [/dt text/, /p text/, /style/]) assert.equal(found.filter((it) => what.test(it)).length, 1, `${what} in ${found}`);
  const text = await region(tab, 'Findings').innerText();
  assert.match(text, /background-color: #99c/);
  assert.match(text, /background-color: #9c9/);
  await verdict(tab).getByText(/3 differences open, (?!.*ruled)/).waitFor();
  assert.equal(await region(tab, 'Proposed as noise').count(), 0, 'something that is no noise is proposed as noise');
  await tab.getByText('Each colour names the commit that it runs: “commit on the page”, “commit in the status”, “commit in the products”.').waitFor();
  assert.deepEqual(tab.complaints, []);
});

test('a finding is ruled by keyboard only, and the ruling has its person and its reason', { timeout: 120_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'approver-1', path: compare() });
  await region(tab, 'Findings').locator('.findings__title').nth(2).waitFor();
  for (let step = 0; step < 3 && !/style/.test(await tab.locator('.findings__one[data-picked="true"] .findings__title').innerText()); step += 1) {
    await tab.keyboard.press('j');
    await tab.waitForTimeout(50);
  }
  await tab.keyboard.press('i');
  const dialog = tab.getByRole('dialog');
  await dialog.waitFor();
  await dialog.getByText('open again in the next one').or(dialog.getByText('Say why')).first().waitFor();
  await tab.keyboard.type('The new colour is what this release is for.');
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Enter');
  await until('the finding is ruled', async () => /2 differences open, 1 ruled/.test(await verdict(tab).innerText()), 20);
  await region(tab, 'Findings').getByText('approver-1').waitFor();
  await region(tab, 'Findings').getByText('The new colour is what this release is for.').waitFor();

  const other = await openTab(browser, demo, { person: 'viewer-1', path: compare() });
  await until('somebody else sees it', async () => /2 differences open, 1 ruled/.test(await verdict(other).innerText()), 10);
  const rule = other.getByRole('button', { name: 'Rule a bug', exact: true });
  await until('a viewer is told who could', async () => /only/i.test(await rule.getAttribute('title')), 10);
});

test('what a noise rule hides is seen before it is sent, and one that hides everything is refused', { timeout: 120_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'developer-1', path: `/s/${service}` });
  // Blue never differs from itself here, so two places are proposed; what they hide the console itself says.
  const propose = (name, selector) => ({
    name, place: { html: { selector, whole: false } }, probes: ['home'],
    seen: 4, of: 10, confidence: 0.17, is_expected: false, examples: ['a', 'b'],
  });
  await tab.route(/\/comparison\/runs\/\d+$/, async (route) => {
    const run = await (await route.fetch()).json();
    await route.fulfill({ json: { ...run, proposals: [propose('the style', 'style'), propose('all of it', '*')] } });
  });
  await tab.goto(new URL(compare(), demo.outputs.ConsoleUrl).href);
  const accept = (nth) => region(tab, 'Proposed as noise').getByRole('button', { name: 'Accept as noise', exact: true }).nth(nth);
  const dialog = tab.getByRole('dialog');
  const hides = dialog.getByRole('note', { name: 'What this rule hides' });

  await accept(0).click();
  await hides.getByText(/^Of run \d+ it hides “[^”]*style[^”]*”\.$/).waitFor();
  assert.equal(await hides.locator('[data-tone="waiting"]').count(), 0, 'a rule for one place is warned of');
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();

  await accept(1).click();
  const refusal = /This rule would hide all that is answered to “[^”]+”.* Name less\./;
  await hides.getByText(refusal).waitFor();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('It varies.');
  const answered = tab.waitForResponse(/\/accept-noise$/);
  await dialog.getByRole('button', { name: 'Accept as noise', exact: true }).click();
  assert.equal((await answered).status(), 409);
  await until('the refusal is read where it was sent', async () => (await dialog.getByText(refusal).count()) === 2, 10);
  assert.deepEqual(tab.complaints, []);
});

test('a link shows exactly what is shown: run, probe, view, difference', { timeout: 120_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'approver-1', path: compare() });
  await region(tab, 'Probes').getByRole('link', { name: 'home', exact: true }).click();
  await tab.getByRole('link', { name: 'Source', exact: true }).waitFor();
  await tab.keyboard.press('3');
  const count = (of) => of.locator('.steps__count');
  await until('the first difference is in sight', async () => /^1 of \d+/.test(await count(tab).innerText()), 20);
  await tab.keyboard.press('n');
  await until('the second is in sight', async () => /^2 of/.test(await count(tab).innerText()), 10);
  await tab.keyboard.press('f');
  await tab.getByRole('button', { name: 'Fold what did not change' }).waitFor();
  const here = async (of) => of.locator('.rows__line[data-here]').first().innerText();
  const [seen, sum] = [await here(tab), await count(tab).innerText()];

  const other = await openTab(browser, demo, { person: 'viewer-1', path: tab.url() });
  await until('the other tab shows the same difference', async () => (await count(other).innerText()) === sum, 20);
  await until('it is in the same line', async () => (await here(other)) === seen, 10);
  await other.getByRole('button', { name: 'Fold what did not change' }).waitFor();
  const row = await other.locator('.rows__line[data-here]').first().boundingBox();
  const frame = await other.locator('.rows__scroller').boundingBox();
  assert.ok(row.y > frame.y && row.y + row.height < frame.y + frame.height, 'the difference is out of sight');
  await tab.keyboard.press('p');
  await until('the first is in sight again', async () => /^1 of/.test(await count(tab).innerText()), 10);
  assert.deepEqual([...tab.complaints, ...other.complaints], []);
});

test('Enter asks both colours once; what may change something is an operator’s and is confirmed', { timeout: 180_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'developer-1', path: compare() });
  await until('it may be asked', () => tab.getByRole('button', { name: 'Ask both', exact: true }).isEnabled(), 20);
  await tab.keyboard.press('/');
  await tab.getByRole('textbox', { name: 'Path' }).or(tab.getByRole('combobox', { name: 'Path' })).fill('/api/status.json');
  await tab.keyboard.press('Enter');
  await tab.getByRole('heading', { name: 'GET /api/status.json' }).waitFor({ timeout: 30_000 });
  await tab.getByText(/200 · HTTP/).first().waitFor({ timeout: 30_000 });
  await tab.goto(new URL(compare(), demo.outputs.ConsoleUrl).href);
  await until('the probe is remembered', async () => (await tab.locator('#asked option[value="GET /api/status.json"]').count()) === 1, 10);

  await tab.getByRole('combobox', { name: 'Method' }).selectOption('DELETE');
  const button = tab.getByRole('button', { name: 'Ask both', exact: true });
  await until('a developer is told who could', async () => /only an operator/i.test(await button.getAttribute('title')), 10);
  const operator = await openTab(browser, demo, { person: 'operator-1', path: compare() });
  await operator.getByRole('combobox', { name: 'Method' }).selectOption('DELETE');
  await operator.getByRole('button', { name: 'Ask both', exact: true }).click();
  const dialog = operator.getByRole('dialog');
  await dialog.getByText(/DELETE \/ is sent once to each colour and may change what they keep/).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  assert.match(operator.url(), /\/compare$/, 'something was sent');
});

test('a path that is too long is told before it is sent, and a long one is asked', { timeout: 60_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'developer-1', path: compare() });
  const path = tab.getByRole('textbox', { name: 'Path' }).or(tab.getByRole('combobox', { name: 'Path' }));
  await path.fill(`/?${'x'.repeat(8_000)}`);
  await tab.getByText('The path has 8002 characters; 8000 fit.').waitFor();
  await path.fill(`/?q=${'x'.repeat(300)}`);
  await tab.getByRole('button', { name: 'Ask both', exact: true }).click();
  await tab.waitForURL(/run=\d+/);
  await tab.context().close();
});

test('axe finds nothing on a run, a probe in each view and a suite', { timeout: 240_000 }, async () => {
  for (const [theme, size] of [['dark', WIDE], ['light', PHONE]]) {
    const tab = await openTab(browser, demo, { person: 'operator-1', theme, size, path: compare('?run=1') });
    await region(tab, 'Findings').locator('.findings__title').first().waitFor();
    const look = async (rest) => {
      await tab.goto(new URL(compare(rest), demo.outputs.ConsoleUrl).href);
      await tab.getByRole('heading', { level: 2 }).first().waitFor();
      await until('it is drawn', async () => (await tab.locator('.compare .skeleton').count()) === 0, 20);
    };
    for (const rest of ['?run=1', ...['page', 'tree', 'source', 'headers', 'timing'].map((it) => `?run=1&probe=home&look=${it}`), '?suite=shop']) {
      await look(rest);
      assert.deepEqual(await violations(tab), [], `${rest}, ${theme}, ${size.width} px`);
      const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, `${rest} is ${overflow} px too wide at ${size.width} px`);
    }
    await tab.context().close();
  }
});

test('a vote says which run it had in front of it, and the decision panel for how long nothing new was found', { timeout: 240_000 }, async () => {
  const developer = await openTab(browser, demo, { person: 'developer-1', path: compare() });
  const last = await run(developer, 'shop');
  const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${service}` });
  await region(tab, 'Blue and green, side by side').getByText(/2 differences open, 1 ruled, nothing new/).waitFor();
  await tab.getByRole('list', { name: 'What speaks for it' }).getByText(/No new differences for/).waitFor();
  await tab.getByRole('button', { name: 'Reject', exact: true }).click();
  const dialog = tab.getByRole('dialog');
  await dialog.getByText(`run ${last} was the newest comparison`).waitFor();
  await dialog.getByRole('textbox', { name: 'Comment' }).fill('the date is wrong');
  await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
  await tab.getByText(`run ${last}`, { exact: true }).first().waitFor();
  await tab.locator('.window__vote').getByText(/operator-1/).waitFor();
  await until('abandoning is offered', () => tab.getByRole('button', { name: 'Abandon green', exact: true }).isEnabled(), 60);
  await tab.getByRole('button', { name: 'Abandon green', exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the date is wrong');
  await dialog.getByRole('button', { name: 'Abandon green', exact: true }).click();
  await demo.clock({ rate: 60 });
  await until('green is gone', async () => (await demo.taskSets()).length === 1, 120);
});

test('a field, a moved element and a broken header are found and named; a page that runs scripts and refuses frames is shown without', { timeout: 400_000 }, async () => {
  await clone.edit('api/products.json', (text) => {
    const value = JSON.parse(text);
    value.products.push(value.products.shift());
    return JSON.stringify({ ...value, discount: 5 }, null, 2);
  });
  await clone.edit('default.conf', (text) => text
    .replace('add_header Cache-Control "no-store";', 'add_header Cache-Control "public, max-age=31536000";')
    .replace('add_header Cache-Control "no-cache";', '$&\n        add_header X-Frame-Options "DENY";'));
  await clone.edit('index.html', (text) => text.replace('</body>', '<script>document.body.innerHTML = "scripts ran"; top.location = "about:blank"</script></body>'));
  await stands(await clone.push('add a discount'));
  const tab = await openTab(browser, demo, { person: 'developer-1', path: compare() });
  const id = await run(tab, 'shop');
  await region(tab, 'Findings').locator('.findings__title').first().waitFor();
  const found = (await titles(tab)).join('\n');
  assert.match(found, /\$\.discount is new/i, found);
  assert.match(found, /has moved/i, found);
  assert.match(found, /cache-control/i, found);

  await tab.goto(new URL(compare(`?run=${id}&probe=home&look=page`), demo.outputs.ConsoleUrl).href);
  for (const colour of ['Blue', 'Green']) {
    const frame = tab.frameLocator(`iframe[title^="${colour}"]`);
    await frame.getByText('Demo : ECS External Deploy Controller').waitFor({ timeout: 20_000 });
    assert.equal(await frame.getByText('scripts ran').count(), 0);
  }
  assert.equal(await tab.locator('iframe').first().getAttribute('sandbox'), '');
  for (const lay of ['Swipe', 'Onion skin', 'Difference']) {
    await tab.getByRole('link', { name: lay, exact: true }).click();
    await until(`${lay} lies as it says`, async () => (await tab.getByRole('link', { name: lay, exact: true }).getAttribute('aria-current')) === 'true', 5);
  }
});
