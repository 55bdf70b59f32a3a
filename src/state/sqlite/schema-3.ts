/** Runs say which process they are and what was typed; events are facts with an id of their own. Once released a step is never edited. */
import { sealText, sealTriggers } from './seals.ts';

const OLD_RUNS = [
  ...(['run_id', 'command', 'config', 'host', 'boot_id', 'pid'] as const),
  ...(['started_at', 'heartbeat_at', 'ended_at', 'exit', 'detail'] as const),
];
const RUNS = [...OLD_RUNS, 'process_start', 'argv', 'trace'];
const OLD_EVENTS = ['id', 'at', 'kind', 'run_id', 'config', 'detail'];
const EVENTS = ['arrival', 'id', 'type', 'at', 'host', 'config', 'trace', 'detail'];

/** A row that was damaged stays so: its seal becomes a wrong one. */
const sealedAnew = (old: readonly string[], fresh: string): string => `iif(seal IS ${sealText(old)}, ${fresh}, -1)`;

const dropTriggers = (table: string): string =>
  ['added', 'changed', 'removed'].map((end) => `DROP TRIGGER ${table}_${end};`).join('\n');

const totalsOf = (table: string, columns: readonly string[]): string => `
UPDATE totals SET rows = (SELECT count(*) FROM ${table} NOT INDEXED),
  seals = (SELECT coalesce(sum(${sealText(columns)}), 0) FROM ${table} NOT INDEXED) WHERE name = '${table}';`;

export const RUNS_AND_EVENTS = `
${dropTriggers('runs')}
ALTER TABLE runs ADD COLUMN process_start TEXT;
ALTER TABLE runs ADD COLUMN argv TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(argv));
ALTER TABLE runs ADD COLUMN trace TEXT;
UPDATE runs SET seal = ${sealedAnew(OLD_RUNS, sealText(RUNS))};
${totalsOf('runs', RUNS)}
CREATE INDEX runs_by_start ON runs(started_at);
${sealTriggers('runs', RUNS)}

${dropTriggers('events')}
CREATE TABLE facts (
  arrival INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  host TEXT NOT NULL,
  config TEXT,
  trace TEXT,
  detail TEXT NOT NULL CHECK (json_valid(detail)),
  seal INTEGER
) STRICT;
-- the same fact noted twice is one row
INSERT OR IGNORE INTO facts
  SELECT id, event_of(at, detail, 'id'), event_of(at, detail, 'type'), at, '', config, NULL, event_of(at, detail, 'detail'),
    ${sealedAnew(OLD_EVENTS, '0')}
  FROM events NOT INDEXED ORDER BY id;
DROP TABLE events;
ALTER TABLE facts RENAME TO events;
UPDATE events SET seal = ${sealText(EVENTS)} WHERE seal = 0;
${totalsOf('events', EVENTS)}
CREATE INDEX events_by_type ON events(type, arrival);
${sealTriggers('events', EVENTS)}
`;
