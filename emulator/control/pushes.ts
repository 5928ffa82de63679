/** `/_emulator/pushes`: answers push requests in the stead of a Guardian app. */
import type { Hono } from 'hono';
import type { Env } from '../http/exchange.ts';
import { OAuthError } from '../http/oauth-error.ts';
import type { PushRequest } from '../tenant/push-requests.ts';
import type { Tenant } from '../tenant/tenant.ts';

export function registerPushControl(app: Hono<Env>, { pushes }: Tenant): void {
  app.get('/_emulator/pushes', (exchange) =>
    exchange.json(pushes.pending(exchange.req.query('userId')).map(shown)),
  );
  app.post('/_emulator/pushes/:id/approve', (exchange) =>
    exchange.json(shown(found(pushes.approve(exchange.req.param('id'))))),
  );
  app.post('/_emulator/pushes/:id/deny', (exchange) =>
    exchange.json(shown(found(pushes.deny(exchange.req.param('id'))))),
  );
}

function found(request: PushRequest | undefined): PushRequest {
  if (request !== undefined) return request;
  throw new OAuthError(404, 'not_found', 'No such push request is waiting for an answer.');
}

function shown({ id, userId, purpose, at, expiresAt, answer, authenticator }: PushRequest) {
  const { id: authenticatorId } = authenticator;
  return { id, userId, authenticatorId, purpose, at, expiresAt, answer: answer ?? 'pending' };
}
