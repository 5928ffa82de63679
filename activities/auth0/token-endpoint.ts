/** The exchange of an authorization code (RFC 6749, section 4.1.3; RFC 7636), asked once. */
import * as oauth from 'oauth4webapi';
import type { CodeProof } from '../enrollment-activities.ts';
import { failureOfReply, failureOfSilence } from '../failures.ts';
import type { Ownership } from '../ownership.ts';
import type { HttpReply } from './request.ts';
import { CLOCK_TOLERANCE_S, SilenceError, type TenantClient } from './tenant-client.ts';

const ENDPOINT = 'POST /oauth/token (authorization_code)';

/**
 * @returns Auth0's tokens; the ID token's claims and nonce are checked, its signature is not
 * @throws ApplicationFailure
 */
export async function exchangeCode(
  tenant: TenantClient,
  proof: CodeProof,
  ownership: Ownership,
): Promise<oauth.TokenEndpointResponse> {
  tenant.checkOwned(ENDPOINT, ownership);
  const server = serverOf(tenant);
  const client: oauth.Client = {
    client_id: tenant.config.clientId,
    [oauth.clockSkew]: Math.round((tenant.now() - Date.now()) / 1000),
    [oauth.clockTolerance]: CLOCK_TOLERANCE_S,
  };
  try {
    const response = await sent(tenant, server, client, proof, ownership);
    const reply = await copied(response);
    if (reply.status !== 200) {
      return tenant.fail(failureOfReply(ENDPOINT, reply, tenant.now()));
    }
    return await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: proof.nonce,
      requireIdToken: true,
    });
  } catch (error) {
    if (error instanceof SilenceError) {
      return tenant.fail(failureOfSilence(ENDPOINT, error.outcome));
    }
    if (error instanceof oauth.OperationProcessingError) {
      return tenant.fail({ type: 'invalid-id-token', endpoint: ENDPOINT });
    }
    throw error;
  }
}

/** Auth0's own paths, so that nobody waits for a discovery document that says the same. */
function serverOf({ config }: TenantClient): oauth.AuthorizationServer {
  return {
    issuer: config.issuer.href,
    token_endpoint: new URL('oauth/token', config.issuer).href,
  };
}

function sent(
  tenant: TenantClient,
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  proof: CodeProof,
  ownership: Ownership,
): Promise<Response> {
  const { clientSecret, issuer } = tenant.config;
  // The callback's state was the browser's affair; only the code is left of it.
  const callback = oauth.validateAuthResponse(
    server,
    client,
    new URLSearchParams({ code: proof.code }),
    oauth.expectNoState,
  );
  return oauth.authorizationCodeGrantRequest(
    server,
    client,
    clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret),
    callback,
    proof.redirectUri,
    proof.codeVerifier,
    {
      [oauth.customFetch]: (
        target: string,
        init: oauth.CustomFetchOptions<'POST', URLSearchParams>,
      ) => tenant.fetch(target, { ...init, body: init.body.toString() }, ownership),
      [oauth.allowInsecureRequests]: issuer.protocol === 'http:',
    },
  );
}

async function copied(response: Response): Promise<HttpReply> {
  const { status, headers } = response;
  const text = await response.clone().text();
  return { kind: 'reply', status, headers: Object.fromEntries(headers), text };
}
