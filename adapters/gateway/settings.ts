import * as z from 'zod';

/** Where the gateway is: its secret signs, so none stands in the address. */
const isGateway = (text: string): boolean => {
  if (text.length > 2_000 || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
};

/** What the adapter of the SMS and phone gateway reads from the environment. */
const schema = z
  .object({
    GATEWAY_URL: z.string().refine(isGateway),
    /** Signs what is posted there. */
    GATEWAY_SECRET: z.string().min(16).max(256),
    /** `on`: the gateway may stand at an address that is not on the public internet, and be spoken to without TLS. */
    GATEWAY_PRIVATE: z.enum(['on', 'off']).optional(),
  })
  .superRefine(({ GATEWAY_URL: url, GATEWAY_PRIVATE: inside }, ctx) => {
    if (url.startsWith('http:') && inside !== 'on')
      ctx.addIssue({ code: 'custom', path: ['GATEWAY_URL'], message: 'is not https' });
  });

export const gatewaySettings = { platform: 'gateway', schema, sendsOnly: true } as const;

export interface GatewaySettings {
  readonly url: string;
  readonly secret: string;
  readonly private: boolean;
}

/** The same, read. @throws ZodError when they were not checked before. */
export function readGatewaySettings(values: Readonly<Record<string, string>>): GatewaySettings {
  const { GATEWAY_URL: url, GATEWAY_SECRET: secret, GATEWAY_PRIVATE: inside } = schema.parse(values);
  return { url, secret, private: inside === 'on' };
}
