import { z } from 'zod';

/** The emulator answers a long-poll within 30 s; a text comes in milliseconds. */
const WAIT_MS = 15_000;

const Messages = z.array(z.object({ id: z.string(), code: z.string(), text: z.string() }));

export type TextMessage = z.infer<typeof Messages>[number];

/** The phone of whoever has the number: reads the emulator's inbox as a person reads texts. */
export class EmulatorPhone {
  readonly #inbox: string;
  readonly #phoneNumber: string;
  #last: string | undefined;

  constructor(inbox: string, phoneNumber: string) {
    this.#inbox = inbox;
    this.#phoneNumber = phoneNumber;
  }

  /** The next text that has not been read; waits for it up to 15 s. */
  async nextText(): Promise<TextMessage> {
    const url = new URL(this.#inbox);
    url.searchParams.set('to', this.#phoneNumber);
    url.searchParams.set('wait', String(WAIT_MS));
    if (this.#last !== undefined) url.searchParams.set('after', this.#last);
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(2 * WAIT_MS),
    });
    if (!response.ok) throw new Error(`The inbox answered ${response.status}.`);
    const [message] = Messages.parse(await response.json());
    if (message === undefined) throw new Error(`No text arrived within ${WAIT_MS / 1000} s.`);
    this.#last = message.id;
    return message;
  }
}
