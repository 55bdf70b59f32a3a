/**
 * Positions in the JSON forms of the original: the contract serialization of its TypeScript engine (rings top to
 * bottom, docs/rules.md §2.3) and the database state of its Python service (rings bottom to top,
 * docs/upstream-formats.md §1.3).
 */
import { type BoardName, isBoardName, isPlayerCount, type PlayerCount } from '../boards.ts';
import { RulesError } from '../errors.ts';
import { isPassive, Kind, kindOf, MOVE_TYPES } from '../moves.ts';
import { PHASES } from '../phases.ts';
import { createRules, legacyTerritoryMinimum, type Rules, type RulesOptions } from '../rules.ts';
import { createState, type SeatSetup } from '../setup.ts';
import { COLLAPSED, STACK, type State } from '../state.ts';
import { type Topology, topologyOf } from '../topology.ts';
import { LEGACY_MOVE_TYPES } from './move.ts';
import { positionOf, readCell, readKey } from './position.ts';
import { StackOrder } from './stack-order.ts';

export type RingOrder = 'top-to-bottom' | 'bottom-to-top';

export interface ReadStateOptions {
  readonly rings: RingOrder;
  /** False for hand-made test positions that need not account for every ring. */
  readonly conserve?: boolean;
}

type Json = Readonly<Record<string, unknown>>;

export interface ReadState {
  readonly state: State;
  /** The stacks in the order of the source, which decides unnamed recovery payers. */
  readonly order: StackOrder;
}

/** Reads either form. Throws SETUP_INVALID with the first thing wrong. */
export function readState(value: unknown, options: ReadStateOptions): ReadState {
  try {
    return read(asObject(value, 'state'), options);
  } catch (error) {
    if (error instanceof RulesError && error.code === 'MOVE_INVALID')
      throw new RulesError('SETUP_INVALID', error.message);
    throw error;
  }
}

function read(json: Json, options: ReadStateOptions): ReadState {
  const board = asObject(json.board, 'board');
  const name = String(json.boardType ?? board.type);
  if (!isBoardName(name)) throw invalid(`unknown board '${name}'`);
  const players = asArray(json.players, 'players').map((p, i) => asObject(p, `player ${i + 1}`));
  if (!isPlayerCount(players.length)) throw invalid(`${players.length} players`);
  const topology = topologyOf(name);
  const stacks = Object.entries(asObject(board.stacks, 'stacks')).map(([key, stack]) => {
    const rings = readRings(asObject(stack, `stack ${key}`), options.rings);
    return { cell: readKey(topology, key, 'stack'), rings };
  });
  const seats = [...players]
    .sort((a, b) => Number(a.playerNumber) - Number(b.playerNumber))
    .map(
      (p): SeatSetup => ({
        hand: asCount(p.ringsInHand),
        eliminated: asCount(p.eliminatedRings),
        territory: asCount(p.territorySpaces),
      }),
    );

  const rules = readRules(json, name, players.length, stacks, seats);
  const phase = (PHASES as readonly string[]).indexOf(String(json.currentPhase));
  if (phase < 0) throw invalid(`unknown phase '${String(json.currentPhase)}'`);
  const turn = readTurn(json, topology);
  const state = createState(
    rules,
    {
      seats,
      stacks,
      markers: readOwned(topology, board.markers, 'marker'),
      collapsed: readOwned(topology, board.collapsedSpaces, 'collapsed space'),
      player: Number(json.currentPlayer),
      phase,
      owesLine: json.pendingLineRewardElimination === true,
      ...turn,
    },
    options.conserve ?? true,
  );
  readRounds(state, json);
  return { state, order: new StackOrder(stacks.map(({ cell }) => cell)) };
}

function readRules(
  json: Json,
  board: BoardName,
  players: PlayerCount,
  stacks: readonly { readonly rings: readonly number[] }[],
  seats: readonly SeatSetup[],
): Rules {
  const stored = asObject(json.rulesOptions ?? {}, 'rulesOptions');
  const rounds = json.lpsRoundsRequired ?? stored.lpsRoundsRequired;
  const options: RulesOptions = {
    ...(stored.ringsPerPlayer != null && { ringsPerPlayer: asCount(stored.ringsPerPlayer) }),
    ...(stored.swapRuleEnabled === true && { swapRuleEnabled: true }),
    ...(rounds != null && { lpsRoundsRequired: asCount(rounds) }),
  };
  const onBoard = stacks.reduce((sum, { rings }) => sum + rings.length, 0);
  const inHand = seats.reduce((sum, { hand }) => sum + hand, 0);
  return createRules(
    board,
    players,
    options,
    {
      ...(json.victoryThreshold != null && { victoryThreshold: asCount(json.victoryThreshold) }),
      // A state without a minimum of its own falls back to "more than half the board" (docs/rules.md D22).
      territoryMinimum:
        json.territoryVictoryMinimum != null ? asCount(json.territoryVictoryMinimum) : readLegacyMinimum(json, board),
    },
    onBoard + inHand,
  );
}

function readLegacyMinimum(json: Json, board: BoardName): number {
  return json.territoryVictoryThreshold != null
    ? asCount(json.territoryVictoryThreshold)
    : legacyTerritoryMinimum(board);
}

function readRings(stack: Json, order: RingOrder): number[] {
  if (!Array.isArray(stack.rings)) {
    return new Array<number>(asCount(stack.stackHeight)).fill(Number(stack.controllingPlayer));
  }
  const rings = stack.rings.map(Number);
  return order === 'top-to-bottom' ? rings : rings.reverse();
}

function readOwned(topology: Topology, value: unknown, what: string): { cell: number; player: number }[] {
  return Object.entries(asObject(value ?? {}, what)).map(([key, entry]) => ({
    cell: readKey(topology, key, what),
    player: Number(typeof entry === 'object' && entry !== null ? (entry as Json).player : entry),
  }));
}

/** What the turn so far implies, from the stored keys and the trailing run of the mover's own moves in the history. */
function readTurn(json: Json, topology: Topology) {
  const history = Array.isArray(json.moveHistory) ? (json.moveHistory as Json[]) : [];
  const player = Number(json.currentPlayer);
  const last = history.at(-1);
  const run: number[] = [];
  for (let i = history.length - 1; i >= 0 && Number(history[i].player) === player; i--)
    run.push(kindOfType(history[i].type));
  const movedMask = history.reduce((mask, move) => mask | (1 << (Number(move.player) - 1)), 0);
  const chain = json.chainCapturePosition ?? (json.chainCaptureState as Json | null | undefined)?.currentPosition;
  const landing = json.currentPhase === 'capture' ? (last?.to ?? chain) : chain;
  // Stored positions keep the last chain's stack; it means nothing in other phases.
  const capturing = json.currentPhase === 'capture' || json.currentPhase === 'chain_capture';
  return {
    movedMask,
    acted: run.some((kind) => !isPassive(kind)),
    recovered: run.includes(Kind.recoverLine),
    owesRegion:
      json.currentPhase === 'territory_processing' &&
      last !== undefined &&
      kindOfType(last.type) === Kind.territory &&
      Number(last.player) === player,
    lastActor: last ? Number(last.player) : 0,
    ...(json.mustMoveFromStackKey != null && {
      mustMove: readKey(topology, json.mustMoveFromStackKey, 'mustMoveFromStackKey'),
    }),
    ...(capturing && landing != null && { attacker: readCell(topology, landing, 'capturing stack') }),
  };
}

/** First kind of a record type; enough to tell what a move was (all recovery kinds map to the first). */
function kindOfType(type: unknown): number {
  const name = String(type);
  return kindOf(Math.max(0, (MOVE_TYPES as readonly string[]).indexOf(LEGACY_MOVE_TYPES[name] ?? name)));
}

function readRounds(s: State, json: Json): void {
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
  s.lpsFirst = number(json.lpsCurrentRoundFirstPlayer);
  s.lpsCount = number(json.lpsConsecutiveExclusiveRounds);
  s.lpsHolder = number(json.lpsConsecutiveExclusivePlayer);
  s.lpsRound = number(json.lpsRoundIndex);
  // The stored actor mask is polluted by the original's look-ahead (docs/upstream-formats.md §9.14): it starts empty.
  s.lpsMask = 0;
}

/**
 * The contract serialization of a position (docs/rules.md §2.3), with the fields it leaves out added under their own
 * names.
 */
export function stateToJson(s: State): Json {
  const { topology } = s.rules;
  const stacks: Record<string, unknown> = {};
  const markers: Record<string, unknown> = {};
  const collapsedSpaces: Record<string, number> = {};
  for (let cell = 0; cell < s.content.length; cell++) {
    const content = s.content[cell];
    const key = topology.keys[cell];
    const position = positionOf(topology, cell);
    if (content > COLLAPSED) collapsedSpaces[key] = content - COLLAPSED;
    else if (content > STACK) {
      stacks[key] = {
        position,
        rings: s.rings(cell),
        stackHeight: s.height[cell],
        capHeight: s.cap[cell],
        controllingPlayer: content - STACK,
      };
    } else if (content > 0) markers[key] = { position, player: content, type: 'regular' };
  }
  const seats = Array.from({ length: s.rules.players }, (_, i) => i + 1);
  return {
    boardType: s.rules.board,
    board: {
      type: s.rules.board,
      size: topology.spec.size,
      stacks,
      markers,
      collapsedSpaces,
      eliminatedRings: Object.fromEntries(seats.map((p) => [p, s.eliminated[p]])),
      formedLines: [],
      territories: {},
    },
    players: seats.map((p) => ({
      playerNumber: p,
      ringsInHand: s.hand[p],
      eliminatedRings: s.eliminated[p],
      territorySpaces: s.territory[p],
      isActive: true,
    })),
    currentPlayer: s.player,
    currentPhase: PHASES[s.phase],
    gameStatus: s.isOver ? 'completed' : 'active',
    ...(s.isOver && s.winner > 0 && { winner: s.winner }),
    victoryThreshold: s.rules.victoryThreshold,
    territoryVictoryThreshold: legacyTerritoryMinimum(s.rules.board),
    territoryVictoryMinimum: s.rules.territoryMinimum,
    lpsRoundsRequired: s.rules.lpsRounds,
    rulesOptions: s.rules.options,
    pendingLineRewardElimination: s.owesLine,
    ...(s.mustMove >= 0 && { mustMoveFromStackKey: topology.keys[s.mustMove] }),
    ...(s.attacker >= 0 && { chainCapturePosition: positionOf(topology, s.attacker) }),
  };
}

const invalid = (message: string): RulesError => new RulesError('SETUP_INVALID', message);

function asObject(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} is not an object`);
  return value as Json;
}

function asArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${what} is not a list`);
  return value;
}

function asCount(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw invalid(`${String(value)} is not a count`);
  return value;
}
