/** The state database: is every row what was written, and with `repair`, rebuilt from what is. */
import { existsSync } from 'node:fs';
import { sizeOf } from '../io/file-facts.ts';
import { dataPaths } from '../io/paths.ts';
import { type Finding, type Purpose, reasonOf, size } from './check.ts';

const NEEDED: readonly Purpose[] = ['selfplay', 'train'];
const FIX = 'rr doctor --repair';

/** @param root value of --data */
export async function stateFindings(root: string | undefined, repair: boolean): Promise<Finding[]> {
  const check = 'state';
  const path = dataPaths(root).state;
  if (!existsSync(path)) return [{ check, status: 'ok', found: 'none yet' }];
  try {
    const { repairState, stateProblems } = await import('../state/repair.ts');
    const problems = await stateProblems(path);
    const [first] = problems;
    if (first === undefined) return [{ check, status: 'ok', found: `every row verified, ${size(sizeOf(path))}` }];
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    if (!repair) {
      return [{ check, status: 'broken', found: `${path}: ${first}${more}`, fix: FIX, neededFor: NEEDED }];
    }
    const { aside, kept, lost } = await repairState(path, new Date());
    await adoptPointers(root);
    const left = Object.entries(lost).filter(([, rows]) => rows > 0);
    const rows = Object.values(kept).reduce((sum, count) => sum + count, 0);
    const names = left.map(([table, count]) => `${count} of ${table}`).join(', ');
    const without = names === '' ? '' : `, without damaged rows (${names})`;
    return [
      {
        check,
        status: 'note',
        found: `${first}${more}; rebuilt with ${rows} rows${without}; the old one is in ${aside}`,
      },
    ];
  } catch (error) {
    return [{ check, status: 'broken', found: reasonOf(error), fix: FIX, neededFor: NEEDED }];
  }
}

/** A pointer file outlives the history that moved it. */
async function adoptPointers(root: string | undefined): Promise<void> {
  const { withStore } = await import('../models/open.ts');
  await withStore(root, async (store) => {
    const move = { actor: 'rr doctor', reason: 'as its file says, after a repair of the state database' };
    for (const config of store.configs()) await store.adoptFiles(config, move);
  });
}
