/** JUnit XML of a parity run, as CI systems show it: one test case per game. */
import { writeFileAtomic } from '../io/atomic.ts';
import type { CheckRecord, DivergenceRecord } from './records.ts';

export class JunitReport {
  readonly #cases: string[] = [];
  #failures = 0;
  #errors = 0;

  add(check: CheckRecord, divergence?: DivergenceRecord): void {
    const attributes = `classname="${xml(check.config || 'unknown')}" name="${xml(check.game || check.source)}"`;
    if (divergence) {
      this.#failures++;
      const { kind, move, expected, actual } = divergence;
      const message = `${kind} at move ${move}: expected ${expected}, got ${actual}`;
      this.#cases.push(`<testcase ${attributes}><failure type="${kind}" message="${xml(message)}"/></testcase>`);
    } else if (check.status === 'unreadable') {
      this.#errors++;
      this.#cases.push(`<testcase ${attributes}><error message="${xml(check.problem ?? '')}"/></testcase>`);
    } else this.#cases.push(`<testcase ${attributes}/>`);
  }

  async write(path: string): Promise<void> {
    const counts = `tests="${this.#cases.length}" failures="${this.#failures}" errors="${this.#errors}"`;
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
