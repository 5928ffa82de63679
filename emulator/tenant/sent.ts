/** What a challenge has sent, and what has to come back for its authenticator to be proven. */
import type { Effect } from '../http/journal.ts';
import type { TextedCode } from './one-time-codes.ts';
import type { PushRequest } from './push-requests.ts';

export type Sent = { readonly texted: TextedCode } | { readonly push: PushRequest };

/** As the journal tells it. */
export function effectOf(sent: Sent): Effect {
  if ('push' in sent) return 'push-sent';
  return sent.texted.channel === 'sms' ? 'sms-sent' : 'code-sent';
}
