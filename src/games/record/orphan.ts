/** The `orphan` record: a game that a database keeps on its quarantine list, by id and reason only. */
import * as z from 'zod';
import { recordKind } from '../../io/ndjson/kinds.ts';
import { OrphanSchema } from '../store/types.ts';

export const orphanKind = recordKind('orphan', z.looseObject({ type: z.literal('orphan'), ...OrphanSchema.shape }));
