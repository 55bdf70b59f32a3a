/** Options of a run of the loop, and its outputs. */
import type { RecordWriter } from '../../io/ndjson/writer.ts';
import type { Stage } from '../round/stages.ts';

export interface LoopRun {
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  /** Begin a round only when so many games wait. */
  readonly ifNew: number | undefined;
  /** Stop after this stage. */
  readonly to: Stage | undefined;
  readonly writer: RecordWriter | undefined;
  readonly say: (text: string) => void;
  /** A line on stderr about what went wrong. */
  readonly problem: (text: string) => void;
  /** A line of progress on stderr, where no live display is drawn. */
  readonly progress: (text: string) => void;
  /** Draw stages live on stderr. */
  readonly live: boolean;
}
