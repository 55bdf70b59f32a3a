/**
 * `rr parity --gate`: plays fresh games and sends each through every form in which a game can be stored, replaying it
 * strictly after each. What comes out must be the game that went in.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { at } from '../core/at.ts';
import type { GameConfig } from '../engine/config-key.ts';
import { createRules } from '../engine/rules.ts';
import { type BadGame, problemOf } from '../games/bad-game.ts';
import { recordFromStored, storedFromRecord } from '../games/convert/record.ts';
import { ringriftFromStored } from '../games/convert/to-ringrift.ts';
import { storedFromRingrift } from '../games/convert/to-stored.ts';
import type { Game } from '../games/game/game.ts';
import { gameOfRecord } from '../games/game/of-record.ts';
import { gameOfStored } from '../games/game/of-stored.ts';
import { gameOfUpstream } from '../games/game/of-upstream.ts';
import type { GameItem } from '../games/game/open.ts';
import type { GameRecord } from '../games/record/game.ts';
import { gameRecord, type RunContext } from '../games/record/game-write.ts';
import { GameStore } from '../games/store/store.ts';
import type { StoredGame } from '../games/store/types.ts';
import { openRingriftDb } from '../games/upstream/reader.ts';
import { RingriftWriter } from '../games/upstream/writer.ts';
import { temporaryFolder } from '../io/temporary.ts';
import { GameTask } from '../search/play/game-task.ts';
import { playGame } from '../search/play/play-game.ts';
import type { PlayedGame } from '../search/play/played-game.ts';
import { createPlayer } from '../search/players/registry.ts';
import { plainResources } from '../search/players/resources.ts';

/** In turn: random play, which reaches what sensible players avoid, sensible play, and games that carry search data. */
const PLAYERS = ['random', 'heuristic', 'gumbel-heuristic:4'] as const;
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
export async function* gateGames(game: GameConfig, count: number, seed: number): AsyncGenerator<GameItem> {
  const rules = createRules(game.board, game.players);
  const resources = plainResources(rules);
  const folder = temporaryFolder('gate');
  const path = join(folder, `${game.key}.db`);
  try {
    for (let index = 0; index < count; index++) {
      const name = at(PLAYERS, index % PLAYERS.length);
      const players = Array.from({ length: game.players }, () => createPlayer(name, resources));
      const played = await playGame(new GameTask(rules, { ...PLAY, seed, index, players }));
      if (!played) return;
      yield* throughEveryForm(played, { rules, run: `gate-${seed}`, seed, engine: name }, path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* throughEveryForm(played: PlayedGame, context: RunContext, path: string): AsyncGenerator<GameItem> {
  const original = gameRecord(context, played);
  const id = (form: (typeof GATE_FORMS)[number]): string => `${form} ${original.id}`;
  yield taken(id('played'), original, () => gameOfRecord(original, id('played')));

  const record = JSON.parse(JSON.stringify(original)) as GameRecord;
  yield same(id('record'), original, record) ?? taken(id('record'), original, () => gameOfRecord(record, id('record')));

  const store = GameStore.open(path);
  try {
    store.append(storedFromRecord(record, id('record'), '2000-01-01T00:00:00.000Z'));
    store.commit();
    const stored = store.get(record.id);
    if (!stored) {
      yield lost(id('database'), original, 'was stored and is not there');
      return;
    }
    yield taken(id('database'), original, () => gameOfStored(stored, id('database')));
    const back = { ...recordFromStored(stored, path), hashes: original.hashes };
    const form = id('database record');
    yield same(form, original, back) ?? taken(form, original, () => gameOfRecord(back, form));
    yield* throughRingrift(stored, original, id, `${path}.ringrift`);
  } finally {
    store.close();
  }
}

const lost = (where: string, { id, config }: GameRecord, problem: string): BadGame => ({ id, where, config, problem });

function taken(where: string, original: GameRecord, read: () => Game): GameItem {
  try {
    return { game: read() };
  } catch (error) {
    return lost(where, original, problemOf(error));
  }
}

type Form = (form: (typeof GATE_FORMS)[number]) => string;

/** Into a database of the original's kind and back: the row that comes out must be the one that went in. */
async function* throughRingrift(
  stored: StoredGame,
  original: GameRecord,
  id: Form,
  path: string,
): AsyncGenerator<GameItem> {
  const writer = new RingriftWriter(path);
  writer.add(ringriftFromStored(stored, path));
  writer.finish();
  const reader = await openRingriftDb(path);
  try {
    const game = reader.game(stored.game_id, { everything: true });
    const theirs = id('ringrift database');
    if (game === undefined || 'problem' in game) {
      yield lost(theirs, original, game?.problem ?? 'was written and is not there');
      return;
    }
    yield taken(theirs, original, () => gameOfUpstream(game, theirs));
    const again = storedFromRingrift(game);
    const form = id('database again');
    const equal = isDeepStrictEqual(plain(again), plain(stored));
    yield equal
      ? taken(form, original, () => gameOfStored(again, form))
      : lost(form, original, 'the row that came back differs from the one written');
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
function same(where: string, a: GameRecord, b: GameRecord): BadGame | null {
  const essence = ({ config, options, moves, winner, status, outcome, ranking, search, plies }: GameRecord): string =>
    JSON.stringify([config, options, moves, winner, status, outcome, ranking, search, plies]);
  if (essence(a) === essence(b)) return null;
  return lost(where, a, 'the game that came back differs from the one stored');
}
