/** The name by which this machine is known in leases and audit rows. */
import { hostname } from 'node:os';

/** RR_NODE, else upstream's RINGRIFT_NODE_ID, else the host name. */
export const hostName = ({ RR_NODE: ours, RINGRIFT_NODE_ID: theirs }: NodeJS.ProcessEnv = process.env): string =>
  ours || theirs || hostname();
