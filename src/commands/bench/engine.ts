/** `rr bench engine`: how fast the rules are, per config. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CONFIG_KEYS, type ConfigKey, parseConfigKey } from '../../engine/config-key.ts';
import { MoveList } from '../../engine/moves.ts';
import { Random } from '../../engine/random.ts';
import { createRules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { type PlayoutCount, playout } from '../../search/play/playout.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { gameFlags, gameFromFlags, secondsFlag } from '../cli/flags.ts';
import { repeatFor } from './clock.ts';
import { type BenchRow, benchPresentation, benchRow } from './rows.ts';

/** No game of random moves comes near it. */
const MAX_MOVES = 10_000;

/** Copies timed in one round, so that the clock costs nothing. */
const COPIES = 10_000;

export default class BenchEngine extends RrCommand {
  static override description =
    'Random playouts on one core, with the full list of legal moves made at every ply. The limit that plies are held ' +
    'against is the rate at which positions can be copied, the least any search does per ply.';

  static override examples = ['rr bench engine', 'rr bench engine --config hex8_2p --seconds 5'];

  static override flags = {
    ...gameFlags,
    ...secondsFlag('processor time per config', 1),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(BenchEngine);
    const game = gameFromFlags(flags);
    const configs = game ? [game.key] : CONFIG_KEYS;
    const progress = this.progress({ label: 'measuring', unit: 'configs', total: configs.length });
    const rows: BenchRow[] = [];
    try {
      for (const config of configs) {
        if (this.stopping) break;
        rows.push(...measure(config, flags.seconds));
        progress.add();
      }
    } finally {
      progress.finish();
    }
    await this.present(benchPresentation(rows));
    return undefined;
  }
}

function measure(config: ConfigKey, seconds: number): BenchRow[] {
  const { board, players } = parseConfigKey(config);
  const state = new State(createRules(board, players));
  const legal = new MoveList();
  const count: PlayoutCount = { games: 0, plies: 0, decisions: 0, choices: 0 };
  const random = new Random(1);
  const play = (): void => playout(state, legal, random, MAX_MOVES, count);
  repeatFor(seconds / 5, play);
  const bytes = bytesPerPly(count, play);
  Object.assign(count, { games: 0, plies: 0, decisions: 0, choices: 0 });
  const { cpuSeconds } = repeatFor(seconds, play);

  const other = state.clone();
  const copies = repeatFor(seconds / 10, () => {
    for (let i = 0; i < COPIES; i++) other.copyFrom(state);
  });
  const copyRate = (copies.rounds * COPIES) / copies.cpuSeconds;
  const row = (metric: string, value: number, unit: string, limit?: number): BenchRow =>
    benchRow({ suite: 'engine', case: config, metric, value, unit, limit });
  return [
    row('games', count.games / cpuSeconds, 'games/s'),
    row('plies', count.plies / cpuSeconds, 'plies/s', copyRate),
    row('decisions', count.decisions / cpuSeconds, 'decisions/s'),
    row('branching', count.choices / count.decisions, 'moves/decision'),
    row('length', count.plies / count.games, 'plies/game'),
    row('allocated', bytes, 'bytes/ply'),
  ];
}

/** Plies over which allocation is counted: few enough that the young generation is not collected in between. */
const COUNTED_PLIES = 20_000;

/** Heap bytes allocated per ply once everything is warm. */
function bytesPerPly(count: PlayoutCount, play: () => void): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const plies = count.plies;
  const before = process.memoryUsage().heapUsed;
  while (count.plies - plies < COUNTED_PLIES) play();
  return Math.max(0, process.memoryUsage().heapUsed - before) / (count.plies - plies);
}
