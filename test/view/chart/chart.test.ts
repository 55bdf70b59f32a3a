import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { lineChart } from '../../../src/view/chart/chart.ts';
import { chartFile } from '../../../src/view/chart/chart-style.ts';

const chart = (name: string): string =>
  lineChart(
    [
      { name, points: [0, 1, 2].map((x) => ({ x, y: x / 1000, low: 0, high: 0.004 })) },
      { name: 'a < b', dashed: true, points: [{ x: 0, y: 0.002 }] },
    ],
    { title: `<${name}>`, xLabel: 'epoch', yLabel: 'share' },
  );

describe('charts', () => {
  test('names are text, small numbers keep their digits', () => {
    const svg = chart('one');
    expect(svg).toContain('&lt;one&gt;');
    expect(svg).toContain('a &lt; b');
    expect(svg).not.toContain('<one>');
    const levels = [...svg.matchAll(/text-anchor="end">([\d.]+)<\/text>/g)].map(([, text]) => text);
    expect(new Set(levels).size).toBe(levels.length);
    expect(lineChart([], { title: '', xLabel: '', yLabel: '' })).toBe('');
  });

  test('on a phone a letter is as wide as it was drawn, and a legend takes as many lines as it needs', () => {
    const names = Array.from({ length: 5 }, (_, i) => `gumbel-64:a01a83a9c49${i}`);
    const series = names.map((name) => ({
      name,
      points: [
        { x: 0, y: 1 },
        { x: 1, y: 2 },
      ],
    }));
    const svg = lineChart(series, { title: 't', xLabel: 'x', yLabel: 'y' });
    const [, width = '', height = ''] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    expect(Number(width)).toBeLessThanOrEqual(400);
    const legend = [...svg.matchAll(/<text x="12" y="(\d+)">(.*?)<\/text>/g)];
    expect(legend.map(([, , text = '']) => text.split('●').length - 1)).toEqual([2, 2, 1]);
    const [first] = [...svg.matchAll(/<line class="grid"[^>]* y1="([\d.]+)"/g)]
      .map(([, y]) => Number(y))
      .sort((a, b) => a - b);
    expect(first).toBeGreaterThan(Math.max(...legend.map(([, y]) => Number(y))));
    expect(Number(height)).toBeGreaterThan(200);
  });

  test('a file holds its charts one below the other and needs no page around it', () => {
    const svg = chartFile([chart('one'), chart('two')]);
    expect(svg).not.toContain('var(--');
    const [, height] = /^<svg [^>]*height="(\d+)"/.exec(svg) ?? [];
    const places = [...svg.matchAll(/<svg x="\d+" y="(\d+)" width="\d+" height="(\d+)"/g)].map(([, y, h]) => [
      Number(y),
      Number(h),
    ]);
    const [first, second] = places;
    expect(places).toHaveLength(2);
    expect(second?.[0]).toBeGreaterThan((first?.[0] ?? 0) + (first?.[1] ?? 0));
    expect(Number(height)).toBeGreaterThan((second?.[0] ?? 0) + (second?.[1] ?? 0));
    try {
      execFileSync('rsvg-convert', ['--version'], { stdio: 'ignore' });
    } catch {
      console.log('skipped: drawing the file needs rsvg-convert');
      return;
    }
    expect(execFileSync('rsvg-convert', [], { input: svg }).subarray(1, 4).toString()).toBe('PNG');
  });
});
