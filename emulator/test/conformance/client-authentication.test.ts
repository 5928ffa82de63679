import { describe, expect, it } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import { asserted, Signer } from '../assertion.ts';
import { Bench, CLIENT, PHONE, refusal, type Reply, string } from '../bench.ts';

const FAILED = [401, 'access_denied', 'Unauthorized'];

/** A password grant with this and no other authentication of the client. */
function grant(
  bench: Bench,
  client: Readonly<Record<string, string>>,
  headers = {},
): Promise<Reply> {
  const { email: username, password } = bench;
  return bench.send('/oauth/token', {
    ...{ method: 'POST', headers },
    body: new URLSearchParams({ grant_type: 'password', username, password, ...client }),
  });
}

function basic(id: string, secret: string) {
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

describe('§6 secret in the body, Basic, none', () => {
  it('§6 A: each is taken, form-encoded as RFC 6749 says', async () => {
    await using bench = await Bench.open();
    const odd = { clientId: 'odd id', clientSecret: 'a+b:c%d', redirectUris: [] };
    bench.emulator.addClient(odd);
    bench.emulator.addClient({ clientId: 'spa', redirectUris: [] });
    const posted = { client_id: odd.clientId, client_secret: odd.clientSecret };
    for (const reply of [
      await grant(bench, CLIENT),
      await grant(bench, posted),
      await grant(bench, {}, basic(odd.clientId, odd.clientSecret)),
      await grant(bench, { client_id: 'spa' }),
    ]) {
      expect(reply.status).toBe(200);
    }
  });

  it('§6 A: a wrong, missing or malformed one is refused, with no WWW-Authenticate', async () => {
    await using bench = await Bench.open();
    const id = CLIENT.client_id;
    for (const reply of [
      await grant(bench, { client_id: id }),
      await grant(bench, { client_id: id, client_secret: 'guess' }),
      await grant(bench, { client_id: 'nobody', client_secret: 'guess' }),
      await grant(bench, {}, basic(id, 'guess')),
      await grant(bench, {}, { authorization: 'Basic ###' }),
    ]) {
      expect(refusal(reply)).toEqual(FAILED);
      expect(reply.headers.get('www-authenticate')).toBeNull();
    }
    const effects = bench.emulator.journal.entries.map(({ effect }) => effect);
    expect(effects).not.toContain('tokens-issued');
  });
});

describe('§6 the application’s own method', () => {
  const { client_id: clientId, client_secret: clientSecret } = CLIENT;
  const ways = {
    none: (bench: Bench) => grant(bench, { client_id: clientId }),
    client_secret_post: (bench: Bench) => grant(bench, CLIENT),
    client_secret_basic: (bench: Bench) => grant(bench, {}, basic(clientId, clientSecret)),
  };
  const methods = ['none', 'client_secret_post', 'client_secret_basic'] as const;

  it.each(methods)('§6 C: %s is the one way in', async (tokenEndpointAuthMethod) => {
    await using bench = await Bench.open();
    bench.emulator.addClient({
      ...{ clientId, clientSecret, redirectUris: [], tokenEndpointAuthMethod },
    });
    for (const way of methods) {
      const reply = await ways[way](bench);
      if (way === tokenEndpointAuthMethod) expect(reply.status).toBe(200);
      else expect(refusal(reply)).toEqual(FAILED);
    }
  });

  it('§3.3 X: a refusal is access_denied, or invalid_client where switched', async () => {
    await using bench = await Bench.open({ settings: { clientRefusedError: 'invalid_client' } });
    const reply = await grant(bench, { ...CLIENT, client_secret: 'guess' });
    expect(refusal(reply)).toEqual([401, 'invalid_client', 'Client authentication failed']);
  });
});

type Changes = Parameters<Signer['sign']>[1];

describe('§6 private_key_jwt', () => {
  it.each(['RS256', 'RS384', 'PS256'])(
    '§6 A: %s is taken, with or without client_id',
    async (alg) => {
      await using bench = await Bench.open();
      const signer = new Signer();
      await signer.register(bench);
      const anonymous = asserted(await signer.sign(bench, {}, alg));
      expect((await grant(bench, anonymous)).status).toBe(200);
      const named = { client_id: signer.clientId, ...asserted(await signer.sign(bench, {}, alg)) };
      expect((await grant(bench, named)).status).toBe(200);
    },
  );

  it('§6 A: an assertion is good once', async () => {
    await using bench = await Bench.open();
    const signer = new Signer();
    await signer.register(bench);
    const assertion = asserted(await signer.sign(bench));
    expect((await grant(bench, assertion)).status).toBe(200);
    expect(refusal(await grant(bench, assertion))).toEqual(FAILED);
  });

  it.each([
    ['for another tenant', () => ({ aud: 'https://other.example/' })],
    ['without the slash in aud', (now: number) => ({ aud: 'http://127.0.0.1', exp: now + 60 })],
    ['of another issuer', () => ({ iss: 'somebody' })],
    ['of another subject', () => ({ sub: 'somebody' })],
    ['expired', (now: number) => ({ exp: now })],
    ['that lives longer than five minutes', (now: number) => ({ exp: now + 320 })],
    ['from the future', (now: number) => ({ iat: now + 60, exp: now + 120 })],
    ['without exp', () => ({ exp: undefined })],
    ['without jti', () => ({ jti: undefined })],
    ['with too long a jti', () => ({ jti: 'j'.repeat(65) })],
    ['over 2,048 bytes', () => ({ pad: 'p'.repeat(2_000) })],
  ])('§6 A: one %s is refused', async (_what, changes: (now: number) => Changes) => {
    await using bench = await Bench.open();
    const signer = new Signer();
    await signer.register(bench);
    const claims = changes(bench.emulator.clock.seconds());
    const reply = await grant(bench, asserted(await signer.sign(bench, claims)));
    expect(refusal(reply)).toEqual(FAILED);
    expect(reply.body).not.toHaveProperty('access_token');
  });

  it('§6 A: neither another key, nor alg none, nor another assertion type, nor no assertion', async () => {
    await using bench = await Bench.open();
    const signer = new Signer();
    await signer.register(bench);
    const now = bench.emulator.clock.seconds();
    const unsecured = new UnsecuredJWT({ iss: signer.clientId, sub: signer.clientId, jti: 'j' })
      .setAudience(bench.emulator.issuer)
      .setExpirationTime(now + 60)
      .encode();
    const good = asserted(await signer.sign(bench));
    for (const client of [
      asserted(await new Signer().sign(bench)),
      asserted(unsecured),
      asserted('no.jwt'),
      { ...good, client_assertion_type: 'urn:other' },
      { client_id: signer.clientId },
      { client_id: signer.clientId, client_secret: '' },
      { ...good, client_id: CLIENT.client_id },
    ]) {
      expect(refusal(await grant(bench, client))).toEqual(FAILED);
    }
  });

  it('§6 A: /mfa/challenge takes it, too', async () => {
    await using bench = await Bench.open();
    const signer = new Signer();
    await signer.register(bench);
    await bench.confirmSms();
    const required = await bench.passwordGrant({
      ...{ client_id: signer.clientId, client_secret: undefined },
      ...asserted(await signer.sign(bench)),
    });
    const mfaToken = string(required, 'mfa_token');
    const texts = bench.emulator.inbox.messages(PHONE).length;
    const bare = await bench.post('/mfa/challenge', { client_id: 'signer', mfa_token: mfaToken });
    expect(refusal(bare)).toEqual(FAILED);
    expect(bench.emulator.inbox.messages(PHONE)).toHaveLength(texts);
    const assertion = asserted(await signer.sign(bench));
    const reply = await bench.post('/mfa/challenge', { ...assertion, mfa_token: mfaToken });
    expect([reply.status, string(reply, 'challenge_type')]).toEqual([200, 'oob']);
  });
});
