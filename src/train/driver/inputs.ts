/** Which training files a command means: named ones, those that `npz` records on stdin name, or the config's own. */
import { existsSync, fstatSync } from 'node:fs';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { type GameConfig, parseConfigKey } from '../../engine/config-key.ts';
import { missingFile } from '../../io/missing-file.ts';
import { recordKind } from '../../io/ndjson/kinds.ts';
import { readRecords } from '../../io/ndjson/reader.ts';
import { dataPaths } from '../../io/paths.ts';
import { after } from '../../io/timer.ts';
import { configOfFile } from '../data/source-file.ts';

const npzKind = recordKind('npz', z.looseObject({ type: z.literal('npz'), path: z.string().min(1) }));

/** Silence on stdin after which it is said that somebody waits for it. Milliseconds. */
const SILENCE_MS = 3000;

export interface StdinOptions {
  /** Use the records there are when the stream breaks off. */
  readonly allowTruncated: boolean;
  /** Called once when no record has come for a few seconds. */
  readonly onSilence: () => void;
}

export interface TrainingFiles {
  readonly paths: readonly string[];
  readonly config: GameConfig;
  /** They were named by records on stdin. */
  readonly fromStdin: boolean;
}

/**
 * Files in the order given, older first. Without any: stdin when something is piped in, else the config's own file.
 * @throws RrError NO_INPUT, FILE_NOT_FOUND, TRAINING_MISMATCH, and those of the record stream
 */
export async function trainingFiles(
  named: readonly string[],
  config: GameConfig | undefined,
  data: string | undefined,
  { allowTruncated, onSilence }: StdinOptions,
): Promise<TrainingFiles> {
  const paths: string[] = [];
  const given = named.length > 0 ? named : stdinIsPiped() ? ['-'] : [];
  for (const name of given) {
    if (name === '-') paths.push(...(await recordedPaths({ allowTruncated, onSilence }).catch(explainEmpty)));
    else paths.push(name);
  }
  if (given.length === 0) {
    if (!config)
      throw new RrError('NO_INPUT', {
        detail: 'name training files, or the config whose file to use (--config hex8_2p)',
      });
    const path = dataPaths(data).training(config.key);
    if (!existsSync(path)) throw missingFile(path);
    paths.push(path);
  }
  const [first] = paths;
  if (first === undefined) throw new RrError('TRAINING_EMPTY', { where: 'the record stream names no training file' });
  const configs: string[] = [];
  for (const path of paths) {
    const found = await configOfFile(path);
    if (config && found !== config.key) {
      throw new RrError('TRAINING_MISMATCH', { where: path, detail: `holds games of ${found}, not of ${config.key}` });
    }
    configs.push(found);
  }
  return { paths, config: config ?? parseConfigKey(configs[0]), fromStdin: given.includes('-') };
}

/** Whoever runs commands for others (ssh, cron, a CI) often gives them a pipe that nobody writes to. */
function explainEmpty(error: unknown): never {
  if (!(error instanceof RrError) || error.code !== 'RECORD_NONE') throw error;
  const hint = "; name training files, or add </dev/null to train on the config's own";
  throw new RrError('RECORD_NONE', { ...error.params, hint }, { cause: error });
}

/** A pipe that stays open and silent looks like a program that hangs. */
async function recordedPaths({ allowTruncated, onSilence }: StdinOptions): Promise<string[]> {
  const paths: string[] = [];
  const heard = after(SILENCE_MS, onSilence);
  try {
    for await (const item of readRecords('-', { kinds: [npzKind], allowTruncated })) {
      heard();
      const record = item.as(npzKind);
      if (record) paths.push(record.path);
    }
  } finally {
    heard();
  }
  return paths;
}

/** A pipe or a file; not a terminal, /dev/null or a closed descriptor. */
function stdinIsPiped(): boolean {
  try {
    const stats = fstatSync(0);
    return stats.isFIFO() || stats.isSocket() || (stats.isFile() && stats.size > 0);
  } catch {
    return false;
  }
}
