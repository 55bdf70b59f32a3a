/** Files that hold something else than what is asked for, told by their first bytes, so that they are called what they are. */
import { firstBytes } from './file-facts.ts';
import { isPlainFile } from './missing-file.ts';

/** What the file is, with an article; undefined for text, databases and what nobody knows. @throws the system's error */
export function foreignKind(path: string): string | undefined {
  if (!isPlainFile(path)) return undefined;
  const bytes = firstBytes(path, 1024);
  const head = bytes.toString('latin1');
  if (head.startsWith('PK\u0003\u0004')) return zipKind(head);
  if (bytes[0] === 0x80 && isPickleProtocol(bytes[1])) return 'a Python pickle, as old PyTorch checkpoints are';
  if (!/^\s*[[{]\s*\n/.test(head)) return undefined;
  return /"(boardType|board_type|numPlayers|num_players)"/.test(head)
    ? 'a pretty-printed JSON game record'
    : 'a pretty-printed JSON document';
}

function zipKind(head: string): string {
  if (/[/]data\.pkl|\.data\/serialization_id/.test(head)) return 'a PyTorch checkpoint';
  return head.includes('.npy') ? 'an NPZ training file' : 'a ZIP archive';
}

/** The second byte of a pickle; protocols before 2 have no such mark. */
const isPickleProtocol = (byte: number | undefined): boolean => byte !== undefined && byte >= 2 && byte <= 5;
