/** Queries of programs: answers, priorities, partial answers, ends, and what a bad query costs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateToJson } from '../../../src/engine/json/state.ts';
import type { Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { UniformEvaluator } from '../../../src/search/evaluators/uniform.ts';
import { Analyst } from '../../../src/selfplay/analysis/analyst.ts';
import { Conversation } from '../../../src/selfplay/analysis/conversation.ts';
import { type OpenAnalyst, openAnalyst } from '../../../src/selfplay/analysis/open.ts';
import { untrainedModel } from '../../search/models.ts';
import { randomPositions, rulesOf } from '../../search/positions.ts';

const rules = rulesOf('hex8', 2);
const MODEL = { config: 'hex8_2p', hash: 'a'.repeat(64), architecture: 'nano', encoder: 'rr1', policy: 'rr1' };

type Answer = { readonly type: string } & Readonly<Record<string, unknown>>;

function talk(analyst: Analyst, budget = 16) {
  const answers: Answer[] = [];
  const conversation = new Conversation(analyst, {
    model: MODEL,
    budget,
    answer: (record) => void answers.push(record),
  });
  return { answers, conversation, ask: (query: object) => conversation.take(JSON.stringify(query), 1) };
}

const queries = randomPositions(rules, 3, 24, 40).map(({ state }, i) => ({
  type: 'analyze',
  id: `q${i}`,
  position: stateToJson(state),
  priority: i % 3,
}));

const byId = (answers: readonly Answer[]) => answers.toSorted((a, b) => String(a.id).localeCompare(String(b.id)));

const evaluator = (): Evaluator => new HashedEvaluator(rules);

describe('with the network', () => {
  let open: OpenAnalyst;
  beforeAll(async () => {
    open = await openAnalyst(
      { ...untrainedModel('hex8', 2), hash: MODEL.hash },
      rules,
      { provider: 'cpu', device: 0 },
      2,
    );
  });
  afterAll(() => open.close());

  it('gives many in flight the answers that each gets alone', async () => {
    const { answers, ask } = talk(open.analyst);
    for (const query of queries) ask(query);
    await open.analyst.finish();
    const alone: Answer[] = [];
    for (const query of queries) {
      const one = await openAnalyst(
        { ...untrainedModel('hex8', 2), hash: MODEL.hash },
        rules,
        { provider: 'cpu', device: 0 },
        1,
      );
      const single = talk(one.analyst);
      single.ask(query);
      await one.analyst.finish();
      await one.close();
      alone.push(...single.answers);
    }
    expect(answers).toHaveLength(queries.length);
    expect(byId(answers)).toEqual(byId(alone));
  });
});

it('answers the most urgent first', async () => {
  const analyst = new Analyst([evaluator()]);
  const { answers, ask } = talk(analyst, 200);
  ask({ ...queries[0], id: 'low', priority: -1 });
  ask({ ...queries[1], id: 'middle' });
  ask({ ...queries[2], id: 'high', priority: 5 });
  await analyst.finish();
  expect(answers.map(({ id }) => id)).toEqual(['high', 'middle', 'low']);
});

it('tells what it knows on the way, and the same in the end', async () => {
  const analyst = new Analyst([evaluator()]);
  const { answers, ask } = talk(analyst, 64);
  ask({ ...queries[0], partial: 0 });
  await analyst.finish();
  const partial = answers.filter((answer) => answer.partial === true);
  expect(partial.length).toBeGreaterThan(2);
  const simulations = answers.map((answer) => Number(answer.simulations));
  expect(simulations).toEqual(simulations.toSorted((a, b) => a - b));
  expect(answers.at(-1)).toMatchObject({ partial: false, simulations: 64 });
});

it('ends one query, or all, with what is known', async () => {
  const analyst = new Analyst([evaluator()]);
  const { answers, ask, conversation } = talk(analyst, 5000);
  ask({ ...queries[0], id: 'a' });
  ask({ ...queries[1], id: 'b' });
  ask({ ...queries[2], id: 'c' });
  ask({ type: 'terminate', id: 't1', target: 'b' });
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  ask({ type: 'terminate_all', id: 't2' });
  await analyst.finish();
  expect(answers.find(({ id }) => id === 't1')).toMatchObject({ type: 'terminated', positions: 1 });
  expect(answers.find(({ id }) => id === 'b')).toMatchObject({ terminated: true, partial: false });
  expect(answers.filter(({ type }) => type === 'analysis')).toHaveLength(3);
  expect(conversation.counts.terminated).toBe(3);
});

it('answers a bad query with an error and goes on', async () => {
  const analyst = new Analyst([new UniformEvaluator(rules)]);
  const { answers, ask, conversation } = talk(analyst);
  const position = queries[0]?.position;
  conversation.take('{"type":"analy', 1);
  for (const bad of [
    [],
    { type: 'analyse', id: 'e' },
    { type: 'analyze', position },
    { type: 'analyze', id: 'e' },
    { type: 'analyze', id: 'e', position, game: {} },
    { type: 'analyze', id: 'e', position: {} },
    { type: 'analyze', id: 'e', game: { id: 'x' } },
    { type: 'analyze', id: 'e', position, budget: 1 },
    { type: 'analyze', id: 'e', position, bugdet: 5 },
    {
      type: 'analyze',
      id: 'e',
      position: stateToJson(randomPositions(rulesOf('square8', 2), 1, 1, 4)[0]?.state as never),
    },
  ])
    ask(bad);
  ask(queries[0] ?? {});
  await analyst.finish();
  expect(answers.slice(0, -1).map(({ type }) => type)).toEqual(new Array(11).fill('error'));
  expect(answers.at(-1)).toMatchObject({ type: 'analysis', id: 'q0' });
  expect(conversation.counts).toMatchObject({ queries: 12, bad: 11, positions: 1 });
});

it('says who it is', async () => {
  const analyst = new Analyst([evaluator()]);
  const { answers, ask } = talk(analyst);
  ask({ type: 'version', id: 'v' });
  ask({ type: 'model', id: 'm' });
  await analyst.finish();
  expect(answers).toMatchObject([
    { type: 'version', id: 'v', rules: 'ringrift-1' },
    { type: 'model', id: 'm', ...MODEL },
  ]);
});
