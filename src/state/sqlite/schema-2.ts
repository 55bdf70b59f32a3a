/** Every row gets a seal, every table its totals. Once released a step is never edited. */
import { sealText, sealTriggers } from './seals.ts';

/** Columns as they were then. */
const COLUMNS = {
  leases: ['name', 'epoch', 'owner', 'host', 'boot_id', 'pid', 'acquired_at', 'expires_at'],
  runs: [
    ...(['run_id', 'command', 'config', 'host', 'boot_id', 'pid'] as const),
    ...(['started_at', 'heartbeat_at', 'ended_at', 'exit', 'detail'] as const),
  ],
  events: ['id', 'at', 'kind', 'run_id', 'config', 'detail'],
  cursors: ['name', 'value', 'updated_at'],
  model_audit: [
    ...(['id', 'config', 'pointer', 'hash', 'previous', 'generation'] as const),
    ...(['at', 'host', 'actor', 'reason', 'detail'] as const),
  ],
  results: ['id', 'kind', 'config', 'at', 'record'],
  file_hashes: ['path', 'stamp', 'hash'],
  breakers: ['host', 'failures', 'failed_at', 'reason'],
} as const;

/** Seals what is there, unless a row that is named by its contents has other contents: then it gets a wrong one. */
const sealed = (table: string, columns: readonly string[]): string => `
ALTER TABLE ${table} ADD COLUMN seal INTEGER;
UPDATE ${table} SET seal = iif(names_itself('${table}', ${columns.join(', ')}), ${sealText(columns)}, -1);
INSERT INTO totals SELECT '${table}', count(*), coalesce(sum(${sealText(columns)}), 0) FROM ${table} NOT INDEXED;
${sealTriggers(table, columns)}`;

export const SEALS = `
CREATE TABLE totals (
  name TEXT NOT NULL PRIMARY KEY,
  rows INTEGER NOT NULL,
  seals INTEGER NOT NULL
) STRICT;
${Object.entries(COLUMNS)
  .map(([table, columns]) => sealed(table, columns))
  .join('')}
`;
