/** `/_emulator/inbox` for a browser. */
import { html } from 'hono/html';
import { type Page, page } from '../http/page.ts';

export function inboxPage(messages: readonly { to: string; text: string; at: number }[]): Page {
  const rows = messages.map(
    ({ to, text, at }) =>
      html`<tr>
        <td>${new Date(at).toISOString().slice(11, 19)}</td>
        <td>${to}</td>
        <td>${text}</td>
      </tr>`,
  );
  return page(
    'SMS inbox',
    html`<meta http-equiv="refresh" content="3" />
      <h1>SMS inbox</h1>
      ${
        rows.length === 0
          ? html`<p>No text has been sent yet.</p>`
          : html`<table>
              ${rows}
            </table>`
      }`,
  );
}
