/** Positions as the original's Python service writes them (docs/upstream-formats.md §1.3), rings bottom to top. */
import { at } from '../../core/at.ts';
import { positionOf } from '../../engine/json/position.ts';
import { PHASES } from '../../engine/phases.ts';
import { legacyTerritoryMinimum, type Rules } from '../../engine/rules.ts';
import { COLLAPSED, STACK, type State } from '../../engine/state.ts';
import type { JsonObject } from '../upstream/types.ts';

/** The start of a training game under these rules. `created`: ISO-8601. */
export function serviceStart(rules: Rules, created: string): JsonObject {
  const { board, players, supply, topology } = rules;
  const legacy = rules.territoryMinimum === legacyTerritoryMinimum(board);
  return {
    id: 'self-play',
    boardType: board,
    rngSeed: null,
    board: { type: board, size: topology.spec.size, ...EMPTY_BOARD },
    players: Array.from({ length: players }, (_, i) => ({
      id: `p${i + 1}`,
      username: `AI ${i + 1}`,
      type: 'ai',
      playerNumber: i + 1,
      isReady: true,
      timeRemaining: 600,
      aiDifficulty: 10,
      ringsInHand: supply,
      eliminatedRings: 0,
      territorySpaces: 0,
    })),
    currentPhase: 'ring_placement',
    currentPlayer: 1,
    moveHistory: [],
    timeControl: { initialTime: 600, increment: 0, type: 'blitz' },
    spectators: [],
    gameStatus: 'active',
    winner: null,
    createdAt: created,
    lastMoveAt: created,
    isRated: false,
    maxPlayers: players,
    totalRingsInPlay: supply * players,
    totalRingsEliminated: 0,
    victoryThreshold: rules.victoryThreshold,
    // upstream's TypeScript readers know only this field, and drop the next one
    territoryVictoryThreshold: rules.territoryMinimum,
    territoryVictoryMinimum: legacy ? null : rules.territoryMinimum,
    chainCaptureState: null,
    mustMoveFromStackKey: null,
    zobristHash: null,
    lpsRoundIndex: 0,
    lpsCurrentRoundActorMask: {},
    lpsExclusivePlayerForCompletedRound: null,
    lpsCurrentRoundFirstPlayer: null,
    lpsConsecutiveExclusiveRounds: 0,
    lpsRoundsRequired: rules.lpsRounds,
    lpsConsecutiveExclusivePlayer: null,
    rulesOptions: rulesOptions(rules),
    pendingLineRewardElimination: false,
  };
}

const EMPTY_BOARD = {
  stacks: {},
  markers: {},
  collapsedSpaces: {},
  eliminatedRings: {},
  formedLines: [],
  territories: {},
};

function rulesOptions({ players, options }: Rules): JsonObject | null {
  const supply = options.ringsPerPlayer === undefined ? {} : { ringsPerPlayer: options.ringsPerPlayer };
  if (players === 2) return { swapRuleEnabled: options.swapRuleEnabled ?? false, ...supply };
  return Object.keys(supply).length > 0 ? supply : null;
}

export interface StateContext {
  /** The start as stored: everything that does not change is taken from it. */
  readonly start: JsonObject;
  /** Moves so far, in full. */
  readonly history: readonly JsonObject[];
  readonly lastMoveAt: unknown;
  /** The game ended here, with this winner (0: none). */
  readonly over: boolean;
  readonly winner: number;
  /** The pie rule was used. */
  readonly swapped: boolean;
}

/** The position in full. Cost: the size of the JSON. */
export function serviceState(s: State, context: StateContext): JsonObject {
  const { start, history, over, winner } = context;
  const { topology, players } = s.rules;
  const square = topology.spec.shape === 'square';
  const placeOf = (cell: number) => ({ ...positionOf(topology, cell), ...(square && { z: null }) });
  const stacks: Record<string, unknown> = {};
  const markers: Record<string, unknown> = {};
  const collapsedSpaces: Record<string, number> = {};
  for (const [cell, content] of s.content.entries()) {
    const key = at(topology.keys, cell);
    if (content > COLLAPSED) collapsedSpaces[key] = content - COLLAPSED;
    else if (content > STACK) {
      stacks[key] = {
        position: placeOf(cell),
        rings: s.rings(cell).reverse(),
        stackHeight: s.height[cell],
        capHeight: s.cap[cell],
        controllingPlayer: content - STACK,
      };
    } else if (content > 0) markers[key] = { player: content, position: placeOf(cell), type: 'regular' };
  }
  const seats = Array.from({ length: players }, (_, i) => i + 1);
  const eliminated = seats.map((p) => [p, at(s.eliminated, p)] as const).filter(([, rings]) => rings > 0);
  const board = typeof start.board === 'object' ? start.board : {};
  return {
    ...start,
    board: { ...board, stacks, markers, collapsedSpaces, eliminatedRings: Object.fromEntries(eliminated) },
    players: seated(start.players, s, context.swapped),
    currentPhase: over ? 'game_over' : PHASES[s.phase],
    currentPlayer: s.player,
    moveHistory: history,
    gameStatus: over ? 'completed' : 'active',
    winner: over && winner > 0 ? winner : null,
    lastMoveAt: context.lastMoveAt,
    totalRingsEliminated: eliminated.reduce((sum, [, rings]) => sum + rings, 0),
    mustMoveFromStackKey: s.mustMove >= 0 ? at(topology.keys, s.mustMove) : null,
    lpsRoundIndex: s.lpsRound,
    lpsCurrentRoundActorMask: Object.fromEntries(
      seats.filter((p) => (s.lpsMask & (1 << (p - 1))) !== 0).map((p) => [p, true]),
    ),
    lpsCurrentRoundFirstPlayer: s.lpsFirst || null,
    lpsConsecutiveExclusiveRounds: s.lpsCount,
    lpsConsecutiveExclusivePlayer: s.lpsHolder || null,
    pendingLineRewardElimination: s.owesLine,
  };
}

/** Players keep their seat's number and rings; the pie rule exchanges who they are. */
function seated(value: unknown, s: State, swapped: boolean): unknown {
  if (!Array.isArray(value)) return value;
  const players: JsonObject[] = value.map((player) => ({ ...player }));
  return players.map((player, i) => {
    const seat = Number(player.playerNumber);
    const who = swapped && players.length === 2 ? at(players, 1 - i) : player;
    return {
      ...player,
      id: who.id,
      username: who.username,
      ringsInHand: s.hand[seat],
      eliminatedRings: s.eliminated[seat],
      territorySpaces: s.territory[seat],
    };
  });
}
