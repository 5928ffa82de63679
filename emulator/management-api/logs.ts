/**
 * `/api/v2/logs` (auth0-docs "Retrieve Log Events Using the Management API"): either by checkpoint, what
 * came after an id and in that order, or by page, the newest first.
 */
import type { Hono } from 'hono';
import type { Env, Exchange } from '../http/exchange.ts';
import type { LogEntry } from '../tenant/tenant-log.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { Allowed } from './access.ts';
import { logFilter } from './log-query.ts';
import { invalidQuery, ManagementError } from './management-error.ts';
import { chosen, type Page, pageOf, PER_PAGE_MAX, wholeNumber } from './paging.ts';

const TAKE_DEFAULT = 50;

export class ManagementLogs {
  readonly #tenant: Tenant;
  readonly #tokens: Tokens;
  readonly #allowed: Allowed;

  constructor(tenant: Tenant, tokens: Tokens, allowed: Allowed) {
    this.#tenant = tenant;
    this.#tokens = tokens;
    this.#allowed = allowed;
  }

  register(app: Hono<Env>): void {
    const read = this.#allowed('read:logs');
    app.get('/logs', read, (exchange) => {
      const from = exchange.req.query('from');
      return from === undefined ? this.#search(exchange) : this.#checkpoint(exchange, from);
    });
    app.get('/logs/:id', read, (exchange) => {
      const id = exchange.req.param('id');
      const found = this.#tenant.log.entries.find((entry) => entry.log_id === id);
      if (found === undefined) {
        throw new ManagementError(404, 'The log does not exist', 'inexistent_log');
      }
      return exchange.json(found);
    });
  }

  /** Every other parameter but `take` is ignored here, as documented. */
  #checkpoint(exchange: Exchange, from: string): Response {
    const take = wholeNumber(exchange, 'take', 1, PER_PAGE_MAX) ?? TAKE_DEFAULT;
    const newer = this.#tenant.log.entries.filter((entry) => entry.log_id > from).slice(0, take);
    const last = newer.at(-1)?.log_id;
    if (last !== undefined) {
      const next = `${this.#tokens.issuer}api/v2/logs?from=${last}&take=${take}`;
      exchange.header('link', `<${next}>; rel="next"`);
    }
    return exchange.json(newer);
  }

  #search(exchange: Exchange): Response {
    const { q, search } = exchange.req.query();
    const fits = logFilter(q ?? search ?? '');
    const oldestFirst = this.#tenant.log.entries.filter(fits);
    const sorted = ascending(exchange) ? oldestFirst : [...oldestFirst].reverse();
    return exchange.json(listed(exchange, sorted, pageOf(exchange)));
  }
}

function listed(exchange: Exchange, entries: readonly LogEntry[], page: Page) {
  const start = page.page * page.perPage;
  const logs = entries
    .slice(start, start + page.perPage)
    .map((entry) => chosen(exchange, { ...entry }));
  if (!page.totals) return logs;
  return { logs, total: entries.length, start, limit: page.perPage, length: logs.length };
}

/** `field:1` is ascending, `field:-1` descending; only the time is sorted by. */
function ascending(exchange: Exchange): boolean {
  const sort = exchange.req.query('sort');
  if (sort === undefined || sort === 'date:-1') return false;
  if (sort === 'date:1') return true;
  throw invalidQuery('Only date:1 and date:-1 are emulated on property sort');
}
