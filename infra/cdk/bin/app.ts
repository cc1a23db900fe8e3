#!/usr/bin/env -S npx tsx
/** The entry of `cdk`: reads the context once and builds both stacks. */

import { App } from 'aws-cdk-lib';

import { compose } from '../lib/app.ts';

compose(new App({ analyticsReporting: false }));
