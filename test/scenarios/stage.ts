/** What people act on: one enrollment's virtual time and what was sent to it. */
import type { Delivery } from '../simulation/story.ts';
import type { Message } from '../simulation/surroundings.ts';
import type { World } from '../simulation/world.ts';
import type { Auth0 } from './auth0.ts';

export interface Stage {
  readonly world: World;
  readonly auth0: Auth0;
  send(message: Message): Delivery;
  signal(by: Message['by'], name: string, input?: unknown): Promise<void>;
  taken(message: Message): Promise<void>;
  readonly until: (done: () => boolean) => Promise<void>;
}
