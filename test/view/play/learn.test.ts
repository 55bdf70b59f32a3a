/** The lessons: every wanted move is legal where it is wanted, and not the only one; what is typed leads through them. */
import { describe, expect, it } from 'vitest';
import { advance, apply } from '../../../src/engine/apply.ts';
import { Kind, MoveList, packMove } from '../../../src/engine/moves.ts';
import { cellOfName } from '../../../src/engine/notation.ts';
import type { Console } from '../../../src/view/play/console.ts';
import { learn } from '../../../src/view/play/learn.ts';
import { LESSONS, lessonState } from '../../../src/view/play/lessons.ts';
import { moveOptions } from '../../../src/view/play/move-input.ts';
import { LEGEND_TEXT, PLAY_HELP, RULES_TEXT } from '../../../src/view/play/rules-text.ts';
import { stackNews, stackOwners } from '../../../src/view/play/told.ts';

/** A terminal of 80 by 24 that types what `answer` says. */
function scripted(answer: (said: readonly string[]) => string | undefined): Console & { readonly said: string[] } {
  const said: string[] = [];
  return {
    said,
    color: false,
    width: () => 80,
    height: () => 24,
    say: (text) => void said.push(text),
    ask: async () => answer(said),
  };
}

describe('lessons', () => {
  it.each(LESSONS)('$title: what is wanted is legal, and a choice', ({ wanted, ...lesson }) => {
    const s = lessonState({ wanted, ...lesson });
    const legal = new MoveList();
    advance(s, legal);
    expect(s.player).toBe(1);
    for (const pattern of wanted) {
      const options = moveOptions(s, legal);
      const move = options.find(({ text }) => pattern.test(text));
      expect(options.map(({ text }) => text).join(' | ')).toMatch(/./);
      expect(move, options.map(({ text }) => text).join(' | ')).toBeDefined();
      if (!move) return;
      apply(s, move.move);
      if (!s.isOver) advance(s, legal);
    }
    expect(s.isOver).toBe(lesson.title === 'Winning');
  });

  it('leads through all of them by hints, skips what is asked to, and leaves', async () => {
    const hinted = scripted((said) => /^Type (.*)$/.exec(said.at(-1) ?? '')?.[1] ?? 'hint');
    expect(await learn(hinted, new AbortController().signal)).toBe('finished');
    expect(hinted.said.join('\n')).toContain('player 1 wins by eliminated rings');
    for (const { after } of LESSONS) expect(hinted.said.join('\n').replaceAll('\n', ' ')).toContain(after);
    const skipping = scripted(() => 'skip');
    expect(await learn(skipping, new AbortController().signal)).toBe('finished');
    expect(
      await learn(
        scripted(() => undefined),
        new AbortController().signal,
      ),
    ).toBe('left');
  });

  it('does not take a legal move that is not the one', async () => {
    const lines = ['d4', 'd4 x1', '2', 'quit'];
    const console = scripted(() => lines.shift());
    expect(await learn(console, new AbortController().signal)).toBe('left');
    const text = console.said.join('\n');
    expect(text).toMatch(/1 d4 x1 +2 d4 x2 +3 d4 x3/);
    expect(text).toContain('d4 x1 is legal, but not what this lesson is about');
    expect(text).toContain('2 of 10: Moving');
  });

  it('says everything in lines that fit', async () => {
    const hinted = scripted((said) => /^Type (.*)$/.exec(said.at(-1) ?? '')?.[1] ?? 'hint');
    await learn(hinted, new AbortController().signal);
    const lines = [...hinted.said, RULES_TEXT, LEGEND_TEXT, PLAY_HELP].flatMap((text) => text.split('\n'));
    expect(lines.filter((line) => [...line].length > 80 && !line.includes('·'))).toEqual([]);
  });
});

describe('why a stack is gone or another player has it', () => {
  const lesson = { title: '', text: '', after: '', wanted: [], phase: 1 };
  const gone = (cells: Record<string, string>, kind: number, ...names: string[]): string[] => {
    const s = lessonState({ ...lesson, cells: { ...cells, h8: '2' } });
    const [a, b, c] = names.map((name) => cellOfName(s.rules.topology, name));
    const before = stackOwners(s);
    const move = packMove(kind, a, b, c);
    apply(s, move);
    return stackNews(before, move, s);
  };

  it('says what took it', () => {
    expect(gone({ a1: '1', a3: 'o2' }, Kind.move, 'a1', 'a3')).toEqual([expect.stringMatching(/^a3: landing on a/)]);
    expect(gone({ a1: '1', a2: '2' }, Kind.capture, 'a1', 'a2', 'a3')).toEqual([
      expect.stringMatching(/^a2: its last ring was captured/),
    ]);
    expect(gone({ a1: '1' }, Kind.move, 'a1', 'a3')).toEqual([]);
  });

  it('says whose it is now', () => {
    const now2 = 'so player 2 controls the stack now.';
    expect(gone({ a1: '12', a3: 'o2' }, Kind.move, 'a1', 'a3')).toEqual([
      `a3: landing on a marker took the top ring, ${now2}`,
    ]);
    expect(gone({ a1: '11', a2: '12' }, Kind.capture, 'a1', 'a2', 'a4')).toEqual([`a2: its top ring is gone, ${now2}`]);
    const s = lessonState({ ...lesson, cells: { a1: '1', h8: '2' } });
    const before = stackOwners(s);
    s.pushTop(cellOfName(s.rules.topology, 'a1'), 2);
    const move = packMove(Kind.place, cellOfName(s.rules.topology, 'a1'), 1);
    expect(stackNews(before, move, s)).toEqual([`a1: a ring was placed on top, ${now2}`]);
  });
});
