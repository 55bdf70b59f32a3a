/**
 * Three hosts with clocks that are days apart play a few games an hour. They sync at random times, also by way of each other,
 * so that games come late and out of order; one of them runs the rounds. Real commands, simulated hours.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { resolveSettings } from '../../../src/config/settings.ts';
import { roundsOf } from '../../../src/control/round/round-folder.ts';
import { parseConfigKey } from '../../../src/engine/config-key.ts';
import { Random } from '../../../src/engine/random.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { toTexts } from '../../../src/io/npz/convert.ts';
import { openNpz } from '../../../src/io/npz/reader.ts';
import { dataPaths } from '../../../src/io/paths.ts';
import { RR, run } from '../../run.ts';

const CONFIG = parseConfigKey('hex8_2p');
const HOUR_MS = 3_600_000;
const CLOCK = resolve(import.meta.dirname, 'shifted-clock.mjs');
/** The first runs the loop. */
const HOSTS = [
  { name: 'trainer', days: 0 },
  { name: 'behind', days: -1 },
  { name: 'ahead', days: 1 },
] as const;
type Host = (typeof HOSTS)[number];

export interface LateGames {
  readonly rounds: number;
  readonly games: number;
  /** Games that came to the trainer with a date before the export of the round before: what a clock would have missed. */
  readonly late: number;
  readonly syncs: number;
  /** Games that were there when a round exported and are in no training file. */
  readonly missed: readonly string[];
  /** Games in the training files of two rounds. */
  readonly twice: readonly string[];
  /** Rounds whose training would leave out a file of its window. */
  readonly incomplete: readonly number[];
}

export async function lateGames(
  folder: string,
  { rounds, seed }: { readonly rounds: number; readonly seed: number },
  /** False ends it early. */
  onRound: (round: number) => boolean = () => true,
): Promise<LateGames> {
  const random = new Random(seed);
  let hour = 0;
  let syncs = 0;
  const rootOf = ({ name }: Host): string => join(folder, name);
  const rr = async (host: Host, args: readonly string[], allowed: readonly number[] = [0]): Promise<void> => {
    const shift = host.days * 24 * HOUR_MS + hour * HOUR_MS;
    const env = { NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_SHIFT_MS: String(shift), RR_DATA: rootOf(host) };
    const { status, stderr } = await run(RR, args, { env, cwd: folder });
    if (status === null || !allowed.includes(status)) throw new Error(`rr ${args.join(' ')}: ${status}\n${stderr}`);
  };
  const play = (host: Host): Promise<void> => {
    const games = String(1 + random.below(2));
    const out = dataPaths(rootOf(host)).games(CONFIG.key);
    const seedOfRun = String(random.below(2 ** 31));
    const what = ['--config', CONFIG.key, '--engine', 'random', '--games', games, '--seed', seedOfRun];
    return rr(host, ['selfplay', ...what, '--workers', '1', '--out', out]);
  };
  /** Some of the hosts fetch from another one, in any order. */
  const sync = async (): Promise<void> => {
    for (const to of HOSTS) {
      for (const from of HOSTS) {
        if (from === to || random.below(3) > 0) continue;
        const since = random.below(2) === 0 ? ['--since', 'last'] : [];
        await rr(to, ['sync', 'pull', '--folder', rootOf(from), '--kind', 'games', ...since, '--min-free', '1MB']);
        syncs++;
      }
    }
  };
  for (const host of HOSTS) mkdirSync(rootOf(host), { recursive: true });
  const [trainer] = HOSTS;
  const skipped = ['selfplay', 'train', 'gauntlet', 'promote'].flatMap((stage) => ['--skip', stage]);
  let played = 0;
  for (let round = 1; round <= rounds; round++) {
    for (const host of HOSTS) await play(host);
    await sync();
    await rr(trainer, ['loop', '--config', CONFIG.key, '--rounds', String(round), '--if-new', '1', ...skipped], [0, 4]);
    hour++;
    played = round;
    if (!onRound(round)) break;
  }
  return { rounds: played, syncs, ...(await judged(rootOf(trainer))) };
}

async function judged(root: string): Promise<Omit<LateGames, 'rounds' | 'syncs'>> {
  const paths = dataPaths(root);
  const seen = new Map<string, number>();
  const twice: string[] = [];
  const incomplete: number[] = [];
  const folders = roundsOf(paths, CONFIG);
  const files: string[] = [];
  const exported: string[] = [];
  let until = 0;
  for (const [index, round] of folders.entries()) {
    const { number, earlierFiles } = round.facts();
    const { training } = round.places(paths, CONFIG, number);
    // no model plays here, so what bounds the window of bootstrap games counts too
    const { 'window-rounds': window, 'keep-bootstrap': kept } = round.round(resolveSettings('loop').settings).settings;
    const due = files.slice(Math.max(0, index - Math.min(window - 1, kept)));
    if (due.join() !== earlierFiles.join()) incomplete.push(number);
    const done = round.done('export');
    until = done?.read?.until ?? until;
    exported.push(done?.started ?? '');
    files.push(training);
    if (!existsSync(training)) continue;
    for (const id of await gamesIn(training)) {
      if (seen.has(id)) twice.push(id);
      seen.set(id, index);
    }
  }
  const store = await GameStore.openReadOnly(paths.games(CONFIG.key));
  try {
    const rows = [...store.arrivals({ status: 'completed', until })].flatMap(({ game }) =>
      'problem' in game || game.winner === null ? [] : [game],
    );
    const missed = rows.filter(({ game_id }) => !seen.has(game_id)).map(({ game_id }) => game_id);
    const late = rows.filter(({ game_id, created_at }) => {
      const before = exported[(seen.get(game_id) ?? 0) - 1];
      return before !== undefined && created_at < before;
    }).length;
    return { games: rows.length, late, missed, twice, incomplete };
  } finally {
    store.close();
  }
}

async function gamesIn(path: string): Promise<readonly string[]> {
  const npz = await openNpz(path);
  try {
    return toTexts(await npz.load('game_id'), path);
  } finally {
    npz.close();
  }
}
