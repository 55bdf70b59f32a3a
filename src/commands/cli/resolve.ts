/** From the argument list to the one thing it asks for: a command, a help page, or a usage error. */
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import type { CommandEntry } from './base.ts';
import { MEANT } from './meant.ts';

export type Request =
  | { readonly kind: 'command'; readonly entry: CommandEntry; readonly argv: readonly string[] }
  | { readonly kind: 'help'; readonly topic: string | undefined }
  | { readonly kind: 'error'; readonly command: string; readonly error: RrError };

const HELP_FLAGS = new Set(['--help', '-h']);

export function resolveCommand(argv: readonly string[], commands: readonly CommandEntry[]): Request {
  const [first, second] = argv;
  if (first === undefined || HELP_FLAGS.has(first)) return { kind: 'help', topic: undefined };
  // `rr help db stats` is `rr db stats --help`.
  if (first === 'help') return second === undefined ? help() : resolveCommand([...argv.slice(1), '--help'], commands);
  if (first.startsWith('-')) {
    const detail = `'${first}' comes before any command; flags follow the command's name (rr COMMAND [FLAGS])`;
    return { kind: 'error', command: '', error: new RrError('USAGE', { detail }) };
  }

  const twoWords = second === undefined || second.startsWith('-') ? undefined : `${first} ${second}`;
  // `rr bench --compare A B` is `rr bench compare A B`
  const byFlag = second?.startsWith('--') ? `${first} ${second.slice(2)}` : undefined;
  const byTwo = commands.find((entry) => entry.name === twoWords || entry.name === byFlag);
  if (byTwo) return { kind: 'command', entry: byTwo, argv: argv.slice(2) };
  const byOne = commands.find((entry) => entry.name === first);
  if (byOne) return { kind: 'command', entry: byOne, argv: argv.slice(1) };

  const members = commands.filter((entry) => entry.name.startsWith(`${first} `));
  if (members.length > 0 && twoWords === undefined) {
    if (argv.some((word) => HELP_FLAGS.has(word))) return { kind: 'help', topic: first };
    const detail = `needs one of ${members.map((entry) => entry.name.slice(first.length + 1)).join(', ')}`;
    return {
      kind: 'error',
      command: first,
      error: new RrError('USAGE', { detail: `${detail}; see rr ${first} --help` }),
    };
  }
  return unknown(first, twoWords, members, commands);
}

const help = (): Request => ({ kind: 'help', topic: undefined });

function unknown(
  first: string,
  twoWords: string | undefined,
  members: readonly CommandEntry[],
  commands: readonly CommandEntry[],
): Request {
  const typed = members.length > 0 && twoWords !== undefined ? twoWords : first;
  const names = (members.length > 0 ? members : commands).map((entry) => entry.name);
  const firstWords = commands.map((entry) => entry.name.split(' ')[0] ?? entry.name);
  // `rr dbb stats` is nearest to a whole name, `rr selfpaly x` or `rr dbb` to a first word.
  const hint =
    (twoWords !== undefined && nearestHint(twoWords, names)) ||
    nearestHint(typed, members.length > 0 ? names : firstWords) ||
    (members.length === 0 && meantHint(first, commands));
  const words = members.map(({ name }) => name.slice(first.length + 1));
  const known = members.length > 0 ? ` (there is ${words.join(', ')})` : '';
  return {
    kind: 'error',
    command: '',
    error: new RrError('UNKNOWN_COMMAND', { command: typed, hint: hint || known }),
  };
}

/** What other programs call so, and commands that end on that word: `rr status`, `rr ls`. */
function meantHint(word: string, commands: readonly CommandEntry[]): string {
  const meant = MEANT[word] ?? commands.filter(({ name }) => name.endsWith(` ${word}`)).map(({ name }) => name);
  if (meant.length === 0) return '';
  const names = meant.map((name) => `rr ${name}`);
  return ` (did you mean ${names.slice(0, -1).join(', ')}${names.length > 1 ? ' or ' : ''}${names.at(-1)}?)`;
}
