// Compares two files with a tool of npm in a process of its own, and tells what it took.
import fs from 'node:fs';

const [tool, left, right] = process.argv.slice(2);
const texts = [left, right].map((path) => fs.readFileSync(path, 'utf8'));

/** Differences in a delta of jsondiffpatch: every leaf of it is one. */
function countDelta(delta) {
  if (delta === undefined) return 0;
  if (Array.isArray(delta)) return 1;
  return Object.entries(delta).reduce((sum, [key, it]) => (key === '_t' ? sum : sum + countDelta(it)), 0);
}

/** Lines that json-diff-kit marks; a modified one stands on both sides and counts once. */
function countLines([before, after]) {
  const removed = before.filter((line) => line.type === 'remove' || line.type === 'modify');
  return removed.length + after.filter((line) => line.type === 'add').length;
}

const tools = {
  jsondiffpatch: async () => {
    const { create } = await import('jsondiffpatch');
    // Elements know each other by their id: without it every shift is a change of everything.
    const differ = create({ objectHash: (item) => item.id });
    return (before, after) => countDelta(differ.diff(before, after));
  },
  'json-diff-kit': async () => {
    const { default: Differ } = await import('json-diff-kit/differ.js');
    const differ = new Differ({ detectCircular: false, arrayDiffMethod: 'lcs' });
    return (before, after) => countLines(differ.diff(before, after));
  },
};

const compare = await tools[tool]();
const begins = process.hrtime.bigint();
const [before, after] = texts.map((text) => JSON.parse(text));
const read = process.hrtime.bigint();
const differences = compare(before, after);
const ends = process.hrtime.bigint();
console.log(
  JSON.stringify({
    ms: Number(ends - begins) / 1e6,
    read_ms: Number(read - begins) / 1e6,
    differences,
    peak_kb: process.resourceUsage().maxRSS,
  }),
);
