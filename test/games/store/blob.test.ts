import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGame, encodeGame, type GameData } from '../../../src/games/store/blob.ts';
import { quantisePolicy, quantiseValues } from '../../../src/search/players/report.ts';
import type { PlySearch } from '../../../src/search/players/search-data.ts';

const anyGame: fc.Arbitrary<GameData> = fc
  .record({ players: fc.integer({ min: 2, max: 4 }), moves: fc.int32Array({ maxLength: 60 }) })
  .chain(({ players, moves }) => {
    const policy = fc.uniqueArray(fc.nat(65535), { maxLength: 30 }).chain((indices) =>
      fc.uint16Array({ minLength: indices.length, maxLength: indices.length }).map((probs) => ({
        indices: Uint16Array.from(indices).sort(),
        probs,
      })),
    );
    const search = fc.record(
      {
        policy,
        values: fc.int16Array({ minLength: players, maxLength: players }),
        budget: fc.nat(0xffffffff),
        surprise: fc.nat(65535),
        weight: fc.nat(5000),
      },
      { requiredKeys: [] },
    );
    const plies = fc.subarray(Array.from(moves.keys()));
    return plies.chain((at) =>
      fc.array(search, { minLength: at.length, maxLength: at.length }).map((searches) => ({
        players,
        moves,
        searches: searches.map((one, i): PlySearch => ({ ply: at[i] ?? 0, ...one })),
      })),
    );
  });

/** A game of three moves and one search as version 1 wrote it. */
const OLD_BLOB = 'ASi1L/0gHvEAAAIDAQIDAAAAAAAAAAAAAQEHAgAB4NQDnyvIAccBQA==';

describe('the blob of a game', () => {
  it('gives back exactly what went in', () => {
    fc.assert(
      fc.property(anyGame, (game) => {
        expect(decodeGame(encodeGame(game), 'x')).toEqual(game);
      }),
    );
  });

  it('of a game of 160 plies takes below 3 KB, with search policies below 10 KB', () => {
    // an eighth of the bits vary, as in packed moves; policies of the width and sharpness of real ones
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32;
    };
    const cell = () => Math.floor(random() * 61);
    const moves = Int32Array.from({ length: 160 }, () => (Math.floor(random() * 14) << 24) | (cell() << 12) | cell());
    expect(encodeGame({ players: 2, moves, searches: [] }).length).toBeLessThan(800);
    const searches = Array.from({ length: 80 }, (_, i): PlySearch => {
      const weights = Array.from({ length: 44 }, () => random() ** 6);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const policy = quantisePolicy(weights.map((weight) => weight / total));
      return { ply: i * 2, policy, values: quantiseValues([random(), -random()]), budget: 64 };
    });
    expect(encodeGame({ players: 2, moves, searches }).length).toBeLessThan(10_000);
  });

  it('is refused when damaged, cut short or of a later version', () => {
    const policy = quantisePolicy([0.5, 0.3, 0.2]);
    const good = encodeGame({ players: 2, moves: Int32Array.of(1, 2, 3), searches: [{ ply: 1, policy, budget: 300 }] });
    expect(() => decodeGame(Buffer.concat([Buffer.of(3), good.subarray(1)]), 'x')).toThrow(
      expect.objectContaining({ code: 'DB_NEWER', exit: 78 }),
    );
    for (let at = 0; at < good.length; at++) {
      expect(() => decodeGame(good.subarray(0, at), 'x')).toThrow(expect.objectContaining({ exit: 5 }));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeGame(Buffer.concat([Buffer.of(1), bytes]), 'x');
        } catch (error) {
          expect(error).toMatchObject({ name: 'RrError' });
        }
      }),
    );
  });

  it('is of the first version, which older releases read, unless it has surprises or weights', () => {
    const moves = Int32Array.of(1, 2, 3);
    const version = (search: Omit<PlySearch, 'ply'>): number | undefined =>
      encodeGame({ players: 2, moves, searches: [{ ply: 1, ...search }] })[0];
    expect(version({ values: Int16Array.of(1, -1), budget: 64 })).toBe(1);
    expect(version({ budget: 64, weight: 100 })).toBe(2);
    expect(version({ budget: 64, surprise: 0 })).toBe(2);
    // written by release 0.1
    const old = Buffer.from(OLD_BLOB, 'base64');
    expect(decodeGame(old, 'x')).toEqual({
      players: 2,
      moves,
      searches: [
        {
          ply: 1,
          policy: { indices: Uint16Array.of(0, 2), probs: Uint16Array.of(60000, 5535) },
          values: Int16Array.of(100, -100),
          budget: 64,
        },
      ],
    });
  });

  it('refuses what its caller got wrong', () => {
    const moves = Int32Array.of(1, 2);
    expect(() => encodeGame({ players: 2, moves, searches: [{ ply: 2 }] })).toThrow(TypeError);
    expect(() => encodeGame({ players: 2, moves, searches: [{ ply: 1 }, { ply: 0 }] })).toThrow(TypeError);
    expect(() => encodeGame({ players: 2, moves, searches: [{ ply: 0, values: Int16Array.of(1) }] })).toThrow(
      TypeError,
    );
  });
});
