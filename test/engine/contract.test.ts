import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/engine/apply.ts';
import { readCell } from '../../src/engine/json/position.ts';
import { readState } from '../../src/engine/json/state.ts';
import { Kind, packMove } from '../../src/engine/moves.ts';
import type { State } from '../../src/engine/state.ts';
import { interpretMove } from '../../src/games/upstream/interpret.ts';
import { hasShared, noteMissingShared, SHARED } from '../shared.ts';
import { advanceUntilDecision, assertions } from './contract.ts';

interface Vector {
  readonly id: string;
  readonly input: { readonly state: unknown; readonly move?: Record<string, unknown> };
  readonly expectedOutput: { readonly status: string; readonly assertions: Record<string, unknown> };
}

/**
 * Their capture lands nearer than the stack is high: illegal, but the original's replayer does not look (docs/rules.md
 * §3.5).
 */
const SHORT_CAPTURES = new Set([
  'chain_capture.depth3.segment1.hexagonal',
  'chain_capture.depth3.segment3.hexagonal',
  'chain_capture.depth3.segment3.square19',
  'chain_capture.depth3.segment3.square8',
]);

function playUnchecked(s: State, move: Record<string, unknown>): void {
  const cell = (field: string): number => readCell(s.rules.topology, move[field], field);
  const kind = move.type === 'overtaking_capture' ? Kind.capture : Kind.chain;
  apply(s, packMove(kind, cell('from'), cell('captureTarget'), cell('to')));
}

/** Some vectors have a single player; the engine plays with two to four, so they get an opponent without rings. */
function withTwoPlayers(state: unknown): unknown {
  const json = state as { players: Record<string, unknown>[] };
  if (json.players.length > 1) return json;
  const absent = { playerNumber: 2, ringsInHand: 0, eliminatedRings: 0, territorySpaces: 0 };
  return { ...json, players: [...json.players, absent] };
}

noteMissingShared('the contract vectors');
describe.skipIf(!hasShared)('contract vectors', () => {
  const folder = resolve(SHARED, 'golden/contract-vectors');
  const read = (file: string): unknown => JSON.parse(readFileSync(resolve(folder, file), 'utf8'));
  const status = (hasShared ? read('STATUS.json') : {}) as Record<string, Record<string, { status: string }>>;

  for (const file of hasShared ? readdirSync(folder).filter((name) => name.endsWith('.vectors.json')) : []) {
    const { vectors } = read(file) as { vectors: Vector[] };
    for (const vector of vectors) {
      const verdict = status[file]?.[vector.id]?.status ?? '';
      if (!verdict.startsWith('agrees') || !vector.input.move) continue;
      it(`${vector.id} (${verdict})`, () => {
        const { state } = readState(withTwoPlayers(vector.input.state), { rings: 'top-to-bottom', conserve: false });
        const before = assertions(state);
        const move = vector.input.move ?? {};
        if (SHORT_CAPTURES.has(vector.id)) {
          expect(() => interpretMove(state, move)).toThrow(/not among the legal moves|only move_stack/);
          playUnchecked(state, move);
        } else interpretMove(state, move).play(state);
        if (verdict === 'agrees-after-autocomplete') advanceUntilDecision(state);
        const after = assertions(state, before);
        for (const [name, value] of Object.entries(vector.expectedOutput.assertions)) {
          if (name in after) expect(after[name], name).toEqual(value);
        }
      });
    }
  }
});
