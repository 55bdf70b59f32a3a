/**
 * Makes the frozen files of test/pins/files from two of them, games.ndjson.gz and model.onnx. Done once: a later version
 * has to read what an earlier one wrote, so files are remade only when a format changes on purpose. The two came from
 *
 *     rr model init --config CONFIG --arch nano --seed 5
 *     rr selfplay --config CONFIG --engine gumbel:16 --model MODEL --games N --seed 11 --cheap-share 0.5 --opening-moves 2
 *
 * for hex8_2p (two games, and the model kept), hex8_4p and square8_3p (one game each), one stream after the other.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { gameConfig } from '../../../src/engine/config-key.ts';
import { convertToRingrift } from '../../../src/games/convert/files.ts';
import { importRecords } from '../../../src/games/convert/import.ts';
import { configOf } from '../../../src/games/game/game.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { AiServiceWriter } from '../../../src/samples/ai-service/writer.ts';
import type { LayoutWriter } from '../../../src/samples/layout.ts';
import { Rr1Writer } from '../../../src/samples/rr1.ts';
import { openSqlite } from '../../../src/state/sqlite/store.ts';
import { makeAuditRow, type Pointer } from '../../../src/state/store/audit.ts';
import { makeEvent } from '../../../src/state/store/event.ts';
import { makeResult } from '../../../src/state/store/results.ts';
import { committedGames } from './exports.ts';
import { STATE_NOW } from './files.ts';
import { pinFile } from './pin-files.ts';
import { stepsOf, TINY, trainingInput } from './training.ts';

export async function makePinFiles(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-pins-'));
  try {
    await makeDatabases(folder);
    await makeTrainingFiles(folder);
    rmSync(pinFile('training.ckpt'), { force: true });
    // stopped by its settings after four of twelve steps
    await stepsOf(await trainingInput(pinFile('training.ckpt'), TINY, { epochs: 4 }));
    await makeStateDatabase();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeDatabases(folder: string): Promise<void> {
  const ours = pinFile('games.db');
  rmSync(ours, { force: true });
  const store = GameStore.open(ours);
  await importRecords(store, [pinFile('games.ndjson.gz')], { now: '2026-11-29T00:00:00Z' });
  const [first] = store.ids();
  store.setParity([{ id: first, status: 'passed', checkedAt: '2026-11-29T01:00:00Z', divergenceMove: null }]);
  const orphan = { game_id: 'lost', detected_at: '2026-11-29T02:00:00Z', reason: 'checksum' };
  store.addOrphans([{ ...orphan, status: 'completed', board: 'hex8', players: 2 }]);
  store.close();
  compact(ours);
  const upstream = join(folder, 'upstream.db');
  await convertToRingrift([ours], upstream, {});
  compact(upstream);
  writeFileSync(pinFile('upstream.db.gz'), gzipSync(readFileSync(upstream), { level: 9 }));
}

/** One file without a write-ahead log beside it. */
function compact(path: string): void {
  const db = new Database(path);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.exec('VACUUM');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

async function makeTrainingFiles(folder: string): Promise<void> {
  const plain = { sampleEvery: 1, includeBookkeeping: false, compressionLevel: 9 };
  const service = { ...plain, exact: false, qualityWeighted: true, heuristics: true, now: STATE_NOW / 1000 };
  const at = (name: Parameters<typeof pinFile>[0]) => ({
    config: gameConfig('hex8', 2),
    target: { path: pinFile(name) },
    spillFolder: folder,
  });
  const writers: LayoutWriter[] = [
    new Rr1Writer(at('rr1.npz'), plain),
    new AiServiceWriter(at('ai-service.npz'), service),
    new AiServiceWriter(at('ai-service-exact.npz'), { ...service, exact: true }),
  ];
  for await (const item of committedGames()) {
    if (!('game' in item) || configOf(item.game) !== 'hex8_2p') continue;
    for (const writer of writers) writer.add(item.game);
  }
  for (const writer of writers) await writer.finish();
}

/** Everything in it belongs to a host that is not this one, so that nobody can ask about its processes. */
async function makeStateDatabase(): Promise<void> {
  const path = pinFile('rr.db');
  rmSync(path, { force: true });
  await openSqlite(path).close();
  const file = new Database(path);
  const [hour, host, boot] = [3_600_000, 'pins.example', 'boot/pid:[1]'];
  const lease = (name: string, epoch: number, expires: number): unknown =>
    file
      .prepare('INSERT INTO leases VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(name, epoch, 'rr train#1', host, boot, 7, 1, expires);
  lease('train/hex8_2p', 3, STATE_NOW + hour);
  lease('loop/hex8_2p', 1, STATE_NOW - 1);
  lease('train/hex8_4p', 2, 0);
  const run = (id: string, beat: number, ended: number | null): unknown =>
    file
      .prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(...[id, 'train', 'hex8_2p', host, boot, 7, STATE_NOW - hour, beat, ended, ended && 0, '{"steps":3}']);
  run('going', STATE_NOW - 1000, null);
  run('silent', STATE_NOW - hour, null);
  run('over', STATE_NOW - 1000, STATE_NOW - 1000);
  file.prepare('INSERT INTO file_hashes VALUES (?, ?, ?)').run('data/games/hex8_2p.db', '1:2:3', 'ab'.repeat(32));
  file.prepare('INSERT INTO breakers VALUES (?, ?, ?, ?)').run(host, 1.5, STATE_NOW, 'no route');
  file.close();
  let now = STATE_NOW - 2;
  const state = openSqlite(path, () => now++);
  for (const bytes of [1, 2]) {
    const transfer = { by: host, with: host, direction: 'pull', ended: now++, files: 0, games: 0, rows: 0 } as const;
    await state.events.add([
      makeEvent({ type: 'data_synced', at: now, host, facts: { ...transfer, bytes, seconds: 0 } }),
    ]);
  }
  await state.cursors.set('sync/pins/pull/games', '42');
  await state.results.add([
    makeResult({ kind: 'match', config: 'hex8_2p', atMs: STATE_NOW, record: { wins: [3, 1], a: { d: 1, c: 0.5 } } }),
    makeResult({ kind: 'gauntlet', config: 'hex8_4p', atMs: STATE_NOW + 1, record: { verdict: 'passes' } }),
  ]);
  const moved = (pointer: Pointer, hash: string, previous: string | null, generation: number) =>
    makeAuditRow({
      ...{ config: 'hex8_2p', pointer, hash, previous, generation, at: STATE_NOW + generation },
      ...{ host, actor: 'rr promote', reason: 'passed', detail: '{"elo":1068}' },
    });
  const [one, two] = ['1'.repeat(64), '2'.repeat(64)];
  await state.audit.add([
    moved('candidate', one, null, 1),
    moved('production', one, null, 1),
    moved('candidate', two, one, 2),
    moved('production', two, one, 2),
    moved('production', one, two, 3),
  ]);
  await state.close();
  compact(path);
}
