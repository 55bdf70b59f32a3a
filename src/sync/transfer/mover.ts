/** Moves staged files from one side's outgoing folder into the other's incoming folder. */
import type { Staged } from '../peer/items.ts';

/** Values of --transfer. */
export const TRANSFERS = ['auto', 'rsync', 'sftp'] as const;
export type Transfer = (typeof TRANSFERS)[number];

export interface MoveOptions {
  /** Folder on the sending side; holds exactly `files`, each under its SHA-256. */
  readonly from: string;
  /** Folder on the receiving side; may hold the beginnings of them. */
  readonly to: string;
  readonly files: readonly Staged[];
  /** Called with bytes as they travel. */
  readonly onBytes: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Afterwards `to` holds the files in full, or an error says why not: then what has arrived stays, and the next move
 * resumes from there. Contents are verified by the receiving side, not here.
 */
export interface Mover {
  readonly via: 'rsync' | 'sftp' | 'copy';
  move(options: MoveOptions): Promise<void>;
}
