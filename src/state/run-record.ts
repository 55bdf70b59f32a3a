/**
 * The row of a command at work: it is there from the start, a heartbeat renews it, and the end notes the exit status. A row
 * without an end whose process is gone is a crash.
 */

import { withState } from './open.ts';
import type { Event } from './store/event.ts';
import type { RunStart } from './store/runs.ts';

/** Milliseconds between two signs of life. */
const BEAT_MS = 30_000;

export class RunRecord {
  readonly #path: string;
  readonly #timer: NodeJS.Timeout;
  readonly id: string;

  /** Notes the start. `path` is DataPaths.state. @throws RrError as openState */
  static async begin(path: string, run: RunStart): Promise<RunRecord> {
    return new RunRecord(path, await withState(path, ({ runs }) => runs.start(run)));
  }

  constructor(path: string, id: string) {
    this.#path = path;
    this.id = id;
    // a store that is busy or gone is tried again at the next beat
    this.#timer = setInterval(() => void this.#beat().catch(() => {}), BEAT_MS);
    this.#timer.unref();
  }

  /** Notes the end, together with what the run found out. */
  async end(exit: number, events: readonly Event[]): Promise<void> {
    clearInterval(this.#timer);
    await withState(this.#path, ({ runs }) => runs.end(this.id, exit, events));
  }

  #beat(): Promise<void> {
    return withState(this.#path, ({ runs }) => runs.beat(this.id));
  }
}
