/** How much a command says on stderr besides its failure: RR_LOG_LEVEL, else upstream's RINGRIFT_LOG_LEVEL. */
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';

/** `error`: failures alone; `warning`: notes too; `info`, the default: progress too; `debug`: where a bug is, too. */
export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names of the same levels that Python's logging has. */
const OTHER_NAMES: Readonly<Record<string, LogLevel>> = { warn: 'warning', critical: 'error', fatal: 'error' };

/** A level of upstream's that is none here counts as `info`. @throws RrError CONFIG_INVALID for one of ours */
export function logLevel({ RR_LOG_LEVEL: ours = '', RINGRIFT_LOG_LEVEL: theirs = '' }: NodeJS.ProcessEnv): LogLevel {
  const level = levelNamed(ours === '' ? theirs : ours);
  if (level !== undefined || ours === '') return level ?? 'info';
  throw new RrError('CONFIG_INVALID', {
    where: 'RR_LOG_LEVEL',
    detail: `'${ours}' is none of ${LOG_LEVELS.join(', ')}${nearestHint(ours, LOG_LEVELS)}`,
  });
}

function levelNamed(name: string): LogLevel | undefined {
  const lower = name.toLowerCase();
  return LOG_LEVELS.find((level) => level === lower) ?? OTHER_NAMES[lower];
}

/** Whether something of level `what` is said when `level` is asked for. */
export const says = (level: LogLevel, what: LogLevel): boolean => LOG_LEVELS.indexOf(what) <= LOG_LEVELS.indexOf(level);
