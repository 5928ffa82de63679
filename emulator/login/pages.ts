/** The tenant's pages, plain and escaped. */
import { html } from 'hono/html';
import { type Page, page } from '../http/page.ts';

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
