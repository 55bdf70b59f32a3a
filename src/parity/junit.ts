/** JUnit XML of a parity run, as CI systems show it: one test case per game. */
import { writeFileAtomic } from '../io/atomic.ts';
import { isResultOnly } from './check.ts';
import type { CheckRecord, DivergenceRecord } from './records.ts';

export class JunitReport {
  readonly #cases: string[] = [];
  readonly #allowResult: boolean;
  #failures = 0;
  #skipped = 0;
  #errors = 0;

  /** `allowResult`: a divergence of the result alone is a skipped case, not a failed one. */
  constructor(allowResult: boolean) {
    this.#allowResult = allowResult;
  }

  add(check: CheckRecord, divergence?: DivergenceRecord): void {
    const attributes = `classname="${xml(check.config || 'unknown')}" name="${xml(check.game || check.source)}"`;
    if (divergence) {
      const { kind, move, expected, actual } = divergence;
      const message = xml(`${kind} at move ${move}: expected ${expected}, got ${actual}`);
      const passes = this.#allowResult && isResultOnly(divergence);
      if (passes) this.#skipped++;
      else this.#failures++;
      const finding = passes ? `<skipped message="${message}"/>` : `<failure type="${kind}" message="${message}"/>`;
      this.#cases.push(`<testcase ${attributes}>${finding}</testcase>`);
    } else if (check.status === 'unreadable') {
      this.#errors++;
      this.#cases.push(`<testcase ${attributes}><error message="${xml(check.problem ?? '')}"/></testcase>`);
    } else this.#cases.push(`<testcase ${attributes}/>`);
  }

  async write(path: string): Promise<void> {
    const counts = `tests="${this.#cases.length}" failures="${this.#failures}" errors="${this.#errors}" skipped="${this.#skipped}"`;
    const body = this.#cases.map((line) => `  ${line}\n`).join('');
    await writeFileAtomic(
      path,
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="rr parity" ${counts}>\n${body}</testsuite>\n`,
    );
  }
}

/** Escapes text for an attribute and drops what XML 1.0 cannot hold. */
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters XML 1.0 forbids
  const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  return legal.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
