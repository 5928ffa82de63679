/** Paging and choice of fields, alike in every list of the Management API. */
import type { Exchange } from '../http/exchange.ts';
import { invalidQuery } from './management-error.ts';

export interface Page {
  readonly page: number;
  readonly perPage: number;
  readonly totals: boolean;
}

/** Of the Management API's lists. */
export const PER_PAGE_MAX = 100;
const PER_PAGE_DEFAULT = 50;
const PAGE_MAX = 1_000_000;

export function pageOf(exchange: Exchange): Page {
  return {
    page: wholeNumber(exchange, 'page', 0, PAGE_MAX) ?? 0,
    perPage: wholeNumber(exchange, 'per_page', 1, PER_PAGE_MAX) ?? PER_PAGE_DEFAULT,
    totals: flag(exchange, 'include_totals') ?? false,
  };
}

/**
 * A bare array, or with `include_totals` an object whose `total` is missing where there is nothing, as
 * recorded for authentication methods.
 */
export function paged(items: readonly unknown[], { page, perPage, totals }: Page, name: string) {
  const start = page * perPage;
  const shown = items.slice(start, start + perPage);
  if (!totals) return shown;
  const total = items.length === 0 ? {} : { total: items.length };
  return { [name]: shown, ...total, start, limit: perPage };
}

export function wholeNumber(
  exchange: Exchange,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const value = exchange.req.query(name);
  if (value === undefined) return undefined;
  if (!/^[0-9]{1,9}$/.test(value) || Number(value) < min || Number(value) > max) {
    throw invalidQuery(`Expected a whole number from ${min} to ${max} on property ${name}`);
  }
  return Number(value);
}

function flag(exchange: Exchange, name: string): boolean | undefined {
  const value = exchange.req.query(name);
  if (value === undefined) return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidQuery(`Expected a boolean on property ${name}`);
}

/** `fields` names what to show or, with `include_fields=false`, what not to show. */
export function chosen(
  exchange: Exchange,
  whole: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const fields = exchange.req.query('fields');
  const include = flag(exchange, 'include_fields') ?? true;
  if (fields === undefined || fields === '') return whole;
  const names = fields.split(',').map((name) => name.trim());
  return Object.fromEntries(
    Object.entries(whole).filter(([name]) => names.includes(name) === include),
  );
}
