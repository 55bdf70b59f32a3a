/**
 * Events whose subjects are files, or commands that died: found by looking at what is there. A command that makes one looks
 * when it ends, and one that was killed before it could is made up for by the next.
 */
import type { DataPaths } from '../../io/paths.ts';
import type { Event } from '../../state/store/event.ts';
import { eventOfLoss } from '../../state/store/event-of-rows.ts';
import { stateOfRun } from '../../state/store/runs.ts';
import type { StateStore } from '../../state/store/store.ts';
import { modelEvents } from './models.ts';
import { trainingFileEvents } from './training-files.ts';

/** Adds what the log lacks; returns how many events were new. */
export async function noteFacts(paths: DataPaths, state: StateStore, nowMs: number): Promise<number> {
  const files = await trainingFileEvents(paths, state);
  const added = await state.events.add([
    ...(await lostRuns(state, nowMs)),
    ...(await modelEvents(paths, state)),
    ...files.events,
  ]);
  // after the events, so that a kill in between repeats the look
  await files.remember();
  return added;
}

async function lostRuns({ runs }: StateStore, nowMs: number): Promise<Event[]> {
  return (await runs.find()).filter((run) => stateOfRun(run, nowMs) === 'lost').map(eventOfLoss);
}
