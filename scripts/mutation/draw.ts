/** Draws mutants by seed from all that StrykerJS would make of some files. */
import { readFileSync } from 'node:fs';
import { commonTokens } from '@stryker-mutator/api/plugin';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { createInjector } from 'typed-inject';
import { Random } from '../../src/engine/random.ts';

const nothing = (): void => {};
const off = (): boolean => false;
const QUIET = {
  ...{ trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing },
  ...{ isTraceEnabled: off, isDebugEnabled: off, isInfoEnabled: off, isWarnEnabled: off },
  ...{ isErrorEnabled: off, isFatalEnabled: off },
};

/** `FILE:LINE:COLUMN-LINE:COLUMN` of mutants, as Stryker's option `mutate` takes them; all of them when `count` is more. */
export async function drawMutants(files: readonly string[], count: number, seed: number): Promise<string[]> {
  const injector = createInjector().provideValue(commonTokens.logger, QUIET);
  const { mutants } = await injector.injectFunction(createInstrumenter).instrument(
    files.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') })),
    { ignorers: [], excludedMutations: [], plugins: null, noHeader: true },
  );
  const places = mutants.map(({ fileName, location: { start, end } }) => {
    // Stryker's ranges count lines from 1 and columns from 0
    return `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
  });
  const random = new Random(seed, 0, 0);
  for (let i = 0; i < Math.min(count, places.length); i++) {
    const j = i + random.below(places.length - i);
    [places[i], places[j]] = [places[j] ?? '', places[i] ?? ''];
  }
  return [...new Set(places.slice(0, count))];
}
