import * as z from 'zod';

/** `warehouse=TOKEN:SECxxx`: a custom group robot, by the name that `gongdan.yaml` calls its group (`robot:warehouse`). */
const ROBOT = /^([a-z][a-z0-9-]{0,30})=([0-9a-f]{16,128}):(SEC[0-9A-Za-z]{8,128})$/u;

const positive = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/u)
    .refine((text) => Number(text) <= most)
    .optional();

const host = z
  .url({ protocol: /^https?$/u })
  .regex(/[^/]$/u)
  .optional();

/** What the DingTalk adapter reads from the environment: the app by its client id and secret, custom group robots, or both. */
const schema = z
  .object({
    DINGTALK_CLIENT_ID: z
      .string()
      .regex(/^[\w-]{6,64}$/u)
      .optional(),
    DINGTALK_CLIENT_SECRET: z.string().min(16).optional(),
    /** Only where the robot's code is not the client id. */
    DINGTALK_ROBOT_CODE: z
      .string()
      .regex(/^[\w-]{6,64}$/u)
      .optional(),
    DINGTALK_MODE: z.enum(['stream', 'http']).optional(),
    /** The imported template's id; `public`: DingTalk's own public one; `none`: no cards, links that send words instead. */
    DINGTALK_CARD_TEMPLATE: z
      .union([z.enum(['public', 'none']), z.string().regex(/^[0-9a-f-]{36}\.schema$/u)])
      .optional(),
    /** Calls of the API that the enterprise's edition has in a month. */
    DINGTALK_MONTHLY_CALLS: positive(100_000_000),
    /** Calls a second of one API that it has. */
    DINGTALK_QPS: positive(1_000),
    DINGTALK_ROBOTS: z
      .string()
      .refine((text) => robotsIn(text) !== null)
      .optional(),
    /** Where the APIs are: elsewhere only behind a proxy. */
    DINGTALK_API_URL: host,
    DINGTALK_OAPI_URL: host,
  })
  .superRefine((given, ctx) => {
    const missing = (name: keyof typeof given): void => {
      ctx.addIssue({ code: 'custom', path: [name], message: 'is missing' });
    };
    const { DINGTALK_CLIENT_ID: id, DINGTALK_CLIENT_SECRET: secret } = given;
    if (id !== undefined && secret === undefined) missing('DINGTALK_CLIENT_SECRET');
    if (id === undefined && (secret !== undefined || given.DINGTALK_ROBOTS === undefined))
      missing('DINGTALK_CLIENT_ID');
  });

export const dingtalkSettings = { platform: 'dingtalk', schema } as const;

/** A custom robot of one group: it only sends. */
export interface RobotSettings {
  readonly name: string;
  readonly token: string;
  readonly secret: string;
}

export interface DingTalkSettings {
  /** Null: custom group robots alone. */
  readonly app: { readonly clientId: string; readonly clientSecret: string; readonly robotCode: string } | null;
  readonly mode: 'stream' | 'http';
  /** A template's id, `public` or `none`. */
  readonly template: string;
  readonly monthlyCalls: number;
  readonly qps: number;
  readonly robots: readonly RobotSettings[];
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly oapiUrl: string;
}

/** The free edition (fact sheet, 3.3). */
const MONTHLY_CALLS = 5_000;
const QPS = 20;

/** Null: something in it is no robot, or two bear one name. */
function robotsIn(text: string): readonly RobotSettings[] | null {
  const robots: RobotSettings[] = [];
  for (const part of text.split(/[\s,]+/u).filter((p) => p !== '')) {
    const [, name, token, secret] = ROBOT.exec(part) ?? [];
    if (name === undefined || token === undefined || secret === undefined) return null;
    if (robots.some((r) => r.name === name)) return null;
    robots.push({ name, token, secret });
  }
  return robots.length === 0 ? null : robots;
}

/** The same, read. @throws ZodError when they were not checked before. */
export function readDingTalkSettings(values: Readonly<Record<string, string>>): DingTalkSettings {
  const given = schema.parse(values);
  const { DINGTALK_CLIENT_ID: clientId, DINGTALK_CLIENT_SECRET: clientSecret } = given;
  return {
    app:
      clientId === undefined || clientSecret === undefined
        ? null
        : { clientId, clientSecret, robotCode: given.DINGTALK_ROBOT_CODE ?? clientId },
    mode: given.DINGTALK_MODE ?? 'stream',
    template: given.DINGTALK_CARD_TEMPLATE ?? 'public',
    monthlyCalls: Number(given.DINGTALK_MONTHLY_CALLS ?? MONTHLY_CALLS),
    qps: Number(given.DINGTALK_QPS ?? QPS),
    robots: robotsIn(given.DINGTALK_ROBOTS ?? '') ?? [],
    apiUrl: given.DINGTALK_API_URL ?? 'https://api.dingtalk.com',
    oapiUrl: given.DINGTALK_OAPI_URL ?? 'https://oapi.dingtalk.com',
  };
}
