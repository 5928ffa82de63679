const OURS = /^(TEMPORAL|AUTH0|MFA)_/;

/** This process's environment without what configures us, for programs that a test starts. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  return { ...Object.fromEntries(kept), TEMPORAL_CONFIG_FILE: '/no/such/file.toml', ...extra };
}
