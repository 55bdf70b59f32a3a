/** Entry of a self-play worker thread: plays, and does the serialising too, so that it scales with the workers. */
import { parentPort, workerData } from 'node:worker_threads';
import { State } from '../../engine/state.ts';
import { storedGame } from '../../io/records/game-store.ts';
import { gameId, gameRecord, type RunContext } from '../../io/records/game-write.ts';
import type { PlayedGame } from '../../search/play/play-game.ts';
import { RunGames } from '../../search/selfplay/games.ts';
import { type Packed, serveGames } from '../../search/selfplay/serve.ts';
import type { GamePayload, WorkerData } from './payload.ts';

if (parentPort === null) throw new Error('this module runs in a worker thread');
const data: WorkerData = workerData;
const games = new RunGames(data.spec, data.hashes);
const context: RunContext = {
  rules: games.rules,
  run: data.run,
  seed: data.spec.seed,
  shard: data.shard,
  engine: data.engine,
};
const scratch = new State(games.rules);
serveGames(parentPort, games, data.stopFlag, pack);

function pack(game: PlayedGame): Packed<GamePayload> {
  const { index, players, swapped, decisions, winner, outcome } = game;
  const id = gameId(data.run, game);
  const news = { id, index, players, swapped, decisions, winner, outcome, plies: game.moves.length };
  const line = data.lines ? JSON.stringify(gameRecord(context, game, scratch)) : undefined;
  if (!data.rows) return { payload: { news, ...(line !== undefined && { line }) }, transfer: [] };
  const row = storedGame(context, game, new Date().toISOString());
  // A copy of its own: the blob may share its memory with others, and then could not change hands.
  const moves = new Uint8Array(row.moves);
  return {
    payload: { news, ...(line !== undefined && { line }), row: { ...row, moves } },
    transfer: [moves.buffer],
  };
}
