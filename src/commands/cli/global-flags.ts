/** The flags that every command has (docs/commands.md). */
import { Flags } from '@oclif/core';
import { EXIT_CODES, type ExitCode, RrError } from '../../core/errors.ts';
import { type LogLevel, logLevel } from './log-level.ts';

export const OUTPUT_FORMATS = ['table', 'ndjson'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const GROUP = 'global';

export const globalFlags = {
  help: Flags.boolean({ char: 'h', description: 'show this page', helpGroup: GROUP }),
  format: Flags.option({ options: OUTPUT_FORMATS })({
    description: 'what stdout carries (RR_FORMAT); default: table on a terminal, ndjson into a pipe or file',
    helpGroup: GROUP,
  }),
  'no-color': Flags.boolean({ description: 'no colours (NO_COLOR does the same)', helpGroup: GROUP }),
  'log-json': Flags.boolean({ description: 'progress and errors on stderr as JSON lines', helpGroup: GROUP }),
  'ok-codes': Flags.custom<ExitCode[]>({ parse: async (text) => parseOkCodes(text) })({
    description: 'exit statuses to turn into 0, such as 4,75 (for cron)',
    helpValue: 'LIST',
    helpGroup: GROUP,
  }),
  grace: Flags.custom<number>({ parse: async (text) => parseSeconds(text) })({
    description: 'time to flush after SIGINT or SIGTERM before giving up (default 20)',
    helpValue: 'SECONDS',
    helpGroup: GROUP,
  }),
};

/** The values of the global flags, defaults filled in. */
export interface GlobalOptions {
  readonly format: OutputFormat;
  /** Whether stdout is coloured. */
  readonly color: boolean;
  /** Whether stderr is coloured. */
  readonly logColor: boolean;
  readonly logJson: boolean;
  readonly okCodes: readonly ExitCode[];
  readonly graceSeconds: number;
  readonly logLevel: LogLevel;
}

interface GlobalFlagValues {
  readonly format?: string | undefined;
  readonly 'no-color'?: boolean | undefined;
  readonly 'log-json'?: boolean | undefined;
  readonly 'ok-codes'?: readonly ExitCode[] | undefined;
  readonly grace?: number | undefined;
}

interface Terminals {
  readonly stdout: { readonly isTTY?: boolean };
  readonly stderr: { readonly isTTY?: boolean };
}

/** Fills in what depends on where stdout and stderr go. FORCE_COLOR colours a pipe, NO_COLOR wins over it (no-color.org). */
export function globalOptions(
  flags: GlobalFlagValues,
  { stdout, stderr }: Terminals = process,
  env: NodeJS.ProcessEnv = process.env,
): GlobalOptions {
  const refused = flags['no-color'] === true || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  const forced = !['', '0', 'false'].includes(env.FORCE_COLOR ?? '');
  return {
    format: formatFrom(flags.format) ?? formatFromEnvironment(env) ?? (stdout.isTTY === true ? 'table' : 'ndjson'),
    color: !refused && (stdout.isTTY === true || forced),
    logColor: !refused && (stderr.isTTY === true || forced),
    logJson: flags['log-json'] ?? false,
    okCodes: flags['ok-codes'] ?? [],
    graceSeconds: flags.grace ?? 20,
    logLevel: logLevel(env),
  };
}

const formatFrom = (name: string | undefined): OutputFormat | undefined =>
  OUTPUT_FORMATS.find((format) => format === name);

/** @throws RrError CONFIG_INVALID */
function formatFromEnvironment({ RR_FORMAT: name = '' }: NodeJS.ProcessEnv): OutputFormat | undefined {
  const format = formatFrom(name);
  if (format !== undefined || name === '') return format;
  throw new RrError('CONFIG_INVALID', {
    where: 'RR_FORMAT',
    detail: `'${name}' is none of ${OUTPUT_FORMATS.join(', ')}`,
  });
}

const isExitCode = (code: number): code is ExitCode => Object.hasOwn(EXIT_CODES, code);

function parseOkCodes(text: string): ExitCode[] {
  return text.split(',').map((part) => {
    const code = Number(part);
    if (part.trim() !== '' && isExitCode(code)) return code;
    throw new RrError('USAGE', {
      detail: `--ok-codes: '${part}' is no exit status of rr; there are ${Object.keys(EXIT_CODES).join(', ')}`,
    });
  });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= 86_400) return seconds;
  throw new RrError('USAGE', { detail: `--grace: '${text}' is not a number of seconds (0 to 86400)` });
}
