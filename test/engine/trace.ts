/**
 * Replays one golden trace and compares everything it records (docs/upstream-formats.md §10). Returns the first
 * difference, or null.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { fingerprint, legalTexts, ringText } from '../../src/engine/fingerprint.ts';
import { legalMoves } from '../../src/engine/legal.ts';
import { isBookkeeping, kindOf, MoveList } from '../../src/engine/moves.ts';
import { DETECTORS, OUTCOMES, PHASES, REASON_OF_OUTCOME } from '../../src/engine/phases.ts';
import { createRules, type RulesOptions } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import { interpretMove } from '../../src/games/upstream/interpret.ts';

export interface Trace {
  readonly id: string;
  readonly boardType: BoardName;
  readonly numPlayers: PlayerCount;
  readonly rulesOptions?: RulesOptions;
  readonly initial: {
    victoryThreshold: number;
    territoryVictoryMinimum: number;
    lpsRoundsRequired: number;
    lineLength: number;
    H: string;
  };
  readonly moves: readonly Record<string, unknown>[];
  readonly plies: readonly {
    ph: string;
    pl: number;
    n: number;
    d: string;
    L?: string[];
    h: string;
    r: string;
    H?: string;
    rh: number[];
    el: number[];
    te: number[];
  }[];
  readonly final: { winner: number; reason: string; detail: string; detectedBy: string; H: string };
  readonly tags: Record<string, number>;
}

export function readTraces(file: string): Trace[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Trace);
}

/** First 16 hex characters of SHA-256, as every golden digest. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const legal = new MoveList();

export function firstDifference(trace: Trace): string | null {
  const rules = createRules(trace.boardType, trace.numPlayers, trace.rulesOptions ?? {});
  const { initial, final } = trace;
  const numbers = [rules.victoryThreshold, rules.territoryMinimum, rules.lpsRounds, rules.lineLength];
  const expected = [
    initial.victoryThreshold,
    initial.territoryVictoryMinimum,
    initial.lpsRoundsRequired,
    initial.lineLength,
  ];
  if (String(numbers) !== String(expected)) return `thresholds ${numbers}, expected ${expected}`;
  const s = new State(rules);
  if (fingerprint(s) !== initial.H) return `start ${fingerprint(s)}`;
  for (const [k, ply] of trace.plies.entries()) {
    const at = `ply ${k}: `;
    if (s.isOver) return `${at}over too early (${OUTCOMES[s.outcome]})`;
    if (PHASES[s.phase] !== ply.ph || s.player !== ply.pl)
      return `${at}${PHASES[s.phase]}/${s.player}, expected ${ply.ph}/${ply.pl}`;
    legalMoves(s, legal);
    const texts = legalTexts(s, legal);
    const decisions = texts.length === 1 && isBookkeeping(kindOf(legal.moves[0])) ? 0 : texts.length;
    if (decisions !== ply.n || digest(texts.join('\n')) !== ply.d) {
      const missing = ply.L?.filter((text) => !texts.includes(text)) ?? [];
      const extra = ply.L ? texts.filter((text) => !ply.L?.includes(text)) : [];
      return `${at}${decisions} legal, expected ${ply.n}; missing ${missing.slice(0, 3)}; extra ${extra.slice(0, 3)}`;
    }
    interpretMove(s, trace.moves[k]).play(s);
    if (digest(fingerprint(s)) !== ply.h) return `${at}state ${fingerprint(s)}${ply.H ? `, expected ${ply.H}` : ''}`;
    if (digest(ringText(s)) !== ply.r) return `${at}rings ${ringText(s)}`;
    for (let p = 0; p < rules.players; p++) {
      const counts = [s.hand[p + 1], s.eliminated[p + 1], s.territory[p + 1]];
      if (String(counts) !== String([ply.rh[p], ply.el[p], ply.te[p]])) return `${at}player ${p + 1} has ${counts}`;
    }
  }
  if (!s.isOver) return 'not over at the end';
  const detail = OUTCOMES[s.outcome];
  const end = [s.winner, detail === 'none' ? '' : REASON_OF_OUTCOME[detail], detail, DETECTORS[s.detector]];
  const wanted = [final.winner, final.reason, final.detail, final.detectedBy];
  return String(end) === String(wanted) && fingerprint(s) === final.H ? null : `ends ${end}, expected ${wanted}`;
}
