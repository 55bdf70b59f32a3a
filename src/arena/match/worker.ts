/** Entry of a worker thread of a match: many games in flight through shared evaluation batches. */
import { parentPort, workerData } from 'node:worker_threads';
import { RrError } from '../../errors.ts';
import type { StoredGame } from '../../io/db/store/types.ts';
import { storedGame } from '../../io/records/game-store.ts';
import type { RunContext } from '../../io/records/game-write.ts';
import { runLane } from '../../search/batch/lane.ts';
import type { Order, Report } from '../../search/selfplay/serve.ts';
import { describeParticipant } from '../participants/participant.ts';
import type { MatchInPlay } from './match-in-play.ts';
import type { MatchPayload, MatchWorkerData } from './payload.ts';
import { FORFEIT, type MatchGame, matchGame } from './result.ts';
import { MatchTable } from './table.ts';

/** Games at once: few enough that they finish early, enough to fill a batch when some wait for one leaf only. */
const IN_FLIGHT = 16;

if (parentPort === null) throw new Error('this module runs in a worker thread');
const port = parentPort;
const data: MatchWorkerData = workerData;
const orders: number[] = [];
let ended = false;
let wake: () => void = () => {};

port.on('message', (order: Order) => {
  if ('end' in order) ended = true;
  else orders.push(order.play);
  wake();
});

const stopped = (): boolean => Atomics.load(data.stopFlag, 0) !== 0;
const send = (index: number, payload: MatchPayload, transfer: ArrayBuffer[] = []): void =>
  port.postMessage({ index, payload } satisfies Report<MatchPayload>, transfer);

await serve();
port.postMessage({ ended: true } satisfies Report<MatchPayload>);
port.close();

async function serve(): Promise<void> {
  let table: MatchTable | undefined;
  try {
    while (!ended) {
      if (orders.length === 0 || stopped()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      table ??= await MatchTable.create(data.spec);
      await playOrders(table);
    }
  } catch (error) {
    // An expected failure has to reach the command with its code; anything else ends the thread as it is.
    if (!(error instanceof RrError)) throw error;
    send(orders[0] ?? -1, { failure: { code: error.code, params: error.params } });
    while (!ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    await table?.close();
  }
}

async function playOrders(table: MatchTable): Promise<void> {
  const context = contextOf(table);
  await runLane(
    () => {
      const index = orders.shift();
      return index === undefined ? null : table.game(index);
    },
    (game) => deliver(context, game),
    { inFlight: IN_FLIGHT, stopped },
  );
}

function deliver(context: RunContext, { game: searched, forfeit }: MatchInPlay): void {
  const played = searched.result();
  const simulations = played.searches.reduce((sum, { budget = 0 }) => sum + budget, 0);
  const now = new Date();
  const game = matchGame(played, forfeit, now.getTime());
  if (!data.rows) {
    send(played.index, { game, simulations });
    return;
  }
  const row = storedGame(context, played, now.toISOString());
  // A copy of its own: the blob may share its memory with others, and then could not change hands.
  const moves = new Uint8Array(row.moves);
  const stored = {
    ...row,
    ...endOf(game, row.options),
    ranking: JSON.stringify(game.ranking),
    source: 'gauntlet',
    moves,
  };
  send(played.index, { game, simulations, row: stored }, [moves.buffer]);
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

function contextOf({ rules }: MatchTable): RunContext {
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
