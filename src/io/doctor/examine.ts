/** Looks at everything that the purposes have to do with. */
import { type Finding, judged, type Purpose } from './check.ts';
import { dataFindings } from './data.ts';
import { libraryFindings } from './libraries.ts';
import { systemFindings } from './system.ts';
import { toolFindings } from './tools.ts';

/** In reading order; `broken` ones are needed for one of the purposes. @param root value of --data */
export async function examine(purposes: readonly Purpose[], root: string | undefined): Promise<Finding[]> {
  const findings = [
    ...systemFindings(),
    ...(await libraryFindings()),
    ...(await dataFindings(root)),
    ...(purposes.includes('remote') ? toolFindings() : []),
  ];
  return findings.map((finding) => judged(finding, purposes));
}
