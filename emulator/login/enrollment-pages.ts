/** What hosted-enrollment.ts shows: plain forms, escaped. */
import { html, raw } from 'hono/html';
import { renderSVG } from 'uqr';
import { page } from '../http/page.ts';
import { codeField, stateField, textSentTo, told } from './pages.ts';

/** The person's device: an app that scans, or a phone that was sent a text. */
type Device = { readonly secret: string; readonly uri: string } | { readonly phoneNumber: string };

type CodeForm = Device & { readonly action: string; readonly state: string };

const TITLE = 'Secure your account';

export function choicePage(action: string, state: string, problem?: string) {
  return page(
    TITLE,
    html`<h1>${TITLE}</h1>
      <p>Choose how you want to prove that it is you.</p>
      ${told(problem)}
      <form method="post" action="${action}">
        ${stateField(state)}
        <button name="factor" value="otp">Authenticator app</button>
        <button name="factor" value="sms">Text message (SMS)</button>
      </form>`,
  );
}

export function phonePage(action: string, state: string, problem?: string) {
  return page(
    TITLE,
    html`<h1>${TITLE}</h1>
      <p>We send a code to your phone.</p>
      ${told(problem)}
      <form method="post" action="${action}">
        ${stateField(state)}
        <label for="phone_number">Phone number</label>
        <input
          id="phone_number"
          name="phone_number"
          type="tel"
          autocomplete="tel"
          placeholder="+15551234567"
          required
        />
        <button>Continue</button>
      </form>`,
  );
}

export function codePage(form: CodeForm, problem?: string) {
  return page(
    TITLE,
    html`<h1>${TITLE}</h1>
      ${'uri' in form ? barcode(form) : html`<p>${textSentTo(form.phoneNumber)}</p>`}
      ${told(problem)}
      <form method="post" action="${form.action}">
        ${stateField(form.state)} ${codeField()}
        <button>Continue</button>
      </form>`,
  );
}

function barcode({ uri, secret }: { readonly uri: string; readonly secret: string }) {
  // The only markup that is not escaped: squares of our own drawing, no text of anybody's.
  return html`<p>Scan this with your authenticator app, or type the secret into it.</p>
    <p>${raw(renderSVG(uri))}</p>
    <p><a id="barcode-uri" href="${uri}">Open in an app on this device</a></p>
    <p><code id="secret">${secret}</code></p>`;
}

export function recoveryCodePage(action: string, state: string, recoveryCode: string) {
  return page(
    TITLE,
    html`<h1>Almost there</h1>
      <p>Keep this recovery code: it is the way in without your device, once.</p>
      <p><code id="recovery-code">${recoveryCode}</code></p>
      <form method="post" action="${action}">
        ${stateField(state)}
        <button>I have kept it</button>
      </form>`,
  );
}
