import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The file that takes longest, minutes more than any other: begun last, it would run alone at the end. */
const LONGEST = 'test/examples/help.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(LONGEST);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

const HANGING_MS = 900_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Against hanging alone: no test depends on how fast or how busy the machine is.
    testTimeout: HANGING_MS,
    hookTimeout: HANGING_MS,
    pool: 'forks',
    maxWorkers: 2,
    // tests load the inference runtime without main.ts, which sets this for rr
    env: { ORT_DISABLE_TELEMETRY: '1' },
    sequence: { sequencer: LongestFirst },
  },
});
