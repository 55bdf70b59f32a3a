/**
 * Makes the pictures of docs/rules.md: builds small positions, plays one move or two in them, and lets `rr show` draw
 * each. `node scripts/pictures.ts` writes docs/pictures/.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply } from '../src/engine/apply.ts';
import { stateToJson } from '../src/engine/json/state.ts';
import { legalMoves } from '../src/engine/legal.ts';
import { MoveList } from '../src/engine/moves.ts';
import { cellOfName, moveNotation } from '../src/engine/notation.ts';
import { PHASES, type PhaseName } from '../src/engine/phases.ts';
import { createRules } from '../src/engine/rules.ts';
import { createState } from '../src/engine/setup.ts';
import type { State } from '../src/engine/state.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join('docs', 'pictures');

/** Cells by name → rings from top to bottom, or the owner. Player 1 is on turn on an 8×8 board with two players. */
interface Lesson {
  readonly phase: PhaseName;
  readonly stacks: Readonly<Record<string, readonly number[]>>;
  readonly markers?: Readonly<Record<string, number>>;
  readonly collapsed?: Readonly<Record<string, number>>;
  readonly hands?: readonly [number, number];
  /** Mark where legal moves end, in the first picture. */
  readonly legal?: boolean;
  /** One picture before the first move, and one after each. */
  readonly moves?: readonly string[];
}

const LESSONS: Readonly<Record<string, Lesson>> = {
  board: {
    phase: 'movement',
    stacks: { c3: [1, 1, 2], f5: [2] },
    markers: { d6: 1, e6: 2 },
    collapsed: { a1: 1, b1: 1, a2: 1, h8: 2 },
    hands: [13, 15],
  },
  move: {
    phase: 'movement',
    stacks: { b3: [1, 1], f6: [2, 2] },
    markers: { d3: 1, e3: 2, b5: 2 },
    hands: [15, 15],
    legal: true,
    moves: ['b3-f3'],
  },
  capture: {
    phase: 'movement',
    stacks: { b4: [1, 1], d4: [2, 2], g7: [2] },
    hands: [16, 15],
    legal: true,
    moves: ['b4xd4-g4'],
  },
  line: {
    phase: 'line_processing',
    stacks: { e4: [1, 1], g6: [2, 2] },
    markers: { b2: 1, c2: 1, d2: 1, e2: 1, f5: 2 },
    hands: [16, 16],
    moves: ['line b2-e2', 'pay a ring of e4'],
  },
  territory: {
    phase: 'territory_processing',
    stacks: { a1: [2, 2], f6: [1, 1, 2], g3: [2] },
    markers: { c1: 1, b2: 1, a3: 1, e7: 2 },
    hands: [14, 12],
    moves: ['region of 3 cells at a1 (border 1)', 'pay the cap of f6'],
  },
  recovery: {
    phase: 'movement',
    stacks: { e6: [2, 2, 1], g2: [2, 1] },
    markers: { a4: 1, b4: 1, c4: 1, d5: 1, f6: 2 },
    hands: [0, 10],
    legal: true,
    moves: ['recover d5-d4 line, e6 pays'],
  },
};

const rules = createRules('square8', 2, {}, {}, 100);
const cell = (name: string): number => cellOfName(rules.topology, name);

function positionOf({ phase, stacks, markers = {}, collapsed = {}, hands = [18, 18] }: Lesson): State {
  const owned = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([name, player]) => ({ cell: cell(name), player }));
  const cellsOf = (player: number): number => Object.values(collapsed).filter((owner) => owner === player).length;
  const setup = {
    player: 1,
    phase: PHASES.indexOf(phase),
    acted: true,
    seats: hands.map((hand, i) => ({ hand, eliminated: 0, territory: cellsOf(i + 1) })),
    stacks: Object.entries(stacks).map(([name, rings]) => ({ cell: cell(name), rings })),
    markers: owned(markers),
    collapsed: owned(collapsed),
  };
  return createState(rules, setup, false);
}

function play(s: State, notation: string): void {
  const legal = new MoveList();
  legalMoves(s, legal);
  const moves = [...legal.moves.subarray(0, legal.length)];
  const move = moves.find((one) => moveNotation(s, one) === notation);
  if (move === undefined) {
    throw new Error(`${notation} is not among ${moves.map((one) => moveNotation(s, one)).join(', ')}`);
  }
  apply(s, move);
}

const positions: { readonly name: string; readonly state: object; readonly legal?: boolean | undefined }[] = [];
for (const [name, lesson] of Object.entries(LESSONS)) {
  const s = positionOf(lesson);
  positions.push({ name: `${name}-1`, state: stateToJson(s), legal: lesson.legal });
  lesson.moves?.forEach((move, i) => {
    play(s, move);
    positions.push({ name: `${name}-${i + 2}`, state: stateToJson(s) });
  });
}
writeFileSync(
  join(ROOT, FOLDER, 'positions.ndjson'),
  positions.map(({ state }) => `${JSON.stringify(state)}\n`).join(''),
);

const show = (...args: string[]): void => {
  execFileSync(join(ROOT, 'bin', 'rr'), ['show', ...args], { cwd: ROOT, stdio: 'inherit' });
};
positions.forEach(({ name, legal }, i) => {
  const marks = legal ? ['--legal'] : [];
  show(join(FOLDER, 'positions.ndjson'), '--game', `${i + 1}`, ...marks, '--svg', join(FOLDER, `${name}.svg`));
});
show('--board', 'hex8', '--seed', '7', '--player', 'heuristic', '--ply', '60', '--svg', join(FOLDER, 'hex8.svg'));
