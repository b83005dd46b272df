import * as z from 'zod';

/** `warehouse=0f6a...`: a message push (消息推送) of one group, by the name that `gongdan.yaml` calls its group (`push:warehouse`). */
const PUSH = /^([a-z][a-z0-9-]{0,30})=([0-9A-Za-z-]{16,128})$/u;

const host = z
  .url({ protocol: /^https?$/u })
  .regex(/[^/]$/u)
  .optional();

/** What has to be given together: the app with its callback, the smart bot. */
const APP = ['WECOM_AGENT_ID', 'WECOM_SECRET', 'WECOM_TOKEN', 'WECOM_AES_KEY'] as const;
const BOT = ['WECOM_BOT_ID', 'WECOM_BOT_SECRET'] as const;

/** What the WeCom adapter reads from the environment: the self-built app, the smart bot, message pushes of groups, or several of them. */
const schema = z
  .object({
    /** 企业ID */
    WECOM_CORP_ID: z
      .string()
      .regex(/^(ww|wx)[0-9A-Za-z]{6,40}$/u)
      .optional(),
    WECOM_AGENT_ID: z
      .string()
      .regex(/^[1-9]\d{0,9}$/u)
      .optional(),
    WECOM_SECRET: z.string().min(16).max(128).optional(),
    /** Of the callback (接收消息). */
    WECOM_TOKEN: z
      .string()
      .regex(/^[0-9A-Za-z]{1,32}$/u)
      .optional(),
    WECOM_AES_KEY: z
      .string()
      .regex(/^[0-9A-Za-z]{43}$/u)
      .optional(),
    WECOM_BOT_ID: z
      .string()
      .regex(/^[\w-]{4,128}$/u)
      .optional(),
    /** Of the long connection (长连接). */
    WECOM_BOT_SECRET: z.string().min(16).max(128).optional(),
    WECOM_PUSHES: z
      .string()
      .refine((text) => pushesIn(text) !== null)
      .optional(),
    /** Where the APIs are: elsewhere only behind a proxy. */
    WECOM_API_URL: host,
    WECOM_OAUTH_URL: host,
    WECOM_BOT_URL: z.url({ protocol: /^wss?$/u }).optional(),
  })
  .superRefine((given, ctx) => {
    const isGiven = (name: keyof typeof given): boolean => given[name] !== undefined;
    const complete = (names: readonly (keyof typeof given)[]): void => {
      if (!names.some(isGiven)) return;
      for (const name of names)
        if (!isGiven(name)) ctx.addIssue({ code: 'custom', path: [name], message: 'is missing' });
    };
    complete(APP);
    complete(BOT);
    if (APP.some(isGiven) && !isGiven('WECOM_CORP_ID'))
      ctx.addIssue({ code: 'custom', path: ['WECOM_CORP_ID'], message: 'is missing' });
    if (![...APP, ...BOT, 'WECOM_PUSHES' as const].some(isGiven))
      ctx.addIssue({ code: 'custom', path: ['WECOM_SECRET'], message: 'is missing' });
  });

export const wecomSettings = { platform: 'wecom', schema } as const;

/** The self-built app (自建应用) with its callback. */
export interface AppSettings {
  readonly corpId: string;
  readonly agentId: number;
  readonly secret: string;
  readonly token: string;
  readonly aesKey: string;
}

/** The smart bot (智能机器人) by its long connection. */
export interface BotSettings {
  readonly botId: string;
  readonly secret: string;
}

/** A message push of one group: it only sends. */
export interface PushSettings {
  readonly name: string;
  readonly key: string;
}

export interface WeComSettings {
  readonly app: AppSettings | null;
  readonly bot: BotSettings | null;
  readonly pushes: readonly PushSettings[];
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly oauthUrl: string;
  readonly botUrl: string;
}

/** Null: something in it is no message push, or two bear one name. */
function pushesIn(text: string): readonly PushSettings[] | null {
  const pushes: PushSettings[] = [];
  for (const part of text.split(/[\s,]+/u).filter((p) => p !== '')) {
    const [, name, key] = PUSH.exec(part) ?? [];
    if (name === undefined || key === undefined || pushes.some((p) => p.name === name)) return null;
    pushes.push({ name, key });
  }
  return pushes.length === 0 ? null : pushes;
}

/** The same, read. @throws ZodError when they were not checked before. */
export function readWeComSettings(values: Readonly<Record<string, string>>): WeComSettings {
  const given = schema.parse(values);
  const { WECOM_CORP_ID: corpId, WECOM_AGENT_ID: agentId, WECOM_SECRET: secret } = given;
  const { WECOM_TOKEN: token, WECOM_AES_KEY: aesKey, WECOM_BOT_ID: botId, WECOM_BOT_SECRET: botSecret } = given;
  const isApp =
    corpId !== undefined &&
    agentId !== undefined &&
    secret !== undefined &&
    token !== undefined &&
    aesKey !== undefined;
  return {
    app: isApp ? { corpId, agentId: Number(agentId), secret, token, aesKey } : null,
    bot: botId !== undefined && botSecret !== undefined ? { botId, secret: botSecret } : null,
    pushes: pushesIn(given.WECOM_PUSHES ?? '') ?? [],
    apiUrl: given.WECOM_API_URL ?? 'https://qyapi.weixin.qq.com',
    oauthUrl: given.WECOM_OAUTH_URL ?? 'https://open.weixin.qq.com',
    botUrl: given.WECOM_BOT_URL ?? 'wss://openws.work.weixin.qq.com',
  };
}
