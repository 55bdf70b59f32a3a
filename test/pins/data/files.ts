/** What each frozen file says when it is read. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { RrError } from '../../../src/core/errors.ts';
import { gameConfig } from '../../../src/engine/config-key.ts';
import { stateHash } from '../../../src/engine/fingerprint.ts';
import { orphansOf, rowsOf } from '../../../src/games/convert/rows.ts';
import { databaseKind } from '../../../src/games/databases/kind.ts';
import { configOf, type Game } from '../../../src/games/game/game.ts';
import { type GameItem, openGames } from '../../../src/games/game/open.ts';
import { replay } from '../../../src/games/game/replay.ts';
import { decodeGame } from '../../../src/games/store/blob.ts';
import { readRecords } from '../../../src/io/ndjson/reader.ts';
import { openNpz } from '../../../src/io/npz/reader.ts';
import { loadModel } from '../../../src/models/load.ts';
import { writeModel } from '../../../src/net/model/file.ts';
import { TABLES } from '../../../src/state/sqlite/seals.ts';
import { openSqlite } from '../../../src/state/sqlite/store.ts';
import { isGenuineAudit } from '../../../src/state/store/audit.ts';
import { isGenuine } from '../../../src/state/store/results.ts';
import { loadTrainingData } from '../../../src/train/data/load.ts';
import { configOfFile } from '../../../src/train/data/source-file.ts';
import { readCheckpoint } from '../../../src/train/learn/checkpoint.ts';
import { arrayLines, digest } from './digest.ts';
import { committedGames } from './exports.ts';
import type { Facts } from './frozen.ts';
import { PIN_FILES, type PinFile, pinFile } from './pin-files.ts';

export const READERS: Readonly<Record<PinFile, (path: string) => Promise<Facts>>> = {
  'games.ndjson.gz': recordFacts,
  'games.db': databaseFacts,
  'upstream.db.gz': databaseFacts,
  'rr1.npz': trainingFileFacts,
  'ai-service.npz': npzFacts,
  'ai-service-exact.npz': npzFacts,
  'model.onnx': modelFacts,
  'training.ckpt': checkpointFacts,
  'rr.db': stateFacts,
};

/** Read from copies, so that no reader can change what is committed. */
export async function fileFacts(): Promise<Facts> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-pins-'));
  const facts: Record<string, Facts> = {};
  try {
    for (const name of PIN_FILES) {
      const path = join(folder, name);
      copyFileSync(pinFile(name), path);
      facts[name] = { bytes: digest(readFileSync(path)), ...asTree(await READERS[name](path)) };
    }
    return facts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const asTree = (facts: Facts): { readonly [name: string]: Facts } => facts as { readonly [name: string]: Facts };

/** Through JSON: what a reader leaves undefined is left out. */
const plain = (value: unknown): Facts => JSON.parse(JSON.stringify(value));

async function recordFacts(path: string): Promise<Facts> {
  const types: string[] = [];
  for await (const { type, record } of readRecords(path)) types.push(`${type} ${digest(JSON.stringify(record))}`);
  return { records: types, games: await gameLines(committedGames()) };
}

async function databaseFacts(path: string): Promise<Facts> {
  const rows: Facts[] = [];
  for await (const row of rowsOf(path)) {
    if ('problem' in row) throw new RrError('FILE_CORRUPT', { path, detail: row.problem });
    const { moves, extras, ...columns } = row;
    const { moves: packed, searches } = decodeGame(moves, path);
    const blobs = { moves: digest(packed), searches: digest(JSON.stringify(searches)), extras: digest(extras ?? '') };
    rows.push({ ...asTree(plain(columns)), ...blobs });
  }
  const games = await gameLines(openGames(path, { forTraining: true }));
  return { kind: await databaseKind(path), rows, orphans: plain(await orphansOf(path)), games };
}

export async function gameLines(items: AsyncIterable<GameItem>): Promise<Facts[]> {
  const lines: Facts[] = [];
  for await (const item of items) {
    if (!('game' in item)) throw new RrError('FILE_CORRUPT', { path: 'games', detail: JSON.stringify(item) });
    lines.push(gameLine(item.game));
  }
  return lines;
}

function gameLine(game: Game): Facts {
  const { source, engine, createdAt, completedAt, quality, opponent, modelElo } = game;
  const moves: number[] = [];
  const end = replay(game, { move: ({ move }) => moves.push(move) });
  const searches = game.searches.map(({ ply, policy, values, budget, surprise, weight }) => ({
    ...{ ply, policy, values, budget, surprise, weight },
  }));
  return {
    id: game.id,
    config: configOf(game),
    winner: game.winner,
    reason: game.reason,
    moves: `${moves.length} ${digest(Int32Array.from(moves))}`,
    searches: `${searches.length} ${digest(JSON.stringify(searches))}`,
    end: stateHash(end),
    meta: plain({ source, engine, createdAt, completedAt, quality, opponent, modelElo }),
  };
}

async function npzFacts(path: string): Promise<Facts> {
  const npz = await openNpz(path);
  const sums = await npz.checksums();
  const unsummed = await npz.verify();
  npz.close();
  return { arrays: await arrayLines(path), sums: digest(JSON.stringify([...(sums ?? [])])), verified: plain(unsummed) };
}

async function trainingFileFacts(path: string): Promise<Facts> {
  const config = gameConfig('hex8', 2);
  const { rows, games, available, fingerprint } = await loadTrainingData([path], config, {
    start: 0,
    exponent: 0.65,
    slope: 0.4,
  });
  const columns = Object.entries(rows).map(([name, value]) => [
    name,
    ArrayBuffer.isView(value) ? digest(value) : value,
  ]);
  return {
    ...asTree(await npzFacts(path)),
    config: (await configOfFile(path)) ?? null,
    rows: Object.fromEntries(columns),
    games: plain(games),
    available: plain(available),
    fingerprint,
  };
}

async function modelFacts(path: string): Promise<Facts> {
  const model = await loadModel({ path });
  const { hash, metadata, weights } = model;
  const rewritten = digest(writeModel(model));
  return { hash, metadata: plain(metadata), weights: `${weights.length} ${digest(weights)}`, rewritten };
}

async function checkpointFacts(path: string): Promise<Facts> {
  const checkpoint = await readCheckpoint(path);
  if (!checkpoint) throw new Error('no checkpoint');
  const arrays = [...checkpoint.arrays].map(([name, data]) => [name, `${data.length} ${digest(data)}`]);
  return {
    identity: plain(checkpoint.identity),
    progress: plain(checkpoint.progress),
    arrays: Object.fromEntries(arrays),
  };
}

/** The instant the state database is looked at: make-files.ts sets times around it. */
export const STATE_NOW = Date.UTC(2026, 10, 29, 12);

async function stateFacts(path: string): Promise<Facts> {
  const state = openSqlite(path, () => STATE_NOW);
  const file = new Database(path, { readonly: true });
  try {
    const results = await state.results.find();
    const audit = await state.audit.rows();
    return {
      leases: plain(await state.leases.held()),
      runs: plain(await state.runs.active()),
      events: plain(await state.events.find()),
      cursors: plain([await state.cursors.get('sync/pins/pull/games'), (await state.cursors.get('none')) ?? 'none']),
      results: plain(results),
      ids: await state.results.ids(),
      ofConfig: (await state.results.find({ config: 'hex8_2p' })).length,
      audit: plain(audit),
      genuine: results.every(isGenuine) && audit.every(isGenuineAudit),
      production: (await state.audit.winner('hex8_2p', 'production'))?.hash ?? null,
      candidate: (await state.audit.winner('hex8_2p', 'candidate'))?.hash ?? null,
      rows: plain(
        (['leases', 'runs', 'events', 'file_hashes', 'breakers'] as const).map((name) =>
          file.prepare(`SELECT ${TABLES[name].join(', ')} FROM ${name}`).all(),
        ),
      ),
    };
  } finally {
    file.close();
    await state.close();
  }
}
