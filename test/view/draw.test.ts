/** Positions as pictures and text: geometry, replays of recorded games, what is drawn against what the engine holds. */
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BOARDS } from '../../src/engine/boards.ts';
import { topologyOf } from '../../src/engine/topology.ts';
import { boardLayout } from '../../src/view/board/layout.ts';
import { cellView } from '../../src/view/board/snapshot.ts';
import { svgPicture } from '../../src/view/board/svg.ts';
import { terminalPicture } from '../../src/view/board/terminal.ts';
import { TextGrid } from '../../src/view/board/text-grid.ts';
import { loadGame, startPosition } from '../../src/view/replay/load.ts';
import { showGame } from '../../src/view/replay/replay.ts';
import { stepKeys, stepTo } from '../../src/view/replay/stepper.ts';
import { readTraces } from '../engine/trace.ts';
import { FIXTURES } from '../shared.ts';

const TRACES = join(FIXTURES, 'traces', 'golden.jsonl.gz');

describe('layout', () => {
  it.each(BOARDS)('%s: neighbours lie one unit apart, on hexagons in every direction', (board) => {
    const topology = topologyOf(board);
    const { cells, width, height } = boardLayout(board);
    for (let cell = 0; cell < topology.cells; cell++) {
      expect(cells[cell].x).toBeGreaterThanOrEqual(0.5 - 1e-9);
      expect(cells[cell].x).toBeLessThanOrEqual(width - 0.5 + 1e-9);
      expect(cells[cell].y).toBeLessThanOrEqual(height - 0.5);
      for (let k = 0; k < topology.adjacency; k++) {
        const next = topology.adjacent[cell * topology.adjacency + k];
        if (next < 0) continue;
        expect(Math.hypot(cells[next].x - cells[cell].x, cells[next].y - cells[cell].y)).toBeCloseTo(1, 9);
      }
    }
  });

  it('puts rank 1 at the bottom and file a at the left', () => {
    for (const board of BOARDS) {
      const { cells } = boardLayout(board);
      const lowest = cells.reduce((a, b) => (b.y > a.y || (b.y === a.y && b.x < a.x) ? b : a));
      expect(lowest.name).toBe('a1');
    }
  });
});

describe('replay', () => {
  it('ends every recorded game with the recorded scores, and says who won', async () => {
    for (const [i, trace] of readTraces(TRACES).entries()) {
      const { frames } = showGame(await loadGame(TRACES, { number: i + 1 }));
      expect(frames).toHaveLength(trace.moves.length + 1);
      const last = frames[frames.length - 1].snapshot;
      const ply = trace.plies[trace.plies.length - 1];
      expect(last.seats.map((seat) => [seat.hand, seat.eliminated, seat.territory])).toEqual(
        ply.rh.map((hand, p) => [hand, ply.el[p], ply.te[p]]),
      );
      expect(last.winner).toBe(trace.final.winner);
    }
  });

  it('finds games by number, by id and by the start of an id', async () => {
    const byNumber = await loadGame(TRACES, { number: 2 });
    const byId = await loadGame(TRACES, { id: 'hex8-3p-041' });
    expect(byId.id).toBe(byNumber.id);
    await expect(loadGame(TRACES, { number: 99 })).rejects.toMatchObject({ code: 'NO_INPUT' });
    await expect(loadGame(TRACES, { id: 'nothing' })).rejects.toMatchObject({ code: 'NO_INPUT' });
  });

  it('shows what a recorded search said', async () => {
    const game = await loadGame(join(FIXTURES, 'db', 'square8_2p_gumbel.db.gz'), { number: 1 });
    const { frames } = showGame(game);
    const searched = frames.filter(({ search }) => search !== undefined);
    expect(searched.length).toBeGreaterThan(50);
    for (const { search } of searched) {
      const shares = search?.moves.map(({ share }) => share) ?? [];
      expect(shares).toEqual([...shares].sort((a, b) => b - a));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThan(1.0001);
    }
  });
});

describe('text', () => {
  it('names cells, owners, heights and caps without colour', async () => {
    const { info, frames } = showGame(await loadGame(TRACES, { id: 'hex8-4p-039' }));
    expect(terminalPicture(info, frames[60], { color: false, width: 100 })).toMatchInlineSnapshot(`
      "player 2 to process a region  hex8 · 4 players · ply 60 · player 2: no line

               9 ■1   ·   ·  ◆3²  ·               ● player 1
                                                    out 1/8  land 0/16  hand 0
             8  ◇  ◆1   ·   △   ·   □
                                                ▸ ■ player 2
           7 ●2   ◇   ·   ·   ·   ·   ·             out 2/8  land 0/16  hand 0

         6  ·   ·   ·   ·   ◇   ·   □  ■1         ▲ player 3
                                                    out 1/8  land 1/16  hand 2
       5  △   □   ·  ■1   ·  ▒▲▒  ·  ●4²  ·
                                                  ◆ player 4
         4  ·   ·   ○   ·   △   ·   ·   ·   i       out 0/8  land 0/16  hand 1

           3  ·   ○   ·   ·   ·   ·   ·   h

             2  ·   ·   ·   ·   ·   ·   g

               1  ·   △   ○   △   ·   f

                    a   b   c   d   e"
    `);
  });

  it('draws the same text with colours and without', async () => {
    const { info, frames } = showGame(await loadGame(TRACES, { id: 'square8-4p-040' }));
    for (const frame of frames) {
      const plain = terminalPicture(info, frame, { color: false, width: 120 });
      const coloured = terminalPicture(info, frame, { color: true, width: 120 });
      expect(coloured).not.toBe(plain);
      const lines = (text: string) => text.split('\n').map((line) => line.trimEnd());
      expect(lines(stripVTControlCharacters(coloured))).toEqual(lines(plain));
    }
  });

  it('fits the width of the terminal', async () => {
    const { info, frames } = showGame(await loadGame(TRACES, { id: 'hexagonal-4p-002' }));
    for (const width of [60, 80, 103, 140, 200]) {
      const lines = terminalPicture(info, frames[700], { color: false, width }).split('\n').slice(1);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(width);
    }
  });

  it.each(['hexagonal-4p-002', 'square19-4p-000', 'hex8-4p-039', 'square8-4p-040'])(
    '%s: fits 80 by 23, and says which rows it shows',
    async (id) => {
      const { info, frames } = showGame(await loadGame(TRACES, { id }));
      for (const frame of frames) {
        const text = terminalPicture(info, frame, { color: false, width: 80, height: 23 });
        const lines = text.split('\n');
        const drawn = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].length / 80)), 0);
        expect(drawn).toBeLessThanOrEqual(23);
        const ranks = lines.slice(1).flatMap((line) => /^ *(\d+)/.exec(line)?.[1] ?? []);
        const { size } = topologyOf(info.board).spec;
        if (ranks.length < size) expect(text).toContain(` · rows ${ranks.at(-1)}–${ranks[0]} of ${size} · `);
      }
      const [frame] = frames;
      const at20 = terminalPicture(info, frame, { color: false, width: 80, height: 12, centre: 0 });
      expect(at20).not.toBe(terminalPicture(info, frame, { color: false, width: 80, height: 12 }));
    },
  );

  it('keeps styles of neighbouring glyphs together', () => {
    const grid = new TextGrid<'a'>();
    grid.put(1, 2, 'xy', 'a');
    grid.put(1, 5, 'z');
    expect(grid.lines((text, style) => `<${style}:${text}>`)).toEqual(['', '  <a:xy> z']);
  });
});

describe('pictures', () => {
  it.each(['hex8-2p-039', 'square8-3p-043', 'square19-4p-000', 'hexagonal-3p-007'])(
    '%s: every piece is drawn',
    async (id) => {
      const { info, frames } = showGame(await loadGame(TRACES, { id }));
      for (const ply of [0, Math.floor(frames.length / 2), frames.length - 1]) {
        const { snapshot } = frames[ply];
        const svg = svgPicture(info, frames[ply], { theme: 'auto' });
        const count = (pattern: RegExp) => svg.match(pattern)?.length ?? 0;
        const kinds = snapshot.cells.map((code) => cellView(code).kind);
        const of = (kind: string) => kinds.filter((own) => own === kind).length;
        expect(count(/class="tile/g)).toBe(snapshot.cells.length);
        expect(count(/class="tile land/g)).toBe(of('collapsed'));
        expect(count(/class="marker /g)).toBe(of('marker'));
        expect(count(/class="height"/g)).toBe(of('stack'));
        const rings = snapshot.cells.filter((code) => /^\d/.test(code)).join('').length;
        expect(count(/class="face\d"/g)).toBe(rings);
        expect(svg).not.toMatch(/NaN|undefined/);
      }
    },
  );

  it('escapes names', () => {
    const { info, frames } = showGame({
      ...startPosition('hex8', 2),
      seats: ['<b>&"', 'x'].map((player, i) => ({ seat: i + 1, player, model: null })),
    });
    expect(svgPicture(info, frames[0], { theme: 'dark' })).toContain('1 &lt;b&gt;&amp;&quot;');
  });
});

describe('stepping', () => {
  it('reads keys, several at once included', () => {
    expect(stepKeys('\u001b[C\u001b[C\u001b[D')).toEqual(['next', 'next', 'back']);
    expect(stepKeys('\u001b[5~\u001b[6~\u001b[H\u001b[F')).toEqual(['back10', 'next10', 'first', 'last']);
    expect(stepKeys('lxq')).toEqual(['legal', 'quit']);
    expect(stepKeys('\u001b')).toEqual(['quit']);
  });

  it('stays inside the game', () => {
    expect(stepTo('back', 0, 5)).toBe(0);
    expect(stepTo('next10', 1, 5)).toBe(5);
    expect(stepTo('last', 1, 5)).toBe(5);
    expect(stepTo('legal', 3, 5)).toBe(3);
  });
});
