import { type EmulatorOptions, startEmulator } from '@durable-mfa/tenant-emulator';
import { Bench } from '../bench.ts';

const ISSUER = 'https://tenant.example/';

/**
 * A tenant that calls itself by an https name, as the SDKs insist, and is reached over http all the
 * same. Its clock is the real one: foreign clients check lives by theirs.
 */
export class HttpsBench extends Bench {
  static override async open(options: EmulatorOptions = {}): Promise<HttpsBench> {
    return new HttpsBench(await startEmulator({ issuer: ISSUER, ...options }));
  }

  override url(path: string): string {
    const { pathname, search } = new URL(path, ISSUER);
    return `http://127.0.0.1:${this.emulator.port}${pathname}${search}`;
  }

  /** For a client's own `fetch` option: the same request, to where the tenant is. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (input instanceof Request) return fetch(new Request(this.url(input.url), input), init);
    return fetch(this.url(String(input)), init);
  };
}
