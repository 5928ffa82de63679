/** What a plan may hold; the union grows with each factor that the flow learns. */
export const FACTORS = ['sms', 'totp'] as const;
export type Factor = (typeof FACTORS)[number];
