/**
 * The last line of .ci/run: `123 passed, 0 failed, 4 skipped`, from vitest's JSON reports. Usage:
 * test-summary.ts REPORT.json... [FAILED_STAGE...]; every failed stage (lint, typecheck, build) counts as one failure. A
 * missing or empty report is a failure too.
 */
import { readFileSync } from 'node:fs';

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A file that could not even be loaded has no failed test to count, so it counts as one itself. */
export function countTests(report: TestReport): Counts {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export const summaryLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

export const addCounts = (counts: readonly Counts[]): Counts => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  skipped: counts.reduce((sum, { skipped }) => sum + skipped, 0),
});

function readCounts(path: string): Counts {
  try {
    return countTests(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    console.error(`no test report: ${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

if (import.meta.main) {
  const words = process.argv.slice(2);
  const failedStages = words.filter((word) => !word.endsWith('.json'));
  const counts = words.filter((word) => word.endsWith('.json')).map(readCounts);
  const all = addCounts(counts);
  const failed = all.failed + failedStages.length;
  for (const stage of failedStages) console.log(`${stage} failed`);
  console.log(summaryLine({ ...all, failed }));
  process.exitCode = failed > 0 || counts.length === 0 || counts.some(({ passed }) => passed === 0) ? 1 : 0;
}
