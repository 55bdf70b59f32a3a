/**
 * Keeping N copies: of everything this machine has, which other machines lack it, and which of them should get it so
 * that N have it, this one counted.
 */
import type { Plan } from './plan.ts';

export interface PeerPlan {
  readonly name: string;
  readonly leaving: boolean;
  readonly preference: number;
  readonly plan: Plan;
}

export interface ReplicaReport {
  /** Things that have fewer copies than wanted. */
  readonly short: number;
  /** Things that cannot get enough copies because there are too few machines. */
  readonly hopeless: number;
  /** Plan for each machine. */
  readonly plans: ReadonlyMap<string, Plan>;
}

/** Pure. `plans` are full push plans; machines that are leaving hold no copies that count and get none. */
export function planReplicas(plans: readonly PeerPlan[], copies: number): ReplicaReport {
  const staying = plans.filter((peer) => !peer.leaving);
  const lackers = new Map<string, Set<string>>();
  for (const { name, plan } of staying) {
    for (const thing of thingsOf(plan)) {
      const names = lackers.get(thing) ?? new Set();
      lackers.set(thing, names.add(name));
    }
  }
  const load = new Map(staying.map(({ name }) => [name, 0]));
  const assigned = new Map<string, Set<string>>();
  let short = 0;
  let hopeless = 0;
  for (const [thing, names] of lackers) {
    const have = 1 + staying.length - names.size;
    if (have >= copies) continue;
    short++;
    // machines meant for keeping first, then those that were given least so far
    const candidates = staying
      .filter(({ name }) => names.has(name))
      .sort((a, b) => b.preference - a.preference || (load.get(a.name) ?? 0) - (load.get(b.name) ?? 0));
    if (have + candidates.length < copies) hopeless++;
    for (const { name } of candidates.slice(0, copies - have)) {
      load.set(name, (load.get(name) ?? 0) + 1);
      assigned.set(name, (assigned.get(name) ?? new Set()).add(thing));
    }
  }
  const kept = plans.map(({ name, plan }): [string, Plan] => [name, only(plan, assigned.get(name) ?? new Set())]);
  return { short, hopeless, plans: new Map(kept) };
}

const fileThing = (item: Plan['files'][number]): string => `file ${item.kind === 'models' ? item.hash : item.sha256}`;
const gameThing = (database: string, id: string): string => `game ${database} ${id}`;

const thingsOf = (plan: Plan): string[] => [
  ...plan.files.map(fileThing),
  ...plan.games.flatMap(({ name, ids }) => ids.map((id) => gameThing(name, id))),
];

/** Rows and quarantine lists are small and go everywhere they are lacking. */
function only(plan: Plan, things: ReadonlySet<string>): Plan {
  return {
    files: plan.files.filter((item) => things.has(fileThing(item))),
    games: plan.games.flatMap((games) => {
      const ids = games.ids.filter((id) => things.has(gameThing(games.name, id)));
      const share = ids.length / Math.max(1, games.ids.length);
      // the cursor stays where it is: what was left out now may be wanted later
      return ids.length === 0 && !games.orphans
        ? []
        : [{ ...games, ids, bytes: Math.round(games.bytes * share), last: 0 }];
    }),
    rows: plan.rows,
  };
}
