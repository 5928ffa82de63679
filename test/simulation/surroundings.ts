/** What whoever acts in a simulated enrollment has around them. */
import type { Progress, SetUp } from '../../workflows/contract/enroll-mfa.ts';
import type { Plan, Way } from './plan.ts';
import type { Delivery, Sender, Story } from './story.ts';
import type { Tenant } from './tenant.ts';

export interface Message {
  readonly by: Sender;
  readonly way: Way | 'temporal';
  readonly name: string;
  readonly input?: unknown;
  readonly saw?: Progress;
}

export interface Surroundings {
  readonly plan: Plan;
  readonly tenant: Tenant;
  readonly story: Story;
  /** Epoch ms. */
  readonly now: number;
  readonly startedAt: number;
  /** The one way to learn the state; nothing before the first task. */
  see(): Promise<Progress | undefined>;
  seeSetUp(kid: string): Promise<SetUp>;
  send(message: Message): Delivery;
}
