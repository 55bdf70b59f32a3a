/** The data of this machine, as one side of a sync. In a file of its own so that the agent loads no ssh. */
import { dataPaths } from '../../io/paths.ts';
import { LocalSide } from '../../sync/peer/local.ts';

/** `data` is the value of --data. */
export const openLocal = (data: string | undefined): Promise<LocalSide> => LocalSide.open(dataPaths(data).root);
