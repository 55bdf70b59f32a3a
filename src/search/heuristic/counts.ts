/**
 * What the evaluation counts on a board, for all players in one pass over the cells, so that a score for any player
 * is a few sums afterwards. Relations between two cells (lines of sight, runs, links) are found from one end only.
 */
import type { BoardName } from '../../engine/boards.ts';
import type { Rules } from '../../engine/rules.ts';
import { COLLAPSED, STACK, type State } from '../../engine/state.ts';
import { geometryOf, type HeuristicGeometry } from './geometry.ts';

/** Seats 1–4 index a count directly. */
const SEATS = 5;

/** Counts per player; see the fields of PositionCounts. */
const COUNTS = 16;

/** Only so many markers enter the mean distance of territory_closure. */
const CLOSURE_MARKERS = 10;

/** Heights above this count a tenth. */
const FULL_HEIGHT = 5;

export class PositionCounts {
  /** Ten times the sum of effective heights: height up to 5, a tenth of what is above. */
  readonly height10: Int32Array;
  readonly caps: Int32Array;
  readonly centre: Int32Array;
  /** Over own stacks and adjacent enemy stacks: enemy cap − own cap. */
  readonly threats: Int32Array;
  /** Steps of own stacks: adjacent cells free of stacks and collapse, or holding an enemy stack with no larger cap. */
  readonly steps: Int32Array;
  /** Own stacks with at least one step. */
  readonly mobile: Int32Array;
  /** Cap differences over own stacks and the first stack seen on each line: enemy larger, own larger. */
  readonly exposed: Int32Array;
  readonly overtaking: Int32Array;
  /** Runs of 2, 3 and 4 own markers, each counted once per end. */
  readonly pairs: Int32Array;
  readonly triples: Int32Array;
  readonly quads: Int32Array;
  /** Two own markers with one cell between them that holds neither a stack nor an own marker nor collapse. */
  readonly gaps: Int32Array;
  /** Sum over own markers of 3 − distance to the nearest enemy stack within 2. */
  readonly danger: Int32Array;
  /** Own rings below the top of enemy stacks. */
  readonly buried: Int32Array;
  /** Own markers next to a cell they could slide to (empty or a stack). */
  readonly sliding: Int32Array;
  /** onto[p · 5 + q]: steps of p onto stacks of q. */
  readonly onto = new Int32Array(SEATS * SEATS);
  /** Mean pairwise Manhattan distance of the first ten markers; 0 with fewer than two. */
  readonly spread = new Float64Array(SEATS);
  /** Some cell holds neither a stack nor collapse. */
  anyFree = false;

  readonly #counts = new Int32Array(SEATS * COUNTS);
  readonly #first = new Int16Array(SEATS * CLOSURE_MARKERS);
  readonly #firstCount: Int32Array;
  readonly board: BoardName;
  readonly #light: boolean;
  readonly #blind: boolean;
  readonly #geometry: HeuristicGeometry;

  /**
   * `light`: count only what the twelve light components need. `blind`: no adjacency and no runs, as the original is on
   * hex8 (docs/upstream-formats.md §9.16).
   */
  constructor(rules: Rules, light: boolean, blind: boolean) {
    this.board = rules.board;
    this.#geometry = geometryOf(rules.topology);
    this.#light = light;
    this.#blind = blind;
    let next = 0;
    const table = (): Int32Array => this.#counts.subarray(next * SEATS, ++next * SEATS);
    this.height10 = table();
    this.caps = table();
    this.centre = table();
    this.threats = table();
    this.steps = table();
    this.mobile = table();
    this.exposed = table();
    this.overtaking = table();
    this.pairs = table();
    this.triples = table();
    this.quads = table();
    this.gaps = table();
    this.danger = table();
    this.buried = table();
    this.sliding = table();
    this.#firstCount = table();
  }

  /**
   * Counts the position. `order` lists the cells with markers in the order that decides which ten are the first; scan
   * order without it. Allocates nothing.
   */
  count(s: State, order?: readonly number[]): void {
    const geometry = this.#geometry;
    this.#counts.fill(0);
    this.onto.fill(0);
    this.anyFree = false;
    const content = s.content;
    const light = this.#light;
    for (let cell = 0; cell < content.length; cell++) {
      const c = content[cell];
      if (c <= STACK) {
        this.anyFree = true;
        if (c !== 0 && !light) {
          this.#countMarker(s, geometry, cell, c);
          if (!order) this.#note(cell, c);
        }
      } else if (c <= COLLAPSED) this.#countStack(s, geometry, cell, c);
    }
    if (light) return;
    if (order) for (const cell of order) this.#note(cell, content[cell]);
    for (let p = 1; p <= s.rules.players; p++) this.spread[p] = this.#meanDistance(geometry, content.length, p);
  }

  #countStack(s: State, { neighbour, centre }: HeuristicGeometry, cell: number, c: number): void {
    const { content, cap: caps } = s;
    const { directions, ray, rayStart } = s.rules.topology;
    const p = c - STACK;
    const height = s.height[cell];
    const cap = caps[cell];
    this.height10[p] += height <= FULL_HEIGHT ? 10 * height : 9 * FULL_HEIGHT + height;
    this.caps[p] += cap;
    this.centre[p] += centre[cell];

    const base = cell * directions;
    if (!this.#blind) {
      let steps = 0;
      for (let d = 0; d < directions; d++) {
        const q = neighbour[base + d];
        if (q < 0) continue;
        const other = content[q];
        if (other <= STACK) steps++;
        else if (other <= COLLAPSED && other !== c) {
          const larger = caps[q] - cap;
          this.threats[p] += larger;
          if (larger <= 0) {
            steps++;
            this.onto[p * SEATS + other - STACK]++;
          }
        }
      }
      this.steps[p] += steps;
      if (steps > 0) this.mobile[p]++;
    }
    if (this.#light) return;

    // Sight is mutual: half of the directions see every pair once. Neither markers nor collapsed cells block it.
    for (let r = base, end = base + (directions >> 1); r < end; r++) {
      for (let i = rayStart[r], last = rayStart[r + 1]; i < last; i++) {
        const other = content[ray[i]];
        if (other <= STACK || other > COLLAPSED) continue;
        if (other !== c) {
          const larger = caps[ray[i]] - cap;
          if (larger > 0) {
            this.exposed[p] += larger;
            this.overtaking[other - STACK] += larger;
          } else {
            this.exposed[other - STACK] -= larger;
            this.overtaking[p] -= larger;
          }
        }
        break;
      }
    }
    if (height > cap) {
      for (let ring = s.nextRing[s.top[cell]]; ring >= 0; ring = s.nextRing[ring]) {
        const colour = s.ringColour[ring];
        if (colour !== p) this.buried[colour]++;
      }
    }
  }

  #countMarker(s: State, { neighbour, near, nearStart, manhattan }: HeuristicGeometry, cell: number, p: number): void {
    const content = s.content;
    const { directions, cells } = s.rules.topology;
    const base = cell * directions;
    if (!this.#blind) {
      for (let d = 0, half = directions >> 1; d < half; d++) {
        const q = neighbour[base + d];
        if (q < 0) continue;
        const other = content[q];
        if (other > STACK) continue;
        const second = neighbour[q * directions + d];
        if (other === p) {
          this.pairs[p]++;
          if (second < 0 || content[second] !== p) continue;
          this.triples[p]++;
          const third = neighbour[second * directions + d];
          if (third >= 0 && content[third] === p) this.quads[p]++;
        } else if (second >= 0 && content[second] === p) this.gaps[p]++;
      }
    }
    const own = STACK + p;
    for (let i = nearStart[cell], last = nearStart[cell + 1]; i < last; i++) {
      const other = content[near[i]];
      if (other > STACK && other <= COLLAPSED && other !== own) {
        this.danger[p] += 3 - manhattan[cell * cells + near[i]];
        break;
      }
    }
    if (s.controlled[p] === 0 && this.#canSlide(content, neighbour, base, directions)) this.sliding[p]++;
  }

  #canSlide(content: Uint8Array, neighbour: Int16Array, base: number, directions: number): boolean {
    for (let d = 0; d < directions; d++) {
      const q = neighbour[base + d];
      if (q >= 0 && (content[q] === 0 || (content[q] > STACK && content[q] <= COLLAPSED))) return true;
    }
    return false;
  }

  #note(cell: number, p: number): void {
    const count = this.#firstCount[p];
    if (count === CLOSURE_MARKERS) return;
    this.#first[p * CLOSURE_MARKERS + count] = cell;
    this.#firstCount[p] = count + 1;
  }

  #meanDistance({ manhattan }: HeuristicGeometry, cells: number, p: number): number {
    const start = p * CLOSURE_MARKERS;
    const count = this.#firstCount[p];
    if (count < 2) return 0;
    let sum = 0;
    for (let i = start; i < start + count; i++) {
      const row = this.#first[i] * cells;
      for (let j = start; j < i; j++) sum += manhattan[row + this.#first[j]];
    }
    return sum / ((count * (count - 1)) / 2);
  }
}
