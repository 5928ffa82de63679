/** The Authentication API's endpoints, put together. */
import type { Hono, MiddlewareHandler } from 'hono';
import type { Env } from '../http/exchange.ts';
import { Authorize } from '../login/authorize.ts';
import { BrowserSessions } from '../login/browser-sessions.ts';
import { HostedChallenge } from '../login/hosted-challenge.ts';
import { HostedEnrollment } from '../login/hosted-enrollment.ts';
import { HostedLogin } from '../login/hosted-login.ts';
import { LoginFlow } from '../login/login-flow.ts';
import { Logout } from '../login/logout.ts';
import { MfaPolicy, type MfaRule } from '../login/mfa-policy.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { ClientAuthentication } from './client-authentication.ts';
import { registerDiscovery } from './discovery.ts';
import { enrollmentFailures } from './enrollment-failures.ts';
import { MfaApi } from './mfa-api.ts';
import { TokenEndpoint } from './token-endpoint.ts';
import { UserGrants } from './user-grants.ts';
import { registerUserinfo } from './userinfo.ts';

export function registerAuthentication(
  app: Hono<Env>,
  tenant: Tenant,
  tokens: Tokens,
  rule: MfaRule | undefined,
): void {
  const { issuer } = tokens;
  const sessions = new BrowserSessions(tenant, issuer);
  const flow = new LoginFlow(tenant, sessions, new MfaPolicy(tenant, tokens, rule));
  const clients = new ClientAuthentication(tenant, issuer);
  app.use('/mfa/associate', enrollmentFailures(tenant));
  registerDiscovery(app, tokens);
  app.use('/u/*', unframed);
  new Authorize(flow, tokens).register(app);
  new HostedLogin(flow).register(app);
  new HostedChallenge(flow).register(app);
  new HostedEnrollment(flow, issuer).register(app);
  new TokenEndpoint(tenant, tokens, clients, new UserGrants(tokens, flow)).register(app);
  registerUserinfo(app, tokens);
  new Logout(tenant, tokens, sessions).register(app);
  new MfaApi(tenant, tokens, clients).register(app);
}

/** A page that takes a password is shown in nobody else's frame, and kept by no cache. */
const unframed: MiddlewareHandler<Env> = async (exchange, next) => {
  exchange.header('x-frame-options', 'deny');
  exchange.header('content-security-policy', "frame-ancestors 'none'");
  exchange.header('cache-control', 'no-store');
  await next();
};
