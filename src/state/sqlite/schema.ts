/**
 * Tables of `state/rr.db`: what this host knows beside its games and models. STRICT tables refuse values of another
 * type. Times are milliseconds since 1970.
 *
 * A change of the schema is a new step; steps once released are never edited.
 */
import { FIRST_TABLES } from './schema-1.ts';
import { SEALS } from './schema-2.ts';
import { RUNS_AND_EVENTS } from './schema-3.ts';

/** "RRST": tells our files from all other SQLite databases. */
export const STATE_APPLICATION_ID = 0x52525354;

/** Step i takes a file from version i to i + 1. */
export const STATE_MIGRATIONS: readonly string[] = [FIRST_TABLES, SEALS, RUNS_AND_EVENTS];
