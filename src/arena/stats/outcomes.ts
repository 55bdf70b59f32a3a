/**
 * Results of games as what a rating model sees: someone was chosen first among those left. A two-player game is one
 * choice, a full ranking of four players three; a draw is half of each order. Bradley–Terry (two players) and
 * Plackett–Luce (more) are then the same model: the probability of a choice is the chosen one's strength over the
 * sum of strengths.
 */

/** A finished game: groups of participants, best first; a group of several is a tie. */
export interface Outcome {
  readonly groups: readonly (readonly string[])[];
  /** Behind all of the above, order unknown (a game that only names its winner). */
  readonly rest?: readonly string[];
}

export interface Choice {
  readonly chosen: string;
  /** All who could have been chosen, the chosen one included; a participant may sit at several seats. */
  readonly among: readonly string[];
  readonly weight: number;
}

/** The choices an outcome consists of. Weights of one stage sum to one. */
export function choicesOf({ groups, rest = [] }: Outcome): Choice[] {
  const choices: Choice[] = [];
  groups.forEach((group, at) => {
    const behind = [...groups.slice(at + 1).flat(), ...rest];
    const orders = permutations(group);
    for (const order of orders) {
      order.forEach((chosen, place) => {
        const among = [...order.slice(place), ...behind];
        if (among.length > 1) choices.push({ chosen, among, weight: 1 / orders.length });
      });
    }
  });
  return choices;
}

function permutations(items: readonly string[]): string[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((order) => [item, ...order]));
}

/** Equal choices added up, in a fixed order: sums do not depend on the order of the games. */
export function countChoices(outcomes: Iterable<Outcome>): Choice[] {
  const found = new Map<string, { choice: Choice; counts: Map<number, number> }>();
  for (const outcome of outcomes) {
    for (const { chosen, among, weight } of choicesOf(outcome)) {
      const sorted = [...among].sort();
      const key = JSON.stringify([chosen, sorted]);
      const entry = found.get(key) ?? { choice: { chosen, among: sorted, weight: 0 }, counts: new Map() };
      // whole counts per weight, because sums of thirds would depend on their order
      entry.counts.set(weight, (entry.counts.get(weight) ?? 0) + 1);
      found.set(key, entry);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { choice, counts }]) => {
      const weights = [...counts].sort(([a], [b]) => a - b);
      return { ...choice, weight: weights.reduce((sum, [weight, count]) => sum + weight * count, 0) };
    });
}
