/**
 * `rr parity --gate`: plays fresh games and sends each through every form in which a game can be stored, replaying it
 * strictly after each. What comes out must be the game that went in.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { GameConfig } from '../engine/config-key.ts';
import { createRules } from '../engine/rules.ts';
import { ringriftFromStored } from '../games/convert/to-ringrift.ts';
import { storedFromRingrift } from '../games/convert/to-stored.ts';
import type { GameRecord } from '../games/record/game.ts';
import { recordFromStored, storedFromRecord } from '../games/record/game-store.ts';
import { gameRecord, type RunContext } from '../games/record/game-write.ts';
import { GameStore } from '../games/store/store.ts';
import type { StoredGame } from '../games/store/types.ts';
import { openRingriftDb } from '../games/upstream/reader.ts';
import { RingriftWriter } from '../games/upstream/writer.ts';
import { GameTask } from '../search/play/game-task.ts';
import { playGameAtOnce } from '../search/play/play-game.ts';
import type { PlayedGame } from '../search/play/played-game.ts';
import { createPlayer } from '../search/players/registry.ts';
import { plainResources } from '../search/players/resources.ts';
import { fromRecord, fromStored } from './from-record.ts';
import { fromRingrift } from './from-ringrift.ts';
import type { ReadGame } from './read.ts';
import type { UnreadableGame } from './source.ts';

/** Every second game is random play, which reaches what sensible players avoid. */
const PLAYERS = ['random', 'heuristic'] as const;
const PLAY = { maxMoves: 20_000, hashes: true, openingMoves: 0 } as const;

/** The storage forms, in the order a game passes through them. */
export const GATE_FORMS = [
  'played',
  'record',
  'database',
  'database record',
  'ringrift database',
  'database again',
] as const;

/** Fresh games of `game`, `count` of them, each in every form; a form that changed the game is unreadable. */
export async function* gateGames(game: GameConfig, count: number, seed: number): AsyncGenerator<ReadGame> {
  const rules = createRules(game.board, game.players);
  const resources = plainResources(rules);
  const folder = mkdtempSync(join(tmpdir(), 'rr-gate-'));
  const path = join(folder, `${game.key}.db`);
  try {
    for (let index = 0; index < count; index++) {
      const name = PLAYERS[index % PLAYERS.length];
      const players = Array.from({ length: game.players }, () => createPlayer(name, resources));
      const played = playGameAtOnce(new GameTask(rules, { ...PLAY, seed, index, players }));
      if (!played) return;
      yield* throughEveryForm(played, { rules, run: `gate-${seed}`, seed, engine: name }, path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* throughEveryForm(played: PlayedGame, context: RunContext, path: string): AsyncGenerator<ReadGame> {
  const original = gameRecord(context, played);
  const id = (form: (typeof GATE_FORMS)[number]): string => `${form} ${original.id}`;
  yield fromRecord(id('played'), original);

  const record = JSON.parse(JSON.stringify(original)) as GameRecord;
  yield same(id('record'), original, record) ?? fromRecord(id('record'), record);

  const store = GameStore.open(path);
  try {
    store.append(storedFromRecord(record, id('record'), '2000-01-01T00:00:00.000Z'));
    store.commit();
    const stored = store.get(record.id);
    if (!stored) {
      yield {
        source: id('database'),
        id: original.id,
        config: original.config,
        problem: 'was stored and is not there',
      };
      return;
    }
    yield fromStored(id('database'), stored);
    const back = { ...recordFromStored(stored, path), hashes: original.hashes };
    yield same(id('database record'), original, back) ?? fromRecord(id('database record'), back);
    yield* throughRingrift(stored, id, `${path}.ringrift`);
  } finally {
    store.close();
  }
}

type Form = (form: (typeof GATE_FORMS)[number]) => string;

/** Into a database of the original's kind and back: the row that comes out must be the one that went in. */
async function* throughRingrift(stored: StoredGame, id: Form, path: string): AsyncGenerator<ReadGame> {
  const writer = new RingriftWriter(path);
  writer.add(ringriftFromStored(stored, path));
  writer.finish();
  const reader = await openRingriftDb(path);
  try {
    const game = reader.game(stored.game_id, { everything: true });
    const config = `${stored.board}_${stored.players}p`;
    const lost = (form: string, problem: string): UnreadableGame => ({
      source: form,
      id: stored.game_id,
      config,
      problem,
    });
    if (game === undefined || 'problem' in game) {
      yield lost(id('ringrift database'), game?.problem ?? 'was written and is not there');
      return;
    }
    yield fromRingrift(id('ringrift database'), game);
    const again = storedFromRingrift(game);
    const form = id('database again');
    const equal = isDeepStrictEqual(plain(again), plain(stored));
    yield equal ? fromStored(form, again) : lost(form, 'the row that came back differs from the one written');
  } finally {
    reader.close();
  }
}

/** Byte arrays of one kind, so that only their content counts. */
const plain = ({ moves, extras, ...rest }: StoredGame): object => ({
  ...rest,
  moves: Buffer.from(moves),
  extras: extras && Buffer.from(extras),
});

/** null when the game is the same; moves, result and search decide, not who wrote it when. */
function same(source: string, a: GameRecord, b: GameRecord): UnreadableGame | null {
  const essence = ({ config, options, moves, winner, status, outcome, ranking, search, plies }: GameRecord): string =>
    JSON.stringify([config, options, moves, winner, status, outcome, ranking, search, plies]);
  if (essence(a) === essence(b)) return null;
  return { source, id: a.id, config: a.config, problem: 'the game that came back differs from the one stored' };
}
