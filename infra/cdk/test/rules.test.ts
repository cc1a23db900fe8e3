/** cdk-nag finds nothing that nobody gave a reason for. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';

import { ALL, synthesise } from './synthesis.ts';

test('the rules are asked: a bucket as it comes is refused', () => {
  const app = new App();
  new Bucket(new Stack(app, 'Careless'), 'Bucket');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  assert.throws(() => app.synth(), /Validation failed/);
});

for (const [name, context] of Object.entries(ALL)) {
  test(`nothing is found with ${name}`, () => {
    assert.doesNotThrow(() => synthesise(context));
  });
}
