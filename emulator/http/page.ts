/** The frame of a plain page; what is put into it is escaped by `html`. */
import { html } from 'hono/html';

export type Page = ReturnType<typeof html>;

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
