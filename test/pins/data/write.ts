/** Computes all frozen facts of this folder anew. */
import { encodingFacts } from './encodings.ts';
import { exportFacts } from './exports.ts';
import { fileFacts } from './files.ts';
import { writeFrozen } from './frozen.ts';
import { loweringFacts } from './lowering.ts';
import { resumedFacts, trainingFacts } from './training.ts';

/** Only for a change of behaviour that is meant: the tests of this folder compare with what this writes. */
export async function writeDataPins(): Promise<void> {
  writeFrozen('encodings', await encodingFacts());
  writeFrozen('exports', await exportFacts());
  writeFrozen('files', await fileFacts());
  const { facts, digests } = await trainingFacts();
  writeFrozen('training', { facts, digests, resumed: await resumedFacts() });
  writeFrozen('lowering', await loweringFacts());
}
