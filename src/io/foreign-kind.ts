/** Files that hold something else than what is asked for, told by their first bytes, so that they are called what they are. */
import { firstBytes } from './file-facts.ts';
import { isPlainFile } from './missing-file.ts';

/** What files turn out to be, with an article. */
export const FOREIGN_KINDS = {
  pytorch: 'a PyTorch checkpoint',
  npz: 'an NPZ training file',
  zip: 'a ZIP archive',
  pickle: 'a Python pickle, as old PyTorch checkpoints are',
  prettyRecord: 'a pretty-printed JSON game record',
  prettyJson: 'a pretty-printed JSON document',
} as const;
export type ForeignKind = keyof typeof FOREIGN_KINDS;

/** What the file is; undefined for text, databases and what nobody knows. @throws the system's error */
export function foreignKind(path: string): ForeignKind | undefined {
  if (!isPlainFile(path)) return undefined;
  const bytes = firstBytes(path, 1024);
  const head = bytes.toString('latin1');
  if (head.startsWith('PK\u0003\u0004')) return zipKind(head);
  if (bytes[0] === 0x80 && isPickleProtocol(bytes[1])) return 'pickle';
  if (!/^\s*[[{]\s*\n/.test(head)) return undefined;
  return /"(boardType|board_type|numPlayers|num_players)"/.test(head) ? 'prettyRecord' : 'prettyJson';
}

function zipKind(head: string): ForeignKind {
  if (/[/]data\.pkl|\.data\/serialization_id/.test(head)) return 'pytorch';
  return head.includes('.npy') ? 'npz' : 'zip';
}

/** The second byte of a pickle; protocols before 2 have no such mark. */
const isPickleProtocol = (byte: number | undefined): boolean => byte !== undefined && byte >= 2 && byte <= 5;
