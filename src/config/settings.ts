/** The settings in force for one topic, and where each came from: flag > environment > rr.yaml > config/*.yaml. */
import { join, relative } from 'node:path';
import type * as z from 'zod';
import { RrError } from '../core/errors.ts';
import { zodDetail } from '../io/ndjson/kinds.ts';
import { PACKAGE_ROOT } from '../io/package-root.ts';
import { defaultEntries, type Entry, environmentEntries, flagEntries, type Layer, projectEntries } from './layers.ts';
import { type Settings, TOPIC_SCHEMAS, type Topic } from './topics.ts';

export interface Origin {
  readonly layer: Layer;
  /** `config/selfplay.yaml:7`, `rr.yaml:3`, `RR_SELFPLAY_GAMES` or `--games`. */
  readonly where: string;
}

export interface Resolved<T extends Topic> {
  readonly settings: Settings<T>;
  /** By dotted path inside the topic: `games`, `max-moves.hex8_2p`. In the order of the schema's file. */
  readonly origins: ReadonlyMap<string, Origin & { readonly value: unknown }>;
}

export interface SettingSources {
  /** Values of flags by knob name; undefined for flags that were not given. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Folder that holds rr.yaml. */
  readonly cwd?: string;
  /** Folder of the defaults; the package's own unless a test says otherwise. */
  readonly defaults?: string;
}

/**
 * Reads all layers and checks the result.
 * @throws RrError CONFIG_UNKNOWN_KEY, CONFIG_INVALID (78), or USAGE (2) when the offending value came from a flag.
 */
export function resolveSettings<T extends Topic>(topic: T, sources: SettingSources = {}): Resolved<T> {
  const { flags = {}, env = process.env, cwd = process.cwd(), defaults = join(PACKAGE_ROOT, 'config') } = sources;
  const winners = new Map<string, Entry>();
  const layers = [
    defaultEntries(topic, join(defaults, `${topic}.yaml`), `config/${topic}.yaml`),
    projectEntries(topic, join(cwd, 'rr.yaml'), relative(cwd, join(cwd, 'rr.yaml'))),
    environmentEntries(topic, env),
    flagEntries(flags),
  ];
  for (const entry of layers.flat()) winners.set(entry.path.join('.'), entry);

  const schema: z.ZodType<Settings<T>> = schemaOf(topic);
  const checked = schema.safeParse(nest([...winners.values()]));
  if (!checked.success) throw invalid(checked.error, winners, topic);
  return { settings: checked.data, origins: winners };
}

/** The schema by topic; typed here once because TypeScript does not follow the index into a mapped output. */
const schemaOf = <T extends Topic>(topic: T): z.ZodType<Settings<T>> =>
  TOPIC_SCHEMAS[topic] as unknown as z.ZodType<Settings<T>>;

/** Paths and values → nested object, at most two levels deep. */
function nest(entries: readonly Entry[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const groups = new Map<string, Record<string, unknown>>();
  for (const { path, value } of entries) {
    const [key = '', sub] = path;
    if (sub === undefined) {
      result[key] = value;
      continue;
    }
    const group = groups.get(key) ?? {};
    group[sub] = value;
    groups.set(key, group);
    result[key] = group;
  }
  return result;
}

function invalid(error: z.ZodError, winners: ReadonlyMap<string, Entry>, topic: Topic): RrError {
  const path = error.issues[0]?.path.map(String) ?? [];
  const culprit = winners.get(path.join('.')) ?? winners.get(path[0] ?? '');
  const detail = zodDetail(error);
  if (culprit?.layer === 'flag') return new RrError('USAGE', { detail: `--${detail}` });
  return new RrError('CONFIG_INVALID', { where: culprit?.where ?? `config/${topic}.yaml`, detail });
}
