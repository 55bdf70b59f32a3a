import { defineConfig } from 'vitest/config';

const HANGING_MS = 900_000;

export default defineConfig({
  test: {
    include: (process.env.RR_MUTATION_TESTS ?? '').split(','),
    testTimeout: HANGING_MS,
    hookTimeout: HANGING_MS,
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
});
