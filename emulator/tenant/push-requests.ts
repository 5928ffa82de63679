/**
 * What a Guardian app is asked: to scan the barcode of an enrollment, or to let somebody in
 * (auth0-docs "Enroll and Challenge Push Authenticators"). The control API and the page answer in its
 * stead.
 */
import type { Authenticator } from './authenticator.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import type { Randomness } from './randomness.ts';

export type PushAnswer = 'approved' | 'denied';

export interface PushRequest {
  readonly id: string;
  readonly userId: string;
  readonly authenticator: Authenticator;
  /** An enrollment is approved by scanning its barcode, which holds this id. */
  readonly purpose: 'enrollment' | 'challenge';
  /** Epoch ms. */
  readonly at: number;
  readonly expiresAt: number;
  answer?: PushAnswer;
  /** Epoch ms of the last poll that was not too early. */
  polledAt?: number;
}

/** The barcode of an enrollment is good for five minutes; a challenge is taken to be, too. */
const LIFE_MS = 5 * 60_000;
/** The oldest is forgotten. */
const REQUESTS_MAX = 10_000;
const ID_LENGTH = 32;
const DEVICE_NAME = 'Emulated phone';

export class PushRequests {
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  readonly #onAnswer: (request: PushRequest) => void;
  readonly #requests = new BoundedMap<PushRequest>(REQUESTS_MAX);

  constructor(clock: Clock, randomness: Randomness, onAnswer: (request: PushRequest) => void) {
    this.#clock = clock;
    this.#randomness = randomness;
    this.#onAnswer = onAnswer;
  }

  open(userId: string, authenticator: Authenticator, purpose: PushRequest['purpose']): PushRequest {
    const at = this.#clock.now();
    const id = this.#randomness.alphanumeric(ID_LENGTH);
    const request = { id, userId, authenticator, purpose, at, expiresAt: at + LIFE_MS };
    this.#requests.set(id, request);
    return request;
  }

  /** Those that nobody has answered yet and that can still be; oldest first. */
  pending(userId?: string): readonly PushRequest[] {
    return [...this.#requests.values()].filter(
      (request) => this.#isOpen(request) && (userId === undefined || request.userId === userId),
    );
  }

  approve(id: string, deviceName = DEVICE_NAME): PushRequest | undefined {
    const request = this.#answer(id, 'approved');
    if (request?.purpose === 'enrollment') request.authenticator.deviceName = deviceName;
    return request;
  }

  deny(id: string): PushRequest | undefined {
    return this.#answer(id, 'denied');
  }

  /** `undefined`: there is no such request, or it is answered or too old. */
  #answer(id: string, answer: PushAnswer): PushRequest | undefined {
    const request = this.#requests.get(id);
    if (request === undefined || !this.#isOpen(request)) return undefined;
    request.answer = answer;
    this.#onAnswer(request);
    return request;
  }

  #isOpen({ answer, expiresAt }: PushRequest): boolean {
    return answer === undefined && this.#clock.now() < expiresAt;
  }
}
