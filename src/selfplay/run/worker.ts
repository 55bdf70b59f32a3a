/** Entry of a self-play worker thread: plays, and does the serialising too, so that it scales with the workers. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { storedGame } from '../../games/record/game-store.ts';
import { gameId, gameRecord, type RunContext } from '../../games/record/game-write.ts';
import { needsNetwork, searches } from '../../search/agents/create-agent.ts';
import type { PlayedGame } from '../../search/play/play-game.ts';
import { SHARED_LANES } from '../inference/choice.ts';
import type { SearchedGame } from '../scheduler/searched-game.ts';
import { RunGames } from '../spec/games.ts';
import type { SearchSettings } from '../spec/search-settings.ts';
import { type Packed, serveGames } from '../workers/serve.ts';
import { serveSearchedGames } from '../workers/serve-searched.ts';
import type { GamePayload, WorkerData } from './payload.ts';

if (parentPort === null) throw new Error('this module runs in a worker thread');
const port = parentPort;
const data: WorkerData = workerData;
const { spec } = data;
const rules = createRules(spec.board, spec.players, spec.options);
const context: RunContext = {
  rules,
  run: data.run,
  seed: spec.seed,
  shard: data.shard,
  engine: data.engine,
  ...(spec.model !== undefined && { models: modelsOf(spec.model) }),
  ...(spec.search && { settings: settingsOf(spec.search) }),
};
const scratch = new State(rules);
if (spec.mix.some(({ player }) => searches(player))) {
  // loaded when needed: the runtime of networks costs a tenth of a second and some memory
  const { searchedRun } = await import('./searched.ts');
  const { inFlight } = data.computing;
  // A network of its own blocks its thread, so there is nothing to do at the same time.
  const lanes = data.inference ? SHARED_LANES : 1;
  await serveSearchedGames<SearchedGame, GamePayload>(
    port,
    searchedRun(rules, spec, data),
    data.stopFlag,
    (game) => pack(game.result()),
    { inFlight, lanes },
  );
} else serveGames(port, new RunGames(spec, data.hashes), data.stopFlag, pack);

/** The network's hash under the name of every player that uses it. */
function modelsOf(hash: string): Record<string, string> {
  return Object.fromEntries(spec.mix.filter(({ player }) => needsNetwork(player)).map(({ player }) => [player, hash]));
}

/** Every player that searches was told the same. */
function settingsOf(search: SearchSettings): Record<string, Record<string, unknown>> {
  const searching = spec.mix.filter(({ player }) => searches(player));
  return Object.fromEntries(searching.map(({ player }) => [player, { ...search }]));
}

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
