/** What must hold on every ply of every game, whoever plays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/engine/apply.ts';
import { BOARDS, type BoardName, PLAYER_COUNTS, type PlayerCount } from '../../src/engine/boards.ts';
import { fingerprint, ringText, stateHash } from '../../src/engine/fingerprint.ts';
import { moveToJson } from '../../src/engine/json/move.ts';
import { readState, stateToJson } from '../../src/engine/json/state.ts';
import { legalMoves } from '../../src/engine/legal.ts';
import { Kind, kindOf, MoveList } from '../../src/engine/moves.ts';
import { Random } from '../../src/engine/random.ts';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import { interpretMove } from '../../src/games/upstream/interpret.ts';
import { textBoard } from './text-board.ts';

const sum = (of: Int32Array): number => of[1] + of[2] + of[3] + of[4];

/** Plays a random game and calls `check` after each ply with the position before and after. Returns the plies. */
function playRandom(
  board: BoardName,
  players: PlayerCount,
  seed: number,
  check: (before: State, move: number, after: State, legal: MoveList) => void,
): number {
  const s = new State(createRules(board, players));
  const before = s.clone();
  const legal = new MoveList();
  const random = new Random(seed, players);
  while (!s.isOver) {
    legalMoves(s, legal);
    expect(legal.length).toBeGreaterThan(0);
    before.copyFrom(s);
    const move = legal.moves[random.below(legal.length)];
    apply(s, move);
    check(before, move, s, legal);
    expect(s.ply).toBeLessThan(20_000);
  }
  return s.ply;
}

const small = fc.constantFrom<BoardName>('square8', 'hex8');
const anyPlayers = fc.constantFrom<PlayerCount>(...PLAYER_COUNTS);
const games = (property: (board: BoardName, players: PlayerCount, seed: number) => void, runs: number): void =>
  fc.assert(fc.property(small, anyPlayers, fc.nat(1e9), property), { numRuns: runs });

describe('every ply', () => {
  it('conserves rings, never lowers progress, and keeps one content per cell', () => {
    games((board, players, seed) => {
      let progress = 0;
      playRandom(board, players, seed, (_, __, s) => {
        let rings = 0;
        for (let p = 1; p <= players; p++) rings += s.hand[p] + s.onBoard[p] + s.eliminated[p];
        expect(rings).toBe(players * s.rules.supply);
        const now = sum(s.markers) + sum(s.collapsed) + sum(s.eliminated);
        expect(now).toBeGreaterThanOrEqual(progress);
        progress = now;
        expect(sum(s.territory)).toBe(sum(s.collapsed));
      });
    }, 20);
  });

  it('keeps incremental counts and keys equal to recomputed ones', () => {
    games((board, players, seed) => {
      playRandom(board, players, seed, (_, __, s) => {
        const counts = s.recount();
        expect([counts.keyLo, counts.keyHi]).toEqual([...s.boardKey]);
        expect(counts.stacks).toBe(s.stacks);
        expect(counts.onBoard).toEqual([...s.onBoard]);
        expect(counts.controlled).toEqual([...s.controlled]);
        expect(counts.markers).toEqual([...s.markers]);
        expect(counts.collapsed).toEqual([...s.collapsed]);
      });
    }, 12);
  });

  it('is undone bit for bit by copying back', () => {
    games((board, players, seed) => {
      const redo = new State(createRules(board, players));
      playRandom(board, players, seed, (before, move, after) => {
        redo.copyFrom(after);
        redo.copyFrom(before);
        expect(redo.equals(before)).toBe(true);
        apply(redo, move);
        expect(redo.equals(after)).toBe(true);
      });
    }, 12);
  });

  it('has a legal set that the strict reader accepts, in full JSON, and nothing twice', () => {
    games((board, players, seed) => {
      const target = new State(createRules(board, players));
      playRandom(board, players, seed, (before, _, __, legal) => {
        expect(new Set(legal.moves.subarray(0, legal.length)).size).toBe(legal.length);
        if (before.ply % 7 !== 0) return;
        const moves = legal.moves.slice(0, legal.length);
        for (const move of moves) {
          const read = interpretMove(before, JSON.parse(JSON.stringify(moveToJson(before, move))));
          expect(read.variant).toBeNull();
          expect(read.move).toBe(move);
        }
        target.copyFrom(before);
      });
    }, 8);
  });

  it('round-trips positions through JSON', () => {
    games((board, players, seed) => {
      playRandom(board, players, seed, (_, __, s) => {
        if (s.isOver || s.ply % 5 !== 0) return;
        const { state } = readState(JSON.parse(JSON.stringify(stateToJson(s))), { rings: 'top-to-bottom' });
        expect(fingerprint(state)).toBe(fingerprint(s));
        expect(ringText(state)).toBe(ringText(s));
        expect(stateHash(state)).toBe(stateHash(s));
        expect(state.mustMove).toBe(s.mustMove);
        expect(state.attacker).toBe(s.attacker);
      });
    }, 10);
  });

  it('gives equal keys exactly to equal positions', () => {
    const seen = new Map<string, string>();
    for (let seed = 0; seed < 30; seed++) {
      playRandom('hex8', 3, seed, (_, __, s) => {
        const key = `${s.keyLo()},${s.keyHi()}`;
        const turn = [
          s.acted,
          s.recovered,
          s.movedMask,
          s.lastActor,
          s.mustMove,
          s.attacker,
          s.lpsFirst,
          s.lpsMask,
          s.lpsCount,
          s.lpsHolder,
        ];
        const text = `${fingerprint(s)}#${ringText(s)}#${turn}#${s.owesRegion}#${s.winner}`;
        const other = seen.get(key);
        if (other !== undefined) expect(text).toBe(other);
        seen.set(key, text);
      });
    }
    expect(new Set(seen.values()).size).toBe(seen.size);
  });
});

describe('every game', () => {
  it('ends, on every board and with every number of players', () => {
    for (const board of BOARDS) {
      for (const players of PLAYER_COUNTS) {
        const plies = playRandom(board, players, 1, () => {});
        expect(plies).toBeGreaterThan(10);
      }
    }
  });

  it('draws as text, one line a row', () => {
    const s = new State(createRules('hex8', 2));
    apply(s, Kind.place | (30 << 5) | (2 << 14));
    const board = textBoard(s);
    expect(board.split('\n')).toHaveLength(9);
    expect(board).toContain('1b2');
    expect(kindOf(0)).toBe(Kind.place);
  });
});
