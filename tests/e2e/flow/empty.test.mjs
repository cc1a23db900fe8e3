// The first release into an empty service, as the reference's steps have it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab, violations } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser;

before(async () => {
  demo = await Demo.start({ speed: 60, empty: true });
  clone = await Clone.of(demo);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

test('from nothing in production to the first release', { timeout: 300_000 }, async () => {
  const { AlbProdUrl: production, AlbTestUrl: green, EcsServiceName: service, ConsoleServiceName: name } = demo.outputs;
  assert.equal((await ask(production)).status, 503);
  assert.equal((await ask(green)).status, 503);
  const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${name}` });
  assert.deepEqual(await violations(tab), []);

  await tab.getByRole('button', { name: 'Set desired count' }).click();
  const dialog = tab.getByRole('dialog');
  await dialog.getByRole('spinbutton').fill('2');
  await dialog.getByRole('button', { name: 'Set desired count' }).click();
  await until('the desired count is 2', async () => {
    const { services } = await demo.aws('AmazonEC2ContainerServiceV20141113.DescribeServices', {
      cluster: demo.outputs.EcsClusterName,
      services: [service],
    });
    return services[0].desiredCount === 2;
  });

  const commit = await clone.paint('#9c9');
  await until('green answers', async () => (await ask(green)).text.includes(commit.slice(0, 7)), 180);
  assert.equal((await ask(production)).status, 503);
  for (const [gate, then] of [
    ['Approve swap', async () => (await ask(production)).text.includes(commit.slice(0, 7))],
    ['Approve clean-up', async () => (await ask(green)).status === 400],
  ]) {
    const approve = tab.getByRole('button', { name: gate, exact: true });
    await until(`${gate} opens`, () => approve.isEnabled(), 120);
    await approve.click();
    await dialog.getByRole('button', { name: gate, exact: true }).click();
    await until(`after ${gate}`, then, 120);
  }
  assert.equal((await demo.taskSets()).length, 1);
  assert.deepEqual(tab.complaints, []);
});
