/**
 * `npm run test:chaos`: the long form. Exit codes: 0 nothing is wrong, 1 something is, 2 the command
 * line.
 */
import { randomInt } from 'node:crypto';
import { secondTexts } from './checker/sends.ts';
import { findings, Fleet, type Report } from './fleet.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { prepare } from './preparation.ts';
import { CUTS, killAt, type Plan, UNDISTURBED } from './plan.ts';
import { seededPlan } from './seeded-plan.ts';

const EXIT = { fine: 0, violations: 1, usage: 2 } as const;
/** Leaves room for an hour's worth of seeds after any beginning. */
const FIRST_SEED_MAX = 2 ** 31;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function show({ plan, violations, events, struck, ms, evidence }: Report): void {
  const outcome = evidence?.final.outcome ?? evidence?.final.reason ?? 'no outcome';
  const verdict = violations.length === 0 ? 'ok' : violations.join('; ');
  const seconds = (ms / 1000).toFixed(1);
  say(`${plan.name}: ${outcome}, ${events} events, ${struck} struck, ${seconds} s: ${verdict}`);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** One plan, said in full. */
function single(plan: Plan): () => Plan | undefined {
  say(JSON.stringify(plan));
  const plans = [plan];
  return () => plans.shift();
}

async function playAll(fleet: Fleet, minutes: number): Promise<readonly Report[]> {
  const until = Date.now() + minutes * 60_000;
  const calm = await fleet.play(single(UNDISTURBED), show);
  const events = calm[0]?.events ?? 0;
  const exhaustive = [...Array.from({ length: events }, (_, index) => killAt(index + 1)), ...CUTS];
  let seed = randomInt(FIRST_SEED_MAX);
  const next = (): Plan | undefined => {
    if (Date.now() > until) return undefined;
    return exhaustive.shift() ?? seededPlan(seed++);
  };
  return [...calm, ...(await fleet.play(next, show))];
}

async function run({ what, lanes }: Options): Promise<readonly Report[]> {
  await using fleet = new Fleet(what.kind === 'minutes' ? lanes : 1);
  switch (what.kind) {
    case 'minutes':
      return await playAll(fleet, what.minutes);
    case 'seed':
      return await fleet.play(single(seededPlan(what.number)), show);
    case 'event':
      return await fleet.play(single(what.number === 0 ? UNDISTURBED : killAt(what.number)), show);
    case 'cut':
      return await fleet.play(single(CUTS[what.number - 1] ?? UNDISTURBED), show);
  }
}

async function main(): Promise<number> {
  const since = Date.now();
  const options = readOptions(process.argv.slice(2), CUTS.length);
  await using prepared = await prepare(say);
  void prepared;
  const reports = await run(options);
  const found = findings(reports);
  const count = (word: string) => reports.filter(({ plan }) => plan.replay.includes(word)).length;
  for (const finding of found) say(finding);
  const second = reports.map(({ evidence }) =>
    evidence === undefined ? 0 : secondTexts(evidence),
  );
  say(`second texts after a lost answer: ${sum(second)}, in ${reports.length} enrollments`);
  say(
    `events tried: ${count('--event')}, calls cut: ${count('--cut')}, seeds tried: ${count('--seed')}, ` +
      `${((Date.now() - since) / 1000).toFixed(0)} s with ${options.lanes} lanes, violations: ${found.length}`,
  );
  return found.length === 0 ? EXIT.fine : EXIT.violations;
}

try {
  // Not `exitCode`: the SDK's native core holds the process for a while.
  process.exit(await main());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exit(EXIT.usage);
}
