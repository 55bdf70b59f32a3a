/** A transfer as an event. */
import { type Event, makeEvent } from '../state/store/event.ts';
import { thisProcess } from '../state/store/machine.ts';
import type { TransferRecord } from './transfer-record.ts';

/** What the log keeps of a transfer. */
export function eventOf(record: TransferRecord, at: number): Event {
  const { host, direction, status, code, reason, files, games, rows, bytes, seconds } = record;
  const by = thisProcess().host;
  const transfer = { by, with: host, direction, ended: at };
  return status === 'failed'
    ? makeEvent({
        type: 'sync_failed',
        at,
        host: by,
        facts: { ...transfer, code: code ?? '', reason: reason ?? 'failed' },
      })
    : makeEvent({ type: 'data_synced', at, host: by, facts: { ...transfer, files, games, rows, bytes, seconds } });
}
