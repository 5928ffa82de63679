import { describe, expect, it } from '@jest/globals';
import { TOKEN } from '../support/auth0-record.ts';
import { exchangedTokens, login } from '../support/login.ts';
import { type Allowed, ALLOWED, ALLOWED_WITH_TOKENS } from './allowed.ts';
import { type Kind, MarkerSearch } from './markers.ts';
import { openStage, type Stage, startCanary } from './stage.ts';
import type { Traces, Where } from './traces.ts';

/** `phone number in history` and so on. */
function findings(traces: Traces, stage: Stage): readonly string[] {
  const search = new MarkerSearch(stage.wire.markers);
  return Object.entries(traces)
    .flatMap(([where, text]) => search.kindsIn(text).map((kind) => `${kind} in ${where}`))
    .sort();
}

function expected(...tables: readonly (readonly Allowed[])[]): readonly string[] {
  return tables
    .flat()
    .flatMap(({ kind, where }) => where.map((place) => `${kind} in ${place}`))
    .sort();
}

function seen(stage: Stage): readonly Kind[] {
  return [...new Set(stage.wire.markers.map(({ kind }) => kind))].sort();
}

/** A canary that looks into an empty room finds nothing either. */
function expectLookedAt(traces: Traces, workflowId: string): void {
  const places: readonly Where[] = ['history', 'visibility', 'database', 'metrics'];
  for (const where of places)
    expect([where, traces[where].includes('enrollMfa')]).toEqual([where, true]);
  expect(traces.database).toContain(workflowId);
  expect(traces.addresses).toContain('POST /mfa/associate');
  expect(traces.answers).toContain('"phase"');
  expect(traces['worker output']).toContain('"level":"debug"');
  expect(traces['codec output']).toContain('"event":"decode"');
  expect(traces['codec refusals']).toContain('not-authenticated');
  expect(traces.metrics).toContain('temporal_workflow_task_queue_poll_succeed');
}

describe.each([
  ['where payloads are encrypted', true],
  ['where they are not', false],
])('the canary (I6), %s,', (_where, encrypted) => {
  /** Encrypted, nothing; what may be found without stands only behind the keys. */
  async function expectFound(
    stage: Stage,
    workflowId: string,
    traces: Traces,
    decoded: string,
    ...tables: readonly (readonly Allowed[])[]
  ): Promise<void> {
    expect(findings(traces, stage)).toEqual(encrypted ? [] : expected(...tables));
    const search = new MarkerSearch(stage.wire.markers);
    const kinds = tables
      .flat()
      .map(({ kind }) => kind)
      .sort();
    expect(search.kindsIn(await stage.decrypted(workflowId))).toEqual(kinds);
    expect(search.kindsIn(decoded)).toEqual(kinds);
  }

  it('finds of an enrollment that goes well only what is allowed', async () => {
    await using stage = await openStage(encrypted);
    const person = await startCanary(stage);
    const answers: unknown[] = [await person.logIn(), await person.progress()];
    answers.push(await person.submit(person.texted(), 1), await person.progress());
    const { recoveryCode } = await person.setUp();
    expect(await person.device.open(recoveryCode?.jwe ?? '')).toHaveProperty('recoveryCode');
    await person.handle.signal('recoveryCodeSaved');
    answers.push(await person.logIn(), await person.progress());
    await person.scan();
    answers.push(await person.submit(person.otp(), 2), await person.progress());
    const result = await person.result();
    expect(result).toMatchObject({ outcome: 'enrolled' });
    answers.push(result);

    const { workflowId } = person.handle;
    const decoded = await stage.decoded(workflowId);
    const traces = await stage.traces(workflowId, answers, 'stopped');
    expectLookedAt(traces, workflowId);
    // Masked it is shown: four digits of it are known.
    expect(traces.answers).toContain('0187');
    expect(seen(stage)).toEqual([
      'OTP',
      'SMS code',
      'TOTP secret',
      'access token',
      'authorization code',
      'client secret',
      'code verifier',
      'codec token',
      'e-mail',
      'id token',
      'login cookie',
      'oob code',
      'password',
      'payload key',
      'phone number',
      'recovery code',
      'worker key',
    ]);
    await expectFound(stage, workflowId, traces, decoded, ALLOWED);
  }, 90_000);

  it('finds of an enrollment that meets faults only what is allowed', async () => {
    await using stage = await openStage(encrypted);
    const { world, wire } = stage;
    const echoed = 'echo-4711-of-a-request';
    wire.add('echoed body', echoed);
    const person = await startCanary(stage);
    const { handle } = person;

    await handle.signal('loginCompleted', { code: 'x', codeVerifier: 'y', phoneNumber: 'z' });
    await person.untilRefused('malformed');
    const other = await login(world, world.user);
    const answers: unknown[] = [await person.progress()];
    expect(await person.deliver(other)).toMatchObject({ refusal: 'wrong-user' });
    const body = {
      error: 'invalid_grant',
      error_description: `Refused: ${echoed}`,
      request: echoed,
    };
    world.emulator.faults.add({
      endpoint: TOKEN,
      when: 'before',
      action: { status: 403, body, headers: { 'x-echo': echoed } },
    });
    expect(await person.deliver(await person.proof())).toMatchObject({
      refusal: 'login-code-refused',
    });
    const tokens = await exchangedTokens(world, await person.proof());
    expect(await person.deliver({ ...tokens, sealTo: person.device.publicKey })).toMatchObject({
      status: 'accepted',
    });
    const wrong = person.wrong();
    wire.add('SMS code', wrong);
    expect(await person.submit(wrong, 1)).toMatchObject({ status: 'wrong-code' });
    world.emulator.faults.add({
      endpoint: TOKEN,
      when: 'before',
      action: { status: 418, body: { ...body, error: echoed }, headers: { 'x-echo': echoed } },
    });
    await handle.signal('smsCode', { code: person.texted(), challenge: 1 });
    answers.push(await person.untilPhase('awaiting-operator'));
    await handle.signal('cancel', { by: 'test', reason: 'it was seen' });
    await person.result();
    answers.push(await person.progress());

    const decoded = await stage.decoded(handle.workflowId);
    const traces = await stage.traces(handle.workflowId, answers, 'reported');
    expectLookedAt(traces, handle.workflowId);
    expect(traces.history).toContain('unexpected-response');
    expect(wire.markers.length).toBeGreaterThan(10);
    const withoutOtp = ALLOWED.filter(({ kind }) => kind !== 'OTP');
    await expectFound(
      ...([stage, handle.workflowId, traces, decoded] as const),
      ...[withoutOtp, ALLOWED_WITH_TOKENS],
    );
  }, 90_000);
});
