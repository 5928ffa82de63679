/**
 * The part of Lucene's syntax that people search a tenant's log with (auth0-docs "Log Search Query
 * Syntax"): `field:value` with quotes and `*`, ranges of `date`, joined by AND, OR and NOT, without
 * parentheses.
 */
import type { LogEntry } from '../tenant/tenant-log.ts';
import { invalidQuery } from './management-error.ts';

type LogFilter = (entry: LogEntry) => boolean;

/** Longer queries are refused; each term costs a look at every entry. */
const QUERY_LENGTH_MAX = 1_000;
const TOKEN = /\s*(?:"[^"]*"|\[[^\]]*\]|\{[^}]*\}|[^\s"[\]{}])+/gy;
const TERM = /^([A-Za-z_][A-Za-z_.]{0,99}):(.+)$/;
const RANGE = /^[[{]\s*(\S+)\s+TO\s+(\S+)\s*[\]}]$/;
const FIELDS = ['type', 'date', 'user_id', 'user_name', 'client_id', 'ip', 'description', 'log_id'];

export function logFilter(query: string): LogFilter {
  if (query.trim() === '' || query.trim() === '*') return () => true;
  if (query.length > QUERY_LENGTH_MAX) throw unreadable(`longer than ${QUERY_LENGTH_MAX}`);
  const alternatives: LogFilter[][] = [[]];
  let negated = false;
  for (const token of tokens(query)) {
    if (token === 'AND') continue;
    if (token === 'OR') {
      alternatives.push([]);
    } else if (token === 'NOT') {
      negated = true;
    } else {
      const minus = token.startsWith('-');
      const fits = term(minus ? token.slice(1) : token);
      const wanted = !(negated || minus);
      alternatives.at(-1)?.push((entry) => fits(entry) === wanted);
      negated = false;
    }
  }
  if (negated || alternatives.some((terms) => terms.length === 0))
    throw unreadable('a part is empty');
  return (entry) => alternatives.some((terms) => terms.every((fits) => fits(entry)));
}

function tokens(query: string): readonly string[] {
  const found = [...query.trim().matchAll(TOKEN)].map(([token]) => token.trim());
  if (found.join('').replaceAll(/\s/g, '') !== query.replaceAll(/\s/g, '')) {
    throw unreadable('quotes or brackets do not match');
  }
  return found;
}

function term(text: string): LogFilter {
  const [, field, value] = TERM.exec(text) ?? [];
  if (field === undefined || value === undefined || !FIELDS.includes(field)) {
    throw unreadable(`${text.slice(0, 50)} is no field:value`);
  }
  const read = (entry: LogEntry): string => String(new Map(Object.entries(entry)).get(field) ?? '');
  const [, from, to] = RANGE.exec(value) ?? [];
  if (from !== undefined && to !== undefined) {
    return (entry) =>
      (from === '*' || read(entry) >= from) && (to === '*' || read(entry) <= `${to}\uffff`);
  }
  const parts = value.replaceAll('"', '').toLowerCase().split('*');
  return (entry) => matches(read(entry).toLowerCase(), parts);
}

/** Whether the text is these parts with anything between them. */
function matches(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length >= at + last.length && text.endsWith(last);
}

function unreadable(why: string) {
  return invalidQuery(`The query cannot be read: ${why} on property q`);
}
