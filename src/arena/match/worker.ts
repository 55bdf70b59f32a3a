/** Entry of a worker thread of a match: many games in flight through shared evaluation batches. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Rules } from '../../engine/rules.ts';
import type { RunContext } from '../../games/record/game-write.ts';
import type { StoredGame } from '../../games/store/types.ts';
import type { GameTask } from '../../search/play/game-task.ts';
import { schedulersOf } from '../../selfplay/inference/choice.ts';
import { gamesInFlight } from '../../selfplay/inference/computing.ts';
import { packedRow } from '../../selfplay/workers/row.ts';
import { type Packed, serveGames, stopOf } from '../../selfplay/workers/serve.ts';
import { describeParticipant } from '../participants/participant.ts';
import { MatchGames } from './match-games.ts';
import type { MatchMessage, MatchWorkerData } from './messages.ts';
import { FORFEIT, type MatchGame, matchGame } from './result.ts';

if (parentPort === null) throw new Error('this module runs in a worker thread');
const data: MatchWorkerData = workerData;

await serveGames<MatchMessage>(parentPort, MatchGames.open(data), packed, {
  inFlight: gamesInFlight(data.computing.provider),
  schedulers: schedulersOf(data.inferences.size > 0),
  stopped: stopOf(data),
});

function packed(task: GameTask): Packed<MatchMessage> {
  const played = task.result();
  const simulations = played.searches.reduce((sum, { budget = 0 }) => sum + budget, 0);
  const now = new Date();
  const forfeit = task.forfeit && { seat: task.forfeit.seat, detail: task.forfeit.forfeit };
  const game = matchGame(played, forfeit, now.getTime());
  if (!data.rows) return { result: { game, simulations }, transfer: [] };
  const { row, transfer } = packedRow(contextOf(task.game.state.rules), played, now.toISOString());
  const stored = { ...row, ...endOf(game, row.options), ranking: JSON.stringify(game.ranking), source: 'gauntlet' };
  return { result: { game, simulations, row: stored }, transfer };
}

/** A forfeit is kept beside the other facts of the row. */
function endOf({ forfeit, winner }: MatchGame, options: string): Partial<StoredGame> {
  if (!forfeit) return {};
  return {
    status: 'abandoned',
    reason: FORFEIT,
    winner,
    options: JSON.stringify({ ...JSON.parse(options), forfeit }),
  };
}

function contextOf(rules: Rules): RunContext {
  const { spec, run } = data;
  const who = [spec.candidate, ...spec.opponents].map(describeParticipant);
  return {
    rules,
    run,
    seed: spec.seed,
    engine: 'gauntlet',
    models: Object.fromEntries(who.flatMap(({ id, model }) => (model === undefined ? [] : [[id, model]]))),
    settings: Object.fromEntries(who.map(({ id, settings }) => [id, settings])),
  };
}
