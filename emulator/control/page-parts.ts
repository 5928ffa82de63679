/** `/_emulator/` in HTML. Whatever a stranger may have typed is escaped by `html`. */
import { html, raw } from 'hono/html';
import type { User } from '../tenant/user.ts';
import type { Controlled } from './controlled.ts';
import { filtered } from './journal-filter.ts';
import { SCRIPT, STYLE } from './page-assets.ts';

type Html = ReturnType<typeof html>;
type Query = Readonly<Record<string, string>>;

/** Newest first; more is for the control API. */
const ROWS_MAX = 200;
const JUMPS = [
  ['+ 1 min', 1],
  ['+ 5 min', 5],
  ['+ 1 h', 60],
  ['+ 1 day', 1_440],
] as const;
const FILTERS = ['endpoint', 'userId', 'status', 'effect'] as const;

export function controlPage(controlled: Controlled, query: Query): Html {
  const { issuer, tenant } = controlled;
  const filters = new URLSearchParams(
    Object.fromEntries(FILTERS.map((name) => [name, query[name] ?? ''])),
  );
  const search = new URLSearchParams({ q: query['q'] ?? '' });
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Emulated tenant ${new URL(issuer).host}</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <h1>Emulated tenant</h1>
          <code>${issuer}</code>
        </header>
        ${clockSection(tenant.clock.now())} ${inboxSection(controlled)}
        ${usersSection(controlled, search)}
        <section id="faults">
          <h2>Faults that are on</h2>
          <div data-live="/_emulator/page/faults">${faultsPart(controlled)}</div>
        </section>
        ${journalSection(controlled, query, filters)} ${raw(`<script>${SCRIPT}</script>`)}
      </body>
    </html>`;
}

function clockSection(now: number): Html {
  const buttons = JUMPS.map(
    ([label, minutes]) =>
      html`<button class="plain" name="minutes" value="${minutes}">${label}</button>`,
  );
  return html`<section id="clock">
    <h2>Clock</h2>
    <p>${instant(now)} when this page was made</p>
    <form method="post" action="/_emulator/page/clock">${buttons}</form>
  </section>`;
}

function inboxSection(controlled: Controlled): Html {
  return html`<section id="inbox">
    <h2>Inbox</h2>
    <div data-live="/_emulator/page/inbox">${inboxPart(controlled)}</div>
    <form method="post" action="/_emulator/page/inbox">
      <label>Seconds <input name="seconds" type="number" min="1" max="86400" value="60" /></label>
      <button class="plain" name="fate" value="late">Deliver the next one late</button>
      <button class="plain" name="fate" value="lost">Lose the next one</button>
    </form>
  </section>`;
}

export function inboxPart({ tenant }: Controlled): Html {
  const { inbox } = tenant;
  const rows = inbox
    .messages()
    .slice(-ROWS_MAX)
    .reverse()
    .map(
      ({ at, channel, to, text, userId }) =>
        html`<tr>
          <td>${time(at)} ${channel}</td>
          <td>${to}</td>
          <td>${text}</td>
          <td><code>${userId}</code></td>
        </tr>`,
    );
  const plans = inbox.plans.map((fate) =>
    fate === 'lost' ? 'lost' : `${String(fate.lateByMs / 1_000)} s late`,
  );
  return html`${pushRows(tenant)}
  ${plans.length === 0 ? '' : html`<p>To come: ${plans.join(', ')}.</p>`}
  ${inbox.late === 0 ? '' : html`<p>On the way: ${inbox.late}.</p>`}
  ${table(['At', 'To', 'Text', 'User'], rows, 'Nothing has been sent yet.')}`;
}

function pushRows(tenant: Controlled['tenant']): Html | '' {
  const open = tenant.pushes.pending();
  if (open.length === 0) return '';
  const rows = open.map(
    ({ id, userId, purpose }) =>
      html`<tr>
        <td>${purpose}</td>
        <td><code>${userId}</code></td>
        <td>
          <form method="post" action="/_emulator/page/pushes">
            <input type="hidden" name="id" value="${id}" />
            <button name="answer" value="approve">Approve</button>
            <button class="plain" name="answer" value="deny">Deny</button>
          </form>
        </td>
      </tr>`,
  );
  return table(['Push', 'User', 'Answer'], rows, '');
}

function usersSection(controlled: Controlled, search: URLSearchParams): Html {
  return html`<section id="users">
    <h2>Users</h2>
    <form method="get" action="/_emulator/#users">
      <label>Part of e-mail or id <input name="q" value="${search.get('q') ?? ''}" /></label>
      <button class="plain">Find</button>
    </form>
    <div data-live="/_emulator/page/users?${search.toString()}">
      ${usersPart(controlled, Object.fromEntries(search))}
    </div>
    <form method="post" action="/_emulator/page/users">
      <label>E-mail <input name="email" type="email" maxlength="200" required /></label>
      <label>Password <input name="password" maxlength="200" required /></label>
      <label>Name <input name="name" maxlength="200" /></label>
      <button>Add a user</button>
    </form>
  </section>`;
}

export function usersPart({ tenant }: Controlled, { q = '' }: Query): Html {
  const fitting = [...tenant.users.values()].filter(
    ({ email, userId }) => email.includes(q) || userId.includes(q),
  );
  const rows = fitting.slice(-ROWS_MAX).reverse().map(userRow);
  return html`<p>${fitting.length} of ${tenant.users.size}</p>
    ${table(['E-mail', 'Id', 'Name', 'Authenticators'], rows, 'Nobody.')}`;
}

function userRow({ email, userId, name, authenticators }: User): Html {
  const entries = authenticators.map(
    ({ id, active, phoneNumber, email: address, deviceName }) =>
      html`<div class="${active ? 'on' : 'off'}">
        <code>${id}</code> ${phoneNumber ?? address ?? deviceName ?? ''}
        ${active ? 'active' : 'not confirmed'}
      </div>`,
  );
  return html`<tr>
    <td>${email}</td>
    <td><code>${userId}</code></td>
    <td>${name === email ? '' : name}</td>
    <td>${entries.length === 0 ? 'none' : entries}</td>
  </tr>`;
}

export function faultsPart({ faults }: Pick<Controlled, 'faults'>): Html {
  const on = faults.list();
  if (on.length === 0) return html`<p>None.</p>`;
  const rows = on.map((fault) => html`<p><code>${JSON.stringify(fault)}</code></p>`);
  return html`${rows}
    <form method="post" action="/_emulator/page/faults">
      <button class="plain">Take all back</button>
    </form>`;
}

function journalSection(controlled: Controlled, query: Query, filters: URLSearchParams): Html {
  const inputs = FILTERS.map(
    (name) => html`<label>${name} <input name="${name}" value="${query[name] ?? ''}" /></label>`,
  );
  return html`<section id="journal">
    <h2>Journal</h2>
    <form method="get" action="/_emulator/#journal">
      ${inputs}<button class="plain">Filter</button>
    </form>
    <div data-live="/_emulator/page/journal?${filters.toString()}">
      ${journalPart(controlled, query)}
    </div>
  </section>`;
}

export function journalPart({ journal }: Pick<Controlled, 'journal'>, query: Query): Html {
  const fitting = filtered(journal.entries, query);
  const rows = fitting
    .slice(-ROWS_MAX)
    .reverse()
    .map(
      ({ at, endpoint, status, grantType, userId, effect }) =>
        html`<tr>
          <td>${time(at)}</td>
          <td>${endpoint} <code>${grantType ?? ''}</code></td>
          <td>${status ?? 'dropped'}</td>
          <td>${effect}</td>
          <td><code>${userId ?? ''}</code></td>
        </tr>`,
    );
  return html`<p>${fitting.length} of ${journal.entries.length}</p>
    ${table(['At', 'Request', 'Status', 'Effect', 'User'], rows, 'No request yet.')}`;
}

function table(heads: readonly string[], rows: readonly unknown[], none: string): Html {
  if (rows.length === 0) return html`<p>${none}</p>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function instant(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').slice(0, 19) + ' UTC';
}

function time(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
