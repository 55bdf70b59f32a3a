/** The replayer in a real browser: opened from a file, stepped through, its position read back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellView } from '../../src/view/board/snapshot.ts';
import { groupsOf } from '../../src/view/replay/fold.js';
import { htmlReplayer } from '../../src/view/replay/html.ts';
import { loadGame } from '../../src/view/replay/load.ts';
import { type Replay, showGame } from '../../src/view/replay/replay.ts';
import { Browser, CHROMIUM, noteMissingBrowser } from '../browser.ts';
import { FIXTURES } from '../shared.ts';

noteMissingBrowser();

/** What the page shows, by cell name: `1` … for land, otherwise the height of a stack or a marker. */
const READ_BOARD = `(() => {
  const count = (selector) => document.querySelectorAll('#cells ' + selector).length;
  return JSON.stringify({
    ply: Number(document.body.dataset.ply),
    tiles: count('.tile'),
    markers: [1, 2, 3, 4].map((p) => count('.mark' + p)),
    land: [1, 2, 3, 4].map((p) => count('.land' + p)),
    heights: [...document.querySelectorAll('#cells .height')].map((t) => Number(t.firstChild.data)).sort((a, b) => a - b),
    rings: [1, 2, 3, 4].map((p) => count('.face' + p)),
    status: document.getElementById('status').textContent,
    here: document.querySelector('#moves .here').textContent,
  });
})()`;

function expected({ frames }: Replay, ply: number) {
  const { cells } = frames[ply].snapshot;
  const views = cells.map(cellView);
  const count = (kind: string) =>
    [1, 2, 3, 4].map((p) => views.filter((v) => v.kind === kind && 'owner' in v && v.owner === p).length);
  const stacks = cells.filter((code) => /^\d/.test(code));
  return {
    ply,
    tiles: cells.length,
    markers: count('marker'),
    land: count('collapsed'),
    heights: stacks.map((code) => code.length).sort((a, b) => a - b),
    rings: [1, 2, 3, 4].map((p) => stacks.join('').split(String(p)).length - 1),
  };
}

describe.skipIf(!CHROMIUM)('the replayer in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rr-replayer-'));
  let replay: Replay;
  let browser: Browser;
  /** First and last frame of every decision. */
  let steps: [number, number][];

  beforeAll(async () => {
    replay = showGame(await loadGame(join(FIXTURES, 'db', 'square8_2p_gumbel.db.gz'), { number: 1 }));
    steps = groupsOf(replay.frames.map(({ idle }) => idle));
    const file = join(folder, 'game.html');
    writeFileSync(file, htmlReplayer(replay, { theme: 'light' }));
    browser = await Browser.open(file);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  const board = async () => JSON.parse(String(await browser.evaluate(READ_BOARD)));

  const after = (decision: number) => expected(replay, steps[decision][1]);

  it('opens at the start', async () => {
    expect(await board()).toMatchObject({ ...after(0), here: '0start' });
  });

  it('steps with the keys and shows what the engine says', async () => {
    const last = steps.length - 1;
    // the moves between them only say that nothing could be done
    expect(last).toBeLessThan(0.7 * replay.frames.length);
    for (const decision of [1, 2, 3, 4, 5]) {
      await browser.press('ArrowRight');
      expect(await board()).toMatchObject(after(decision));
    }
    await browser.press('ArrowLeft');
    expect(await board()).toMatchObject(after(4));
    await browser.press('End');
    expect(await board()).toMatchObject({
      ...after(last),
      status: expect.stringMatching(/^Player \d wins/),
    });
    await browser.press('ArrowRight');
    expect((await board()).ply).toBe(replay.frames.length - 1);
    await browser.press('PageUp');
    expect(await board()).toMatchObject(after(last - 10));
    await browser.press('Home');
    expect(await board()).toMatchObject(after(0));
  });

  it('shows every move on demand, at the position that is on the screen', async () => {
    const entries = () => browser.evaluate("document.querySelectorAll('#moves li').length");
    expect(await entries()).toBe(steps.length);
    for (let i = 0; i < 3; i++) await browser.press('ArrowRight');
    const { ply } = await board();
    await browser.press('a');
    expect(await entries()).toBe(replay.frames.length);
    expect(await board()).toMatchObject(expected(replay, ply));
    await browser.press('ArrowRight');
    expect(await board()).toMatchObject(expected(replay, ply + 1));
    await browser.press('a');
    expect(await entries()).toBe(steps.length);
  });

  it('goes where the slider and the move list say', async () => {
    await browser.evaluate(
      "(() => { const s = document.getElementById('slider'); s.value = 40; s.dispatchEvent(new Event('input')); })()",
    );
    expect(await board()).toMatchObject(after(40));
    await browser.evaluate('document.querySelector(\'#moves [data-at="33"]\').click()');
    expect(await board()).toMatchObject(after(33));
  });

  it('shows the recorded policy and marks the move that was played', async () => {
    const at = steps.findIndex(([, end]) => (replay.frames[end].search?.moves.length ?? 0) > 1);
    const ply = steps[at][1];
    await browser.evaluate(`document.querySelector('#moves [data-at="${at}"]').click()`);
    const shown = await browser.evaluate(
      "[...document.querySelectorAll('.choice')].map((c) => c.firstChild.textContent)",
    );
    expect(shown).toEqual(replay.frames[ply].search?.moves.map(({ move }) => move));
    const played = await browser.evaluate("document.querySelector('.choice.played')?.firstChild.textContent");
    expect(played).toBe(replay.frames[ply + 1].move);
  });

  it('shows legal moves and changes colours on demand', async () => {
    await browser.press('Home');
    expect(await browser.evaluate("document.querySelectorAll('#cells .legal').length")).toBe(0);
    await browser.press('l');
    expect(await browser.evaluate("document.querySelectorAll('#cells .legal').length")).toBe(
      replay.frames[0].legal.length,
    );
    const paper = () => browser.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    await browser.evaluate("document.getElementById('theme').click()");
    expect(await paper()).not.toBe(light);
  });

  it('asks for nothing outside the file', () => {
    const page = htmlReplayer(replay, { theme: 'auto' });
    expect(page.match(/(src|href)=|url\((?!#)|@import|fetch\(|https?:\/\/(?!www\.w3\.org)/g)).toBeNull();
  });
});
