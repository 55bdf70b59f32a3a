/** The state database below the data root, open for the time of some work. */
import { dataPaths } from '../io/paths.ts';
import { StateDb } from '../io/state/database.ts';

export async function withState<T>(data: string | undefined, work: (state: StateDb) => T | Promise<T>): Promise<T> {
  const state = StateDb.open(dataPaths(data).state);
  try {
    return await work(state);
  } finally {
    state.close();
  }
}
