// Every page in both themes and both widths for axe; keyboard only; a phone's three taps; every state machine.

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

const paths = () => ['/', `/s/${service}`, `/s/${service}/compare`, `/s/${service}/machines`, '/s/no-such-service', '/no-such-page'];

test('a browser finds the page fit to be installed', { timeout: 60_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'approver-1' });
  const session = await tab.context().newCDPSession(tab);
  const { url, errors, data } = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  for (const { src, sizes } of JSON.parse(data).icons) {
    const [width, height] = await tab.evaluate(async (address) => {
      const picture = await createImageBitmap(await (await fetch(address)).blob());
      return [picture.width, picture.height];
    }, new URL(src, url).href);
    assert.equal(`${width}x${height}`, sizes, src);
  }
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A window without a profile is one in which nothing is installed, whatever the page.
  assert.deepEqual(installabilityErrors.filter((it) => it.errorId !== 'in-incognito'), []);
  await tab.context().close();
});

test('axe finds nothing on any page, dark or light, wide or on a phone', { timeout: 180_000 }, async () => {
  for (const theme of ['dark', 'light']) {
    for (const size of [WIDE, PHONE]) {
      const tab = await openTab(browser, demo, { person: 'operator-1', theme, size });
      for (const path of paths()) {
        await tab.goto(new URL(path, demo.outputs.ConsoleUrl).href);
        await tab.getByRole('heading', { level: 1 }).waitFor();
        assert.deepEqual(await violations(tab), [], `${path}, ${theme}, ${size.width} px`);
        const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(overflow, 0, `${path} is ${overflow} px too wide at ${size.width} px`);
      }
      await tab.context().close();
    }
  }
});

test('in the picture no label touches a wire, and the filters of Services stand in one line', { timeout: 60_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${service}`, size: WIDE });
  await tab.locator('.traffic__picture').waitFor();
  const touching = await tab.evaluate(() => {
    const box = (element) => element.getBoundingClientRect();
    const all = (selector) => [...document.querySelectorAll(`.traffic__picture ${selector}`)];
    const touches = (a, b) => a.left < b.right + 4 && b.left < a.right + 4 && a.top < b.bottom && b.top < a.bottom;
    const wires = all('path.traffic__way-in').map(box);
    return all('text').filter((text) => wires.some((wire) => touches(box(text), { left: wire.left, right: wire.right, top: wire.top - 1, bottom: wire.bottom + 1 }))).map((text) => text.textContent);
  });
  assert.deepEqual(touching, []);
  await tab.goto(demo.outputs.ConsoleUrl);
  await tab.locator('.services__filter > *').nth(2).waitFor();
  const places = await tab.locator('.services__filter > *').evaluateAll((fields) => fields.map((it) => it.getBoundingClientRect()).map((it) => it.top + it.height / 2));
  assert.ok(places.length > 1 && Math.max(...places) - Math.min(...places) < 12, `the filters stand at ${places}`);
  await tab.context().close();
});

test('an execution that is started in the page shows up within a second, and can be stopped', { timeout: 240_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'operator-1' });
  await demo.clock({ rate: 1 });
  // Those that stand behind a gate start by a vote: emergency.test.mjs.
  const free = Object.keys(demo.outputs.StateMachineArns).filter((name) => !/swap|clean-up/.test(name));
  assert.equal(free.length, 2);
  for (const machine of free) {
    await tab.goto(new URL(`/s/${service}/machines?machine=${encodeURIComponent(machine)}`, demo.outputs.ConsoleUrl).href);
    await tab.getByRole('heading', { name: machine, exact: true }).waitFor();
    const rows = tab.getByRole('row').filter({ hasText: /running|succeeded|failed|aborted/i });
    const before = await rows.count();
    await tab.getByRole('button', { name: 'Start execution' }).click();
    const dialog = tab.getByRole('dialog');
    await until(`${machine} has an example of its input`, async () => (await dialog.getByRole('group', { name: 'Input', exact: true }).getByRole('textbox').count()) > 1);
    await dialog.getByRole('button', { name: 'Start execution' }).click();
    await until(`an execution of ${machine} shows up`, async () => (await rows.count()) > before, 2);
    await rows.first().getByRole('link').click();
    const stop = tab.getByRole('button', { name: 'Stop execution' });
    await stop.waitFor();
    // It may have ended by itself meanwhile, and then there is nothing to press.
    if (await stop.click({ timeout: 2_000 }).then(() => true, () => false)) {
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('a test');
      await dialog.getByRole('button', { name: 'Stop execution' }).click().catch(() => {});
    }
    await until(`the execution of ${machine} ends`, async () => !/running/i.test(await rows.first().innerText()), 30);
    await tab.keyboard.press('Escape');
  }
  await demo.clock({ rate: 60 });
  assert.equal((await ask(demo.outputs.AlbProdUrl)).status, 200);
  assert.deepEqual(tab.complaints, []);
});

test('a viewer is told why a button does nothing, and who could', { timeout: 60_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'viewer-1', path: `/s/${service}` });
  const start = tab.getByRole('button', { name: 'Start release' });
  await start.waitFor();
  await until('the reason is on the button', async () => /only a developer can do this/i.test(await start.getAttribute('title')), 10);
  assert.equal(await start.isEnabled(), false);
  await start.click({ force: true });
  await tab.getByText(/only a developer can do this/i).first().waitFor();
});

test('the swap is approved by keyboard only', { timeout: 240_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'approver-2', path: `/s/${service}` });
  const commit = await clone.paint('#9c9');
  await until('the gate opens', () => tab.getByRole('button', { name: 'Approve swap' }).isEnabled(), 180);
  await tab.keyboard.press('a');
  const dialog = tab.getByRole('dialog');
  await dialog.waitFor();
  await tab.keyboard.press('Enter');
  await until('production answers with the new commit', async () => (await ask(demo.outputs.AlbProdUrl)).text.includes(commit.slice(0, 7)), 120);
  assert.deepEqual(tab.complaints, []);
});

test('on a phone the clean-up is approved with two taps, and the decision comes first', { timeout: 240_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'approver-1', path: `/s/${service}`, size: PHONE });
  const approve = tab.getByRole('button', { name: 'Approve clean-up' });
  await until('the gate opens', () => approve.isEnabled(), 180);
  const place = await approve.boundingBox();
  assert.ok(place.y + place.height < PHONE.height, `the decision is at ${place.y} px, below the first screen`);
  await approve.click();
  await tab.getByRole('dialog').getByRole('button', { name: 'Approve clean-up' }).click();
  await until('the test port closes', async () => (await ask(demo.outputs.AlbTestUrl)).status === 400, 120);
});
