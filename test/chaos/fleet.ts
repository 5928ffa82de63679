/** Several lanes side by side play a list of plans: most of an enrollment's time is waiting. */
import { Lane } from './lane.ts';
import { type Plan, replayCommand } from './plan.ts';
import { play, type Played } from './scenario.ts';

export interface Report extends Played {
  readonly plan: Plan;
  readonly ms: number;
}

export class Fleet implements AsyncDisposable {
  readonly #lanes: (Lane | undefined)[];

  /** Lanes open when they are first needed. */
  constructor(size: number) {
    this.#lanes = Array.from({ length: size }, () => undefined);
  }

  /** @param next - gives the next plan; `undefined` when there is none left */
  async play(
    next: () => Plan | undefined,
    onReport: (report: Report) => void = () => undefined,
  ): Promise<readonly Report[]> {
    const reports: Report[] = [];
    const drive = async (index: number): Promise<void> => {
      for (let plan = next(); plan !== undefined; plan = next()) {
        const report = await this.#playOne(index, plan);
        reports.push(report);
        onReport(report);
      }
    };
    await Promise.all(this.#lanes.map((_lane, index) => drive(index)));
    return reports;
  }

  async #playOne(index: number, plan: Plan): Promise<Report> {
    const since = Date.now();
    const lane = (this.#lanes[index] ??= await Lane.open());
    try {
      const played = await play(lane, plan);
      if (played.evidence === undefined) await this.#abandon(index);
      return { plan, ...played, ms: Date.now() - since };
    } catch (error) {
      // Whatever it was that broke, the next plan gets a lane that nothing is wrong with.
      await this.#abandon(index);
      const nothing = { events: 0, moments: [], struck: 0 };
      return { plan, violations: [inWords(error)], ...nothing, ms: Date.now() - since };
    }
  }

  async #abandon(index: number): Promise<void> {
    const lane = this.#lanes[index];
    this.#lanes[index] = undefined;
    await lane?.abandon();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map(async (lane) => lane?.[Symbol.asyncDispose]()));
  }
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return `I5: ${String(error)}`;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `I5: ${error.stack ?? error.message}${cause}`;
}

/** What is wrong and how to see it again; empty where nothing is. */
export function findings(reports: readonly Report[]): readonly string[] {
  return reports
    .filter(({ violations }) => violations.length > 0)
    .map(({ plan, violations }) =>
      [`${plan.name}: ${violations.join('; ')}`, `  again with: ${replayCommand(plan)}`].join('\n'),
    );
}
