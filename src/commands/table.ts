/**
 * Every command of `rr`: its name as typed, its purpose in one line, and how to load it. Nothing is discovered in the
 * file system; a command that is not listed here does not exist. Loading is lazy so that one command never pays for
 * the imports of another.
 */
import type { RrCommandClass } from './base.ts';

/** Headings of `rr --help`, in reading order. */
export const GROUPS = ['Play and look', 'Games and samples', 'Learn', 'Judge', 'Operate'] as const;
export type Group = (typeof GROUPS)[number];

export interface CommandEntry {
  /** As typed, words separated by one space: `db stats`. */
  readonly name: string;
  readonly group: Group;
  /** One line, without a full stop. */
  readonly purpose: string;
  readonly load: () => Promise<{ readonly default: RrCommandClass }>;
}

type Load = CommandEntry['load'];

const command = (group: Group, name: string, purpose: string, load: Load): CommandEntry => ({
  group,
  name,
  purpose,
  load,
});

// biome-ignore format: one line per command, so that changes to it never touch each other
export const COMMANDS: readonly CommandEntry[] = [
  command('Play and look', 'show', 'draw a position or step through a game', () => import('./show.ts')),
  command('Games and samples', 'selfplay', 'play games between players and write them as records or into a database', () => import('./selfplay.ts')),
  command('Games and samples', 'export', 'turn games into NPZ training files', () => import('./export.ts')),
  command('Games and samples', 'npz info', 'list the arrays of a training file and where they come from', () => import('./npz-info.ts')),
  command('Games and samples', 'parity', 'replay recorded games strictly and report every difference', () => import('./parity.ts')),
  command('Games and samples', 'db init', 'make a replay database, or bring an old one up to date', () => import('./db-init.ts')),
  command('Games and samples', 'db stats', 'count the games of databases by config, engine, reason, seat and more', () => import('./db-stats.ts')),
  command('Games and samples', 'db ls', 'list the games of databases', () => import('./db-ls.ts')),
  command('Games and samples', 'db dump', 'write the games of a database as records', () => import('./db-dump.ts')),
  command('Games and samples', 'db import', 'add game records to a database', () => import('./db-import.ts')),
  command('Games and samples', 'db convert', 'turn databases of the original into ours, or ours into theirs', () => import('./db-convert.ts')),
  command('Games and samples', 'db merge', 'add the games of other databases to one', () => import('./db-merge.ts')),
  command('Operate', 'config show', 'print the settings in force and where each came from', () => import('./config-show.ts')),
];

/** First words that hold several commands, with their purpose. */
export const TOPICS: Readonly<Record<string, string>> = {
  npz: 'training files',
  db: 'databases of games, ours and the original service’s',
  config: 'settings and their origin',
};
