/** The tenant's pages, plain and escaped. */
import { html } from 'hono/html';

type Page = ReturnType<typeof html>;

export function page(title: string, body: Page): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            background: #f3f4f6;
            margin: 0;
            color: #111;
          }
          main {
            max-width: 24rem;
            margin: 10vh auto;
            background: #fff;
            padding: 2rem;
            border-radius: 0.75rem;
            box-shadow: 0 1px 4px #0003;
          }
          h1 {
            font-size: 1.25rem;
            margin: 0 0 1rem;
          }
          label {
            display: block;
            margin: 0.75rem 0 0.25rem;
          }
          input {
            width: 100%;
            box-sizing: border-box;
            padding: 0.6rem;
            font: inherit;
            border: 1px solid #bbb;
            border-radius: 0.4rem;
          }
          button {
            margin-top: 1.25rem;
            width: 100%;
            padding: 0.7rem;
            font: inherit;
            color: #fff;
            background: #2f4ad0;
            border: 0;
            border-radius: 0.4rem;
          }
          .error {
            color: #b00020;
          }
          table {
            border-collapse: collapse;
            width: 100%;
          }
          td,
          th {
            text-align: left;
            padding: 0.3rem 0.6rem 0.3rem 0;
          }
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`;
}

/** What was wrong with what was typed before. */
export function told(problem: string | undefined): Page | '' {
  return problem === undefined ? '' : html`<p class="error" role="alert">${problem}</p>`;
}

/** The login that the form is about. */
export function stateField(state: string): Page {
  return html`<input type="hidden" name="state" value="${state}" />`;
}

export function codeField(): Page {
  return html`<label for="code">Six-digit code</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required />`;
}

export function textSentTo(phoneNumber: string): string {
  return `We have sent a text to ${maskedForPages(phoneNumber)}.`;
}

export function maskedForPages(phoneNumber: string): string {
  return `XXXXXX${phoneNumber.slice(-4)}`;
}

export function loginPage(state: string, username: string, problem?: string): Page {
  return page(
    'Log in',
    html`<h1>Log in</h1>
      ${told(problem)}
      <form method="post" action="/u/login">
        ${stateField(state)}
        <label for="username">E-mail</label>
        <input id="username" name="username" autocomplete="username" value="${username}" required />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
        <button>Continue</button>
      </form>`,
  );
}

export function challengePage(
  state: string,
  factor: 'sms' | 'otp',
  hint: string,
  problem?: string,
): Page {
  return page(
    'Verify your identity',
    html`<h1>Verify your identity</h1>
      <p>${hint}</p>
      ${told(problem)}
      <form method="post" action="/u/mfa-${factor}-challenge">
        ${stateField(state)} ${codeField()}
        <button>Continue</button>
      </form>`,
  );
}

export function logoutPage(action: string, state: string): Page {
  return page(
    'Log out',
    html`<h1>Log out</h1>
      <p>Do you want to log out?</p>
      <form method="post" action="${action}">
        ${stateField(state)}
        <button>Log out</button>
      </form>`,
  );
}

export function errorPage(problem: string): Page {
  return page(
    'Error',
    html`<h1>Something is wrong with this request</h1>
      <p>${problem}</p>`,
  );
}

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
