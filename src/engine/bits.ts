/** Arithmetic on bit boards: a board is an array of words, one per value of x, bit k for the k-th value of y. */

export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** All bits of the runs of `open` that hold a bit of `seed` (Kogge–Stone fill both ways, for words of up to 32 bits). */
function fillRuns(seed: number, open: number): number {
  let up = seed;
  let down = seed;
  let mask = open;
  let down_mask = open;
  for (let shift = 1; shift < 32 && (mask !== 0 || down_mask !== 0); shift <<= 1) {
    up |= mask & (up << shift);
    down |= down_mask & (down >>> shift);
    mask &= mask << shift;
    down_mask &= down_mask >>> shift;
  }
  return up | down;
}

/**
 * Writes into `reached` the component of `open` that holds `bit` of word `row`. `hex` joins the six hexagonal
 * neighbours, otherwise the four orthogonal ones. Sweeps down and up until nothing is added: two or three sweeps for
 * ordinary regions, more for spirals.
 */
export function floodFill(open: Int32Array, row: number, bit: number, hex: boolean, reached: Int32Array): void {
  const last = open.length - 1;
  reached.fill(0);
  reached[row] = fillRuns(bit, open[row]);
  let from = row;
  let to = row;
  for (let changed = true; changed; ) {
    changed = false;
    for (let r = from; r <= last; r++) {
      const grown = grow(open, reached, r, last, hex);
      if (grown !== reached[r]) {
        reached[r] = grown;
        changed = true;
        if (r > to) to = r;
      } else if (r > to) break;
    }
    for (let r = to; r >= 0; r--) {
      const grown = grow(open, reached, r, last, hex);
      if (grown !== reached[r]) {
        reached[r] = grown;
        changed = true;
        if (r < from) from = r;
      } else if (r < from) break;
    }
  }
}

/** The reached bits of a word and everything of `open` in it next to them or to the reached bits above and below. */
function grow(open: Int32Array, reached: Int32Array, r: number, last: number, hex: boolean): number {
  const own = reached[r];
  let near = own;
  if (r > 0) {
    const above = reached[r - 1];
    near |= hex ? above | (above >>> 1) : above;
  }
  if (r < last) {
    const below = reached[r + 1];
    near |= hex ? below | (below << 1) : below;
  }
  near &= open[r];
  return near === own ? own : fillRuns(near, open[r]);
}
