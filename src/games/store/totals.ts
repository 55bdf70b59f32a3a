/**
 * What the whole table has to add up to: the number of games, and all their seals and arrival numbers in one number. One
 * row, changed in the transaction that changes the games. A count over the same damaged pages would prove nothing.
 */
import * as z from 'zod';
import type { Statements } from '../../io/sqlite/statements.ts';

const totalsSchema = z.object({ games: z.int(), seals: z.instanceof(Uint8Array) });
/** A damaged seal of another type counts as none: the totals then tell. */
export const sealedRow = z.object({ arrival: z.int(), seal: z.instanceof(Uint8Array).catch(new Uint8Array(8)) });

/** Spreads small numbers over 64 bits: 2^64 divided by the golden ratio. */
const SPREAD = 0x9e3779b97f4a7c15n;

export class Totals {
  #games = 0;
  #seals = 0n;

  add(arrival: number, seal: Uint8Array): void {
    this.#games++;
    this.#seals ^= term(arrival, seal);
  }

  remove(arrival: number, seal: Uint8Array): void {
    this.#games--;
    this.#seals ^= term(arrival, seal);
  }

  /** What is wrong with these, by the totals that a database keeps; undefined when they are the same. */
  differenceTo(kept: Totals): string | undefined {
    if (this.equals(kept)) return undefined;
    if (this.#games !== kept.#games)
      return `holds ${this.#games} games where ${kept.#games} were stored; see rr db check`;
    return 'its games are not those that were stored; see rr db check';
  }

  /** Takes over the counted ones, unless games are missing: that is to be noticed. */
  correct(counted: Totals): void {
    if (counted.#games === this.#games) this.#seals = counted.#seals;
  }

  equals(other: Totals): boolean {
    return this.#games === other.#games && this.#seals === other.#seals;
  }

  /** As the database keeps them. */
  static read(statements: Statements): Totals {
    const { games, seals } = totalsSchema.parse(statements.prepare('SELECT games, seals FROM store_totals').get());
    const totals = new Totals();
    totals.#games = games;
    totals.#seals = Buffer.from(seals).readBigUInt64BE();
    return totals;
  }

  /** As the games themselves give them, in one read of the table. */
  static count(statements: Statements): Totals {
    const totals = new Totals();
    for (const row of statements.prepare('SELECT arrival, seal FROM games NOT INDEXED').iterate()) {
      const { arrival, seal } = sealedRow.parse(row);
      totals.add(arrival, seal);
    }
    return totals;
  }

  write(statements: Statements): void {
    const seals = Buffer.alloc(8);
    seals.writeBigUInt64BE(this.#seals);
    statements
      .prepare('INSERT OR REPLACE INTO store_totals (id, games, seals) VALUES (1, ?, ?)')
      .run(this.#games, seals);
  }
}

function term(arrival: number, seal: Uint8Array): bigint {
  const first = Buffer.alloc(8);
  first.set(seal.subarray(0, 8));
  return first.readBigUInt64BE() ^ BigInt.asUintN(64, BigInt(arrival) * SPREAD);
}
