/** What the flag parser throws, told in our words: one line, naming the nearest flag. */
import { stripVTControlCharacters } from 'node:util';
import { Errors } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';

/**
 * An RrError for a parse failure; anything else comes back as it is. `flagNames` are the command's flags without
 * dashes, `command` its name as typed.
 */
export function usageError(thrown: unknown, command: string, flagNames: readonly string[]): unknown {
  if (thrown instanceof RrError) return new RrError(thrown.code, thrown.params);
  if (!(thrown instanceof Error)) return thrown;
  const detail = flagDetail(thrown, flagNames) ?? parserDetail(thrown);
  return detail === undefined ? thrown : new RrError('USAGE', { detail: `${detail}; see rr ${command} --help` });
}

/** Misspelt flags are listed on the parser's error; only the first is worth a line. */
function flagDetail(thrown: Error, flagNames: readonly string[]): string | undefined {
  if (!('flags' in thrown) || !Array.isArray(thrown.flags)) return undefined;
  const typed = String(thrown.flags[0]);
  const [name = typed] = typed.split('=');
  const known = flagNames.map((flag) => `--${flag}`);
  return `no flag ${name}${nearestHint(name, known).replaceAll("'", '')}`;
}

function parserDetail(thrown: Error): string | undefined {
  const lines = stripVTControlCharacters(thrown.message)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== 'See more help with --help');
  const [head = '', ...rest] = lines;
  const flag = /^Parsing (--\S+)$/.exec(head)?.[1];
  if (flag) return `${flag}: ${rest.join(' ')}`;
  if (!(thrown instanceof Errors.CLIError)) return undefined;
  // `Missing 1 required arg:` over a table of names and descriptions.
  if (/^Missing \d+ required args?:$/.test(head)) {
    const missing = rest.map((line) =>
      line.replace(
        /^(\S+) +(?:\([^)]*\|[^)]*\) )?(.*)$/,
        (_, name: string, what: string) => `${name.toUpperCase()} (${what})`,
      ),
    );
    return `needs ${missing.join(' and ')}`;
  }
  // 'The following error occurred:' is a heading over what matters.
  const said = /^The following errors? occurred:$/.test(head) ? rest : lines;
  const missing = said
    .map((line) => /^Missing required flag (\S+)$/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  if (missing.length > 0) return `needs ${missing.map((name) => `--${name}`).join(' and ')}`;
  return inOurWords(said.join(' '));
}

const inOurWords = (text: string): string =>
  text
    .replace(/^(--[\w-]+)=\S+ cannot also be provided when using (--[\w-]+)$/, '$1 and $2 do not go together')
    .replace(/^All of the following must be provided when using (--[\w-]+): (--[\w-]+)$/, '$1 goes with $2 only')
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
