// The session at the load balancer ends: what the page says, and that signing in leads back to the same place.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab, violations } from '../browser.mjs';
import { Demo } from '../demo.mjs';

let demo, browser;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** As a balancer answers whose rule denies: no word of the console's, and no JSON. */
const denied = (route) => route.fulfill({ status: 401, contentType: 'text/html', body: '<html><h1>401 Authorization Required</h1></html>' });

test('a session that has ended is said, and signing in again leads back to the same place', { timeout: 180_000 }, async () => {
  const service = demo.outputs.ConsoleServiceName;
  const machines = `/s/${service}/machines`;
  const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${service}` });
  await tab.getByText('Live', { exact: true }).first().waitFor({ timeout: 30_000 });
  await tab.route('**/api/**', denied);
  // The stream of before goes on; whatever is asked anew is denied.
  await tab.goto(new URL(machines, demo.outputs.ConsoleUrl).href);
  const again = tab.getByRole('button', { name: 'Sign in again' });
  await again.waitFor({ timeout: 30_000 });
  assert.deepEqual(await violations(tab), []);
  assert.equal(new URL(tab.url()).pathname, machines);
  // Somebody signs in at the identity provider.
  await tab.unroute('**/api/**', denied);
  await again.click();
  await tab.getByText('Live', { exact: true }).first().waitFor({ timeout: 30_000 });
  assert.equal(new URL(tab.url()).pathname, machines);
  assert.equal(await again.count(), 0);
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});
