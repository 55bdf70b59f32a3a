/** Progress as long work reports it; drawing it is the business of whoever started the work. */

export interface Work {
  readonly label: string;
  /** Plural noun of what is counted: `games`. */
  readonly unit: string;
  /** Units altogether, when that is known. */
  readonly total?: number | undefined;
}

export interface Progress {
  /** Sets how many units are done. */
  update(done: number): void;
  /** A further number worth seeing; undefined takes it away again. */
  extra(name: string, value: string | number | undefined): void;
  /** A line above the display. */
  log(line: string): void;
  /** Call it once, whatever happens. */
  finish(): void;
}

/** Begins to show a piece of work; `details` gives further lines below the first. */
export type ShowProgress = (work: Work, details?: () => readonly string[]) => Progress;
