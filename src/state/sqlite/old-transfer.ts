/** Events before version 3 of the state told of one thing, the transfers of rr sync, without saying on which machine. */
import * as z from 'zod';
import { type Event, makeEvent } from '../store/event.ts';

const number = z.number().catch(0);
const Transfer = z.looseObject({
  host: z.string().catch(''),
  direction: z.enum(['push', 'pull']).catch('pull'),
  status: z.string().catch('done'),
  reason: z.string().catch(''),
  ...{ files: number, games: number, rows: number, bytes: number, seconds: number },
});

/** Of one that cannot be read, what is known. */
export function oldTransfer(at: number, text: string): Event {
  let json: unknown = {};
  try {
    json = JSON.parse(text);
  } catch {
    // the row is damaged, and stays so
  }
  const { host, direction, status, reason, files, games, rows, bytes, seconds } = Transfer.catch(
    Transfer.parse({}),
  ).parse(json);
  const transfer = { by: '', with: host, direction, ended: at };
  return status === 'failed'
    ? makeEvent({ type: 'sync_failed', at, host: '', facts: { ...transfer, code: '', reason } })
    : makeEvent({ type: 'data_synced', at, host: '', facts: { ...transfer, files, games, rows, bytes, seconds } });
}
