/** JUnit XML of a parity run, as CI systems show it: one test case per game, or per form of it that the gate checks. */
import { writeFileAtomic } from '../io/atomic.ts';
import { isResultOnly } from './check.ts';
import type { CheckRecord, DivergenceRecord } from './records.ts';

export class JunitReport {
  readonly #cases: string[] = [];
  /** How often a name was given: systems that keep a history tell cases apart by name. */
  readonly #names = new Map<string, number>();
  readonly #allowResult: boolean;
  #failures = 0;
  #skipped = 0;
  #errors = 0;
  #seconds = 0;

  /** `allowResult`: a divergence of the result alone is a skipped case, not a failed one. */
  constructor(allowResult: boolean) {
    this.#allowResult = allowResult;
  }

  /** `seconds` is what the check took. */
  add(check: CheckRecord, divergence: DivergenceRecord | undefined, seconds: number): void {
    this.#seconds += seconds;
    const attributes = [
      `classname="${xml(check.config || 'unknown')}"`,
      `name="${xml(this.#name(check))}"`,
      `time="${seconds.toFixed(3)}"`,
    ].join(' ');
    if (divergence) this.#cases.push(`<testcase ${attributes}>${this.#finding(check, divergence)}</testcase>`);
    else if (check.status === 'unreadable') {
      this.#errors++;
      this.#cases.push(
        `<testcase ${attributes}><error message="${xml(check.problem ?? '')}">${xml(check.source)}</error></testcase>`,
      );
    } else this.#cases.push(`<testcase ${attributes}/>`);
  }

  async write(path: string): Promise<void> {
    const counts = [
      `tests="${this.#cases.length}"`,
      `failures="${this.#failures}"`,
      `errors="${this.#errors}"`,
      `skipped="${this.#skipped}"`,
      `time="${this.#seconds.toFixed(3)}"`,
    ].join(' ');
    const lines = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="rr" ${counts}>`,
      `  <testsuite name="rr parity" ${counts}>`,
      ...this.#cases.map((line) => `    ${line}`),
      '  </testsuite>',
      '</testsuites>',
    ];
    await writeFileAtomic(path, `${lines.join('\n')}\n`);
  }

  #finding({ game }: CheckRecord, divergence: DivergenceRecord): string {
    const { kind, move, expected, actual, source } = divergence;
    const message = xml(`${kind} at move ${move}: expected ${expected}, got ${actual}`);
    const text = xml(`game ${game}, move ${move}, ${source}`);
    if (this.#allowResult && isResultOnly(divergence)) {
      this.#skipped++;
      return `<skipped message="${message}">${text}</skipped>`;
    }
    this.#failures++;
    return `<failure type="${kind}" message="${message}">${text}</failure>`;
  }

  /** Source and game; a number where both were there before. The gate's sources name the game themselves. */
  #name({ source, game }: CheckRecord): string {
    const name = game === '' || source.includes(game) ? source : `${source} ${game}`;
    const times = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  }
}

/** Escapes text for an attribute and drops what XML 1.0 cannot hold. */
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters XML 1.0 forbids
  const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  return legal.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
