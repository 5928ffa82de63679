import { readFileSync } from 'node:fs';
import { request } from 'node:https';

/** `fetch` of a client that trusts this CA and no other; for as much of it as a login needs. */
export function fetchTrusting(caFile: string): typeof fetch {
  const ca = readFileSync(caFile, 'utf8');
  return async (input, init) => {
    const asked = new Request(input, init);
    const body = Buffer.from(await asked.arrayBuffer());
    const headers = { ...Object.fromEntries(asked.headers), 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const { method, signal } = asked;
      request(asked.url, { ca, method, headers, signal, agent: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part)).on('error', reject);
        answer.on('end', () => {
          const pairs = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          );
          const { statusCode: status = 0 } = answer;
          const response = new Response(Buffer.concat(parts), { status, headers: pairs });
          // Whoever keeps cookies asks the answer where it is from.
          resolve(Object.defineProperty(response, 'url', { value: asked.url }));
        });
      })
        .on('error', reject)
        .end(body);
    });
  };
}
