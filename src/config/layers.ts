/** The places a setting can come from, each read into the same flat form: path, value, where it stands. */
import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { RrError } from '../core/errors.ts';
import { nearestHint } from '../core/nearest.ts';
import { childSchemas, type KeyPath, knobPaths } from './schema-keys.ts';
import { isTopic, TOPIC_SCHEMAS, TOPICS, type Topic } from './topics.ts';

/** Lowest first; a later one wins. */
export const LAYERS = ['default', 'project', 'environment', 'flag'] as const;
export type Layer = (typeof LAYERS)[number];

export interface Entry {
  readonly path: KeyPath;
  readonly value: unknown;
  readonly layer: Layer;
  /** `rr.yaml:3`, `RR_SELFPLAY_GAMES` or `--games`. */
  readonly where: string;
}

/** config/TOPIC.yaml: the whole file is one topic. `shown` is what messages call it. */
export function defaultEntries(topic: Topic, file: string, shown: string): Entry[] {
  const yaml = parseYaml(readFileSync(file, 'utf8'), shown);
  return yaml.root ? yaml.entries(yaml.root, TOPIC_SCHEMAS[topic], 'default') : [];
}

/** rr.yaml: one section per topic. Every section is checked for unknown keys, only `topic`'s entries are returned. */
export function projectEntries(topic: Topic, file: string, shown: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const yaml = parseYaml(text, shown);
  if (!yaml.root) return [];
  if (!isMap(yaml.root))
    throw new RrError('CONFIG_INVALID', { where: shown, detail: 'expected one section per topic' });
  return yaml.root.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : String(key);
    const where = isScalar(key) ? yaml.where(key) : shown;
    if (!isTopic(name)) throw unknownKey(where, name, TOPICS);
    // An empty section (`selfplay:` and nothing below) says nothing.
    if (!isNode(value) || (isScalar(value) && value.value === null)) return [];
    const entries = yaml.entries(value, TOPIC_SCHEMAS[name], 'project');
    return name === topic ? entries : [];
  });
}

/** RR_SELFPLAY_MAX_MOVES_HEX8_2P for `selfplay.max-moves.hex8_2p`. */
export const environmentName = (topic: Topic, path: KeyPath): string => `RR_${envWord([topic, ...path])}`;

const envWord = (path: KeyPath): string => path.join('_').replaceAll('-', '_').toUpperCase();

/** RR_TOPIC_* variables, and RINGRIFT_TOPIC_* where the first is not set. @throws CONFIG_UNKNOWN_KEY for a misspelt RR_ one. */
export function environmentEntries(topic: Topic, env: NodeJS.ProcessEnv): Entry[] {
  const paths = new Map(knobPaths(TOPIC_SCHEMAS[topic]).map((path) => [environmentName(topic, path), path]));
  const prefix = `RR_${envWord([topic])}_`;
  for (const name of Object.keys(env)) {
    if (name.startsWith(prefix) && !paths.has(name)) throw unknownKey('environment', name, paths.keys());
  }
  return [...paths].flatMap(([name, path]): Entry[] => {
    const where = [name, name.replace(/^RR_/, 'RINGRIFT_')].find((variable) => env[variable] !== undefined);
    const text = where === undefined ? undefined : env[where];
    if (where === undefined || text === undefined) return [];
    // Written as YAML writes it: numbers and booleans are themselves, anything else is text.
    const value: unknown = parseYaml(text, where).plain();
    return [{ path, value: value ?? text, layer: 'environment', where }];
  });
}

/** Values given as flags, already parsed; undefined means the flag was not given. */
export function flagEntries(flags: Readonly<Record<string, unknown>>): Entry[] {
  return Object.entries(flags).flatMap(([key, value]): Entry[] => {
    if (value === undefined) return [];
    const where = `--${key}`;
    if (!isPlainObject(value)) return [{ path: [key], value, layer: 'flag', where }];
    return Object.entries(value).map(([sub, leaf]) => ({ path: [key, sub], value: leaf, layer: 'flag', where }));
  });
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'range' in value;

function unknownKey(where: string, key: string, known: Iterable<string>): RrError {
  return new RrError('CONFIG_UNKNOWN_KEY', { where, key, hint: nearestHint(key, known) });
}

interface ParsedYaml {
  readonly root: Node | null;
  where(node: Node): string;
  plain(): unknown;
  /** The knobs below `node`, checked against the keys that `schema` knows. */
  entries(node: Node, schema: unknown, layer: Layer, prefix?: KeyPath): Entry[];
}

/** @throws RrError CONFIG_INVALID with file and line for anything that is not YAML, duplicate keys included. */
function parseYaml(text: string, shown: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem) {
    const where = `${shown}:${problem.linePos?.[0].line ?? 1}`;
    throw new RrError('CONFIG_INVALID', { where, detail: problem.message.split(/ at line|\n/)[0] ?? 'not YAML' });
  }
  const where = (node: Node): string => `${shown}:${lines.linePos(node.range?.[0] ?? 0).line}`;
  const entries = (node: Node, schema: unknown, layer: Layer, prefix: KeyPath = []): Entry[] => {
    const children = childSchemas(schema);
    if (!children) return [{ path: prefix, value: node.toJS(document), layer, where: where(node) }];
    if (!isMap(node)) {
      const name = prefix.length === 0 ? 'the topic' : `'${prefix.join('.')}'`;
      throw new RrError('CONFIG_INVALID', {
        where: where(node),
        detail: `${name} takes keys: ${[...children.keys()].join(', ')}`,
      });
    }
    return node.items.flatMap(({ key, value }): Entry[] => {
      const name = isScalar(key) ? String(key.value) : String(key);
      const at = isScalar(key) ? where(key) : shown;
      const child = children.get(name);
      if (child === undefined) throw unknownKey(at, [...prefix, name].join('.'), withPrefix(prefix, children.keys()));
      return isNode(value) ? entries(value, child, layer, [...prefix, name]) : [];
    });
  };
  return { root: document.contents, where, plain: () => document.toJS(), entries };
}

const withPrefix = (prefix: KeyPath, keys: Iterable<string>): string[] =>
  [...keys].map((key) => [...prefix, key].join('.'));
