/** A position as plain data: all that a picture needs, and small enough that a page can hold every ply of a game. */
import { at } from '../../core/at.ts';
import { OUTCOMES, type OutcomeName, PHASES, type PhaseName } from '../../engine/phases.ts';
import { COLLAPSED, STACK, type State } from '../../engine/state.ts';

export interface SeatSnapshot {
  readonly hand: number;
  readonly eliminated: number;
  readonly territory: number;
}

export interface Snapshot {
  readonly ply: number;
  /** Seat to move. */
  readonly player: number;
  readonly phase: PhaseName;
  /**
   * By cell number: `''` empty, `o2` a marker of player 2, `#2` collapsed for player 2, `1122` a stack by the owners of
   * its rings, top first.
   */
  readonly cells: readonly string[];
  readonly seats: readonly SeatSnapshot[];
  /** 0 while nobody has won. */
  readonly winner: number;
  readonly outcome: OutcomeName;
}

export function snapshotOf(s: State): Snapshot {
  return {
    ply: s.ply,
    player: s.player,
    phase: at(PHASES, s.phase),
    cells: Array.from(s.content, (content, cell) => cellCode(s, cell, content)),
    seats: Array.from({ length: s.rules.players }, (_, i) => ({
      hand: at(s.hand, i + 1),
      eliminated: at(s.eliminated, i + 1),
      territory: at(s.territory, i + 1),
    })),
    winner: s.winner,
    outcome: at(OUTCOMES, s.outcome),
  };
}

function cellCode(s: State, cell: number, content: number): string {
  if (content === 0) return '';
  if (content > COLLAPSED) return `#${content - COLLAPSED}`;
  if (content > STACK) return s.rings(cell).join('');
  return `o${content}`;
}

/** What a code says, for drawing. */
export type CellView =
  | { readonly kind: 'empty' }
  | { readonly kind: 'marker' | 'collapsed'; readonly owner: number }
  | { readonly kind: 'stack'; readonly owner: number; readonly height: number; readonly cap: number };

export function cellView(code: string): CellView {
  if (code === '') return { kind: 'empty' };
  if (code[0] === 'o') return { kind: 'marker', owner: Number(code[1]) };
  if (code[0] === '#') return { kind: 'collapsed', owner: Number(code[1]) };
  let cap = 1;
  while (code[cap] === code[0]) cap++;
  return { kind: 'stack', owner: Number(code[0]), height: code.length, cap };
}
