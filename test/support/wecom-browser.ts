import type { Action, Form, FormField } from '../../cards/card.ts';

/** A page of ours as somebody has it open in WeCom. */
export interface Page {
  readonly status: number;
  readonly title: string;
  /** Everything that it says but what can be pressed or filled in. */
  readonly text: string;
  /** Null: it asks for nothing. */
  readonly form: Form | null;
  readonly actions: readonly Action[];
  /** The page it is in HTML. */
  readonly html: string;
}

/** What opens behind links in the client: pages of ours, used as their readers do. `base`: where they are, without a slash at the end. */
export interface Browser {
  /** Somebody opens a link in WeCom, which tells who they are. */
  opens(user: string, url: string): Promise<Page>;
  /** Presses a button that does this. */
  presses(user: string, page: Page, invoke: Form['invoke']): Promise<Page>;
  /** Hands in its form with these values over what stands there. `guide`: by the button beside a field that asks for the rest. */
  handsIn(user: string, page: Page, values: Readonly<Record<string, string>>, guide?: 'guide'): Promise<Page>;
}

/** From a link to its page, by way of WeCom and back. */
const MOST_HOPS = 6;

const SIGNS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const plain = (html: string): string =>
  html.replaceAll(/&(amp|lt|gt|quot|#39);/gu, (_, name: string) => SIGNS[name] ?? '');
const words = (html: string): string => plain(html.replaceAll(/<[^>]*>/gu, '')).trim();
const attribute = (tag: string, name: string): string =>
  plain(new RegExp(`\\s${name}="([^"]*)"`, 'u').exec(tag)?.[1] ?? '');

interface Sending {
  /** The value of every field as it stands, by name. */
  readonly values: ReadonlyMap<string, string>;
  readonly label: string;
  readonly style: string;
  readonly html: string;
}

/** What of a page is sent when a button is pressed. */
const sendingsIn = (html: string): readonly Sending[] =>
  [...html.matchAll(/<form method="post" action="act">(.*?)<\/form>/gsu)].map(([, inner = '']) => {
    const values = new Map<string, string>();
    for (const [tag] of inner.matchAll(/<input [^>]*>/gu)) values.set(attribute(tag, 'name'), attribute(tag, 'value'));
    for (const [, tag = '', text = ''] of inner.matchAll(/(<textarea [^>]*>)\n?(.*?)<\/textarea>/gsu))
      values.set(attribute(tag, 'name'), plain(text));
    for (const [, tag = '', options = ''] of inner.matchAll(/(<select [^>]*>)(.*?)<\/select>/gsu)) {
      const all = [...options.matchAll(/<option value="([^"]*)"( selected)?>/gu)];
      const shown = all.find(([, , selected]) => selected !== undefined) ?? all[0];
      values.set(attribute(tag, 'name'), plain(shown?.[1] ?? ''));
    }
    const [, style = '', label = ''] = [...inner.matchAll(/<button class="([^"]*)">(.*?)<\/button>/gsu)].at(-1) ?? [];
    return { values, label: words(label), style, html: inner };
  });

const invokeOf = ({ values }: Sending): Form['invoke'] => ({
  command: values.get('command') ?? '',
  args: Object.fromEntries(
    [...values].flatMap(([name, value]) => (name.startsWith('a.') ? [[name.slice(2), value] as const] : [])),
  ),
});

/** A field as its reader sees it: label, what is filled in, what is wrong with it, and whether a button beside it asks anew. */
function fieldOf(html: string, values: Sending['values']): FormField {
  const [, label = '', tag = ''] = /^<label [^>]*>(.*?)<\/label>(<[^>]*>)/su.exec(html) ?? [];
  const name = attribute(tag, 'name');
  const value = values.get(name) ?? '';
  const options = [...html.matchAll(/<option value="([^"]+)"[^>]*>(.*?)<\/option>/gsu)].map(
    ([, of = '', text = '']) => ({
      value: plain(of),
      label: words(text),
    }),
  );
  const [, wrong] = /<p class="wrong"[^>]*>(.*?)<\/p>/su.exec(html) ?? [];
  return {
    name: name.replace(/^v\./u, ''),
    label: words(label.replace(/<small>.*<\/small>/su, '')),
    type: tag.startsWith('<select') ? 'select' : tag.startsWith('<textarea') ? 'text' : 'line',
    required: / required(?: |>)/u.test(tag),
    max: Number(attribute(tag, 'maxlength')),
    ...(value !== '' && { value }),
    ...(options.length > 0 && { options }),
    ...(wrong !== undefined && { error: words(wrong) }),
    ...(html.includes('class="guide"') && { guides: true as const }),
  };
}

const isForm = ({ values }: Sending): boolean => values.get('kind') === 'form';

function pageOf(status: number, html: string): Page {
  const [, main = ''] = /<main>(.*)<\/main>/su.exec(html) ?? [];
  const [, title = ''] = /<h1>(.*?)<\/h1>/su.exec(main) ?? [];
  const sendings = sendingsIn(main);
  const asked = sendings.find(isForm);
  const said = main
    .replace(/<h1>.*?<\/h1>/su, '')
    .replaceAll(/<form .*?<\/form>/gsu, '')
    .replace(/<p class="home">.*?<\/p>/su, '');
  const fields = asked?.html.split(/(?=<label )/u).filter((part) => part.startsWith('<label ')) ?? [];
  return {
    status,
    html,
    title: words(title),
    text: said
      .split(/<\/(?:p|dd|li|pre|blockquote)>/u)
      .map(words)
      .filter((line) => line !== '')
      .join('\n'),
    form:
      asked === undefined
        ? null
        : {
            title: words(title),
            submit: asked.label,
            invoke: invokeOf(asked),
            fields: fields.map((field) => fieldOf(field, asked.values)),
          },
    actions: sendings
      .filter((sending) => !isForm(sending))
      .map((sending) => ({
        label: sending.label,
        style: sending.style === 'primary' || sending.style === 'danger' ? sending.style : 'default',
        placement: 'button',
        invoke: invokeOf(sending),
        typed: '',
      })),
  };
}

const isSame = (a: Form['invoke'], b: Form['invoke']): boolean =>
  a.command === b.command && Object.entries(b.args).every(([name, value]) => a.args[name] === value);

export function openBrowser(base: string): Browser {
  const jars = new Map<string, Map<string, string>>();

  const loads = async (user: string, url: string, init: RequestInit = {}): Promise<Page> => {
    const jar = jars.get(user) ?? new Map<string, string>();
    jars.set(user, jar);
    let at = url;
    let how = init;
    for (let hop = 0; hop < MOST_HOPS; hop += 1) {
      const isOurs = at.startsWith(`${base}/`);
      const headers = new Headers(how.headers);
      if (isOurs) headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; '));
      // Who holds the phone; nobody but WeCom's own page is told.
      else headers.set('x-wecom-user', user);
      const response = await fetch(at, { ...how, headers, redirect: 'manual' });
      for (const line of isOurs ? response.headers.getSetCookie() : []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      const to = response.headers.get('location');
      if (to === null) return pageOf(response.status, await response.text());
      await response.arrayBuffer();
      at = new URL(to, at).href;
      how = {};
    }
    throw new Error(`${user} is sent on and on from ${url}`);
  };
  const sends = (user: string, values: ReadonlyMap<string, string>): Promise<Page> =>
    loads(user, `${base}/wecom/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([...values]).toString(),
    });

  return {
    opens: (user, url) => loads(user, url),
    presses(user, page, invoke) {
      const found = sendingsIn(page.html).find((sending) => !isForm(sending) && isSame(invokeOf(sending), invoke));
      if (found === undefined) throw new Error(`${user} finds no ${invoke.command} on the page ${page.title}`);
      return sends(user, found.values);
    },
    handsIn(user, page, values, guide) {
      const found = sendingsIn(page.html).find(isForm);
      if (found === undefined) throw new Error(`${user} has no form on the page ${page.title}`);
      const filled = new Map(found.values);
      for (const [name, value] of Object.entries(values)) if (filled.has(`v.${name}`)) filled.set(`v.${name}`, value);
      if (guide !== undefined) filled.set('again', '1');
      return sends(user, filled);
    },
  };
}
