import { beforeEach, describe, expect, it } from '@jest/globals';
import { Agenda } from './agenda.ts';
import { Calls } from './calls.ts';
import type { Fate, Outage, Plan, Setting } from './plan.ts';
import type { Job } from './sandbox.ts';
import type { ActivityName, ScheduledActivity } from './scheduled-activity.ts';
import { Story } from './story.ts';
import { Tenant } from './tenant.ts';

const SETTING: Setting = {
  ...{ mood: 'calm', factors: ['sms'], deadlineMs: 3_600_000, before: 'nothing' },
  ...{ reusesEntries: false, recoveryCodes: false, number: 'own' },
};
const NUMBER = '+14155550123';

let story: Story;
let tenant: Tenant;
let token: string;
let jobs: { readonly at: number; readonly job: Job }[];

beforeEach(() => {
  story = new Story();
  tenant = new Tenant('auth0|ada', SETTING);
  jobs = [];
  const proof = tenant.logIn(0, 'A');
  const input = { tenant: 't', userId: 'u', proof, deviceKeyRequired: false };
  const opened = tenant.answer('openSession', input, 0);
  token = opened.ok ? (opened.value as { accessToken: string }).accessToken : '';
});

function scheduled(name: ActivityName, input: object, more: Partial<ScheduledActivity> = {}) {
  return {
    ...{ seq: 1, name, at: 0, input: { tenant: 't', accessToken: token, ...input } },
    timeouts: {
      ...{ scheduleToClose: Infinity, scheduleToStart: Infinity },
      ...{ startToClose: 15_000, heartbeat: 6_000 },
    },
    retry: {
      ...{ initialMs: 500, factor: 2, intervalMsMax: 50_000, attemptsMax: 3 },
      nonRetryableTypes: ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'],
    },
    awaitsCancellation: false,
    ...more,
  };
}

const TEXT = { factor: 'sms', phoneNumber: NUMBER };

/** Lets an activity live until nothing is left to happen. */
function live(
  activity: ScheduledActivity,
  fates: readonly Fate[],
  outages: readonly Outage[] = [],
): void {
  const plan: Plan = {
    ...{ seed: 1, setting: SETTING, presences: [], intentions: [], outages },
    fates: fates.map((fate, index) => ({
      ...{ id: String(index), call: activity.name, nth: index + 1, fate },
    })),
  };
  const agenda = new Agenda();
  let now = 0;
  const happens = (job: Job): void => void jobs.push({ at: now, job });
  new Calls({ plan, agenda, tenant, story, startedAt: 0, happens }).begin(activity, 1);
  for (let due = agenda.take(Infinity); due !== undefined; due = agenda.take(Infinity)) {
    now = due.at;
    due.happen();
  }
}

describe('a call', () => {
  it('is repeated as its policy says, as long as nothing was done', () => {
    const unavailable = { is: 'fails', type: 'unavailable', effect: 'none' } as const;
    live(scheduled('associate', TEXT), [unavailable, unavailable]);
    expect(story.calls[0]?.attempts).toHaveLength(3);
    expect(story.calls[0]?.resolution).toMatchObject({ ok: true });
    const [first, second, third] = story.calls[0]?.attempts ?? [];
    expect((second?.at ?? 0) - (first?.endedAt ?? 0)).toBe(500);
    expect((third?.at ?? 0) - (second?.endedAt ?? 0)).toBe(1_000);
    expect(tenant.journal.texts).toHaveLength(1);
  });

  it('is given up after the last attempt', () => {
    const unavailable = { is: 'fails', type: 'unavailable', effect: 'none' } as const;
    live(scheduled('associate', TEXT), [unavailable, unavailable, unavailable]);
    expect(story.calls[0]?.resolution).toMatchObject({ ok: false, type: 'unavailable' });
    expect(jobs).toHaveLength(1);
    expect(tenant.journal.texts).toEqual([]);
  });

  it.each(['before', 'late'] as const)('may have done its work %s its answer', (effect) => {
    live(scheduled('associate', TEXT), [{ is: 'fails', type: 'ambiguous', effect }]);
    const [call] = story.calls;
    expect(call?.attempts).toHaveLength(1);
    expect(call?.resolution).toMatchObject({ ok: false, type: 'ambiguous' });
    expect(tenant.journal.texts).toHaveLength(1);
    const after = (call?.attempts[0]?.effectAt ?? 0) > (call?.resolution?.at ?? 0);
    expect(after).toBe(effect === 'late');
  });

  it('ends at a time-out that its policy does not repeat', () => {
    const beat = { is: 'times-out', by: 'HEARTBEAT', effect: 'before' } as const;
    live(scheduled('associate', TEXT), [beat]);
    expect(jobs.map(({ at }) => at)).toEqual([6_000]);
    expect(tenant.journal.texts).toHaveLength(1);
  });

  it('is slow to no end, and its attempt is given up', () => {
    live(scheduled('associate', TEXT), [{ is: 'slow', ms: 16_000 }]);
    expect(jobs.map(({ at }) => at)).toEqual([15_000]);
  });

  it('waits for Auth0 as long as that says, where that is soon', () => {
    const limited = {
      is: 'fails',
      type: 'rate-limited',
      effect: 'none',
      retryInMs: 2_000,
    } as const;
    live(scheduled('associate', TEXT), [limited]);
    const [first, second] = story.calls[0]?.attempts ?? [];
    expect((second?.at ?? 0) - (first?.endedAt ?? 0)).toBe(2_000);
  });

  it('is not repeated by itself where Auth0 says later', () => {
    const limited = {
      is: 'fails',
      type: 'rate-limited',
      effect: 'none',
      retryInMs: 60_000,
    } as const;
    live(scheduled('associate', TEXT), [limited]);
    expect(story.calls[0]?.attempts).toHaveLength(1);
  });

  it('waits for a worker, or times out where that is bounded', () => {
    const away = { id: 'o', from: 0, until: 60_000, as: 'no-worker' } as const;
    live(scheduled('associate', TEXT), [], [away]);
    expect(story.calls[0]?.attempts.map(({ at }) => at)).toEqual([60_000]);
    const timeouts = { ...scheduled('associate', TEXT).timeouts, scheduleToStart: 10_000 };
    live(scheduled('associate', TEXT, { timeouts }), [], [away]);
    expect(story.calls[1]).toMatchObject({
      attempts: [],
      resolution: { ok: false, type: 'SCHEDULE_TO_START', at: 10_000 },
    });
  });

  it('is not sent past its last moment', () => {
    const away = { id: 'o', from: 0, until: 10_000, as: 'no-worker' } as const;
    live(scheduled('associate', { ...TEXT, notAfter: 9_999 }), [], [away]);
    expect(story.calls[0]?.resolution).toMatchObject({ ok: false, type: 'unavailable' });
    expect(tenant.journal.texts).toEqual([]);
  });

  it('is read by no worker that lacks its key', () => {
    live(scheduled('associate', TEXT), [{ is: 'unreadable' }]);
    expect(story.calls[0]?.attempts).toHaveLength(3);
    expect(story.calls[0]?.resolution).toMatchObject({ ok: false, type: 'PayloadKeyMissing' });
  });
});
