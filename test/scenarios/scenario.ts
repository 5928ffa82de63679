/**
 * One enrollment on virtual time, told in the words of those who take part. A test file that imports this
 * opens the sandbox once; when a test is over, each enrollment that it has started is played to its end,
 * judged by the simulation's oracles and replayed on a fresh instance.
 */
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { openBundled } from '../simulation/bare-run.ts';
import type { Setting } from '../simulation/plan.ts';
import { Judge } from '../simulation/play.ts';
import type { Sandbox } from '../simulation/sandbox.ts';
import type { Delivery } from '../simulation/story.ts';
import type { Message } from '../simulation/surroundings.ts';
import { traceOf } from '../simulation/trace.ts';
import { World } from '../simulation/world.ts';
import { Administrator } from './administrator.ts';
import { Auth0, type OpenPlan } from './auth0.ts';
import { Enrollee } from './enrollee.ts';

const SETTING: Setting = {
  ...{ mood: 'calm', factors: ['sms', 'totp'], deadlineMs: 24 * 3_600_000, number: 'own' },
  ...{ before: 'nothing', reusesEntries: false, recoveryCodes: false },
};
/** What happens until something that is waited for comes: no scenario needs a tenth of it. */
const TURNS_MAX = 5_000;

let sandbox: Sandbox;
let opened: Scenario[] = [];

beforeAll(async () => {
  sandbox = await openBundled();
});
afterEach(async () => {
  const scenarios = opened;
  opened = [];
  const traces = await Promise.all(scenarios.map((scenario) => scenario.end()));
  const [trace] = traces.filter((lines) => lines.length > 0);
  if (trace !== undefined) throw new Error(trace.join('\n'));
});
afterAll(() => sandbox.close());

export class Scenario {
  readonly world: World;
  readonly person: Enrollee;
  readonly auth0: Auth0;
  readonly admin: Administrator;
  readonly #judge: Judge;
  /** One at a time lets things happen. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(world: World, plan: OpenPlan) {
    this.world = world;
    this.person = new Enrollee(this);
    this.auth0 = new Auth0(world, plan);
    this.admin = new Administrator(this);
    this.#judge = new Judge(world);
  }

  static async start(setting: Partial<Setting> = {}): Promise<Scenario> {
    const plan: OpenPlan = {
      ...{ seed: 0, prompt: true, setting: { ...SETTING, ...setting } },
      ...{ presences: [], intentions: [], fates: [], outages: [] },
    };
    const scenario = new Scenario(await World.open(sandbox, plan), plan);
    opened.push(scenario);
    await scenario.until(() => scenario.world.story.steps.length > 0);
    return scenario;
  }

  /** Sent at once; whatever is sent before somebody waits arrives in one workflow task. */
  send(message: Message): Delivery {
    if (this.world.run.closing !== undefined) throw new Error(`${message.name}: it has ended.`);
    return this.world.send(message);
  }

  signal(by: Message['by'], name: string, input?: unknown): Promise<void> {
    return this.taken({ by, way: 'signal', name, input });
  }

  async taken(message: Message): Promise<void> {
    const delivery = this.send(message);
    await this.until(() => delivery.at !== undefined);
  }

  /** Lets things happen until it is so. */
  readonly until = (done: () => boolean): Promise<void> =>
    this.#inTurn(async () => {
      const { world } = this;
      for (let turns = 0; !done(); turns += 1) {
        const over = world.run.closing !== undefined || !Number.isFinite(world.nextAt);
        if (over || world.run.failedTasks.length > 0 || turns >= TURNS_MAX) {
          throw new Error(['What is waited for never comes.', ...traceOf(world, [])].join('\n'));
        }
        await this.#judge.next();
      }
    });

  /** Time passes for everybody. */
  readonly passes = (ms: number): Promise<void> =>
    this.#inTurn(async () => {
      const { world } = this;
      const until = world.now + ms;
      while (world.nextAt <= until && world.run.failedTasks.length === 0) await this.#judge.next();
      world.now = Math.max(world.now, until);
    });

  /** Plays the rest. @returns nothing where all was well, else what was not, and all that happened */
  async end(): Promise<readonly string[]> {
    await this.#turn;
    try {
      const found = await this.#judge.end({ replays: true });
      if (process.env['SCENARIO_TRACE'] !== undefined) {
        process.stdout.write(`${traceOf(this.world, found).join('\n')}\n`);
      }
      if (found.length === 0) return [];
      const kinds = found.map(({ kind, what }) => `${kind} (${what})`);
      return [...kinds, ...traceOf(this.world, found)];
    } finally {
      await this.world.run.dispose();
    }
  }

  #inTurn(go: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(go);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

export function start(setting?: Partial<Setting>): Promise<Scenario> {
  return Scenario.start(setting);
}

/** Started, with the first challenge made by a login. */
export async function loggedIn(setting?: Partial<Setting>): Promise<Scenario> {
  const scenario = await Scenario.start(setting);
  await scenario.person.logIn();
  return scenario;
}
