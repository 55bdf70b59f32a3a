/** Encoder and policy rr1: compact form and planes agree, moves stay distinct, symmetries carry samples to samples. */
import { describe, expect, it } from 'vitest';
import { MoveList } from '../../../src/engine/moves.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { STACK, State } from '../../../src/engine/state.ts';
import { geometricSymmetries, transformMove, transformState } from '../../../src/engine/symmetry.ts';
import { topologyOf } from '../../../src/engine/topology.ts';
import { boxOf } from '../../../src/net/encode/box.ts';
import { COUNTERS, Counter, cellBytes, layersOf, writeFeatures } from '../../../src/net/encode/rr1/features.ts';
import { MOVE_COLUMNS, MOVE_KIND_COUNT, MOVE_KINDS, writeMoves } from '../../../src/net/encode/rr1/moves.ts';
import { channelsFirst, channelsLast, Plane, RR1_PLANES, writePlanes } from '../../../src/net/encode/rr1/planes.ts';
import { transformCells, transformMoves } from '../../../src/net/encode/rr1/symmetry.ts';
import { CONFIGS, playRandomly } from './play.ts';

const rowsOf = (s: State, legal: MoveList) => {
  const rows = new Int32Array(legal.length * MOVE_COLUMNS);
  const numbers = new Float32Array(legal.length);
  expect(writeMoves(s, legal, 0, rows, numbers, 0)).toBe(legal.length);
  return { rows, numbers };
};
const rowText = (rows: Int32Array, i: number): string =>
  rows.subarray(i * MOVE_COLUMNS + 1, (i + 1) * MOVE_COLUMNS).join(' ');

describe.each(CONFIGS)('rr1 on %s, %i players', (board, players) => {
  const topology = topologyOf(board);
  const box = boxOf(topology);
  const length = RR1_PLANES * box.area;
  const every = topology.cells > 100 ? 7 : 1;

  it('writes the same planes in both layouts, over whatever was there', () => {
    let turn = 0;
    playRandomly(board, players, 11, (s) => {
      if (turn++ % (5 * every) !== 0) return;
      const first = new Float32Array(length).fill(9);
      writePlanes(s, first, channelsFirst(board));
      const last = new Float32Array(3 * length).fill(9);
      writePlanes(s, last, channelsLast(3, 1));
      let wrong = 0;
      for (let plane = 0; plane < RR1_PLANES; plane++) {
        for (let at = 0; at < box.area; at++) {
          const value = first[plane * box.area + at];
          const isRight = box.cellAt[at] < 0 ? value === 0 : value !== 9;
          if (!isRight || value !== last[(at * 3 + 1) * RR1_PLANES + plane]) wrong++;
        }
      }
      expect(wrong).toBe(0);
      expect(last[0]).toBe(9);
    });
  });

  it('shows what the position holds', () => {
    let turn = 0;
    playRandomly(board, players, 5, (s) => {
      if (turn++ % (3 * every) !== 0) return;
      const planes = new Float32Array(length);
      writePlanes(s, planes, channelsFirst(board));
      const at = (plane: number, cell: number): number => planes[plane * box.area + box.ofCell[cell]];
      const seat = (p: number): number => (p - s.player + players) % players;
      for (let cell = 0; cell < topology.cells; cell++) {
        const content = s.content[cell];
        expect(at(Plane.valid, cell)).toBe(1);
        expect(at(Plane.phase + s.phase, cell)).toBe(1);
        for (let p = 1; p <= players; p++) {
          expect(at(Plane.marker + seat(p), cell)).toBe(content === p ? 1 : 0);
          expect(at(Plane.stack + seat(p), cell)).toBe(content === STACK + p ? 1 : 0);
          expect(at(Plane.collapsed + seat(p), cell)).toBe(content === 8 + p ? 1 : 0);
          const buried = s.rings(cell).filter((ring, i) => ring === p && i >= s.cap[cell]).length;
          expect(at(Plane.buried + seat(p), cell)).toBeCloseTo(Math.log2(1 + buried) / 3, 6);
          const below = s.height[cell] > s.cap[cell] && s.rings(cell)[s.cap[cell]] === p;
          expect(at(Plane.below + seat(p), cell)).toBe(below ? 1 : 0);
          expect(at(Plane.hand + seat(p), cell)).toBeCloseTo(s.hand[p] / s.rules.supply, 6);
          expect(at(Plane.eliminated + seat(p), cell)).toBeCloseTo(s.eliminated[p] / s.rules.victoryThreshold, 6);
        }
        expect(at(Plane.height, cell)).toBeCloseTo(Math.log2(1 + s.height[cell]) / 4, 6);
        expect(at(Plane.cap, cell)).toBeCloseTo(Math.log2(1 + s.cap[cell]) / 4, 6);
        expect(at(Plane.capAtLeast + 1, cell)).toBe(s.cap[cell] >= 3 ? 1 : 0);
        expect(at(Plane.mustMove, cell)).toBe(s.mustMove === cell ? 1 : 0);
        expect(at(Plane.attacker, cell)).toBe(s.attacker === cell ? 1 : 0);
      }
    });
  });

  it('gives every distinct legal move its own row', () => {
    const kinds = new Set<number>();
    for (let seed = 0; seed < (topology.cells > 100 ? 1 : 6); seed++) {
      playRandomly(board, players, seed, (s, legal) => {
        const { rows } = rowsOf(s, legal);
        const texts = new Set<string>();
        for (let i = 0; i < legal.length; i++) {
          texts.add(rowText(rows, i));
          const kind = rows[i * MOVE_COLUMNS + 1];
          kinds.add(kind);
          expect(kind).toBeLessThan(MOVE_KIND_COUNT);
          for (let column = 2; column < MOVE_COLUMNS; column++) {
            const cell = rows[i * MOVE_COLUMNS + column];
            if (cell >= 0) expect(box.cellAt[cell]).toBeGreaterThanOrEqual(0);
          }
        }
        expect(texts.size).toBe(legal.length);
      });
    }
    expect(kinds.size).toBeGreaterThan(8);
  });

  it('carries samples to samples under every symmetry of the shape', () => {
    const layers = layersOf(players);
    const bytes = cellBytes(board, players);
    let turn = 0;
    playRandomly(board, players, 3, (s, legal) => {
      if (turn++ % (4 * every) !== 0) return;
      const t = turn % geometricSymmetries(board);
      const image = new State(s.rules);
      transformState(s, t, image);
      const [cells, carried, expected] = [0, 0, 0].map(() => new Uint8Array(bytes)) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      const counters = new Int16Array(COUNTERS);
      const imageCounters = new Int16Array(COUNTERS);
      writeFeatures(s, cells, 0, counters, 0);
      writeFeatures(image, expected, 0, imageCounters, 0);
      transformCells(board, t, cells, 0, carried, 0, layers);
      expect(carried).toEqual(expected);
      expect(counters).toEqual(imageCounters);

      const { rows, numbers } = rowsOf(s, legal);
      transformMoves(board, t, rows, 0, legal.length, counters[Counter.lineLength]);
      const imageMoves = new MoveList();
      for (let i = 0; i < legal.length; i++) imageMoves.push(transformMove(s, legal.moves[i], t));
      const expectedRows = rowsOf(image, imageMoves);
      expect(numbers).toEqual(expectedRows.numbers);
      for (let i = 0; i < legal.length; i++) {
        // A region with two middles is named by either, whichever the numbering of cells puts first.
        if (MOVE_KINDS[rows[i * MOVE_COLUMNS + 1]].startsWith('territory')) continue;
        expect(rowText(rows, i)).toBe(rowText(expectedRows.rows, i));
      }
    });
  });
});

describe('rr1 policy', () => {
  it('knows the pie rule and the one flag that announces it', () => {
    const seen: [number, number, boolean][] = [];
    playRandomly(
      'square8',
      2,
      1,
      (s, legal) => {
        const planes = new Float32Array(RR1_PLANES * 64);
        writePlanes(s, planes, channelsFirst('square8'));
        const { rows } = rowsOf(s, legal);
        const kinds = Array.from({ length: legal.length }, (_, i) => MOVE_KINDS[rows[i * MOVE_COLUMNS + 1]]);
        seen.push([planes[(Plane.flags + 4) * 64], planes[(Plane.flags + 5) * 64], kinds.includes('swap')]);
      },
      { swapRuleEnabled: true },
      8,
    );
    expect(seen[0]).toEqual([0, 1, false]);
    expect(seen.filter(([offered]) => offered === 1).every(([, ahead, listed]) => ahead === 1 && listed)).toBe(true);
    expect(seen.some(([offered]) => offered === 1)).toBe(true);
  });

  it('refuses arrays that are too short', () => {
    const s = new State(createRules('hex8', 2));
    const legal = new MoveList();
    legal.push(32);
    expect(() => writeMoves(s, legal, 0, new Int32Array(4), new Float32Array(1), 0)).toThrow(RangeError);
  });
});
