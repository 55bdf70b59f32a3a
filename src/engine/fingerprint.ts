/**
 * The readable state text of the original, its 64-bit hash, and the digest texts of docs/upstream-formats.md
 * §10.3–10.5.
 */
import type { MoveList } from './moves.ts';
import { PHASES } from './phases.ts';
import { COLLAPSED, STACK, type State } from './state.ts';
import { moveText } from './text.ts';

/**
 * `meta#players#stacks#markers#collapsed`, every section sorted as plain strings (docs/rules.md §11.1). With `over` the
 * text is the one the position would have if the game had ended in it.
 */
export function fingerprint(s: State, over = s.isOver): string {
  const { keys } = s.rules.topology;
  const owes = s.owesLine ? 1 : 0;
  const meta = over ? `0:game_over:completed:${owes}` : `${s.player}:${PHASES[s.phase]}:active:${owes}`;
  let players = '';
  for (let p = 1; p <= s.rules.players; p++) {
    players += `${p > 1 ? '|' : ''}${p}:${s.hand[p]}:${s.eliminated[p]}:${s.territory[p]}`;
  }
  const stacks: string[] = [];
  const markers: string[] = [];
  const collapsed: string[] = [];
  for (let cell = 0; cell < s.content.length; cell++) {
    const content = s.content[cell];
    if (content === 0) continue;
    if (content <= STACK) markers.push(`${keys[cell]}:${content}`);
    else if (content <= COLLAPSED) stacks.push(`${keys[cell]}:${content - STACK}:${s.height[cell]}:${s.cap[cell]}`);
    else collapsed.push(`${keys[cell]}:${content - COLLAPSED}`);
  }
  return `${meta}#${players}#${stacks.sort().join('|')}#${markers.sort().join('|')}#${collapsed.sort().join('|')}`;
}

/** The ring contents of every stack: `cell=rings` top to bottom, sorted and joined by `|`. */
export function ringText(s: State): string {
  const items: string[] = [];
  for (let cell = 0; cell < s.content.length; cell++) {
    if (s.height[cell] > 0) items.push(`${s.rules.topology.keys[cell]}=${s.rings(cell).join('')}`);
  }
  return items.sort().join('|');
}

/** 16 hex digits of a text: the original's two-register mixer (docs/rules.md §11.2). Not a cryptographic hash. */
export function compactHash(text: string): string {
  let h1 = 0xdeadbeef | 0;
  let h2 = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ c, 2654435761);
    h2 = Math.imul(h2 ^ c, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return hex(h2) + hex(h1);
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

/** Hash of the position as the original stores it. */
export function stateHash(s: State, over?: boolean): string {
  return compactHash(fingerprint(s, over));
}

/**
 * The distinct texts of a legal set, sorted; joined by line feeds they are the input of the legal-set digest. Recovery
 * slides that differ only in who pays share one text.
 */
export function legalTexts(s: State, legal: MoveList): string[] {
  const texts = new Set<string>();
  for (let i = 0; i < legal.length; i++) texts.add(moveText(s, legal.moves[i]));
  return [...texts].sort();
}
