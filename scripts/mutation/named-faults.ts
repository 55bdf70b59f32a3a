/**
 * Deliberate faults that the tests must notice, by `npm run faults`: `from` in `file` becomes `to`, and at least one of
 * `tests` must fail. docs/results/faults.md lists what noticed each.
 */

export interface Fault {
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly from: string;
  readonly to: string;
  /** Test files, or folders of them. */
  readonly tests: readonly string[];
}

const fault = (name: string, file: string, from: string, to: string, ...tests: string[]): Fault => ({
  name,
  file,
  from,
  to,
  tests,
});

export const NAMED_FAULTS: readonly Fault[] = [
  fault(
    'first-play urgency without the square root of the tried mass',
    'src/search/puct/select.ts',
    'Math.sqrt(1 - tree.untriedMass[node])',
    '(1 - tree.untriedMass[node])',
    'test/pins/formulas/puct.test.ts',
  ),
  fault(
    'Dirichlet noise without refreshing what is selected',
    'src/search/puct/dirichlet.ts',
    'tree.untriedBest[0] = best;',
    'void best;',
    'test/pins/formulas/puct.test.ts',
  ),
  fault(
    'evaluation-cache key without the ply',
    'src/search/evaluators/cached.ts',
    '(this.#salt + state.ply)',
    'this.#salt',
    'test/pins/formulas/cache-key.test.ts',
  ),
  fault(
    'the average instead of the exact value at a solved child, in the tree',
    'src/search/puct/select.ts',
    'solved[c] === 1 ? visits[c] * raw[c * players + seat] : sum[c * players + seat]',
    'sum[c * players + seat]',
    'test/pins/formulas/puct.test.ts',
  ),
  fault(
    "the average instead of the exact value in Gumbel's mixed value",
    'src/search/gumbel/interior.ts',
    'const q = solved[c] === 1 ? raw[c * players + seat] : sum[c * players + seat] / n;',
    'const q = sum[c * players + seat] / n;',
    'test/pins/formulas/gumbel.test.ts',
  ),
  fault(
    "the average instead of the exact value in Gumbel's softmax",
    'src/search/gumbel/interior.ts',
    'const q = solved[c] === 1 ? raw[c * players + seat] : sum[c * players + seat] / visits[c];',
    'const q = sum[c * players + seat] / visits[c];',
    'test/pins/formulas/gumbel.test.ts',
  ),
  fault(
    'promotion accepts a verdict that was cut short',
    'src/arena/promotion/decide.ts',
    'passed: complete && games >= leastGames',
    'passed: games >= leastGames',
    'test/arena/promotion/decide.test.ts',
  ),
  fault(
    'rr train --resume accepts other nested settings',
    'src/train/learn/checkpoint.ts',
    'if (inside) return inside;',
    "if (inside && !inside.name.includes('.')) return inside;",
    'test/train/learn/checkpoint.test.ts',
  ),
  fault(
    'raw instead of averaged weights are exported',
    'src/train/learn/training.ts',
    'return { weights: this.#session.state.ema, epoch };',
    'return { weights: this.#session.state.weights, epoch };',
    'test/train/learn/averaged.test.ts',
  ),
  fault(
    'raw instead of averaged weights of the best epoch are kept',
    'src/train/learn/training.ts',
    'this.#best = this.#session.state.ema.slice();',
    'this.#best = this.#session.state.weights.slice();',
    'test/train/learn/averaged.test.ts',
  ),
  fault(
    'raw instead of averaged weights are validated',
    'src/train/learn/training.ts',
    'this.validation.metrics(this.#input.validation, this.#session.state.ema,',
    'this.validation.metrics(this.#input.validation, this.#session.state.weights,',
    'test/train/learn/averaged.test.ts',
  ),
  fault(
    'ownership targets in absolute seats',
    'src/samples/rr1.ts',
    '1 + ((owners[cell] - seat + players) % players)',
    'owners[cell]',
    'test/pins/data/encodings.test.ts',
  ),
  fault(
    'margins of rings and territory swapped where samples are made',
    'src/samples/targets.ts',
    'ringMargins: margins(final.eliminated, victoryThreshold),\n    territoryMargins: margins(final.territory, territoryMinimum),',
    'territoryMargins: margins(final.eliminated, victoryThreshold),\n    ringMargins: margins(final.territory, territoryMinimum),',
    'test/pins/data/encodings.test.ts',
  ),
  fault(
    'margins of rings and territory swapped where batches are made',
    'src/train/data/assemble.ts',
    'batch.marginsTarget[margins + seat] = limited(ringMargin[row * players + seat]);\n      batch.marginsTarget[margins + players + seat] = limited(territoryMargin[row * players + seat]);',
    'batch.marginsTarget[margins + seat] = limited(territoryMargin[row * players + seat]);\n      batch.marginsTarget[margins + players + seat] = limited(ringMargin[row * players + seat]);',
    'test/train/data/sampling.test.ts',
  ),
  fault(
    'the parity gate ignores search data',
    'src/parity/gate.ts',
    'JSON.stringify([config, options, moves, winner, status, outcome, ranking, search, plies])',
    'JSON.stringify([config, options, moves, winner, status, outcome, ranking, plies, search && 0])',
    'test/parity/gate-search.test.ts',
  ),
  fault('no fsync of a file', 'src/io/atomic.ts', 'await file.sync();', '', 'test/io/durable.test.ts'),
  fault(
    'no fsync of the folder after a rename',
    'src/io/atomic.ts',
    'await syncFolder(dirname(target.path));',
    '',
    'test/io/durable.test.ts',
  ),
  fault(
    'no fsync of a folder that was made',
    'src/io/folder.ts',
    'syncEntries(parent);',
    '',
    'test/io/durable.test.ts',
  ),
  fault(
    'synchronous=OFF for games',
    'src/games/store/open.ts',
    "db.pragma('synchronous = FULL');",
    "db.pragma('synchronous = OFF');",
    'test/io/durable.test.ts',
  ),
  fault(
    'synchronous=OFF for the state',
    'src/state/sqlite/file.ts',
    "db.pragma('synchronous = FULL');",
    "db.pragma('synchronous = OFF');",
    'test/io/durable.test.ts',
  ),
  fault(
    'no fsync of a database for upstream',
    'src/games/upstream/writer.ts',
    'fsyncSync(fd);',
    '',
    'test/io/durable.test.ts',
  ),
  fault(
    'no fsync of files that a sync brings',
    'src/sync/peer/put-in-place.ts',
    "const file = await open(path, 'r');\n    await file.sync().finally(() => file.close());",
    "const file = await open(path, 'r');\n    await file.close();",
    'test/sync/agent.test.ts',
  ),
  fault(
    'no fsync of the folders that a sync puts files in',
    'src/sync/peer/put-in-place.ts',
    'for (const parent of touched) await syncFolder(parent);',
    '',
    'test/sync/agent.test.ts',
  ),
  fault(
    'the hash of a received file is not checked',
    'src/sync/peer/incoming.ts',
    'size === bytes && (await sha256Of(path)) === sha256',
    'size === bytes',
    'test/sync/agent.test.ts',
  ),
  fault(
    'last player standing although others have a real action',
    'src/engine/victory.ts',
    'if (p !== current && s.hasMaterial(p) && hasRealAction(s, p)) return 0;',
    '',
    'test/engine/rules/rules.test.ts',
  ),
  fault(
    'the stalemate ladder ignores rings in hand',
    'src/engine/victory.ts',
    's.eliminated[p] + s.hand[p]',
    's.eliminated[p]',
    'test/engine/rules/rules.test.ts',
  ),
];
