/** A crontab line (crontab(5)). Commands that must not overlap hold a lease of their own and leave with 75. */
import { RrError } from '../../core/errors.ts';
import { quoteArgv } from '../../io/shell.ts';
import { type JobSpec, SHARD } from './spec.ts';

const FIELD = String.raw`(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?(,(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?)*`;
const SCHEDULE = new RegExp(`^(@(reboot|hourly|daily|weekly|monthly)|${FIELD}( ${FIELD}){4})$`);

/** `every` is a schedule of five fields or an @ word; `folder` is where it runs. @throws RrError USAGE */
export function cronLine({ name, rr, stage, shards }: JobSpec, every: string, folder: string): string {
  if (!SCHEDULE.test(every)) throw new RrError('USAGE', { detail: `--every: '${every}' is no crontab schedule` });
  if (shards > 1 || stage.some((word) => word.includes(SHARD))) {
    throw new RrError('USAGE', { detail: 'cron has no arrays; give every machine its own line with --shard i/n' });
  }
  const command = `cd ${quoteArgv([folder])} && ${quoteArgv([...rr, ...stage, '--ok-codes', '4,75'])}`;
  // cron ends the command at a percent sign unless it stands behind a backslash
  return `${every} ${`${command} >>${name}.log 2>&1`.replaceAll('%', '\\%')}\n`;
}
