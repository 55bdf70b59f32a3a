/** What a list of commands consists of. The list itself is table.ts, which nothing that it lists may import. */
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

export interface Catalogue {
  readonly commands: readonly CommandEntry[];
  /** First words that hold several commands, with their purpose. */
  readonly topics: Readonly<Record<string, string>>;
}
