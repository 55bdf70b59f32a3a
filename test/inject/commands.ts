/** Every command that writes, as small as it gets, with a folder for it to work in. */
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { rr } from '../run.ts';

export interface Command {
  /** Run in a folder with copies of what it uses. `$MODEL`, `$OTHER` are replaced by hashes of models that are there. */
  readonly args: readonly string[];
  /** Files and folders of the template. */
  readonly uses?: readonly string[];
  /** Added when it is run again after a kill. */
  readonly again?: readonly string[];
  /** Statuses of a run that finds its work done already; 0 is always right. */
  readonly done?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
}

const SELFPLAY = ['selfplay', '--config', 'hex8_2p', '--engine', 'random', '--workers', '1', '--games', '3'];
const GAUNTLET = ['gauntlet', '--config', 'hex8_2p', '--candidate', 'random', '--against', 'heuristic', '--games', '2'];
const TRAIN = ['train', 'data/training/hex8_2p.npz', '--arch', 'nano', '--epochs', '2', '--epoch-samples', '16'];

/** Lets a model pass that was never trained. */
const EASY = {
  RR_PROMOTION_MIN_GAMES_2P: '1',
  RR_PROMOTION_RANDOM_WIN_RATE_2P: '0',
  RR_PROMOTION_HEURISTIC_WIN_RATE_2P: '0',
  RR_PROMOTION_RANDOM_FLOOR_2P: '0',
  RR_PROMOTION_HEURISTIC_FLOOR_2P: '0',
};

const PLACE = ['--config', 'hex8_2p'];

export const COMMANDS: Readonly<Record<string, Command>> = {
  'selfplay, new database': { done: [4], args: [...SELFPLAY, '--seed', '1', '--out', 'new/games.db', '--resume'] },
  'selfplay, database with games': {
    done: [4],
    uses: ['data/games/hex8_2p.db'],
    args: [...SELFPLAY, '--seed', '1', '--out', 'data/games/hex8_2p.db', '--resume'],
  },
  'selfplay, database and records': {
    done: [4],
    args: [...SELFPLAY, '--seed', '2', '--out', 'new.db', '--out', '-', '--resume'],
  },
  'export, rr1': {
    uses: ['data/games/hex8_2p.db'],
    args: ['export', 'data/games/hex8_2p.db', '--out', 'new/hex8_2p.npz'],
  },
  'export over a file': {
    uses: ['other.db', 'data/training'],
    args: ['export', 'other.db', '--out', 'data/training/hex8_2p.npz'],
  },
  'export, ai-service': {
    uses: ['upstream.db'],
    args: ['export', 'upstream.db', '--layout', 'ai-service', '--out', 'new.npz'],
  },
  train: {
    uses: ['data/training'],
    args: [...TRAIN, '--batch', '8', '--checkpoint-steps', '1', '--seed', '1', '--threads', '1', '--svg', 'curves.svg'],
    again: ['--resume'],
  },
  gauntlet: {
    done: [4],
    args: [...GAUNTLET, '--max-moves', '20', '--seed', '3', '--workers', '1', '--out', 'gauntlet.db', '--resume'],
  },
  promote: {
    uses: ['verdicts.ndjson', 'models', 'state'],
    args: ['promote', 'verdicts.ndjson', ...PLACE],
    env: EASY,
    done: [4],
  },
  'promote --stage': {
    uses: ['verdicts.ndjson', 'models', 'state'],
    args: ['promote', 'verdicts.ndjson', ...PLACE, '--stage'],
    env: EASY,
    done: [3, 4],
  },
  'db init': { args: ['db', 'init', 'new/one.db', 'new/two.db'] },
  'db import': {
    uses: ['data/games/hex8_2p.db', 'games.ndjson'],
    args: ['db', 'import', 'data/games/hex8_2p.db', 'games.ndjson'],
  },
  'db merge': {
    uses: ['data/games/hex8_2p.db', 'other.db'],
    args: ['db', 'merge', 'data/games/hex8_2p.db', 'other.db'],
  },
  'db convert --to ringrift': {
    uses: ['data/games/hex8_2p.db'],
    args: ['db', 'convert', 'data/games/hex8_2p.db', '--to', 'ringrift', '--out', 'new.db'],
    again: ['--force'],
  },
  'db convert --to rr': {
    uses: ['upstream.db'],
    args: ['db', 'convert', 'upstream.db', '--to', 'rr', '--out', 'new.db'],
  },
  'db check --fix': { uses: ['damaged.db'], args: ['db', 'check', '--fix', 'damaged.db'] },
  'db quarantine restore': {
    uses: ['aside.db'],
    args: ['db', 'quarantine', 'restore', 'aside.db', '--force'],
    done: [4],
  },
  'db quarantine drop': { uses: ['aside.db'], args: ['db', 'quarantine', 'drop', 'aside.db', '--execute'], done: [4] },
  'model init': { args: ['model', 'init', ...PLACE, '--arch', 'nano', '--seed', '9'] },
  'model export': { uses: ['models'], args: ['model', 'export', '$MODEL', ...PLACE, '--out', 'out/model.onnx'] },
  'model average': { uses: ['models'], args: ['model', 'average', '$MODEL', '$OTHER', ...PLACE] },
  'model transfer': { uses: ['models'], args: ['model', 'transfer', '$MODEL', ...PLACE, '--to', 'hex8_3p'] },
  'elo record': { uses: ['matches.ndjson'], args: ['elo', 'record', 'matches.ndjson'], done: [4] },
  'elo merge': { uses: ['other-state.db', 'state'], args: ['elo', 'merge', 'other-state.db'], done: [4] },
  'show --html --svg': {
    uses: ['games.ndjson'],
    args: ['show', 'games.ndjson', '--html', 'page.html', '--svg', 'board.svg'],
  },
  report: {
    uses: ['data', 'models', 'state'],
    args: ['report', ...PLACE, '--data', '.', '--out', 'report.html', '--svg', 'charts'],
  },
  'sync push to a folder': {
    uses: ['disk', 'data', 'models', 'state'],
    args: ['sync', 'push', '--folder', 'disk', '--min-free', '1MB'],
  },
  'sync pull from a folder': {
    uses: ['peer', 'data', 'state'],
    args: ['sync', 'pull', '--folder', 'peer', '--min-free', '1MB'],
  },
  'doctor --repair': {
    uses: ['broken'],
    args: ['doctor', '--for', 'play', '--data', 'broken', '--repair'],
    done: [2, 6],
  },
};

/** The words with the hashes of the models in `folder` put in. */
export function argsIn(folder: string, args: readonly string[]): string[] {
  const store = join(folder, 'models/hex8_2p');
  const models = existsSync(store) ? readdirSync(store).filter((name) => name.endsWith('.onnx')) : [];
  const [model = '', other = ''] = models.sort().map((name) => name.slice(0, -'.onnx'.length));
  return args.map((word) => word.replace('$MODEL', model).replace('$OTHER', other));
}

/** Makes the folder that all of them start from. */
export async function makeTemplate(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const run = async (args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await rr(args, { cwd: folder });
    if (status !== 0) throw new Error(`rr ${args.join(' ')}: ${status} ${stderr}`);
    return stdout;
  };
  const games = ['selfplay', '--engine', 'random', '--config', 'hex8_2p'];
  await run([...games, '--games', '4', '--seed', '5', '--out', 'data/games/hex8_2p.db']);
  await run([...games, '--games', '3', '--seed', '7', '--out', 'other.db']);
  writeFileSync(join(folder, 'games.ndjson'), await run([...games, '--games', '3', '--seed', '6']));
  await run(['db', 'convert', 'data/games/hex8_2p.db', '--to', 'ringrift', '--out', 'upstream.db']);
  await run(['export', 'data/games/hex8_2p.db']);
  for (const seed of ['1', '2']) await run(['model', 'init', ...PLACE, '--arch', 'nano', '--seed', seed]);
  const [model = ''] = argsIn(folder, ['$MODEL']);
  const gauntlet = ['gauntlet', ...PLACE, '--candidate', model, '--engine', 'policy-only', '--games', '2'];
  const short = ['--max-moves', '20', '--seed', '3', '--workers', '1'];
  const verdicts = await run([...gauntlet, '--against', 'random', '--against', 'heuristic', ...short]);
  writeFileSync(join(folder, 'verdicts.ndjson'), verdicts);
  writeFileSync(join(folder, 'matches.ndjson'), await run([...GAUNTLET, ...short, '--no-record']));
  await run(['elo', 'record', 'matches.ndjson', '--data', 'second']);
  cpSync(join(folder, 'second/state/rr.db'), join(folder, 'other-state.db'));
  for (const name of ['damaged.db', 'aside.db']) {
    cpSync(join(folder, 'other.db'), join(folder, name));
    const db = new Database(join(folder, name));
    db.exec('UPDATE games SET quality = 0.123 WHERE arrival = 2');
    db.close();
  }
  await rr(['db', 'check', '--fix', 'aside.db'], { cwd: folder });
  mkdirSync(join(folder, 'disk'));
  mkdirSync(join(folder, 'peer/data/games'), { recursive: true });
  cpSync(join(folder, 'other.db'), join(folder, 'peer/data/games/hex8_2p.db'));
  cpSync(join(folder, 'models'), join(folder, 'peer/models'), { recursive: true });
  cpSync(join(folder, 'second/state'), join(folder, 'broken/state'), { recursive: true });
  const broken = new Database(join(folder, 'broken/state/rr.db'));
  broken.exec('UPDATE results SET seal = 1 WHERE rowid = 1');
  broken.close();
}
