/** Requests to the Management API of a bench's tenant. */
import { type Bench, type Reply, string } from '../bench.ts';

const PROGRAM = { client_id: 'mfa-management', client_secret: 'mfa-management-secret' };

export function managementGrant(
  bench: Bench,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Reply> {
  const audience = bench.url('/api/v2/');
  const grant = { grant_type: 'client_credentials', ...PROGRAM, audience };
  return bench.post('/oauth/token', { ...grant, ...more });
}

export class Management {
  readonly token: string;
  readonly #bench: Bench;

  constructor(bench: Bench, token: string) {
    this.#bench = bench;
    this.token = token;
  }

  /** With these scopes alone, or with all that there are. */
  static async of(bench: Bench, scope?: string): Promise<Management> {
    const reply = await managementGrant(bench, { ...(scope !== undefined && { scope }) });
    return new Management(bench, string(reply, 'access_token'));
  }

  async call(method: string, path: string, body?: unknown) {
    const reply = await this.#bench.send(`/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { ...reply, json: reply.text === '' ? undefined : (JSON.parse(reply.text) as unknown) };
  }

  get(path: string) {
    return this.call('GET', path);
  }

  /** Of the bench's user. */
  user(path: string, method = 'GET') {
    return this.call(method, `/users/${encodeURIComponent(this.#bench.userId)}${path}`);
  }

  async logTypes(query = ''): Promise<readonly unknown[]> {
    const { json } = await this.get(`/logs?per_page=100&sort=date:1${query}`);
    return (json as { type: unknown }[]).map(({ type }) => type);
  }
}
