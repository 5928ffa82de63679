/** Each lets a secret out by what a process of ours writes or serves (I6). */
import type { Mutant } from './mutant.ts';

const CANARY = 'test/canary/canary';
const REDACTION = 'test/client/temporal/redaction';

export const LOG_MUTANTS: readonly Mutant[] = [
  {
    name: 'write a report of a crash',
    breaks: 'I6',
    file: 'client/temporal/crashes.ts',
    find: '  process.report.reportOnSignal = false;',
    replace: '',
    tests: [CANARY],
  },
  {
    name: 'print a crash as Node does',
    breaks: 'I6',
    file: 'client/temporal/crashes.ts',
    find: '    logger.error({ error }, message);',
    replace: '    logger.error({}, message); console.error(error);',
    tests: ['test/worker/logging'],
  },
  {
    name: 'name the client in each metric',
    breaks: 'I6',
    file: 'worker/logging.ts',
    find: '        metrics: { prometheus: { bindAddress: metricsAddress } },',
    replace:
      "        metrics: { prometheus: { bindAddress: metricsAddress }, globalTags: { client: process.env['AUTH0_CLIENT_SECRET'] ?? '' } },",
    tests: [CANARY],
  },
  {
    name: 'tell whoever is refused what was asked',
    breaks: 'I6',
    file: 'client/temporal/codec-server/server.ts',
    find: '      response.end(JSON.stringify({ error: why }));',
    replace: '      response.end(JSON.stringify({ error: why, ...{ asked: request.headers } }));',
    tests: [CANARY],
  },
  {
    name: 'log the address of a codec call',
    breaks: 'I6',
    file: 'client/temporal/codec-server/server.ts',
    find: "      this.#logger.warn({ event: 'refused', status, why }, 'a codec call was refused');",
    replace:
      "      this.#logger.warn({ event: 'refused', status, why, at: request.url }, 'a codec call was refused');",
    tests: [CANARY],
  },
  {
    name: 'decode for anybody',
    breaks: 'I6',
    file: 'client/temporal/codec-server/server.ts',
    find: "    if (who === undefined) throw new Refusal(401, 'not-authenticated');",
    replace: '',
    tests: ['test/client/temporal/codec-server/server'],
  },
  {
    name: 'log a set-up as it is',
    breaks: 'I6',
    file: 'client/temporal/redaction.ts',
    find: String.raw`  [/otpauth(?::|%3a)[^\s"'\\]+/gi, REDACTED],`,
    replace: '',
    tests: [REDACTION],
  },
  {
    name: 'log an opaque token as it is',
    breaks: 'I6',
    file: 'client/temporal/redaction.ts',
    find: String.raw`  [/Fe26(?:\.|%2e)2(?:\*|%2a)[^\s"'\\&]*/gi, REDACTED],`,
    replace: '',
    tests: [REDACTION],
  },
  {
    name: 'log a JWT as it is',
    breaks: 'I6',
    file: 'client/temporal/redaction.ts',
    find: String.raw`  [/eyJ[\w-]{8,}(?:\.[\w-]*)*/g, REDACTED],`,
    replace: '',
    tests: [REDACTION],
  },
  {
    name: 'log a phone number as it is',
    breaks: 'I6',
    file: 'client/temporal/redaction.ts',
    find: String.raw`  [/(?:\+|%2b)[1-9](?:[ ().-]{0,2}\d){6,14}(?!\d)/gi, REDACTED],`,
    replace: '',
    tests: [REDACTION],
  },
  {
    name: 'log six digits beside a code’s key as they are',
    breaks: 'I6',
    file: 'client/temporal/redaction.ts',
    find: String.raw`    /((?:code|otp|pin)\b[^0-9a-z]{0,8}(?:is[^0-9a-z]{1,4})?(?:%3[ad])?)\d{3}[ -]?\d{3}(?!\d)/gi,`,
    replace: '    /(never)/g,',
    tests: [REDACTION],
  },
  {
    name: 'let the SDK log by itself',
    breaks: 'I6',
    file: 'worker/logging.ts',
    find: '    logger: sdkLogger,',
    replace: '',
    tests: ['test/worker/telling'],
  },
];
