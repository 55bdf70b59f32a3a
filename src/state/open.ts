/** The state database below the data root, open for the time of some work. */
import { dataPaths } from '../io/paths.ts';
import { StateDb } from './database.ts';

type Work<T> = (state: StateDb) => T | Promise<T>;

export const withState = <T>(data: string | undefined, work: Work<T>): Promise<T> =>
  during(StateDb.open(dataPaths(data).state), work);

/** For work that only reads: makes no files. */
export const readState = <T>(data: string | undefined, work: Work<T>): Promise<T> =>
  during(StateDb.openToRead(dataPaths(data).state), work);

async function during<T>(state: StateDb, work: Work<T>): Promise<T> {
  try {
    return await work(state);
  } finally {
    state.close();
  }
}
