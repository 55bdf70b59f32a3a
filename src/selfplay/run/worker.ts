/** Entry of a self-play worker thread: plays, and does the serialising too, so that it scales with the workers. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { withChecksum } from '../../games/record/checksum.ts';
import { gameId, gameRecord, type RunContext } from '../../games/record/game-write.ts';
import type { GameTask } from '../../search/play/game-task.ts';
import { parsePlayer } from '../../search/players/registry.ts';
import { schedulersOf } from '../inference/choice.ts';
import type { SearchSettings } from '../setup/search-settings.ts';
import { packedRow } from '../workers/row.ts';
import { type Packed, serveGames, stopOf } from '../workers/serve.ts';
import { openGames } from './games.ts';
import type { GameMessage, WorkerData } from './messages.ts';

if (parentPort === null) throw new Error('this module runs in a worker thread');
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

await serveGames<GameMessage>(parentPort, openGames(rules, data), packed, {
  inFlight: data.computing.inFlight,
  schedulers: schedulersOf(data.inference !== undefined),
  stopped: stopOf(data),
});

/** The network's hash under the name of every player that uses it. */
function modelsOf(hash: string): Record<string, string> {
  const using = spec.mix.filter(({ player }) => parsePlayer(player).needsNetwork);
  return Object.fromEntries(using.map(({ player }) => [player, hash]));
}

/** Every player that searches was told the same. */
function settingsOf(search: SearchSettings): Record<string, Record<string, unknown>> {
  const searching = spec.mix.filter(({ player }) => parsePlayer(player).searches);
  return Object.fromEntries(searching.map(({ player }) => [player, { ...search }]));
}

function packed(task: GameTask): Packed<GameMessage> {
  const game = task.result();
  const { index, players, swapped, decisions, winner, outcome } = game;
  const id = gameId(data.run, game);
  const news = { id, index, players, swapped, decisions, winner, outcome, plies: game.moves.length };
  const line = data.lines ? JSON.stringify(withChecksum(gameRecord(context, game, scratch))) : undefined;
  const message = { news, ...(line !== undefined && { line }) };
  if (!data.rows) return { result: message, transfer: [] };
  const { row, transfer } = packedRow(context, game, new Date().toISOString());
  return { result: { ...message, row }, transfer };
}
