import { isIP } from 'node:net';
import type { Environment } from './environment.ts';

const METRICS_HOST_DEFAULT = '127.0.0.1';
/** What a refusal names: that of OpenTelemetry's Prometheus exporters. */
const METRICS_PORT_USUAL = 9_464;
const PORT_MAX = 65_535;

/** Without a port there are no metrics; they have no secret in them, but no access control either. */
export function readMetricsAddress(environment: Environment): string | undefined {
  const host = environment.text('MFA_METRICS_HOST');
  const ip = isIP(host ?? METRICS_HOST_DEFAULT);
  if (ip === 0) {
    environment.refuse(
      'MFA_METRICS_HOST',
      'must be an IP address of this machine',
      `Leave it out for ${METRICS_HOST_DEFAULT}`,
    );
  }
  if (environment.text('MFA_METRICS_PORT') === undefined) {
    if (host !== undefined) {
      environment.refuse(
        'MFA_METRICS_PORT',
        'must be set where MFA_METRICS_HOST is',
        'Set both for metrics, neither for none',
      );
    }
    return undefined;
  }
  const port = environment.integer('MFA_METRICS_PORT', {
    fallback: METRICS_PORT_USUAL,
    min: 1,
    max: PORT_MAX,
  });
  const address = host ?? METRICS_HOST_DEFAULT;
  return ip === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
