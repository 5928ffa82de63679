import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { ENROLL_MFA_WORKFLOW } from '../../workflows/contract/enroll-mfa.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { ASSOCIATE, DELETE, held, judged, LIST, TOKEN } from '../support/auth0-record.ts';
import { Enrollee } from '../support/enrollee.ts';
import { throughSettlement } from '../support/lost-answer.ts';
import { CLIENT_ID, createWorld, REDIRECT_URI } from '../support/world.ts';

describe('a failure', () => {
  it('of the input names every problem and asks Auth0 nothing', async () => {
    await using world = await createWorld();
    const handle = await world.client.workflow.start(ENROLL_MFA_WORKFLOW, {
      workflowId: enrollMfaWorkflowId(world.tenant, world.user.userId),
      taskQueue: world.taskQueue,
      args: [{ tenant: world.tenant, userId: world.user.userId, factors: ['fax'], phone: 1 }],
    });
    const failed: unknown = await handle.result().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    expect(failed).toMatchObject({ cause: { type: 'invalid-input' } });
    const { message } = (failed as WorkflowFailedError).cause as ApplicationFailure;
    for (const field of ['factors', 'phone', 'requestedBy']) expect(message).toContain(field);
    expect(world.emulator.journal.entries).toEqual([]);
  });

  it('of the configuration ends the run, says the remedy, and asks Auth0 nothing', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world, { tenant: 'another.eu.auth0.com' });
    const proof = await person.proof();
    const requests = world.emulator.journal.count(TOKEN);
    await person.handle.signal('loginCompleted', proof);
    const failed: unknown = await person.result().catch((error: unknown) => error);
    expect(failed).toMatchObject({ cause: { type: 'configuration-fault' } });
    expect(String((failed as WorkflowFailedError).cause)).toContain('AUTH0_DOMAIN');
    expect(world.emulator.journal.count(TOKEN)).toBe(requests);
  });

  it('of the client’s secret ends the run with the remedy, and texts nobody', async () => {
    const changed = { clientId: CLIENT_ID, clientSecret: 'changed in the dashboard' };
    const clients = [{ ...changed, redirectUris: [REDIRECT_URI] }];
    await using world = await createWorld({ emulator: { clients } });
    const person = await Enrollee.start(world);
    await person.handle.signal('loginCompleted', await person.proof());
    const failed: unknown = await person.result().catch((error: unknown) => error);
    expect(failed).toMatchObject({ cause: { type: 'configuration-fault' } });
    expect(String((failed as WorkflowFailedError).cause)).toContain('AUTH0_CLIENT_SECRET');
    expect(world.emulator.inbox.messages()).toEqual([]);
  });

  it('is told to whoever waits with the login or the code that brought it to light', async () => {
    await using world = await createWorld();
    const stranger = await Enrollee.start(world, { tenant: 'another.eu.auth0.com' });
    const over = { refusal: 'ended', next: { type: 'nothing' } };
    expect(await stranger.logIn()).toMatchObject(over);
    await expect(stranger.result()).rejects.toMatchObject({
      cause: { type: 'configuration-fault' },
    });

    const person = await Enrollee.start(world);
    await person.logIn();
    const action = { status: 401, body: { error: 'invalid_client' } };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action });
    expect(await person.submit(person.texted(), 1)).toMatchObject(over);
    await expect(person.result()).rejects.toMatchObject({
      cause: { type: 'configuration-fault' },
    });
    expect(held(world)).toEqual([]);
  });
});

describe('a refusal that nobody knows', () => {
  it('associate-sms/unknown: may have had its effect, so what it made is deleted at the end', async () => {
    await using world = await createWorld();
    const person = await Enrollee.start(world);
    const action = { status: 400, body: { error: 'something_new' } };
    world.emulator.faults.add({ endpoint: ASSOCIATE, when: 'after', action });
    await person.handle.signal('loginCompleted', await person.proof());
    await expect(person.result()).rejects.toMatchObject({
      cause: { type: 'unexpected-response', details: [{ orphans: [] }] },
    });
    expect(world.emulator.journal.count(ASSOCIATE)).toBe(1);
    expect(world.emulator.journal.count(DELETE)).toBe(1);
    expect(held(world)).toEqual([]);
  });

  it('confirm/unknown: an unknown refusal ends the run once the list has agreed twice', async () => {
    await using world = await createWorld();
    const person = await Enrollee.loggedIn(world, { factors: ['sms'] });
    const lists = world.emulator.journal.count(LIST);
    // Words of a tenant's own Action, which no table can know.
    const body = { error: 'access_denied', error_description: 'Ask your manager first.' };
    world.emulator.faults.add({ endpoint: TOKEN, when: 'before', action: { status: 403, body } });
    await throughSettlement(person, TOKEN, () => person.handle.signal('smsCode', person.texted()));
    await expect(person.result()).rejects.toMatchObject({
      cause: {
        type: 'unexpected-response',
        details: [{ factors: [{ factor: 'sms', status: 'in-progress' }], orphans: [] }],
      },
    });
    // Twice for the code, once for the clean-up.
    expect(world.emulator.journal.count(LIST) - lists).toBe(3);
    expect(judged(world)).toBe(0);
    expect(held(world)).toEqual([]);
  });
});
