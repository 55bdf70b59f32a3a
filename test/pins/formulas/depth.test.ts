/**
 * Backup of the fixed-depth searches on a tree drawn by hand: seat 1 decides at the root, then seats 2 and 3, two moves
 * each. The rules give the shape; the scores are put in place of the heuristic's.
 *
 *                 root
 *            A             B           static scores decide only what is looked at first
 *         x     y       x     y
 *        l r   l r     l r   l r       scores of the three seats
 */
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import type { State } from '../../../src/engine/state.ts';
import { type DepthMethod, DepthPlayer } from '../../../src/search/players/depth.ts';
import { Frame } from '../../../src/search/players/depth-frame.ts';
import { positionAfter } from '../../search/endgames.ts';
import { type Position, randomPosition, rulesOf } from '../../search/positions.ts';

type Scores = readonly [number, number, number];

const root = randomPosition(rulesOf('hex8', 3), 66, 70);
/** Root moves A and B, and the moves x and y after each: places in the legal lists. */
const A = { move: 6, replies: { x: 2, y: 15 } };
const B = { move: 8, replies: { x: 4, y: 16 } };

/** Leaves by path, and static scores of inner positions. */
const BASE: Readonly<Record<string, Scores>> = {
  A: [1, 0, 0],
  B: [0.5, 0, 0],
  Ax: [0, 2, 0],
  Ay: [0, 1, 0],
  Bx: [0, 2, 0],
  By: [0, 1, 0],
  Axl: [5, 1, 3],
  Axr: [2, 4.5, 4],
  Ayl: [4, 4, 4],
  Ayr: [9, 2, 1],
  Bxl: [3, 3, 3],
  Bxr: [8, 0, 2],
  Byl: [1, 5, 1],
  Byr: [7, 2, 6],
};
/** All other moves: bad for everybody, and so behind those above. */
const OTHERS: Scores = [-1000, -900, -900];

let scores = BASE;
const names = new Map<string, string>();
const keyOf = (state: State): string => `${state.keyLo()} ${state.keyHi()} ${state.ply}`;

function after({ state, legal }: Position, place: number, name: string): Position {
  const next = positionAfter(state, legal.moves[place]);
  names.set(keyOf(next.state), name);
  return next;
}

for (const [name, { move, replies }] of Object.entries({ A, B })) {
  const first = after(root, move, name);
  for (const [reply, place] of Object.entries(replies)) {
    const second = after(first, place, name + reply);
    expect([root, first, second].map(({ state }) => state.player)).toEqual([1, 2, 3]);
    after(second, 0, `${name}${reply}l`);
    after(second, 1, `${name}${reply}r`);
  }
}

const spy = vi.spyOn(Frame.prototype, 'scoresOf');
beforeEach(() => {
  spy.mockImplementation((state) => [...(scores[names.get(keyOf(state)) ?? ''] ?? OTHERS)]);
});
afterAll(() => spy.mockRestore());

function choice(method: DepthMethod, changes: Partial<Record<string, Scores>> = {}, depth = 3): string | undefined {
  scores = { ...BASE, ...(changes as Record<string, Scores>) };
  const player = new DepthPlayer(method, method, { depth, width: 2 });
  const { move } = player.decide({ ...root, random: new Random(1), decision: 0 });
  return names.get(keyOf(positionAfter(root.state, move).state));
}

it('the drawn tree has fourteen different positions', () => {
  expect(names.size).toBe(14);
});

describe('maxn: everybody takes the best for himself', () => {
  it('three seats, three decisions', () => {
    // Seat 3: Ax r (4 > 3), Ay l (4 > 1), Bx l (3 > 2), By r (6 > 1).
    // Seat 2: A x (4.5 > 4) → [2, 4.5, 4]; B x (3 > 2) → [3, 3, 3]. Seat 1: 3 > 2.
    expect(choice('maxn')).toBe('B');
    // With seat 2 at 3.5 in Axr it takes y: [4, 4, 4], and 4 > 3.
    expect(choice('maxn', { Axr: [2, 3.5, 4] })).toBe('A');
  });

  it('two decisions: the static scores after them', () => {
    // Seat 2: Ax (2 > 1), Bx (2 > 1); seat 1 has 0 in both: the first of equals. Then 1 in Bx.
    expect(choice('maxn', {}, 2)).toBe('A');
    expect(choice('maxn', { Bx: [1, 2, 0] }, 2)).toBe('B');
  });
});

describe('minimax: the others against the mover, by his lead over the best of them', () => {
  it('three seats, three decisions', () => {
    // Leads: Ax 5 − 3 = 2, 2 − 4.5 = −2.5; Ay 0, 7; Bx 0, 6; By 1 − 5 = −4, 1. Minima −2.5 and −4.
    expect(choice('minimax')).toBe('A');
    // Byl 3 − 5 = −2 > −2.5.
    expect(choice('minimax', { Byl: [3, 5, 1] })).toBe('B');
  });

  it('one decision: the static lead', () => {
    expect(choice('minimax', {}, 1)).toBe('A');
    // 1 − 0.75 = 0.25 < 0.5
    expect(choice('minimax', { A: [1, 0.75, 0] }, 1)).toBe('B');
  });
});

describe('brs: one reply of the others is searched', () => {
  it('the best static move of one opponent leaves the reply to the next', () => {
    // A: x is the best static move, so seat 3 may do its worst: min(2, −2.5) = −2.5; y uses the reply up, and seat 3
    // plays its best static move l: 0. B: x min(0, 6) = 0; after y seat 3 plays r: 7 − 6 = 1. Minima −2.5 and 0.
    expect(choice('brs')).toBe('B');
    // With y first in B, seat 3 may do its worst after y: −4 < −2.5.
    expect(choice('brs', { Bx: [0, 1, 0], By: [0, 2, 0] })).toBe('A');
  });
});
