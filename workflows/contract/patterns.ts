/** Shapes of single values, for the edge and for the workflow alike. */

/** ITU-T E.164: a plus sign, the country code, at most fifteen digits. */
export const E164 = /^\+[1-9][0-9]{6,14}$/;

/** An Auth0 domain in lower case, or `host:port` of an emulator. */
export const TENANT = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$/;
