/** Ends trainings of this machine that hang, and notes the ends of runs that died without noting one. */
import { pause } from '../../io/timer.ts';
import { makeEvent } from '../../state/store/event.ts';
import { eventOfLoss } from '../../state/store/event-of-rows.ts';
import { fateOf, thisProcess } from '../../state/store/machine.ts';
import { type RunInfo, stateOfRun } from '../../state/store/runs.ts';
import type { StateStore } from '../../state/store/store.ts';

/** Exit status noted for a run that did not note one: that of a process ended by SIGKILL. */
const KILLED = 137;
/** Milliseconds between two looks at a process that was asked to stop. */
const LOOK_MS = 200;

export interface ReapOptions {
  readonly silentMs: number;
  readonly killAfterMs: number;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface Reaped {
  readonly run: string;
  readonly command: string;
  readonly pid: number;
  readonly silentSeconds: number;
  /** `gone`: its process had died already. */
  readonly outcome: 'stopped' | 'killed' | 'gone' | 'would stop';
  readonly leases: readonly string[];
}

export async function reap(state: StateStore, options: ReapOptions): Promise<Reaped[]> {
  const reaped: Reaped[] = [];
  for (const run of await state.runs.find()) {
    const now = Date.now();
    if (run.host !== thisProcess().host || stateOfRun(run, now) === 'done') continue;
    const silent = now - run.heartbeat_at;
    const gone = stateOfRun(run, now) === 'lost';
    // only a training works for hours on end with nobody waiting for it
    if (!gone && (run.command !== 'train' || silent < options.silentMs)) continue;
    const outcome = gone ? 'gone' : options.dryRun ? 'would stop' : await end(run, options);
    const leases = options.dryRun ? [] : await note(state, run, silent, gone);
    const { run_id, command, pid } = run;
    reaped.push({ run: run_id, command, pid, silentSeconds: Math.round(silent / 1000), outcome, leases });
  }
  return reaped;
}

const isAlive = ({ host, boot_id: bootId, pid, process_start: start }: RunInfo): boolean =>
  fateOf({ host, bootId, pid, start: start ?? undefined }) === 'alive';

/** Each signal goes out only while the process is the one of the run. */
async function end(run: RunInfo, { killAfterMs, signal }: ReapOptions): Promise<'stopped' | 'killed'> {
  send(run, 'SIGTERM');
  const until = performance.now() + killAfterMs;
  while (isAlive(run) && performance.now() < until) await pause(LOOK_MS, signal);
  if (!isAlive(run)) return 'stopped';
  send(run, 'SIGKILL');
  while (isAlive(run)) await pause(LOOK_MS, signal);
  return 'killed';
}

function send(run: RunInfo, name: NodeJS.Signals): void {
  if (isAlive(run)) process.kill(run.pid, name);
}

/** The run ends, and what its process held is free. */
async function note(state: StateStore, run: RunInfo, silentMs: number, gone: boolean): Promise<string[]> {
  const { run_id, command, config, host, boot_id: bootId, pid } = run;
  const facts = { run: run_id, command, silentSeconds: silentMs / 1000 };
  const event = makeEvent({ type: 'run_reaped', at: Date.now(), host, config: config ?? undefined, facts });
  const leases = await state.leases.releaseOf({ host, bootId, pid });
  // one that stopped when it was asked has noted its own end
  const [now] = (await state.runs.find()).filter((one) => one.run_id === run_id);
  if (now?.ended_at === null) await state.runs.end(run_id, KILLED, [gone ? eventOfLoss(run) : event]);
  else if (!gone) await state.events.add([event]);
  return leases;
}
