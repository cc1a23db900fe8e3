// The console behind a load balancer with an identity provider: the session there ends, and its keys are lost.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { openBrowser, violations, WIDE } from '../browser.mjs';
import { until } from '../demo.mjs';
import { Guarded } from '../guarded.mjs';

let guarded, browser;

before(async () => {
  browser = await openBrowser();
});

afterEach(async () => {
  await guarded?.stop();
  guarded = undefined;
});

after(async () => {
  await browser?.close();
});

/** A tab of somebody whom the load balancer does not know yet, led from a place to the identity provider. */
async function openTab(path) {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' });
  const tab = await context.newPage();
  tab.complaints = [];
  tab.on('pageerror', (error) => tab.complaints.push(String(error)));
  await tab.goto(guarded.url + path);
  return tab;
}

/** Somebody signs in at the identity provider. */
async function signIn(tab) {
  await tab.getByRole('heading', { name: 'The identity provider' }).waitFor({ timeout: 30_000 });
  assert.equal(new URL(tab.url()).origin, guarded.provider.url);
  await tab.getByRole('link', { name: 'I am Kim' }).click();
}

const place = (tab) => new URL(tab.url()).href.replace(guarded.url, '');

test('a session that has ended is said, and signing in again leads back to the same place', { timeout: 240_000 }, async () => {
  guarded = await Guarded.start();
  const service = `/s/${guarded.demo.outputs.ConsoleServiceName}`;
  const tab = await openTab(service);
  await signIn(tab);
  await tab.getByText('Live', { exact: true }).first().waitFor({ timeout: 30_000 });
  assert.equal(place(tab), service);

  // The session ends at the balancer: the page learns of it where it asks on, and is led nowhere.
  await guarded.last(1);
  const status = () => tab.evaluate(async () => (await fetch('/api/services', { redirect: 'manual' })).status);
  await until('the session ends', async () => (await status()) === 401);
  const machines = `${service}/machines`;
  // What is open goes on until it ends; whatever is asked anew is denied, files of the page too.
  await tab.getByRole('link', { name: 'State machines' }).first().click();
  const again = tab.getByRole('button', { name: 'Sign in again' });
  await again.waitFor({ timeout: 30_000 });
  assert.deepEqual(await violations(tab), []);
  const left = place(tab);
  assert.ok(left.startsWith(machines), left);

  await guarded.last(43_200);
  await tab.context().clearCookies();
  const asked = guarded.provider.asked;
  await again.click();
  await signIn(tab);
  await tab.getByText('Live', { exact: true }).first().waitFor({ timeout: 30_000 });
  assert.equal(place(tab), left);
  assert.equal(guarded.provider.asked, asked + 1);
  assert.equal(await again.count(), 0);
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});

test('keys that are not reached are said on the page, which is right again once they are', { timeout: 240_000 }, async () => {
  guarded = await Guarded.start({ hasKeys: false });
  const service = `/s/${guarded.demo.outputs.ConsoleServiceName}`;
  const tab = await openTab(service);
  await signIn(tab);
  await tab.getByText('Who you are cannot be checked now: the load balancer’s keys are not reached.').waitFor({ timeout: 30_000 });
  // Nobody has to sign in again for it.
  assert.equal(await tab.getByRole('button', { name: 'Sign in again' }).count(), 0);
  assert.deepEqual(await violations(tab), []);
  guarded.provider.hasKeys = true;
  await tab.getByText('Live', { exact: true }).first().waitFor({ timeout: 60_000 });
  assert.equal(await tab.getByText('Who you are cannot be checked now').count(), 0);
  assert.equal(place(tab), service);
  assert.equal(guarded.provider.asked, 1);
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});
