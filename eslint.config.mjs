import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createNodeResolver, flatConfigs as importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Which folder may import from which: ARCHITECTURE.md draws it, these rules hold it. */
const arrow = (folders, patterns) => ({
  files: folders.map((folder) => `${folder}/*.ts`),
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});
const deny = (regex, message, allowTypeImports = false) => ({ regex, message, allowTypeImports });
const leavesTo = (folders) => `^(\\.\\./)+(${folders})/`;
const EMULATOR = '@durable-mfa/tenant-emulator';
const noTests = deny(
  `${leavesTo('dev|test|emulator')}|^${EMULATOR}`,
  'Nothing that is shipped imports dev, test or the emulator.',
);
const byName = deny(leavesTo('emulator'), `The emulator is imported by its name, ${EMULATOR}.`);
const clientByName = deny(
  leavesTo('client'),
  'The client is imported by its name, @durable-mfa/client.',
);

const inSandbox = [
  deny(leavesTo('activities'), 'Workflows see activities as types only.', true),
  deny(
    `${leavesTo('worker|temporal|client|cli')}|^node:|^@temporalio/(client|worker|activity|testing)`,
    'Not available in the workflow sandbox.',
  ),
  noTests,
];

/** The emulator's rooms, each with those below it that it may know. */
const EMULATOR_ROOMS = {
  http: [],
  tenant: ['http'],
  tokens: ['tenant'],
  login: ['http', 'tenant', 'tokens'],
  'authentication-api': ['http', 'tenant', 'tokens', 'login'],
  'management-api': ['http', 'tenant', 'tokens'],
  control: ['http', 'tenant'],
};

export default tseslint.config(
  { ignores: ['node_modules/', '**/dist/', '.local/', '.cache/'] },
  js.configs.recommended,
  {
    ...importX.typescript,
    settings: {
      ...importX.typescript.settings,
      // Every import of ours names its file with the suffix: Node's own rules find it.
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })],
    },
  },
  {
    // What the SDK and jest load as plain JavaScript.
    files: ['**/*.cjs', '**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: { process: 'readonly', require: 'readonly', module: 'writable' },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX.recommended.plugins['import-x'] },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `return refuse(…)` is how a guard ends a function that returns nothing.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Marked so to stand out; it is on for tenants on loopback alone.
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', package: 'oauth4webapi', name: 'allowInsecureRequests' }] },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'import-x/no-cycle': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70 }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // A describe block is a table of contents, not a function that somebody has to hold in mind.
    files: ['test/**/*.ts', 'emulator/test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Whoever compares with one factor treats a third as the other: the two tables say how they differ.
    files: ['workflows/**/*.ts', 'activities/**/*.ts'],
    ignores: [
      'workflows/contract/factors.ts',
      'activities/factors.ts',
      // Names, not decisions: what may be asked for, and what Auth0 calls the entries of its list.
      'activities/enrollment-activities.ts',
      'activities/auth0/schemas.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Literal[value=/^(sms|totp|voice)$/]',
          message: 'What differs between factors stands in workflows/contract/factors.ts.',
        },
      ],
    },
  },
  {
    // Programs that talk to a person write to the terminal; everything else logs through pino.
    files: ['dev/**/*.ts', 'cli/**/*.ts', 'emulator/main.ts', 'emulator/test/load.ts'],
    rules: { 'no-console': 'off' },
  },
  arrow(['workflows/**'], inSandbox),
  // The later block takes the place of the one above: what is denied everywhere stands in each.
  arrow(
    ['workflows/rules'],
    [
      ...inSandbox,
      deny(
        '^@temporalio/|^\\.\\./(flow|sandbox)/',
        'Rules are pure: they know no Temporal and no act.',
      ),
    ],
  ),
  arrow(
    ['workflows/contract'],
    [...inSandbox, deny('^\\.\\./', 'The contract imports nothing of ours: clients stand on it.')],
  ),
  arrow(
    ['activities/**'],
    [
      deny(
        leavesTo('workflows|worker|temporal|client|cli'),
        'Activities are a leaf: they know Auth0 over HTTP and nothing of ours.',
      ),
      noTests,
    ],
  ),
  arrow(
    ['worker/**'],
    [
      deny(
        leavesTo('workflows(?!/(contract/|sandbox/))'),
        'The worker hands the bundler a path; it never runs workflow code itself.',
        true,
      ),
      deny(leavesTo('client|cli'), 'The worker knows no client.'),
      noTests,
    ],
  ),
  arrow(
    ['temporal/**'],
    [
      deny(
        leavesTo('workflows|activities|worker|client|cli'),
        'The ground floor stands on nothing of ours.',
      ),
      noTests,
    ],
  ),
  arrow(
    ['client/**'],
    [
      deny(
        '^(\\.\\./)+workflows/(?!contract/)',
        'The client knows the contract; workflow functions are types here.',
        true,
      ),
      deny(leavesTo('activities|worker|cli'), 'The client reaches these only through Temporal.'),
      deny(leavesTo('temporal/codec-server'), 'A library serves nothing.'),
      noTests,
    ],
  ),
  arrow(
    ['cli/**'],
    [
      deny('^(\\.\\./)+workflows/(?!contract/)', 'The command line knows the contract.'),
      deny(leavesTo('activities|worker'), 'It reaches these only through Temporal.'),
      noTests,
    ],
  ),
  ...Object.entries(EMULATOR_ROOMS).map(([room, below]) =>
    arrow(
      [`emulator/${room}`],
      [deny(`^\\.\\./(?!(${below.join('|')})/)`, `It may know: ${below.join(', ') || 'nothing'}.`)],
    ),
  ),
  ...['', '/test', '/test/*'].map((folder, depth) =>
    arrow(
      [`emulator${folder}`],
      [
        deny(
          `^(\\.\\./){${depth + 1}}`,
          'The emulator imports nothing of ours: strangers use it alone.',
        ),
        deny('^(\\.\\./)+index\\.ts$', `Its tests import it by its name, ${EMULATOR}.`),
      ],
    ),
  ),
  arrow(['dev/**'], [deny(leavesTo('test'), 'Nothing imports test.'), byName, clientByName]),
  arrow(['test/**'], [byName]),
  arrow(
    ['test/chaos/checker'],
    [
      deny(
        `^(?!\\./|${EMULATOR}$)`,
        'The checker shares nothing with what it judges: it reads what the tenant saw.',
      ),
    ],
  ),
  prettier,
);
