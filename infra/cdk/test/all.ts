/** Every test in one process, so that each template is synthesised once. */

import { readdirSync } from 'node:fs';

const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.ts')).sort();
for (const file of files) await import(`./${file}`);
