/**
 * How a budget of simulations is spread over the considered root moves: Sequential Halving (Karnin, Koren & Somekh
 * 2013) as used in Danihelka et al. 2022, "Policy improvement by planning with Gumbel", §3 and Algorithm 2. Phases of
 * about equal cost halve the field until two are left, which share the rest.
 */

/**
 * Simulation i goes to a considered move that has been visited result[i] times so far. Runs of equal numbers are the
 * levels: every survivor gets one visit per level, best first.
 */
export function consideredVisits(considered: number, simulations: number): Int32Array<ArrayBuffer> {
  const sequence = new Int32Array(simulations);
  if (considered <= 1) return sequence.map((_, i) => i);
  const phases = Math.ceil(Math.log2(considered));
  let visits = 0;
  let filled = 0;
  for (let alive = considered; filled < simulations; alive = Math.max(2, alive >> 1)) {
    const perMove = Math.max(1, Math.floor(simulations / (phases * alive)));
    for (let i = 0; i < perMove; i++, visits++) {
      sequence.fill(visits, filled, Math.min(simulations, filled + alive));
      filled += alive;
    }
  }
  return sequence;
}

/** Moves visited in each level, first to last; they sum to `simulations`. Only the last level may be cut short. */
export function halvingLevels(considered: number, simulations: number): Int32Array<ArrayBuffer> {
  const sizes: number[] = [];
  let previous = -1;
  for (const visits of consideredVisits(considered, simulations)) {
    if (visits === previous) sizes[sizes.length - 1]++;
    else sizes.push(1);
    previous = visits;
  }
  return Int32Array.from(sizes);
}

const known = new Map<number, Int32Array>();

/** halvingLevels, remembered: a run uses a handful of different pairs. */
export function levelsOf(considered: number, simulations: number): Int32Array {
  const key = simulations * 4096 + considered;
  let levels = known.get(key);
  if (!levels) {
    levels = halvingLevels(considered, simulations);
    known.set(key, levels);
  }
  return levels;
}
