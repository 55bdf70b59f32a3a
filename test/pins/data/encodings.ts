/** What the encoders make of seeded positions of every config, and the targets of the games they come from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoardName, PlayerCount } from '../../../src/engine/boards.ts';
import { gameConfig } from '../../../src/engine/config-key.ts';
import { stateHash } from '../../../src/engine/fingerprint.ts';
import type { MoveList } from '../../../src/engine/moves.ts';
import type { State } from '../../../src/engine/state.ts';
import { geometricSymmetries } from '../../../src/engine/symmetry.ts';
import { topologyOf } from '../../../src/engine/topology.ts';
import { replay } from '../../../src/games/game/replay.ts';
import { AI_SERVICE_ENCODERS, frameEncoder } from '../../../src/net/encode/ai-service/frames.ts';
import { GLOBALS, writeGlobals } from '../../../src/net/encode/ai-service/globals.ts';
import { FrameHistory } from '../../../src/net/encode/ai-service/history.ts';
import { keyLookup } from '../../../src/net/encode/ai-service/keys.ts';
import { flatPolicy, moveKey } from '../../../src/net/encode/ai-service/policy.ts';
import { boxOf } from '../../../src/net/encode/box.ts';
import { COUNTERS, Counter, cellBytes, layersOf, writeFeatures } from '../../../src/net/encode/rr1/features.ts';
import { MOVE_COLUMNS, MOVE_KINDS, writeMoves } from '../../../src/net/encode/rr1/moves.ts';
import { channelsFirst, channelsLast, RR1_PLANES, writePlanes } from '../../../src/net/encode/rr1/planes.ts';
import { transformCells, transformMoves } from '../../../src/net/encode/rr1/symmetry.ts';
import { Rr1Writer } from '../../../src/samples/rr1.ts';
import { outcomeOf } from '../../../src/samples/targets.ts';
import { arrayLines, type DigestPart, digest } from './digest.ts';
import type { Facts } from './frozen.ts';
import { CONFIGS, randomGame } from './random-game.ts';

const SEED = 2026;
/** Every n-th decision is pinned by itself. */
const EVERY: Readonly<Record<BoardName, number>> = { square8: 24, hex8: 24, square19: 240, hexagonal: 480 };

export async function encodingFacts(): Promise<Facts> {
  const facts: Record<string, Facts> = {};
  for (const [board, players] of CONFIGS) facts[`${board}_${players}p`] = await factsOf(board, players);
  return facts;
}

async function factsOf(board: BoardName, players: PlayerCount): Promise<Facts> {
  const encoders = AI_SERVICE_ENCODERS.flatMap((id) => frameEncoder(id, board) ?? []);
  const histories = encoders.map((encoder) => new FrameHistory(encoder));
  const every = EVERY[board];
  const positions: Facts[] = [];
  const kinds = new Int32Array(MOVE_KINDS.length);
  const running: Record<string, string> = { features: '', rows: '', images: '', flat: '', keys: '' };
  const game = randomGame(board, players, SEED, (s, legal, decision) => {
    const { rows, numbers } = moveRows(s, legal);
    for (let at = 1; at < rows.length; at += MOVE_COLUMNS) kinds[rows[at]]++;
    const { cells, counters } = featuresOf(s);
    const { image, moved } = imageOf(decision % geometricSymmetries(board), s, cells, counters, rows);
    const add = (name: string, ...parts: readonly DigestPart[]): void => {
      running[name] = digest(running[name], ...parts);
    };
    add('features', cells, counters);
    add('rows', rows, numbers);
    add('images', image, moved);
    add('flat', Int32Array.from(indicesOf(s, legal)));
    if (decision % 8 === 0) add('keys', keysOf(s, legal).join());
    // four frames make a sample: only those before a pinned position matter
    if (decision % every > every - 5 || decision % every === 0) for (const history of histories) history.push(s);
    if (decision % every !== 0) return;
    const upstream = encoders.map(({ id }, i): [string, Facts] => {
      const planes = new Float32Array(histories[i].length);
      histories[i].copyTo(planes, 0);
      const globals = new Float32Array(GLOBALS);
      writeGlobals(id, s, globals, 0);
      return [id, `${digest(planes)} ${digest(globals)}`];
    });
    positions.push({ ...rr1Facts(s, legal), ...flatFacts(s, legal), ...Object.fromEntries(upstream) });
  });
  const outcome = outcomeOf(replay(game), game.winner);
  return {
    moves: game.moves.length,
    kinds: [...kinds],
    decisions: running,
    positions,
    outcome: {
      winner: outcome.winner,
      ranks: outcome.ranks,
      ringMargins: outcome.ringMargins,
      territoryMargins: outcome.territoryMargins,
      owners: digest(outcome.owners),
    },
    targets: await targetLines(board, players),
  };
}

function moveRows(s: State, legal: MoveList): { rows: Int32Array; numbers: Float32Array } {
  const rows = new Int32Array(legal.length * MOVE_COLUMNS);
  const numbers = new Float32Array(legal.length);
  writeMoves(s, legal, 0, rows, numbers, 0);
  return { rows, numbers };
}

function featuresOf(s: State): { cells: Uint8Array; counters: Int16Array } {
  const { board, players } = s.rules;
  const cells = new Uint8Array(cellBytes(board, players));
  const counters = new Int16Array(COUNTERS);
  writeFeatures(s, cells, 0, counters, 0);
  return { cells, counters };
}

/** Cells and move rows under symmetry `t`. */
function imageOf(t: number, { rules }: State, cells: Uint8Array, counters: Int16Array, rows: Int32Array) {
  const image = new Uint8Array(cells.length);
  transformCells(rules.board, t, cells, 0, image, 0, layersOf(rules.players));
  const moved = rows.slice();
  transformMoves(rules.board, t, moved, 0, rows.length / MOVE_COLUMNS, counters[Counter.lineLength]);
  return { image, moved };
}

/** Encoder and policy rr1: compact form, planes in both memory layouts, move rows, and images under all symmetries. */
function rr1Facts(s: State, legal: MoveList): Record<string, Facts> {
  const { board } = s.rules;
  const { cells, counters } = featuresOf(s);
  const length = RR1_PLANES * boxOf(topologyOf(board)).area;
  const first = new Float32Array(length);
  const last = new Float32Array(length);
  writePlanes(s, first, channelsFirst(board));
  writePlanes(s, last, channelsLast(1));
  const { rows, numbers } = moveRows(s, legal);
  const images = Array.from({ length: geometricSymmetries(board) }, (_, t) => {
    const { image, moved } = imageOf(t, s, cells, counters, rows);
    return digest(image, moved);
  });
  return {
    position: `${stateHash(s)} ply ${s.ply} phase ${s.phase} player ${s.player} legal ${legal.length}`,
    features: `${digest(cells)} ${digest(counters)}`,
    planes: `${digest(first)} ${digest(last)}`,
    rows: `${digest(rows)} ${digest(numbers)}`,
    images: digest(images.join()),
  };
}

const movesOf = (legal: MoveList): number[] => Array.from(legal.moves.subarray(0, legal.length));
const keysOf = (s: State, legal: MoveList): string[] => movesOf(legal).map((move) => moveKey(s, move));
function indicesOf(s: State, legal: MoveList): number[] {
  const layout = flatPolicy(s.rules.board);
  return movesOf(legal).map((move) => layout.indexOf(s, move));
}

/** Upstream's flat layout and move keys. */
function flatFacts(s: State, legal: MoveList): Record<string, Facts> {
  const indices = indicesOf(s, legal);
  const keys = keysOf(s, legal);
  const placesOf = keyLookup(s, legal);
  const back = keys.map((key) => placesOf(key).join(' '));
  const { used } = flatPolicy(s.rules.board);
  return {
    flat: `${digest(Int32Array.from(indices))} from ${indices[0]} to ${indices.at(-1)} of ${used}`,
    keys: `${digest(keys.join())} ${digest(back.join())} first ${keys[0]}`,
  };
}

/** Values and auxiliary targets: the arrays that layout rr1 makes of a game. */
async function targetLines(board: BoardName, players: PlayerCount): Promise<Facts> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-pins-'));
  const path = join(folder, 'game.npz');
  try {
    const target = { config: gameConfig(board, players), target: { path }, spillFolder: folder };
    const options = { sampleEvery: EVERY[board] / 4, includeBookkeeping: true, compressionLevel: 1 };
    const writer = new Rr1Writer(target, options);
    writer.add(randomGame(board, players, SEED));
    await writer.finish();
    const lines = await arrayLines(path);
    const names = [
      'value',
      'root_value',
      'rank',
      'ring_margin',
      'territory_margin',
      'ownership',
      'plies_left',
      'weight',
    ];
    return Object.fromEntries(names.map((name) => [name, lines[name] ?? null]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
