/** What searches, players and games of fixed seeds found when they were pinned. `node scripts/pins.ts` pins anew. */
import { beforeAll, describe, expect, it } from 'vitest';
import { makePins, readPins } from './all.ts';
import type { Pin } from './pin.ts';

/** Of numbers that a network had a part in. */
const TOLERANCE = 1e-5;

const pinned = readPins();
const made = new Map<string, Pin>();

beforeAll(async () => {
  for (const pin of await makePins()) made.set(pin.name, JSON.parse(JSON.stringify(pin)));
});

/** Numbers become matchers that allow for rounding. */
function nearly(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return new Near(value);
  if (Array.isArray(value)) return value.map(nearly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, nearly(item)]));
}

class Near {
  private readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  asymmetricMatch(other: unknown): boolean {
    return typeof other === 'number' && Math.abs(other - this.value) <= TOLERANCE;
  }

  toString(): string {
    return `about ${this.value}`;
  }
}

describe('pinned results', () => {
  it('are those of the cases there are', () => {
    expect([...made.keys()]).toEqual(pinned.map(({ name }) => name));
  });

  it.each(pinned)('$name', ({ name, rounded, found }) => {
    expect(made.get(name)?.found).toEqual(rounded ? nearly(found) : found);
  });
});
