/** Looks at everything that the purposes have to do with. */
import { type Finding, judged, type Purpose } from './check.ts';
import { dataFindings } from './data.ts';
import { leftoverFindings } from './leftovers.ts';
import { libraryFindings } from './libraries.ts';
import { stateFindings } from './state.ts';
import { systemFindings } from './system.ts';
import { toolFindings } from './tools.ts';

export interface ExamineOptions {
  /** Value of --data. */
  readonly root: string | undefined;
  /** Remove temporary files of killed processes. */
  readonly sweep: boolean;
  /** Make a damaged state database anew from its good rows. */
  readonly repair: boolean;
}

/** In reading order; `broken` ones are needed for one of the purposes. */
export async function examine(
  purposes: readonly Purpose[],
  { root, sweep, repair }: ExamineOptions,
): Promise<Finding[]> {
  const findings = [
    ...systemFindings(),
    ...(await libraryFindings()),
    // first: models are found by it
    ...(await stateFindings(root, repair)),
    ...(await dataFindings(root)),
    ...(await leftoverFindings(root, sweep)),
    ...(purposes.includes('remote') ? toolFindings() : []),
  ];
  return findings.map((finding) => judged(finding, purposes));
}
