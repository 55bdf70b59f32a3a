/** "Did you mean": the one nearest-name search that commands, flags, config keys and enumerations share. */

/**
 * The known name nearest to what was typed, or undefined when nothing is near enough to be worth naming (more than a
 * third of its letters would have to change). Distance: optimal string alignment, so that swapped neighbours cost one.
 */
export function nearestName(typed: string, known: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const candidate = name.toLowerCase();
    // An unfinished word (`selfp`) is nearer to its completion than letter counting says.
    const distance = wanted.length >= 2 && candidate.startsWith(wanted) ? 0.5 : alignmentDistance(wanted, candidate);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  if (best === undefined) return undefined;
  const limit = Math.max(1, Math.floor(Math.max(typed.length, best.length) / 3));
  return bestDistance <= limit ? best : undefined;
}

/** The hint as the error messages carry it after the word in question: ` (did you mean 'x'?)` or nothing. */
export function nearestHint(typed: string, known: Iterable<string>): string {
  const name = nearestName(typed, known);
  return name === undefined ? '' : ` (did you mean '${name}'?)`;
}

/** Insertions, deletions, substitutions and swaps of neighbours between two short words; O(|a|·|b|) time. */
function alignmentDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforePrevious, j - 2) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
