/**
 * Writes what a loop showed, one JSON line per fact, small enough to keep beside the code (docs/results): stages with
 * their commands and times, epochs, verdicts, promotions, and the ratings that follow from all its matches.
 *
 *   node scripts/compact-results.ts DATA CONFIG > docs/results/CONFIG.ndjson
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { execaSync } from 'execa';
import { roundsOf } from '../src/control/round/round-folder.ts';
import { STAGES } from '../src/control/round/stages.ts';
import { parseConfigKey } from '../src/engine/config-key.ts';
import { dataPaths } from '../src/io/paths.ts';

/** Kinds of records worth keeping, of all that the stages wrote. Matches and games stay with the run. */
const KEPT = new Set(['training_data', 'epoch', 'verdict', 'promotion', 'rating']);
const DIGITS = 4;

const [data, name] = process.argv.slice(2);
if (data === undefined || name === undefined) {
  console.error('usage: node scripts/compact-results.ts DATA CONFIG');
  process.exit(2);
}
const config = parseConfigKey(name);
const root = resolve(data);

/** Shorter numbers, and paths from the data folder on. */
const compact = (_key: string, value: unknown): unknown => {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
  return typeof value === 'string' ? value.replaceAll(root, 'DATA') : value;
};
const write = (record: object): void => console.log(JSON.stringify(record, compact));

function writeKept(lines: string, extra: object): void {
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const record = JSON.parse(line);
    if (KEPT.has(record.type)) write({ ...record, ...extra });
  }
}

for (const folder of roundsOf(dataPaths(root, {}), config)) {
  for (const stage of STAGES) {
    const done = folder.done(stage);
    if (!done) continue;
    const { started, ended, ...rest } = done;
    const round = folder.facts().number;
    write({ type: 'stage', round, seconds: (Date.parse(ended) - Date.parse(started)) / 1000, ...rest });
    writeKept(readFileSync(folder.file(`${stage}.ndjson`), 'utf8'), { round });
  }
}
const rr = resolve(import.meta.dirname, '..', 'bin', 'rr');
const ratings = ['elo', 'ls', '--config', config.key, '--data', root, '--format', 'ndjson'];
writeKept(execaSync(process.execPath, [rr, ...ratings], { stripFinalNewline: false }).stdout, {});
