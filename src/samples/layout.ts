/** What the two layouts of training files have in common: what they are told, and how games go in and a file comes out. */
import type { Writable } from 'node:stream';
import type { GameConfig } from '../engine/config-key.ts';
import type { Game } from '../games/game/game.ts';
import type { ReplayOptions } from '../games/game/replay.ts';

export const LAYOUTS = ['rr1', 'ai-service'] as const;
export type LayoutName = (typeof LAYOUTS)[number];

export interface SampleOptions {
  /** Keep every K-th decision of a game (with bookkeeping: every K-th move). */
  readonly sampleEvery: number;
  /** Also the moves that only record that nothing could be done. */
  readonly includeBookkeeping: boolean;
  /** Seed of the order of rows; undefined keeps the order of the games. */
  readonly shuffleSeed?: number;
  /** Layout rr1: share of the weight of a game's searched decisions that goes by surprise, 0 to 1; default SURPRISE_SHARE. */
  readonly surpriseShare?: number;
  /** Deflate level of the file, 0–9. */
  readonly compressionLevel: number;
}

export interface ExportTarget {
  readonly config: GameConfig;
  readonly target: { readonly path: string } | { readonly stream: Writable };
  /** Folder for temporary data. */
  readonly spillFolder: string;
}

/** One file in the making. */
export interface LayoutWriter {
  readonly config: GameConfig;
  readonly samples: number;
  readonly games: number;
  /**
   * Adds the samples of a game with a winner and returns their number; all of them or, when it throws, none.
   * Throws RrError RECORD_INVALID as replay() does.
   */
  add(game: Game): number;
  finish(): Promise<void>;
  /** Drops everything; no file is made. */
  abort(): void;
}

/**
 * How writers replay: a game of ours must end as it says. What one from elsewhere says has been judged before it came here.
 */
export const claimedEnd = ({ outcome }: Game): ReplayOptions => ({ anyResult: outcome === undefined });
