/**
 * Full moves as records carry them (docs/upstream-formats.md §10.2, docs/rules.md §12.3), and their translation to and
 * from packed moves.
 */
import { fieldA, fieldB, fieldC, Kind, kindOf, MOVE_TYPES, type MoveType, NO_CELL } from '../moves.ts';
import type { State } from '../state.ts';
import { collapsedCells, lineOf, regionOf } from '../text.ts';
import { type PositionJson, positionOf } from './position.ts';

/** Recorded move before any check: whatever the source said. */
export type RawMove = Readonly<Record<string, unknown>>;

/** The fields of a recorded move that carry meaning. Readers accept null for absent and ignore other fields. */
export interface MoveJson {
  readonly type: MoveType;
  readonly player: number;
  readonly from?: PositionJson;
  readonly to?: PositionJson;
  readonly captureTarget?: PositionJson;
  readonly placementCount?: number;
  readonly formedLines?: readonly {
    readonly positions: readonly PositionJson[];
    readonly player: number;
    readonly length: number;
  }[];
  readonly collapsedMarkers?: readonly PositionJson[];
  readonly disconnectedRegions?: readonly {
    readonly spaces: readonly PositionJson[];
    readonly controllingPlayer: number;
    readonly isDisconnected: true;
  }[];
  readonly eliminatedRings?: readonly { readonly player: number; readonly count: number }[];
  readonly eliminationContext?: 'line' | 'territory' | 'recovery' | 'forced';
  readonly recoveryMode?: 'line' | 'fallback' | 'stack_strike';
  readonly recoveryOption?: 1 | 2;
  readonly collapsePositions?: readonly PositionJson[];
  /** Cell keys of the stack that pays; empty for option 2. */
  readonly extractionStacks?: readonly string[];
}

/** Names of earlier versions of the original → today's (docs/upstream-formats.md §1.3). */
export const LEGACY_MOVE_TYPES: Readonly<Record<string, MoveType>> = {
  move_ring: 'move_stack',
  build_stack: 'move_stack',
  choose_line_reward: 'choose_line_option',
  line_reward: 'choose_line_option',
  line_choice: 'choose_line_option',
  process_territory_region: 'choose_territory_option',
  territory_region: 'choose_territory_option',
  territory_choice: 'choose_territory_option',
  territory_claim: 'choose_territory_option',
  line_formation: 'process_line',
  no_line_reward: 'no_line_action',
  skip_line_reward: 'no_line_action',
  no_territory_reward: 'no_territory_action',
  skip_territory_reward: 'no_territory_action',
  capture: 'overtaking_capture',
  capture_ring: 'overtaking_capture',
  perform_capture: 'overtaking_capture',
  chain_capture: 'continue_capture_segment',
  recover_ring: 'recovery_slide',
  stack_recovery: 'recovery_slide',
  eliminate_player: 'forced_elimination',
  forced_eliminate: 'forced_elimination',
  pie_rule: 'swap_sides',
  swap_sides_accepted: 'swap_sides',
  swap_colors: 'swap_sides',
};

/** The full move that a packed move means in `s` (the position before it). */
export function moveToJson(s: State, move: number): MoveJson {
  const { topology } = s.rules;
  const kind = kindOf(move);
  const player = s.player;
  const at = (cell: number): PositionJson => positionOf(topology, cell);
  const all = (cells: readonly number[]): PositionJson[] => cells.map(at);
  const type = MOVE_TYPES[kind];
  const a = fieldA(move);
  const b = fieldB(move);
  const c = fieldC(move);
  switch (kind) {
    case Kind.place:
      return { type, player, to: at(a), placementCount: b };
    case Kind.move:
      return { type, player, from: at(a), to: at(b) };
    case Kind.capture:
    case Kind.chain:
      return { type, player, from: at(a), captureTarget: at(b), to: at(c) };
    case Kind.recoverLine:
      return {
        type,
        player,
        from: at(a),
        to: at(b),
        recoveryMode: 'line',
        recoveryOption: 1,
        extractionStacks: payer(s, c),
      };
    case Kind.recoverWindow:
      return {
        type,
        player,
        from: at(a),
        to: at(b),
        recoveryMode: 'line',
        recoveryOption: 2,
        collapsePositions: all(collapsedCells(s, move)),
        extractionStacks: [],
      };
    case Kind.recoverFallback:
      return { type, player, from: at(a), to: at(b), recoveryMode: 'fallback', extractionStacks: payer(s, c) };
    case Kind.recoverStrike:
      return { type, player, from: at(a), to: at(b), recoveryMode: 'stack_strike', extractionStacks: payer(s, c) };
    case Kind.processLine:
    case Kind.lineAll:
    case Kind.lineWindow: {
      const cells = lineOf(s, move);
      const formedLines = [{ positions: all(cells), player, length: cells.length }];
      if (kind === Kind.processLine) return { type, player, to: at(a), formedLines };
      return { type, player, to: at(a), formedLines, collapsedMarkers: all(collapsedCells(s, move)) };
    }
    case Kind.territory: {
      const region = { spaces: all(regionOf(s, move)), controllingPlayer: b || player, isDisconnected: true as const };
      return { type, player, to: at(a), disconnectedRegions: [region] };
    }
    case Kind.eliminateLine:
      return { type, player, to: at(a), eliminatedRings: [{ player, count: 1 }], eliminationContext: 'line' };
    case Kind.eliminateTerritory:
      return {
        type,
        player,
        to: at(a),
        eliminatedRings: [{ player, count: s.cap[a] }],
        eliminationContext: 'territory',
      };
    case Kind.eliminateRecovery:
      return { type, player, to: at(a), eliminatedRings: [{ player, count: 1 }], eliminationContext: 'recovery' };
    case Kind.forcedElimination:
      return { type, player, to: at(a), eliminatedRings: [{ player, count: s.cap[a] }] };
    default:
      return { type, player };
  }
}

function payer(s: State, cell: number): string[] {
  return cell === NO_CELL ? [] : [s.rules.topology.keys[cell]];
}
