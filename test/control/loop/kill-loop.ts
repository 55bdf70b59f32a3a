/**
 * Kills a small `rr loop` with SIGKILL at random instants, starting it again each time, and looks at what is left when
 * it has come to its end. Used by the test with a few kills and by scripts/kill-loop.ts with many.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { matchesOf } from '../../../src/arena/ratings/facts.ts';
import { roundsOf } from '../../../src/control/round/round-folder.ts';
import { STAGES } from '../../../src/control/round/stages.ts';
import { parseConfigKey } from '../../../src/engine/config-key.ts';
import { Random } from '../../../src/engine/random.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { dataPaths } from '../../../src/io/paths.ts';
import { ModelStore } from '../../../src/models/store.ts';
import { openState } from '../../../src/state/open.ts';

const RR = resolve(import.meta.dirname, '..', '..', '..', 'bin', 'rr');
const CONFIG = parseConfigKey('hex8_2p');

const ARGS = [
  ...['loop', '--config', CONFIG.key, '--rounds', '2', '--seed', '7', '--bootstrap-games', '16', '--games', '4'],
  ...['--budget', '4', '--epochs', '1', '--opponents', 'random,heuristic', '--gauntlet-games', '8'],
  ...['--gauntlet-budget', '4', '--format', 'ndjson'],
];

/** What a finished loop left behind, as far as it does not depend on when it ran. */
export interface LoopState {
  /** Ids of the self-play games, sorted. */
  readonly firstRoundGames: readonly string[];
  readonly games: number;
  /** Stages done, `1 selfplay` and so on. */
  readonly stages: readonly string[];
  readonly models: number;
  /** Training runs that the candidate pointer was moved for. */
  readonly candidates: number;
  /** Games of gauntlets that count for ratings, each once. */
  readonly results: number;
  readonly trainingFiles: readonly string[];
  /** Files that only a running process may have. */
  readonly leftovers: readonly string[];
}

/** Runs the loop to its end; killed `kills` times on the way. Returns how many of those kills hit. */
export async function killLoop(folder: string, kills: number, seed: number): Promise<number> {
  const random = new Random(seed);
  let hit = 0;
  for (let i = 0; i < kills; i++) {
    if (await runLoop(folder, 300 + Math.floor(random.unit() ** 2 * 9000))) hit++;
  }
  if (await runLoop(folder, undefined)) throw new Error('the last run was not killed by us');
  return hit;
}

/** True when the kill came in time. @throws Error when the loop failed by itself */
async function runLoop(folder: string, killMs: number | undefined): Promise<boolean> {
  const child = spawn(process.execPath, [RR, ...ARGS, '--data', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const timer = killMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killMs);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (signal === 'SIGKILL') return true;
  if (code !== 0 && code !== 3 && code !== 4) throw new Error(`rr loop ended with ${code}:\n${log}`);
  return false;
}

export async function loopState(folder: string): Promise<LoopState> {
  const paths = dataPaths(folder, {});
  const rounds = roundsOf(paths, CONFIG);
  const store = GameStore.open(paths.games(CONFIG.key));
  const state = await openState(paths.state);
  try {
    const models = new ModelStore(paths.modelsFolder, state.audit);
    const first = JSON.parse(
      readFileSync(join(rounds[0]?.path ?? '', 'selfplay.ndjson'), 'utf8').split('\n')[0] ?? '{}',
    );
    return {
      firstRoundGames: store.ids({ runId: String(first.run) }),
      games: store.count(),
      stages: rounds.flatMap((round) =>
        STAGES.filter((stage) => round.done(stage) !== undefined).map((stage) => `${round.facts().number} ${stage}`),
      ),
      models: new Set(rounds.map((round) => round.done('train')?.model)).size,
      candidates: new Set((await models.audit(CONFIG.key)).map(({ hash }) => hash)).size,
      results: (await matchesOf(state.results, CONFIG.key)).length,
      trainingFiles: readdirSync(paths.trainingFolder).sort(),
      leftovers: rounds.flatMap((round) =>
        readdirSync(round.path).filter((name) => name === 'running' || name.endsWith('.tmp') || name.endsWith('.ckpt')),
      ),
    };
  } finally {
    store.close();
    await state.close();
  }
}
