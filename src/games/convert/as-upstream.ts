/**
 * Fields of moves and positions that version 0.1.0 derived otherwise than upstream writes them. They are put right on top of
 * what service-move.ts and service-state.ts derive, and only for games of ours: a game that came from upstream is kept as
 * its differences from that derivation, which therefore never changes.
 */
import * as z from 'zod';
import { at } from '../../core/at.ts';
import { positionOf } from '../../engine/json/position.ts';
import { Phase } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import { type JsonObject, PositionSchema } from '../upstream/types.ts';
import { keyOfPlace } from './service-move.ts';

/** `firstStack`: the first stack of the player in upstream's order; −1 if there is none. */
export function moveAsUpstream(s: State, move: JsonObject, firstStack: number): JsonObject {
  const { topology } = s.rules;
  const square = topology.spec.shape === 'square';
  if (move.type === 'skip_placement' && firstStack >= 0) {
    return { ...move, to: { ...positionOf(topology, firstStack), ...(square && { z: null }) } };
  }
  // the one move that upstream numbers from 0
  if (move.eliminationContext === 'line') return { ...move, moveNumber: Number(move.moveNumber) - 1 };
  if (move.type === 'choose_line_option') return { ...move, id: withWindow(move) };
  return move;
}

const lineSchema = z.object({
  formedLines: z.array(z.looseObject({ positions: z.array(PositionSchema) })),
  collapsedMarkers: z.array(PositionSchema),
});

/** An id that ends in `min` also says where in the line the collapsed cells begin. */
function withWindow(move: JsonObject): unknown {
  const line = lineSchema.safeParse(move);
  if (!line.success || !String(move.id).endsWith('min')) return move.id;
  const { formedLines, collapsedMarkers } = line.data;
  const collapsed = new Set(collapsedMarkers.map(keyOfPlace));
  return `${String(move.id)}-${at(formedLines, 0).positions.findIndex((cell) => collapsed.has(keyOfPlace(cell)))}`;
}

export interface Around {
  /** Moves so far, in full. */
  readonly history: readonly JsonObject[];
  /** The game ended here, with this winner (0: none). */
  readonly over: boolean;
  readonly winner: number;
}

export function stateAsUpstream(s: State, state: JsonObject, { history, over, winner }: Around): JsonObject {
  return {
    ...state,
    currentPlayer: over && winner > 0 ? winner : state.currentPlayer,
    chainCaptureState: s.phase === Phase.chain && !over ? chainOf(history) : null,
    mustMoveFromStackKey: MOVING.has(s.phase) ? state.mustMoveFromStackKey : null,
    lpsExclusivePlayerForCompletedRound: s.lpsHolder || null,
  };
}

/** Phases in which the stack placed this turn is still to move. */
const MOVING: ReadonlySet<number> = new Set([Phase.movement, Phase.capture, Phase.chain, Phase.over]);

const captureSchema = z.looseObject({
  type: z.enum(['overtaking_capture', 'continue_capture_segment']),
  player: z.number(),
  from: PositionSchema,
  captureTarget: PositionSchema,
  to: PositionSchema,
});
type Capture = z.infer<typeof captureSchema>;

/** The captures under way, the last of which is the last move; null where that is none. */
function chainOf(history: readonly JsonObject[]): JsonObject | null {
  const captures = lastCaptures(history);
  const last = captures.at(-1);
  if (last === undefined) return null;
  const segments = captures.map(({ from, captureTarget, to }) => ({
    from,
    target: captureTarget,
    landing: to,
    // upstream leaves it at 0
    capturedCapHeight: 0,
  }));
  return {
    playerNumber: last.player,
    startPosition: at(segments, 0).from,
    currentPosition: last.to,
    segments,
    availableMoves: [],
    visitedPositions: segments.map(({ from }) => keyOfPlace(from)),
  };
}

/** The first capture of the chain and those that continue it. */
function lastCaptures(history: readonly JsonObject[]): Capture[] {
  const captures: Capture[] = [];
  for (let i = history.length - 1; i >= 0; i--) {
    const capture = captureSchema.safeParse(history[i]);
    if (!capture.success) break;
    captures.unshift(capture.data);
    if (capture.data.type === 'overtaking_capture') break;
  }
  return captures;
}
