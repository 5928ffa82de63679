/**
 * How the answer to an authorization request gets back to the client: as a redirect, as a form, or as
 * a message to the page that holds the frame (OAuth 2.0 Multiple Response Types; Form Post Response
 * Mode; auth0-docs "Configure Silent Authentication" for `web_message`).
 */
import { html, raw } from 'hono/html';
import type { Exchange } from '../http/exchange.ts';

export const RESPONSE_MODES = ['query', 'fragment', 'form_post', 'web_message'] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

export interface Destination {
  /** Registered: nothing is sent anywhere else. */
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  readonly state?: string;
}

export type Problem = readonly [error: string, description: string];

export function respond(
  exchange: Exchange,
  { redirectUri, responseMode, state }: Destination,
  answer: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  const parameters = { ...answer, ...(state !== undefined && { state }) };
  exchange.header('cache-control', 'no-store');
  switch (responseMode) {
    case 'form_post':
      return exchange.html(formPage(redirectUri, parameters));
    case 'web_message':
      return exchange.html(messagePage(redirectUri, parameters));
    case 'fragment': {
      const target = new URL(redirectUri);
      target.hash = new URLSearchParams(parameters).toString();
      return exchange.redirect(target.href);
    }
    case 'query': {
      const target = new URL(redirectUri);
      for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
      return exchange.redirect(target.href);
    }
  }
}

export function refuse(exchange: Exchange, to: Destination, [error, description]: Problem) {
  return respond(exchange, to, { error, error_description: description });
}

function formPage(redirectUri: string, parameters: Readonly<Record<string, string>>) {
  const fields = Object.entries(parameters).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Submit this form</title>
      </head>
      <body onload="document.forms[0].submit()">
        <form method="post" action="${redirectUri}">
          ${fields}
          <noscript><button>Continue</button></noscript>
        </form>
      </body>
    </html>`;
}

function messagePage(redirectUri: string, response: Readonly<Record<string, string>>) {
  const message = { type: 'authorization_response', response };
  // In a script a quote does no harm as JSON, but `</script>` would end it.
  const literal = (value: unknown) =>
    raw(JSON.stringify(value).replaceAll('<', String.raw`\u003c`));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Authorization Response</title>
      </head>
      <body>
        <script>
          (window.opener || window.parent).postMessage(
            ${literal(message)},
            ${literal(new URL(redirectUri).origin)},
          );
        </script>
      </body>
    </html>`;
}
