/** The report as one HTML file without any reference outside itself. */

import type { VerdictRecord } from '../../arena/records.ts';
import { escapeXml } from '../../view/board/svg.ts';
import { type Bar, barChart, lineChart, type Series } from '../../view/chart/chart.ts';
import { CHART_STYLE, DARK, LIGHT, variables } from '../../view/chart/chart-style.ts';
import { htmlReplayer } from '../../view/replay/html.ts';
import type { ReportData, RoundReport } from './collect.ts';

/** Every chart of a report by name. */
export function chartsOf({ rated, trend, rounds }: ReportData): Readonly<Record<string, string>> {
  const last = rounds.findLast(({ verdicts }) => verdicts.length > 0);
  return Object.fromEntries(
    Object.entries({
      ratings: ratingChart(rated, trend.points),
      losses: lossChart(rounds),
      accuracy: accuracyChart(rounds),
      opponents: last ? opponentBars(last) : '',
      seats: last ? seatBars(last) : '',
      endings: endingBars(rounds),
      throughput: throughputChart(rounds),
    }).filter(([, svg]) => svg !== ''),
  );
}

export function reportPage(data: ReportData): string {
  const { config, created, rated, trend, rounds, moves, games } = data;
  const charts = chartsOf(data);
  const title = `${config.board}, ${config.players} players`;
  const chart = (name: string): string => charts[name] ?? '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="rr report">
<title>${escapeXml(title)}: training report</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${escapeXml(title)}</h1><p>${summaryLine(data)}</p><p class="quiet">rr report, ${escapeXml(created.slice(0, 16).replace('T', ' '))} UTC</p></header>
${stallSection(data)}<section><h2>Strength</h2><div class="charts">${chart('ratings')}${chart('opponents')}${chart('seats')}</div>
${ratingTable(rated)}
<p class="quiet">Joint maximum likelihood over all recorded games (Bradley–Terry; Plackett–Luce with more than two players), random = 400, 95 % intervals.
${trend.eloPerHour === null ? '' : `Line through the networks: ${Math.round(trend.eloPerHour)} Elo per hour.`}${trend.plateau ? ' Plateau.' : ''}${trend.regression ? ' Regression: the newest network is weaker than the best.' : ''}</p></section>
<section><h2>Learning</h2><div class="charts">${chart('losses')}${chart('accuracy')}</div></section>
<section><h2>Games</h2><div class="charts">${chart('endings')}${chart('throughput')}</div>${roundTable(rounds)}</section>
<section><h2>Promotion</h2>${checkLists(rounds)}${moveTable(moves)}</section>
<section><h2>Games to look at</h2>${games
    .map(
      ({ title: name, replay }) =>
        `<details><summary>${escapeXml(name)}</summary><iframe loading="lazy" title="${escapeXml(name)}" sandbox="allow-scripts" srcdoc="${escapeXml(htmlReplayer(replay, { theme: 'auto' }))}"></iframe></details>`,
    )
    .join('\n')}${games.length === 0 ? '<p class="quiet">No gauntlet has kept games yet.</p>' : ''}</section>
</main>
</body>
</html>
`;
}

function stallSection({ stall }: ReportData): string {
  if (stall === undefined) return '';
  const list = (lines: readonly string[]): string => lines.map((line) => `<li>${escapeXml(line)}</li>`).join('');
  return `<section><h2>No improvement in rounds ${stall.rounds.join(', ')}</h2><ul>${list(stall.evidence)}</ul>
<p>To try with <code>rr loop</code>:</p><ul>${list(stall.advice)}</ul></section>
`;
}

function summaryLine({ rounds, rated, moves }: ReportData): string {
  const production = moves.findLast(({ pointer }) => pointer === 'production')?.hash.slice(0, 12);
  const best = rated[0];
  return [
    `${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}`,
    production === undefined ? 'nothing in production' : `in production: <code>${production}</code>`,
    best
      ? `best rated: <code>${escapeXml(best.participant)}</code> at ${Math.round(best.elo)} (${Math.round(best.low)} – ${Math.round(best.high)})`
      : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function ratingChart(rated: ReportData['rated'], networks: ReportData['trend']['points']): string {
  const baselines = rated.filter(({ participant }) => !networks.some((network) => network.participant === participant));
  const span = Math.max(1, networks.length);
  const series: Series[] = [
    {
      name: 'networks',
      points: networks.map(({ participant, elo, low, high }, i) => ({
        x: i + 1,
        y: elo,
        low,
        high,
        title: `${participant}: ${Math.round(elo)} (${Math.round(low)} – ${Math.round(high)})`,
      })),
    },
    ...baselines.slice(0, 5).map(({ participant, elo }) => ({
      name: participant,
      dashed: true,
      points: [1, span].map((x) => ({ x, y: elo, title: `${participant}: ${Math.round(elo)}` })),
    })),
  ];
  const options = { title: 'Ratings, 95 % intervals', xLabel: 'networks in order of their first game', yLabel: 'Elo' };
  return lineChart(
    series.filter(({ points }) => points.length > 0),
    options,
  );
}

/** Epochs of all rounds one after the other. */
function epochSeries(
  rounds: readonly RoundReport[],
  pick: (epoch: RoundReport['epochs'][number]) => number | undefined,
) {
  return rounds
    .flatMap(({ number, epochs }) => epochs.map((epoch) => ({ number, epoch })))
    .flatMap(({ number, epoch }, i) => {
      const y = pick(epoch);
      return y === undefined ? [] : [{ x: i + 1, y, title: `round ${number}, epoch ${epoch.epoch}: ${y.toFixed(3)}` }];
    });
}

function lossChart(rounds: readonly RoundReport[]): string {
  return lineChart(
    [
      { name: 'policy, held out', points: epochSeries(rounds, ({ validation }) => validation?.losses.policy) },
      { name: 'policy, learned', points: epochSeries(rounds, ({ train }) => train.losses.policy), dashed: true },
      { name: 'value, held out', points: epochSeries(rounds, ({ validation }) => validation?.losses.value) },
      { name: 'value, learned', points: epochSeries(rounds, ({ train }) => train.losses.value), dashed: true },
    ].filter(({ points }) => points.length > 0),
    { title: 'Losses (cross-entropy, nats)', xLabel: 'epochs of all rounds', yLabel: '' },
  );
}

function accuracyChart(rounds: readonly RoundReport[]): string {
  return lineChart(
    [
      { name: 'policy top-1, held out', points: epochSeries(rounds, ({ validation }) => validation?.policy_top1) },
      {
        name: 'winner foretold, held out',
        points: epochSeries(rounds, ({ validation }) => validation?.value_accuracy),
      },
    ].filter(({ points }) => points.length > 0),
    { title: 'Accuracy on games held out', xLabel: 'epochs of all rounds', yLabel: 'share' },
  );
}

function opponentBars({ number, verdicts }: RoundReport): string {
  return barChart(
    verdicts.map(({ opponent, games, winRate, undecided, wilson }) => ({
      name: opponent.id,
      parts: [
        { share: winRate, kind: 'win' },
        { share: games === 0 ? 0 : undecided / games, kind: 'open' },
      ],
      text: `${percent(winRate)} of ${games}`,
      low: wilson.low,
      high: wilson.high,
    })),
    `Games won, round ${number}`,
  );
}

function seatBars({ number, verdicts }: RoundReport): string {
  const bars = verdicts.flatMap(({ opponent, bySeat }: VerdictRecord): Bar[] =>
    bySeat.map(({ games, wins }, seat) => ({
      name: `${opponent.id}, seat ${seat + 1}`,
      parts: [{ share: games === 0 ? 0 : wins / games, kind: 'win' }],
      text: `${wins} of ${games}`,
    })),
  );
  return barChart(bars, `Games won by seat, round ${number}`);
}

function endingBars(rounds: readonly RoundReport[]): string {
  const bars = rounds.flatMap(({ number, selfplay }): Bar[] =>
    selfplay
      ? Object.entries(selfplay.byReason).map(([reason, count]) => ({
          name: `round ${number}: ${reason.replaceAll('_', ' ')}`,
          parts: [{ share: count / Math.max(1, selfplay.games), kind: 'plain' as const }],
          text: percent(count / Math.max(1, selfplay.games)),
        }))
      : [],
  );
  return barChart(bars, 'How self-play games end');
}

function throughputChart(rounds: readonly RoundReport[]): string {
  const points = (pick: (selfplay: NonNullable<RoundReport['selfplay']>) => number) =>
    rounds.flatMap(({ number, selfplay }) =>
      selfplay && selfplay.games > 0 ? [{ x: number, y: pick(selfplay) }] : [],
    );
  const options = { title: 'Length of self-play games', xLabel: 'round', yLabel: '', xText: (x: number) => String(x) };
  return lineChart(
    [
      { name: 'moves per game', points: points(({ plies, games }) => plies / games) },
      { name: 'decisions per game', points: points(({ decisions, games }) => decisions / games) },
    ].filter((series) => series.points.length > 0),
    options,
  );
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const head = heads.map((text) => `<th>${escapeXml(text)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeXml(cell)}</td>`).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

const ratingTable = (rated: ReportData['rated']): string =>
  table(
    ['participant', 'Elo', '95 %', 'games'],
    rated.map(({ participant, elo, low, high, games }) => [
      participant,
      String(Math.round(elo)),
      `${Math.round(low)} – ${Math.round(high)}`,
      String(games),
    ]),
  );

const roundTable = (rounds: readonly RoundReport[]): string =>
  table(
    ['round', 'model', 'games', 'games/s', 'samples/s', 'selfplay', 'export', 'train', 'gauntlet'],
    rounds.map(({ number, model, selfplay, epochs, stages }) => [
      String(number),
      model?.slice(0, 12) ?? '',
      String(selfplay?.games ?? ''),
      String(selfplay?.gamesPerSecond ?? ''),
      epochs.length === 0 ? '' : String(Math.round(epochs.at(-1)?.samples_per_second ?? 0)),
      ...['selfplay', 'export', 'train', 'gauntlet'].map((name) => {
        const done = stages.find(({ stage }) => stage === name);
        return done ? `${Math.round((Date.parse(done.ended) - Date.parse(done.started)) / 1000)} s` : '';
      }),
    ]),
  );

const checkLists = (rounds: readonly RoundReport[]): string =>
  rounds
    .flatMap(({ number, model, promotion }) =>
      promotion
        ? [
            `<h3>Round ${number}: ${promotion.promoted ? 'promoted' : 'refused'} <code>${model?.slice(0, 12) ?? ''}</code></h3><ul class="checks">${promotion.checks
              .map(({ passed, detail }) => `<li class="${passed ? 'passed' : 'failed'}">${escapeXml(detail)}</li>`)
              .join('')}</ul>`,
          ]
        : [],
    )
    .join('\n');

const moveTable = (moves: ReportData['moves']): string =>
  table(
    ['when', 'pointer', 'model', 'before', 'by', 'reason'],
    moves.map(({ at, pointer, hash, previous, actor, reason }) => [
      new Date(at).toISOString().slice(0, 16).replace('T', ' '),
      pointer,
      hash.slice(0, 12),
      previous?.slice(0, 12) ?? '',
      actor,
      reason,
    ]),
  );

const STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media(prefers-color-scheme:dark){:root{${variables(DARK)}}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1200px;margin:0 auto;padding:24px 20px 60px}h1{font-size:26px;margin:0}h2{font-size:18px;margin:34px 0 10px;border-bottom:1px solid var(--line);padding-bottom:4px}h3{font-size:15px;margin:16px 0 4px}
header p{margin:4px 0}.quiet{color:var(--quiet);font-size:13px}code{font:13px ui-monospace,monospace}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,370px),1fr));gap:14px;align-items:start}
.chart{width:100%;height:auto;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px}
${CHART_STYLE}
table{border-collapse:collapse;margin:12px 0;font-size:13px;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}th{text-align:left;color:var(--quiet);font-weight:500}th,td{padding:3px 14px 3px 0;border-bottom:1px solid var(--line);white-space:nowrap}
.checks{list-style:none;padding:0;margin:4px 0}.passed::before{content:'✓ ';color:var(--win)}.failed::before{content:'✗ ';color:var(--bad)}
@media(max-width:600px){main{padding:14px 12px 40px}iframe{height:900px}}
details{margin:6px 0}summary{cursor:pointer}iframe{width:100%;height:720px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
`;
