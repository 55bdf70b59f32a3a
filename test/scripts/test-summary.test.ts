import { expect, test } from 'vitest';
import { addCounts, countTests, summaryLine } from '../../scripts/test-summary.ts';

const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };

test('counts what vitest counts', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }];
  expect(summaryLine(countTests({ ...report, testResults }))).toBe('5 passed, 1 failed, 3 skipped');
});

test('a file that could not be loaded counts as a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }];
  expect(countTests({ ...report, numFailedTests: 0, testResults }).failed).toBe(1);
});

test('reports add up', () => {
  const counts = [
    { passed: 5, failed: 1, skipped: 3 },
    { passed: 7, failed: 0, skipped: 2 },
  ];
  expect(summaryLine(addCounts(counts))).toBe('12 passed, 1 failed, 5 skipped');
});
