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
  /** As a client reads it, from the description; nothing before it is shown for the first time. */
  see(): Progress | undefined;
  seeSetUp(): SetUp | undefined;
  send(message: Message): Delivery;
}
