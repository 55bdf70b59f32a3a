/**
 * The one place where words become text for a shell: command lines that ssh hands to the login shell of a host, job
 * scripts, completions, and commands that people are told to run.
 */
import { RrError } from '../core/errors.ts';

const PLAIN = /^[A-Za-z0-9_/:=.,@%+-]+$/;

/**
 * A command line that POSIX shells (and fish) take apart into exactly `argv`. Words that are not plain stand in single
 * quotes; quotes and backslashes stand outside of them behind a backslash, which all of these shells read alike.
 * @throws RrError USAGE for a word with a NUL, which no argument can hold
 */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}

export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new RrError('USAGE', { detail: 'an argument holds a NUL character' });
  if (PLAIN.test(word)) return word;
  return `'${word.replace(/['\\]/g, (character) => `'\\${character}'`)}'`;
}
