/** What the bundle exports: each export is a workflow type. */
export { enrollMfa } from './enroll-mfa.ts';
