/** The `orphan` record: a game that a database keeps on its quarantine list, by id and reason only. */
import * as z from 'zod';
import { OrphanSchema } from '../db/store/types.ts';
import { recordKind } from '../ndjson/kinds.ts';

export const orphanKind = recordKind('orphan', z.looseObject({ type: z.literal('orphan'), ...OrphanSchema.shape }));
