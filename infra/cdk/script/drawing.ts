/** The architecture as a drawing for the project's README: where the parts stand is chosen here, all else is theirs. */

import { type Part, contents } from './parts.ts';

/** Column and row of each part that is replaced; what is kept stands in one row below. */
const PLACES: Record<string, [column: number, row: number]> = {
  Source: [0, 0], Pipeline: [1, 0], Builds: [2, 0], Notices: [3, 0],
  Events: [0, 1], Machines: [1, 1], Workload: [2, 1], Balancer: [3, 1],
  Console: [1, 2], Alarms: [2, 2], Egress: [3, 2],
};

/** Arrows that would run behind a part: the side on which they pass it. */
const DETOURS: Record<string, 'above' | 'below' | 'left'> = {
  'Pipeline Notices': 'above', 'Machines Balancer': 'above', 'Events Workload': 'below', 'Console Pipeline': 'left',
};

/** What a part is for, in a word or two. */
const PURPOSE: Record<string, string> = {
  Source: 'a push starts', Pipeline: 'Source, Build, Release', Builds: 'app, image, input', Notices: 'a gate has opened',
  Events: 'what has happened', Machines: 'deploy, swap, clean, back', Workload: 'blue and green',
  Balancer: 'production and test', Console: 'people decide', Egress: 'the way out', Alarms: 'what went wrong',
};

const WIDTH = 960;
const BOX = { width: 192, height: 70 };
const COLUMN = 228;
const ROW = 112;
const FRAME = { x: 16, y: 16, width: WIDTH - 32 };
const KEPT = { y: 424, width: 122, height: 44 };

/** Draws the parts; the stack whose parts are not placed is the one that is kept. */
export function drawing(parts: readonly Part[]): string {
  const placed = parts.filter((part) => part.name in PLACES);
  const kept = parts.filter((part) => !(part.name in PLACES));
  const [replaced, state] = [stackOf(placed), stackOf(kept)];
  const height = KEPT.y + KEPT.height + 32;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="The parts of the AWS side and how they refer to each other">`,
    STYLE,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    frame(replaced, 'what may be replaced', FRAME.y, 366),
    frame(state, 'what is never lost', KEPT.y - 30, KEPT.height + 44),
    ...placed.flatMap((part) => arrows(part)),
    ...placed.map((part) => box(part, kept)),
    ...kept.map((part, index) => keptBox(part, index, kept.length)),
    '</svg>',
    '',
  ].join('\n');
}

function stackOf(parts: readonly Part[]): string {
  const stacks = new Set(parts.map((part) => part.stack));
  if (stacks.size !== 1) {
    throw new Error(`Give each part a place in script/drawing.ts: ${parts.map((part) => part.name).join(', ')}.`);
  }
  return [...stacks][0]!;
}

function frame(stack: string, meaning: string, y: number, height: number): string {
  return `<rect class="frame" x="${FRAME.x}" y="${y}" width="${FRAME.width}" height="${height}" rx="10"/>`
    + `<text class="stack" x="${FRAME.x + 14}" y="${y + 20}">${stack} <tspan class="meaning">${meaning}</tspan></text>`;
}

/** The middle of a part. */
function middle(name: string): { x: number; y: number } {
  const [column, row] = PLACES[name]!;
  return { x: 138 + column * COLUMN, y: 98 + row * ROW };
}

function box(part: Part, kept: readonly Part[]): string {
  const { x, y } = middle(part.name);
  const uses = kept.filter(({ name }) => part.uses.has(name)).map(({ name }) => name);
  const lines = [
    `<text class="name" x="${x}" y="${y - 14}">${part.name}</text>`,
    `<text class="purpose" x="${x}" y="${y + 2}">${PURPOSE[part.name] ?? ''}</text>`,
    `<text class="contents" x="${x}" y="${y + 15}">${inside(part)}</text>`,
    ...(uses.length > 0 ? [`<text class="uses" x="${x}" y="${y + 28}">${uses.join(' · ')}</text>`] : []),
  ];
  return `<rect class="part" x="${x - BOX.width / 2}" y="${y - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="7"/>${lines.join('')}`;
}

function keptBox(part: Part, index: number, count: number): string {
  const gap = (FRAME.width - 24 - count * KEPT.width) / (count - 1);
  const x = FRAME.x + 12 + index * (KEPT.width + gap);
  const middle = x + KEPT.width / 2;
  return `<rect class="kept" x="${x.toFixed(1)}" y="${KEPT.y}" width="${KEPT.width}" height="${KEPT.height}" rx="7"/>`
    + `<text class="uses name" x="${middle.toFixed(1)}" y="${KEPT.y + 19}">${part.name}</text>`
    + `<text class="contents" x="${middle.toFixed(1)}" y="${KEPT.y + 34}">${inside(part)}</text>`;
}

/** What is in a part, on one line. */
function inside(part: Part): string {
  return contents(part).join(', ').replace('ListenerRule', 'Rule');
}

/** One arrow for each reference to another placed part. */
function arrows(part: Part): string[] {
  return [...part.uses].sort().filter((used) => used in PLACES).map((used) => `<path class="arrow" d="${path(part.name, used)}"/>`);
}

function path(from: string, to: string): string {
  const [a, b] = [middle(from), middle(to)];
  const detour = DETOURS[`${from} ${to}`];
  const [halfWidth, halfHeight] = [BOX.width / 2, BOX.height / 2];
  if (detour === 'left') {
    const bend = a.x - halfWidth - 30;
    return `M${a.x - halfWidth} ${a.y} C${bend} ${a.y} ${bend} ${b.y} ${b.x - halfWidth - 3} ${b.y + 12}`;
  }
  if (detour) {
    const side = detour === 'above' ? -1 : 1;
    const bend = a.y + side * (halfHeight + 24);
    return `M${a.x + 30} ${a.y + side * halfHeight} C${a.x + 60} ${bend} ${b.x - 60} ${bend} ${b.x - 30} ${b.y + side * (halfHeight + 3)}`;
  }
  const [start, end] = [edge(a, b, 0), edge(b, a, 3)];
  return `M${start.x} ${start.y} L${end.x} ${end.y}`;
}

/** Where the line from the middle of a part to another one leaves its box. */
function edge(from: { x: number; y: number }, to: { x: number; y: number }, distance: number): { x: number; y: number } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const reach = Math.min(
    dx === 0 ? Infinity : (BOX.width / 2 + distance) / Math.abs(dx),
    dy === 0 ? Infinity : (BOX.height / 2 + distance) / Math.abs(dy),
  );
  return { x: Math.round(from.x + dx * reach), y: Math.round(from.y + dy * reach) };
}

const STYLE = `<style>
  svg { color-scheme: light dark; font-family: system-ui, sans-serif; }
  .paper { fill: #fff; } .frame { fill: none; stroke: #c9d1c9; } .part { fill: #f4f7f4; stroke: #40826d; }
  .kept { fill: #eef3fb; stroke: #4a6fa5; } .arrow { fill: none; stroke: #7d8a84; stroke-width: 1.3; marker-end: url(#head); }
  text { fill: #1f2a25; text-anchor: middle; } .stack { text-anchor: start; font-size: 13px; font-weight: 600; }
  .meaning, .purpose, .contents { font-weight: 400; fill: #5a665f; } .name { font-size: 14px; font-weight: 600; }
  .purpose { font-size: 12px; } .contents { font-size: 10px; } .uses { font-size: 10px; fill: #3d5f92; } .uses.name { font-size: 12px; }
  #head path { fill: #7d8a84; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0f1512; } .frame { stroke: #35413b; } .part { fill: #18211d; stroke: #58a48c; }
    .kept { fill: #161d29; stroke: #6f95cc; } .arrow { stroke: #84928b; } #head path { fill: #84928b; }
    text { fill: #e3eae6; } .meaning, .purpose, .contents { fill: #9daba4; } .uses { fill: #93b4e6; }
  }
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>`;
