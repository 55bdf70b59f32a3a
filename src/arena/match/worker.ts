/** Entry of a worker thread of a match: many games in flight through shared evaluation batches. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Rules } from '../../engine/rules.ts';
import { storedGame } from '../../games/record/game-store.ts';
import type { RunContext } from '../../games/record/game-write.ts';
import type { StoredGame } from '../../games/store/types.ts';
import { SHARED_LANES } from '../../selfplay/inference/choice.ts';
import { gamesInFlight } from '../../selfplay/inference/computing.ts';
import type { Packed } from '../../selfplay/workers/serve.ts';
import { serveSearchedGames } from '../../selfplay/workers/serve-searched.ts';
import { describeParticipant } from '../participants/participant.ts';
import type { MatchInPlay } from './match-in-play.ts';
import type { MatchPayload, MatchWorkerData } from './payload.ts';
import { FORFEIT, type MatchGame, matchGame } from './result.ts';
import { MatchTable } from './table.ts';

if (parentPort === null) throw new Error('this module runs in a worker thread');
const data: MatchWorkerData = workerData;

await serveSearchedGames<MatchInPlay, MatchPayload>(parentPort, MatchTable.open(data), data.stopFlag, packed, {
  inFlight: gamesInFlight(data.computing.provider),
  lanes: lanes(),
});

/** Two where networks do not block the thread; an external program answers one question at a time. */
function lanes(): number {
  const { candidate, opponents } = data.spec;
  const programs = [candidate, ...opponents].some(({ kind }) => kind === 'program');
  return data.inferences.size > 0 && !programs ? SHARED_LANES : 1;
}

function packed({ game: searched, forfeit }: MatchInPlay): Packed<MatchPayload> {
  const played = searched.result();
  const simulations = played.searches.reduce((sum, { budget = 0 }) => sum + budget, 0);
  const now = new Date();
  const game = matchGame(played, forfeit, now.getTime());
  if (!data.rows) return { payload: { game, simulations }, transfer: [] };
  const row = storedGame(contextOf(searched.game.state.rules), played, now.toISOString());
  // A copy of its own: the blob may share its memory with others, and then could not change hands.
  const moves = new Uint8Array(row.moves);
  const stored = {
    ...row,
    ...endOf(game, row.options),
    ranking: JSON.stringify(game.ranking),
    source: 'gauntlet',
    moves,
  };
  return { payload: { game, simulations, row: stored }, transfer: [moves.buffer] };
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
