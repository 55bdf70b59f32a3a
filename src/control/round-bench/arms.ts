/**
 * The arms of a bench of one round, from a YAML file: a name, and below it what differs from the loop's settings, as
 * flags of the two commands.
 *
 *     as-today: {}
 *     more-simulations:
 *       selfplay: { games: 500, budget: 150 }
 *       train: { epochs: 4 }
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import { requireFile } from '../../io/missing-file.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';

const flagValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});
const armsSchema = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'an arm is named in small letters, digits and dashes'),
  z.strictObject({ selfplay: flagValues, train: flagValues }).nullable(),
);

export type FlagValues = z.infer<typeof flagValues>;

const ARM_COMMANDS = ['selfplay', 'train'] as const;
type ArmCommand = (typeof ARM_COMMANDS)[number];

export interface Arm {
  readonly name: string;
  /** Flags in place of the loop's own. */
  readonly flags: Readonly<Record<ArmCommand, FlagValues>>;
}

/**
 * `known`: flags of each command. A misspelt one is refused here rather than hours later.
 * @throws RrError FILE_NOT_FOUND, CONFIG_INVALID, CONFIG_UNKNOWN_KEY
 */
export function readArms(path: string, known: Readonly<Record<ArmCommand, readonly string[]>>): Arm[] {
  requireFile(path);
  const parsed = armsSchema.safeParse(yamlOf(path));
  if (!parsed.success) throw new RrError('CONFIG_INVALID', { where: path, detail: zodDetail(parsed.error) });
  const arms = Object.entries(parsed.data).map(([name, settings]): Arm => {
    const { selfplay = {}, train = {} } = settings ?? {};
    for (const [command, flags] of [['selfplay', selfplay] as const, ['train', train] as const]) {
      const wrong = Object.keys(flags).find((key) => !known[command].includes(key));
      if (wrong === undefined) continue;
      const key = `${name}.${command}.${wrong}`;
      throw new RrError('CONFIG_UNKNOWN_KEY', { where: path, key, hint: nearestHint(wrong, known[command]) });
    }
    return { name, flags: { selfplay, train } };
  });
  if (arms.length > 0) return arms;
  throw new RrError('CONFIG_INVALID', { where: path, detail: 'names no arm' });
}

function yamlOf(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const detail = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new RrError('CONFIG_INVALID', { where: path, detail }, { cause });
  }
}

/** The arguments with these flags in place of those of the same names: a flag may be given once only. */
export function withFlags(args: readonly string[], flags: FlagValues): string[] {
  const replaced = (word: string | undefined): boolean =>
    word?.startsWith('--') === true && Object.hasOwn(flags, word.slice(2));
  const kept = args.filter((word, i) => !replaced(word) && !replaced(args[i - 1]));
  const given = Object.entries(flags).flatMap(([name, value]) => {
    if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
    return [`--${name}`, String(value)];
  });
  return [...kept, ...given];
}
