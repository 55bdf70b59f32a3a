/** What lies in the data folder: may it be used, is there room, are databases and models whole. */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONFIG_KEYS } from '../engine/config-key.ts';
import { sizeOf } from '../io/file-facts.ts';
import { diskSpace } from '../io/machine.ts';
import { type DataPaths, dataPaths } from '../io/paths.ts';
import { refuseNetworkFileSystem } from '../io/sqlite/filesystem.ts';
import { type Finding, type Purpose, reasonOf, size } from './check.ts';
import { fileClockSkew } from './system.ts';

const NEEDED: readonly Purpose[] = ['selfplay', 'train'];
/** Little room: a day of self-play on one machine and a few checkpoints. */
const LOW_DISK = 5e9;
/** Seconds by which the clocks of a shared folder may differ before leases go wrong. */
const SKEW = 5;

/** @param root value of --data */
export async function dataFindings(root: string | undefined): Promise<Finding[]> {
  const paths = dataPaths(root);
  return [...folderFindings(paths), ...(await databaseFindings(paths)), ...(await modelFindings(paths))];
}

function folderFindings({ root }: DataPaths): Finding[] {
  const folder = nearestExisting(root);
  const missing = folder === root ? '' : ' (will be made)';
  try {
    if (!statSync(folder).isDirectory()) throw new Error('is not a folder');
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const found = `${root}: ${reasonOf(error)}`;
    const fix = '--data DIR or RR_DATA=DIR with a folder that can be written';
    return [{ check: 'data folder', status: 'broken', found, fix, neededFor: NEEDED }];
  }
  return [
    { check: 'data folder', status: 'ok', found: `${root}${missing}` },
    fileSystem(folder),
    freeSpace(folder),
    sharedClock(folder),
  ];
}

function nearestExisting(folder: string): string {
  let known = folder;
  while (!existsSync(known)) known = dirname(known);
  return known;
}

function fileSystem(folder: string): Finding {
  try {
    refuseNetworkFileSystem(folder, folder);
    return { check: 'file system', status: 'ok', found: 'local: databases are safe here' };
  } catch (error) {
    const fix = '--data DIR on a local disk; merge databases afterwards (rr db merge)';
    return { check: 'file system', status: 'broken', found: reasonOf(error), fix, neededFor: NEEDED };
  }
}

function freeSpace(folder: string): Finding {
  const { free, total } = diskSpace(folder);
  const found = `${size(free)} free of ${size(total)}`;
  if (free >= LOW_DISK) return { check: 'disk', status: 'ok', found };
  const full = free < LOW_DISK / 50;
  const fix = 'free some space, or --data DIR on another disk';
  return { check: 'disk', status: full ? 'broken' : 'note', found, fix, neededFor: NEEDED };
}

function sharedClock(folder: string): Finding {
  const skew = fileClockSkew(folder);
  const found = Math.abs(skew) < 1 ? "agrees with this machine's" : `${skew.toFixed(1)} s ahead of this machine's`;
  if (Math.abs(skew) < SKEW) return { check: "folder's clock", status: 'ok', found };
  const fix = 'set the clocks of both machines (NTP): leases compare them';
  return { check: "folder's clock", status: 'broken', found, fix, neededFor: NEEDED };
}

async function databaseFindings(paths: DataPaths): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const key of CONFIG_KEYS) {
    const path = paths.games(key);
    if (!existsSync(path)) continue;
    const check = `games ${key}`;
    findings.push(await databaseFinding(check, path));
  }
  return findings.length > 0 ? findings : [{ check: 'games', status: 'ok', found: 'no databases yet' }];
}

/** Looks at the whole file, game by game. */
async function databaseFinding(check: string, path: string): Promise<Finding> {
  const { checkDatabase } = await import('../games/integrity/check.ts');
  let games = 0;
  let faults = 0;
  let first: string | undefined;
  try {
    for await (const { game, found } of checkDatabase(path, { onGame: () => games++ })) {
      faults++;
      first ??= game === '' ? found : `game ${game}: ${found}`;
    }
  } catch (error) {
    first = reasonOf(error);
    faults++;
  }
  if (first === undefined)
    return { check, status: 'ok', found: `${games} games, ${size(sizeOf(path) + sizeOf(`${path}-wal`))}` };
  const more = faults > 1 ? ` (and ${faults - 1} more)` : '';
  return { check, status: 'broken', found: first + more, fix: `rr db check ${path}`, neededFor: NEEDED };
}

const POINTERS = ['production', 'candidate'];

async function modelFindings({ models }: DataPaths): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const key of CONFIG_KEYS) {
    for (const pointer of POINTERS) {
      const file = join(models(key), pointer);
      if (!existsSync(file)) continue;
      const check = `model ${key} ${pointer}`;
      try {
        findings.push({ check, status: 'ok', found: await modelTest(key, models(key), file) });
      } catch (error) {
        const fix = `rr sync pull --kind models, or rr promote --config ${key} --rollback`;
        findings.push({ check, status: 'broken', found: reasonOf(error), fix, neededFor: ['selfplay'] });
      }
    }
  }
  const stored = CONFIG_KEYS.map((key) => filesIn(models(key)).filter((name) => name.endsWith('.onnx')).length);
  const count = stored.reduce((sum, own) => sum + own, 0);
  return findings.length > 0
    ? findings
    : [{ check: 'models', status: 'ok', found: count === 0 ? 'none yet' : `${count}, none in production` }];
}

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Reads the model a pointer stands at, checks its hash and lets it judge the start of a game. */
async function modelTest(key: (typeof CONFIG_KEYS)[number], folder: string, pointer: string): Promise<string> {
  const [
    { loadModel },
    { NetworkEvaluator },
    { createRules },
    { State },
    { MoveList },
    { legalMoves },
    { parseConfigKey },
  ] = await Promise.all([
    import('../models/load.ts'),
    import('../search/evaluators/network.ts'),
    import('../engine/rules.ts'),
    import('../engine/state.ts'),
    import('../engine/moves.ts'),
    import('../engine/legal.ts'),
    import('../engine/config-key.ts'),
  ]);
  const hash = readFileSync(pointer, 'utf8').trim();
  const path = join(folder, `${hash}.onnx`);
  const model = await loadModel({ path, hash });
  const { board, players } = parseConfigKey(key);
  const rules = createRules(board, players);
  const evaluator = await NetworkEvaluator.create(model, rules, { hash, batch: 1, threads: 1, anyBoard: true });
  try {
    const state = new State(rules);
    const legal = new MoveList();
    legalMoves(state, legal);
    const batch = evaluator.createBatch(1);
    batch.add(state, legal);
    await batch.run();
    const value = Array.from(batch.values.subarray(0, players), (v) => v.toFixed(2));
    return `${hash.slice(0, 12)}, hash right, values of the start ${value.join(' ')}`;
  } finally {
    await evaluator.close();
  }
}
