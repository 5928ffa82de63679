#!/usr/bin/env node
/** The emulator as a program; README.md lists its options. */
import { readCommandLine, USAGE, UsageError } from './command-line.ts';
import { codeOf, messageOf } from './http/node-error.ts';
import { startEmulator } from './server.ts';
import { Tenants } from './tenants.ts';

async function main(): Promise<void> {
  const given = readCommandLine(process.argv.slice(2));
  if (given === undefined) {
    console.log(USAGE);
    return;
  }
  const tenants = await Tenants.start(startEmulator, given);
  // Before anything is told: who reads that it listens may stop it at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      tenants.close().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(told(error));
          process.exit(1);
        },
      );
    });
  }
  for (const [tenant, { issuer, domain, audience, port, caFile }] of tenants.running) {
    const addresses = { tenant, issuer, domain, audience, port, caFile };
    console.log(JSON.stringify({ event: 'listening', ...addresses }));
  }
  const [caFile] = [...tenants.running.values()].flatMap((emulator) => emulator.caFile ?? []);
  if (caFile !== undefined) console.error(howToTrust(caFile));
}

function howToTrust(caFile: string): string {
  return `Clients trust it by its CA, ${caFile}:
  Node             NODE_EXTRA_CA_CERTS=${caFile}
  OpenSSL, Go, …   SSL_CERT_FILE=${caFile}
  Python requests  REQUESTS_CA_BUNDLE=${caFile}
  Java             keytool -importcert -noprompt -alias mfa-tenant-emulator -file ${caFile} \\
                     -keystore trust.p12 -storetype PKCS12 -storepass changeit
                   java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit …`;
}

/** What went wrong and, where a port is taken, the way out. */
function told(error: unknown): string {
  if (codeOf(error) !== 'EADDRINUSE') return messageOf(error);
  const port = error instanceof Error && 'port' in error ? String(error.port) : 'given';
  return `Port ${port} on 127.0.0.1 is in use: stop what listens there, or give another --port (0 takes a free one).`;
}

main().catch((error: unknown) => {
  console.error(told(error));
  if (error instanceof UsageError) console.error(USAGE);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
