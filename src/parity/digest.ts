/** Digests of golden traces: SHA-256 of a text, first 16 hex characters (docs/upstream-formats.md §10.3). */
import { createHash } from 'node:crypto';
import { fingerprint, legalTexts } from '../engine/fingerprint.ts';
import { legalMoves } from '../engine/legal.ts';
import { MoveList } from '../engine/moves.ts';
import type { State } from '../engine/state.ts';

const legal = new MoveList();

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export const digestState = (s: State, over?: boolean): string => digest(fingerprint(s, over));

export function digestLegal(s: State): string {
  legalMoves(s, legal);
  return digest(legalTexts(s, legal).join('\n'));
}
