/**
 * `npm run -s mfa -- codec`. Exit codes: 0 stopped by a signal, 2 configuration, 1 anything else.
 */
import { EXIT } from '../exit-codes.ts';
import { logCrashes, stopSignal, writeNoReports } from '../service-process.ts';
import { TemporalConfigError } from '../config.ts';
import { EncryptionPlugin, openConfiguredKeyring } from '../encryption/encryption-plugin.ts';
import { KeyringError } from '../encryption/keyring-file.ts';
import { createLogger, writeProblem } from '../logging/logger.ts';
import { CodecServerConfigError, resolveCodecServerConfig } from './config.ts';
import { startCodecServer } from './server.ts';

const logger = createLogger({ service: 'mfa-codec-server', level: 'info' });

writeNoReports();
logCrashes(logger, 'the codec server crashed');

async function serve(): Promise<void> {
  const stopped = stopSignal(logger);
  const config = await resolveCodecServerConfig(process.env);
  const keys = await openConfiguredKeyring(config.keysFile, {
    onProblem: (problem) => {
      logger.error({ event: 'keyring-problem', problem }, 'the payload keyring cannot be used');
    },
  });
  const { namespace } = config;
  const codec = new EncryptionPlugin({ keys, namespace }).codec();
  const server = await startCodecServer(config, { codec, logger });
  logger.info({ event: 'listening', url: server.url, namespace }, 'codec server is listening');
  await stopped;
  await server.close();
  logger.info({ event: 'stopped' }, 'codec server stopped');
}

try {
  await serve();
  process.exit(EXIT.done);
} catch (error) {
  writeProblem(error instanceof Error ? error.message : 'The codec server failed.');
  const known =
    error instanceof CodecServerConfigError ||
    error instanceof KeyringError ||
    error instanceof TemporalConfigError;
  process.exit(known ? EXIT.usage : EXIT.failed);
}
