/** What a gateway is asked for: the two apps of the platform. */
export const KINDS = ['sms', 'phone'] as const;
export type Kind = (typeof KINDS)[number];
