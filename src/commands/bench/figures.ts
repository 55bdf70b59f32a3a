/** Figures of earlier benches: the records of `rr bench …`, and the runs that `npm run bench:record` keeps per commit. */
import { existsSync } from 'node:fs';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { missingFile } from '../../io/missing-file.ts';
import { recordKind } from '../../io/ndjson/kinds.ts';
import { readRecords } from '../../io/ndjson/reader.ts';

/** Where `npm run bench:record` appends to, from the root of a checkout. */
export const RECORDED_FIGURES = 'docs/results/bench.ndjson';

const figure = z.looseObject({
  suite: z.string(),
  case: z.string(),
  metric: z.string(),
  value: z.number(),
  unit: z.string(),
});
export type Figure = z.infer<typeof figure>;

const benchKind = recordKind('bench', figure);

/** One line of docs/results/bench.ndjson: all figures of one run. */
const recordedRun = z.looseObject({
  type: z.literal('bench-run'),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  machine: z.looseObject({ cpu: z.string(), cores: z.int(), node: z.string() }),
  rows: z.array(figure),
});
/** What the header of `rr bench …` says besides. */
const headOfBench = z.looseObject({ machine: recordedRun.shape.machine });

const runKind = recordKind('bench-run', recordedRun);

export interface FigureSet {
  /** The processor; undefined where the records do not say it. */
  readonly cpu: string | undefined;
  /** By suite, case and metric: the median of all runs. */
  readonly figures: ReadonlyMap<string, Figure>;
}

/**
 * Figures of a file, or of a commit in `recorded`. A name that is both is a file.
 * @throws RrError USAGE when `name` is neither; what readRecords throws
 */
export async function figuresOf(name: string, recorded: string): Promise<FigureSet> {
  if (name === '-' || existsSync(name)) return median(await readFigures(name, () => true));
  if (!/^[0-9a-f]{4,40}$/.test(name)) {
    const missing = missingFile(name);
    if (missing.code === 'NO_PERMISSION') throw missing;
    throw new RrError('USAGE', { detail: `${name}: no such file, and not the beginning of a commit (4 to 40 digits)` });
  }
  const found = await readFigures(recorded, (commit) => commit.startsWith(name));
  const commits = [...new Set(found.flatMap(({ commit }) => commit ?? []))];
  if (commits.length === 1) return median(found);
  const detail =
    commits.length === 0
      ? `${name}: ${recorded} has no figures of this commit; npm run bench:record adds those of the one checked out`
      : `${name}: ${recorded} has several commits that begin so: ${commits.join(', ')}`;
  throw new RrError('USAGE', { detail });
}

interface Found {
  readonly commit?: string;
  readonly cpu: string | undefined;
  readonly rows: readonly Figure[];
}

async function readFigures(path: string, wanted: (commit: string) => boolean): Promise<Found[]> {
  const found: Found[] = [];
  let cpu: string | undefined;
  // recorded runs stand without header and summary, so that lines can be appended
  for await (const item of readRecords(path, { kinds: [benchKind, runKind], allowTruncated: true })) {
    if (item.type === 'header') cpu = headOfBench.safeParse(item.record).data?.machine.cpu;
    const row = item.as(benchKind);
    if (row) found.push({ cpu, rows: [row] });
    const run = item.as(runKind);
    if (run && wanted(run.commit)) found.push({ commit: run.commit, cpu: run.machine.cpu, rows: run.rows });
  }
  return found;
}

const keyOf = ({ suite, case: what, metric }: Figure): string => `${suite} · ${what} · ${metric}`;

function median(found: readonly Found[]): FigureSet {
  const all = Map.groupBy(
    found.flatMap(({ rows }) => rows),
    keyOf,
  );
  const middle = (rows: readonly Figure[]): Figure[] =>
    [...rows].sort((a, b) => a.value - b.value).slice((rows.length - 1) >> 1, ((rows.length - 1) >> 1) + 1);
  return {
    cpu: found.find(({ cpu }) => cpu !== undefined)?.cpu,
    figures: new Map([...all].flatMap(([key, rows]) => middle(rows).map((row) => [key, row]))),
  };
}
