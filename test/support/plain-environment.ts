const OURS = /^(TEMPORAL|AUTH0|MFA)_/;

/** This process's environment without what configures us, for programs that a test starts. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  return { ...Object.fromEntries(kept), TEMPORAL_CONFIG_FILE: '/no/such/file.toml', ...extra };
}

/** Has Node write a diagnostic report into the folder whatever a program dies of, and at SIGUSR2. */
export function reportsInto(folder: string): Readonly<Record<string, string>> {
  const options = [
    '--report-on-fatalerror',
    '--report-uncaught-exception',
    '--report-on-signal',
    '--report-signal=SIGUSR2',
    `--report-directory=${folder}`,
  ];
  return { NODE_OPTIONS: options.join(' ') };
}
