/** Where stacks can go: landings, captures and the "has any move" tests that placement and turn logic need. */
import { Kind, type MoveList, packMove } from './moves.ts';
import { COLLAPSED, STACK, type State } from './state.ts';

/**
 * A stack of `height` and `cap` on `cell` could move or capture. The cell itself may be empty (a placement being
 * considered). A landing at exactly `height` decides for moves: farther ones need a longer clear ray (docs/rules.md
 * §4.1).
 */
export function canMove(s: State, cell: number, height: number, cap: number): boolean {
  const { ray, rayStart, directions } = s.rules.topology;
  const content = s.content;
  for (let r = cell * directions, last = r + directions; r < last; r++) {
    const start = rayStart[r];
    const end = rayStart[r + 1];
    for (let i = start; i < end; i++) {
      const blocker = content[ray[i]];
      if (blocker > STACK) {
        if (blocker <= COLLAPSED && s.cap[ray[i]] <= cap && reachBeyond(s, i, start, end) >= height) return true;
        break;
      }
      if (i - start + 1 >= height) return true;
    }
  }
  return false;
}

/** Distance from the ray's origin of the farthest landing beyond the stack at ray index `target`; 0 if there is none. */
function reachBeyond(s: State, target: number, start: number, end: number): number {
  const { ray } = s.rules.topology;
  let i = target + 1;
  while (i < end && s.content[ray[i]] <= STACK) i++;
  return i === target + 1 ? 0 : i - start;
}

/** Bit c−1 set: a placement of c rings (1–3) on the empty `cell` leaves a stack that can move or capture. */
export function livePlacements(s: State, cell: number, most: number): number {
  const { ray, rayStart, directions } = s.rules.topology;
  const content = s.content;
  const all = (1 << most) - 1;
  let live = 0;
  for (let r = cell * directions, last = r + directions; r < last; r++) {
    const start = rayStart[r];
    const end = rayStart[r + 1];
    let clear = 0;
    let blocker = 0;
    let i = start;
    for (; i < end && clear < most; i++) {
      blocker = content[ray[i]];
      if (blocker > STACK) break;
      clear++;
    }
    live |= (1 << clear) - 1;
    if (live === all) return live;
    if (blocker > STACK && blocker <= COLLAPSED && clear < most) {
      const reach = reachBeyond(s, i, start, end);
      for (let count = s.cap[ray[i]]; count <= most; count++) if (count <= reach) live |= 1 << (count - 1);
      if (live === all) return live;
    }
  }
  return live;
}

/** Some stack of `player` can move or capture; only the one on `only` counts if that is a cell. */
export function anyStackCanMove(s: State, player: number, only = -1): boolean {
  if (only >= 0) {
    return s.content[only] === STACK + player && canMove(s, only, s.height[only], s.cap[only]);
  }
  if (s.controlled[player] === 0) return false;
  const content = s.content;
  for (let cell = 0; cell < content.length; cell++) {
    if (content[cell] === STACK + player && canMove(s, cell, s.height[cell], s.cap[cell])) return true;
  }
  return false;
}

/** Rings of `player` that may still be placed: by hand and by the supply of the colour (docs/rules.md D36). */
export function availableRings(s: State, player: number): number {
  return Math.min(s.rules.supply - s.onBoard[player], s.hand[player]);
}

/** One ring of `player` could be placed somewhere. */
export function anyPlacement(s: State, player: number): boolean {
  if (availableRings(s, player) <= 0) return false;
  const content = s.content;
  for (let cell = 0; cell < content.length; cell++) {
    if (content[cell] === 0 ? livePlacements(s, cell, 1) !== 0 : canPlaceOnStack(s, cell, player)) return true;
  }
  return false;
}

/** A ring of `player` may go on top of the stack on `cell` (false if the cell holds none). */
export function canPlaceOnStack(s: State, cell: number, player: number): boolean {
  const content = s.content[cell];
  if (content <= STACK || content > COLLAPSED) return false;
  const cap = content === STACK + player ? s.cap[cell] + 1 : 1;
  return canMove(s, cell, s.height[cell] + 1, cap);
}

export function hasCapture(s: State, cell: number): boolean {
  const { ray, rayStart, directions } = s.rules.topology;
  const height = s.height[cell];
  const cap = s.cap[cell];
  for (let r = cell * directions, last = r + directions; r < last; r++) {
    const start = rayStart[r];
    const end = rayStart[r + 1];
    for (let i = start; i < end; i++) {
      const blocker = s.content[ray[i]];
      if (blocker <= STACK) continue;
      if (blocker <= COLLAPSED && s.cap[ray[i]] <= cap && reachBeyond(s, i, start, end) >= height) return true;
      break;
    }
  }
  return false;
}

export function listMoves(s: State, cell: number, out: MoveList): void {
  const { ray, rayStart, directions } = s.rules.topology;
  const height = s.height[cell];
  for (let r = cell * directions, last = r + directions; r < last; r++) {
    const start = rayStart[r];
    const end = rayStart[r + 1];
    for (let i = start; i < end; i++) {
      const to = ray[i];
      if (s.content[to] > STACK) break;
      if (i - start + 1 >= height) out.push(packMove(Kind.move, cell, to));
    }
  }
}

/** Captures by the stack on `cell`, as `kind` (an opening capture or a chain segment). */
export function listCaptures(s: State, cell: number, kind: number, out: MoveList): void {
  const { ray, rayStart, directions } = s.rules.topology;
  const height = s.height[cell];
  const cap = s.cap[cell];
  for (let r = cell * directions, last = r + directions; r < last; r++) {
    const start = rayStart[r];
    const end = rayStart[r + 1];
    for (let i = start; i < end; i++) {
      const target = ray[i];
      const blocker = s.content[target];
      if (blocker <= STACK) continue;
      if (blocker <= COLLAPSED && s.cap[target] <= cap) {
        for (let j = i + 1; j < end && s.content[ray[j]] <= STACK; j++) {
          if (j - start + 1 >= height) out.push(packMove(kind, cell, target, ray[j]));
        }
      }
      break;
    }
  }
}
