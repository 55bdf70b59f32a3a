/** All commands with their flags as plain data: what completion scripts and manual pages are made from. */

import type { Catalogue, CommandEntry, RrCommandClass } from '../base.ts';

export interface FlagSpec {
  readonly name: string;
  readonly char: string | undefined;
  readonly description: string;
  /** What stands for its value in help; undefined for switches. */
  readonly value: string | undefined;
  /** The only values it takes. */
  readonly options: readonly string[];
  /** Common to all commands. */
  readonly global: boolean;
  /** `--no-NAME` is a flag, too. */
  readonly negatable: boolean;
}

export interface ArgSpec {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Takes any number of words. */
  readonly several: boolean;
}

export interface CommandSpec {
  readonly name: string;
  readonly purpose: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly flags: readonly FlagSpec[];
  readonly args: readonly ArgSpec[];
}

/** Loads every command; takes a moment. */
export async function commandSpecs(commands: readonly CommandEntry[]): Promise<CommandSpec[]> {
  return Promise.all(commands.map(async (entry) => commandSpec(entry, (await entry.load()).default)));
}

export function commandSpec({ name, purpose }: CommandEntry, source: RrCommandClass): CommandSpec {
  const own = Object.entries(source.flags ?? {}).map(([flag, value]) => flagSpec(flag, value, false));
  const global = Object.entries(source.baseFlags).map(([flag, value]) => flagSpec(flag, value, true));
  return {
    name,
    purpose,
    description: source.description ?? '',
    examples: (source.examples ?? []).map((example) => (typeof example === 'string' ? example : example.command)),
    flags: [...own, ...global].filter((flag) => flag !== undefined),
    args: Object.entries(source.args ?? {}).map(([arg, { description = '', required = false }], index, all) => ({
      name: arg,
      description,
      required,
      // what is not strict takes any number of its last argument
      several: !source.strict && index === all.length - 1,
    })),
  };
}

type Flag = RrCommandClass['flags'][string];

function flagSpec(name: string, flag: Flag, global: boolean): FlagSpec | undefined {
  if (flag.hidden) return undefined;
  const options = flag.type === 'option' ? (flag.options ?? []) : [];
  return {
    name,
    char: flag.char,
    description: flag.description ?? '',
    value:
      flag.type === 'option'
        ? (helpValue(flag.helpValue) ?? (options.length > 0 ? options.join('|') : 'VALUE'))
        : undefined,
    options,
    global,
    negatable: flag.type === 'boolean' && flag.allowNo === true,
  };
}

const helpValue = (value: string | readonly string[] | undefined): string | undefined =>
  value === undefined || typeof value === 'string' ? value : value.join(' ');

/** What may follow the words typed so far as a next word of a command's name: `db` → `stats`, `merge`. */
export function nextWords(
  specs: readonly CommandSpec[],
  topics: Catalogue['topics'],
): Map<string, { word: string; purpose: string }[]> {
  const next = new Map<string, { word: string; purpose: string }[]>();
  const add = (before: string, word: string, purpose: string): void => {
    const known = next.get(before) ?? [];
    if (!known.some((own) => own.word === word)) next.set(before, [...known, { word, purpose }]);
  };
  for (const { name, purpose } of specs) {
    const [first = '', second] = name.split(' ');
    add('', first, second === undefined ? purpose : (topics[first] ?? `${first} commands`));
    if (second !== undefined) add(first, second, purpose);
  }
  return next;
}

/** `--board`, `--no-color` … as they are typed. */
export const flagWords = ({ flags }: CommandSpec): string[] =>
  flags.flatMap(({ name, negatable }) => (negatable ? [`--${name}`, `--no-${name}`] : [`--${name}`]));
