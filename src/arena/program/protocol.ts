/**
 * What rr and an external program say to each other: one JSON object per line, on the program's standard input and
 * output (docs/external-players.md). The program's standard error is not read.
 */
import * as z from 'zod';
import { moveToJson } from '../../engine/json/move.ts';
import { stateToJson } from '../../engine/json/state.ts';
import type { MoveList } from '../../engine/moves.ts';
import { moveNotation } from '../../engine/notation.ts';
import { RULES_VERSION, type Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';

export const PROTOCOL_VERSION = 1;

/** The first line; the program answers with `ready`. */
export const helloMessage = ({ board, players }: Rules, milliseconds: number) => ({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  rules: RULES_VERSION,
  config: `${board}_${players}p`,
  milliseconds,
});

/** A decision; the program answers with `move` and the same id. Cost: the JSON of the position. */
export const chooseMessage = (id: number, state: State, legal: MoveList, milliseconds: number) => ({
  type: 'choose',
  id,
  /** Who is to move, from 1. */
  seat: state.player,
  milliseconds,
  position: stateToJson(state),
  moves: Array.from({ length: legal.length }, (_, index) => ({
    index,
    text: moveNotation(state, legal.at(index)),
    move: moveToJson(state, legal.at(index)),
  })),
});

export const replySchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('ready') }),
  z.looseObject({
    type: z.literal('move'),
    id: z.int(),
    /** Place of the move in the list of the question. */
    index: z.int(),
  }),
]);
export type Reply = z.infer<typeof replySchema>;
