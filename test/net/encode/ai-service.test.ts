/** The original's encoders and policy layouts against its own dumps (golden/encoding). */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateHash } from '../../../src/engine/fingerprint.ts';
import { readState } from '../../../src/engine/json/state.ts';
import { legalMoves } from '../../../src/engine/legal.ts';
import { MoveList } from '../../../src/engine/moves.ts';
import type { State } from '../../../src/engine/state.ts';
import { interpretMove } from '../../../src/games/upstream/interpret.ts';
import { type AiServiceEncoderId, frameEncoder } from '../../../src/net/encode/ai-service/frames.ts';
import { GLOBALS, writeGlobals } from '../../../src/net/encode/ai-service/globals.ts';
import { FrameHistory } from '../../../src/net/encode/ai-service/history.ts';
import { flatPolicy, moveKey, recordedIndex } from '../../../src/net/encode/ai-service/policy.ts';
import { FIXTURES, gamesOfDb, HAS_SHARED, type RecordedGame, readJsonGz, SHARED } from './golden-games.ts';

interface Sparse {
  shape: number[];
  idx: number[];
  val: number[];
}
interface GoldenMove {
  move: Record<string, unknown>;
  policyIndex: number;
  key: string;
}
interface Position {
  gameId: string;
  moveIndex: number;
  stateHash: string;
  afterStateHash: string;
  state: object;
  legal: GoldenMove[];
  played: GoldenMove;
  encoders: Record<string, { stacked: Sparse; globals: number[] }>;
}

interface Source {
  name: string;
  positions: () => Position[];
  games: () => Map<string, RecordedGame>;
}

const encoding = (path: string): Position[] => (readJsonGz(path) as { positions: Position[] }).positions;
const sources: Source[] = ['hex8_2p', 'square8_3p'].map((name) => ({
  name: `fixture ${name}`,
  positions: () => encoding(join(FIXTURES, `${name}.json.gz`)),
  games: () =>
    new Map(Object.entries(readJsonGz(join(FIXTURES, `${name}.games.json.gz`)) as Record<string, RecordedGame>)),
}));
const configs = [
  'hex8_2p',
  'hex8_3p',
  'hex8_4p',
  'hexagonal_2p',
  'square8_2p',
  'square8_3p',
  'square8_4p',
  'square19_2p',
];
if (HAS_SHARED) {
  for (const name of configs) {
    sources.push({
      name,
      positions: () => encoding(join(SHARED, 'encoding', `${name}.json.gz`)),
      games: () => gamesOfDb(join(SHARED, 'db', `${name}.db.gz`)),
    });
  }
}

function replay(game: RecordedGame, until: number, visit: (s: State) => void) {
  const { state, order } = readState(game.initial, { rings: 'bottom-to-top' });
  for (const raw of game.moves.slice(0, until)) {
    visit(state);
    const { move, play } = interpretMove(state, raw, { order });
    play(state);
    order.follow(move, state);
  }
  visit(state);
  return { state, order };
}

function largestDifference(dense: Float32Array, { shape, idx, val }: Sparse): number {
  expect(shape.reduce((a, b) => a * b)).toBe(dense.length);
  const rest = dense.slice();
  idx.forEach((at, i) => {
    rest[at] -= val[i] as number;
  });
  return rest.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

const encodersOf = (board: string): [string, AiServiceEncoderId][] =>
  board.startsWith('square')
    ? [['v2', 'square_v2']]
    : [
        ['v2', 'hex_v2'],
        ['v3', 'hex_v3'],
      ];

/** Whatever the original lists and the rules know, our legal set reaches by index. */
function expectSameIndices(s: State, legal: readonly GoldenMove[]): void {
  const layout = flatPolicy(s.rules.board);
  const ours = new MoveList();
  legalMoves(s, ours);
  const indices = new Set(Array.from(ours.moves.subarray(0, ours.length), (m) => layout.indexOf(s, m)));
  const missing = legal.filter(({ policyIndex }) => !indices.has(policyIndex));
  expect(missing.filter(({ move }) => interpretMove(s, move).variant === null)).toEqual([]);
}

describe.each(sources)('golden encodings $name', ({ positions, games }) => {
  const byId = games();
  const cases = positions();

  it.each(cases.map((p) => [`${p.gameId.slice(0, 8)}@${p.moveIndex}`, p] as const))('%s', (_, p) => {
    const game = byId.get(p.gameId);
    if (!game) throw new Error(`no game ${p.gameId}`);
    const { board } = readState(game.initial, { rings: 'bottom-to-top' }).state.rules;
    const histories = encodersOf(board).map(([name, id]) => {
      const encoder = frameEncoder(id, board);
      if (!encoder) throw new Error(`${id} does not fit ${board}`);
      return { name, id, history: new FrameHistory(encoder) };
    });
    const { state: replayed, order } = replay(game, p.moveIndex, (s) => {
      for (const { history } of histories) history.push(s);
    });
    expect(stateHash(replayed)).toBe(p.stateHash);
    // The stored position knows counters that the replay cannot (the original's polluted rounds), the replay knows the
    // turn so far; globals are taken from the former, everything else from the latter.
    const stored = readState(
      { ...p.state, moveHistory: game.moves.slice(0, p.moveIndex) },
      { rings: 'bottom-to-top', conserve: false },
    ).state;
    expect(stateHash(stored)).toBe(p.stateHash);

    for (const { name, id, history } of histories) {
      const expected = p.encoders[name];
      if (!expected) throw new Error(`no dump of ${name}`);
      const planes = new Float32Array(history.length);
      history.copyTo(planes, 0);
      expect(largestDifference(planes, expected.stacked), `${name} planes`).toBeLessThan(1e-6);
      const globals = new Float32Array(GLOBALS);
      writeGlobals(id, stored, globals, 0);
      expect(
        Math.max(...expected.globals.map((g, i) => Math.abs(g - (globals[i] ?? 0)))),
        `${name} globals ${[...globals]} / ${expected.globals}`,
      ).toBeLessThan(1e-6);
    }

    for (const { move, policyIndex, key } of [p.played, ...p.legal]) {
      const interpreted = interpretMove(replayed, move, { order });
      const index =
        interpreted.variant === null
          ? flatPolicy(board).indexOf(replayed, interpreted.move)
          : recordedIndex(replayed, move, interpreted.move);
      expect(index, JSON.stringify(move)).toBe(policyIndex);
      // Named by chance cells in the original: a region by the first its flood met, a skip by the placement it replaced.
      const byType = move.type === 'choose_territory_option' || move.type === 'skip_placement';
      const ours = moveKey(replayed, interpreted.move);
      if (byType) expect(ours.startsWith(String(move.type))).toBe(true);
      else if (interpreted.variant === null) expect(ours).toBe(key);
    }
    expectSameIndices(replayed, p.legal);
    const { play, variant } = interpretMove(replayed, p.played.move, { order });
    play(replayed);
    // process_line of an overlength line does nothing in the rules, but collapses it in the Python service.
    if (!replayed.isOver && variant !== 'idle-process-line') expect(stateHash(replayed)).toBe(p.afterStateHash);
  });
});
