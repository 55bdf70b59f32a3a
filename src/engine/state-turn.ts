import { Phase } from './phases.ts';
import {
  ACTED,
  ATTACKER,
  DETECTOR,
  KEY_HI,
  KEY_LO,
  LAST_ACTOR,
  LPS_COUNT,
  LPS_FIRST,
  LPS_HOLDER,
  LPS_MASK,
  LPS_ROUND,
  MOVED,
  MUST_MOVE,
  OUTCOME,
  OWES_LINE,
  OWES_REGION,
  PHASE,
  PLAYER,
  PLY,
  RECOVERED,
  STACKS,
  StateMemory,
  WINNER,
} from './state-memory.ts';
import { mix32 } from './zobrist.ts';

/** The words of a position by name: whose turn it is, what is owed, how the game ended, last-player-standing rounds, the key. */
export class StateTurn extends StateMemory {
  /** Takes over everything but the board: scores, hands, phase, obligations, rounds. Cells of obligations stay as they are. */
  copyTurnFrom(other: StateTurn): void {
    for (let word = PHASE; word <= LPS_ROUND; word++) this.meta[word] = other.meta[word];
    this.hand.set(other.hand);
    this.eliminated.set(other.eliminated);
    this.territory.set(other.territory);
    this.goneAt.set(other.goneAt);
  }

  get phase(): number {
    return this.meta[PHASE];
  }
  set phase(value: number) {
    this.meta[PHASE] = value;
  }
  /** Player to move, 1-based. */
  get player(): number {
    return this.meta[PLAYER];
  }
  set player(value: number) {
    this.meta[PLAYER] = value;
  }
  get isOver(): boolean {
    return this.meta[PHASE] === Phase.over;
  }
  /** Winning player, 0 while the game runs (and after a resignation among more than two). */
  get winner(): number {
    return this.meta[WINNER];
  }
  get outcome(): number {
    return this.meta[OUTCOME];
  }
  get detector(): number {
    return this.meta[DETECTOR];
  }
  /** The stack placed this turn, which alone may move; −1 if free. */
  get mustMove(): number {
    return this.meta[MUST_MOVE];
  }
  set mustMove(cell: number) {
    this.meta[MUST_MOVE] = cell;
  }
  /** The stack that may capture in the phases capture and chain_capture; −1 otherwise. */
  get attacker(): number {
    return this.meta[ATTACKER];
  }
  set attacker(cell: number) {
    this.meta[ATTACKER] = cell;
  }
  /** A ring is owed for a collapsed line. */
  get owesLine(): boolean {
    return this.meta[OWES_LINE] === 1;
  }
  set owesLine(value: boolean) {
    this.meta[OWES_LINE] = value ? 1 : 0;
  }
  /** The last move processed a region whose elimination is still to come. */
  get owesRegion(): boolean {
    return this.meta[OWES_REGION] === 1;
  }
  set owesRegion(value: boolean) {
    this.meta[OWES_REGION] = value ? 1 : 0;
  }
  /** The player has done more than bookkeeping and skips since another player last moved. */
  get acted(): boolean {
    return this.meta[ACTED] === 1;
  }
  set acted(value: boolean) {
    this.meta[ACTED] = value ? 1 : 0;
  }
  /** A recovery slide is among those moves. */
  get recovered(): boolean {
    return this.meta[RECOVERED] === 1;
  }
  set recovered(value: boolean) {
    this.meta[RECOVERED] = value ? 1 : 0;
  }
  /** Bit p−1: player p has made a move (decides when the pie rule is on offer). */
  get movedMask(): number {
    return this.meta[MOVED];
  }
  set movedMask(mask: number) {
    this.meta[MOVED] = mask;
  }
  get lastActor(): number {
    return this.meta[LAST_ACTOR];
  }
  set lastActor(player: number) {
    this.meta[LAST_ACTOR] = player;
  }
  /** Moves made, bookkeeping included. */
  get ply(): number {
    return this.meta[PLY];
  }
  set ply(value: number) {
    this.meta[PLY] = value;
  }
  get stacks(): number {
    return this.meta[STACKS];
  }
  get lpsFirst(): number {
    return this.meta[LPS_FIRST];
  }
  set lpsFirst(player: number) {
    this.meta[LPS_FIRST] = player;
  }
  get lpsMask(): number {
    return this.meta[LPS_MASK];
  }
  set lpsMask(mask: number) {
    this.meta[LPS_MASK] = mask;
  }
  get lpsCount(): number {
    return this.meta[LPS_COUNT];
  }
  set lpsCount(count: number) {
    this.meta[LPS_COUNT] = count;
  }
  get lpsHolder(): number {
    return this.meta[LPS_HOLDER];
  }
  set lpsHolder(player: number) {
    this.meta[LPS_HOLDER] = player;
  }
  get lpsRound(): number {
    return this.meta[LPS_ROUND];
  }
  set lpsRound(round: number) {
    this.meta[LPS_ROUND] = round;
  }

  end(winner: number, outcome: number, detector: number): void {
    this.meta[WINNER] = winner;
    this.meta[OUTCOME] = outcome;
    this.meta[DETECTOR] = detector;
    this.meta[PHASE] = Phase.over;
  }

  /** Low and high half of the 64-bit position key: incremental for the board, the words of the turn mixed in here. */
  keyLo(): number {
    return this.#mixTurn(this.meta[KEY_LO], 0x3c6ef372);
  }
  keyHi(): number {
    return this.#mixTurn(this.meta[KEY_HI], 0x1b873593);
  }

  #mixTurn(board: number, salt: number): number {
    const meta = this.meta;
    let h = mix32(board ^ salt);
    h = mix32(
      h ^
        (meta[PHASE] |
          (meta[PLAYER] << 3) |
          (meta[OWES_LINE] << 6) |
          (meta[OWES_REGION] << 7) |
          (meta[ACTED] << 8) |
          (meta[RECOVERED] << 9) |
          (meta[MOVED] << 10) |
          (meta[LAST_ACTOR] << 14) |
          (meta[LPS_FIRST] << 17) |
          (meta[LPS_MASK] << 20) |
          (meta[LPS_HOLDER] << 28)),
    );
    h = mix32(
      h ^ (meta[MUST_MOVE] + 1) ^ ((meta[ATTACKER] + 1) << 10) ^ (meta[LPS_COUNT] << 20) ^ (meta[WINNER] << 29),
    );
    for (let p = 1; p <= this.rules.players; p++) {
      h = mix32(h ^ (this.hand[p] | (this.eliminated[p] << 10) | (this.territory[p] << 20)));
    }
    return h;
  }

  /** The incremental board part of the key, to be compared with `recount`. */
  get boardKey(): readonly [number, number] {
    return [this.meta[KEY_LO], this.meta[KEY_HI]];
  }
}
