import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The file that takes longest, minutes more than any other: begun last, it would run alone at the end. */
const LONGEST = 'test/examples/help.long.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(LONGEST);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

const HANGING_MS = 900_000;

/** Files that start many programs, play many games or train are named so, and run by `npm run test:all`. */
const LONG = 'test/**/*.long.test.ts';

const settings = {
  // Against hanging alone: no test depends on how fast or how busy the machine is.
  testTimeout: HANGING_MS,
  hookTimeout: HANGING_MS,
  pool: 'forks',
  // tests load the inference runtime without main.ts, which sets this for rr
  env: { ORT_DISABLE_TELEMETRY: '1' },
} as const;

export default defineConfig({
  test: {
    // twice the cores of a small machine: many tests wait for disks, sockets and timers of other programs
    maxWorkers: 4,
    globalSetup: 'test/announce.ts',
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...settings, name: 'short', include: ['test/**/*.test.ts'], exclude: [LONG] } },
      { test: { ...settings, name: 'long', include: [LONG] } },
    ],
  },
});
