#!/usr/bin/env node
// `npx --no mfa` in a checkout, whose sources need the loader.
import 'tsx';
await import('./main.ts');
