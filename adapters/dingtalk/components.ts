// Components of DingTalk's card builder, as its own exports write them (fact sheet, 4.4). Nothing here is an action of the template's own: what can be pressed comes in variables.

/** A component in the builder's tree. */
export interface Component {
  readonly componentName: string;
  readonly id: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly children?: readonly Component[];
  readonly [more: string]: unknown;
}

type Dynamic = Readonly<Record<string, unknown>>;

const words = (content: string): Dynamic => ({ type: 'dynamicString', content, i18n: false });
/** The name of a variable among words. */
const valueIn = (variable: string): Dynamic => words(`\${${variable}}`);
const fixed = (type: string, value: unknown): Dynamic => ({
  type,
  valueType: 'fixed',
  value,
  variable: '',
  variableType: 'global',
});
/** `value`: what it is while the variable says nothing. */
const bound = (type: string, value: unknown, variable: string): Dynamic => ({
  type,
  valueType: 'variable',
  value,
  variable,
  variableType: 'global',
});
const variable = (name: string): Dynamic => ({ type: 'variableValue', variableType: 'global', variable: name });
const link = (): Dynamic => fixed('dynamicLink', '');
const nothing = { op: 'and', conditions: [] } as const;

const always: Dynamic = { type: 'dynamicVisible', value: true, valueType: 'fixed', condition: nothing };
const when = (name: string, op: 'isNotEmpty' | 'equal', value = ''): Dynamic => ({
  type: 'dynamicVisible',
  value: true,
  valueType: 'condition',
  condition: {
    op: 'and',
    conditions: [
      {
        value,
        op,
        variable: name,
        variableType: 'global',
        type: 'variable',
        valueType: 'fixed',
        valueVariableType: 'global',
      },
    ],
  },
});

const component = (
  componentName: string,
  name: string,
  props: Dynamic,
  more: Readonly<Record<string, unknown>> = {},
): Component => ({
  componentName,
  id: `node_${name}`,
  props,
  title: '',
  hidden: false,
  isLocked: false,
  condition: true,
  conditionGroup: '',
  ...more,
});

const margins = (top: number, bottom: number) => ({
  marginLeft: 12,
  marginRight: 12,
  marginTop: top,
  marginBottom: bottom,
  margin: -2,
  innerOffset: 0,
});

/** How a line of text looks. */
export interface Look {
  readonly size?: number;
  readonly bold?: boolean;
  /** A colour of DingTalk's own, or the variable that names it. */
  readonly color?: string | { readonly variable: string };
  /** Most lines of it. */
  readonly lines?: number;
  readonly top?: number;
  readonly bottom?: number;
}

const BASE = 'common_level1_base_color';

/** Text in which nothing means anything; there only while its variable holds some. */
export function textOf(name: string, look: Look = {}): Component {
  const { size = 14, bold = false, color = BASE, lines = 200, top = 2, bottom = 2 } = look;
  return component('BaseText', name, {
    text: valueIn(name),
    hoverText: words(''),
    iconType: 'iconCode',
    iconFont: { type: 'icon', icon: '', iconType: 'ddIcon' },
    icon: link(),
    darkIcon: link(),
    enableIcon: false,
    autoWidth: false,
    autoMaxWidth: false,
    widthMode: 'match_parent',
    maxWidth: fixed('dynamicNumber', 0),
    fixedWidth: fixed('dynamicNumber', 0),
    fontColorType: 'Standard',
    enableHighlight: false,
    maxLine: fixed('dynamicNumber', lines),
    color: typeof color === 'string' ? fixed('dynamicColor', color) : bound('dynamicColor', BASE, color.variable),
    customLightColor: fixed('dynamicColor', '#35404b'),
    customDarkColor: fixed('dynamicColor', '#f6f6f6'),
    gravity: 'left',
    fontSizeType: 'Standard',
    styleType: 'custom',
    styleToken: 'common_body_text_style',
    size: 'middle',
    customFontSize: size,
    customFontLineHeight: size + 8,
    bold,
    italic: false,
    strikeThrough: false,
    lineHeight: 'normal',
    visible: when(name, 'isNotEmpty'),
    ...margins(top, bottom),
  });
}

/** Markdown; without `varType` DingTalk shows nothing. */
export const markdownOf = (name: string): Component =>
  component('MarkdownBlock', name, {
    mdVer: 0,
    icon: { type: 'icon', icon: '', iconType: 'emoji' },
    content: { ...variable(name), varType: 'markdown' },
    visible: when(name, 'isNotEmpty'),
    isStreaming: false,
    enableLinkStatPoint: false,
    linkStatPoint: words(''),
    linkStatPointParams: [],
    ...margins(4, 4),
  });

/** Buttons that a variable holds; `open`: the switch without which they are not there. */
export const buttonsOf = (name: string, open?: string): Component =>
  component('ButtonGroup', name, {
    buttonsSource: 'variable',
    dynamicButtons: variable(name),
    fixedButtonIds: [],
    fixedButtons: [],
    visible: open === undefined ? always : when(open, 'equal', 'true'),
    enableResponsiveLayout: true,
    responsiveLayoutWidth: 350,
    matchContent: false,
    buttonSpacing: 8,
    ...margins(4, 8),
  });

/** The one form; what is handed in comes as `params.form` under the action id `form`. */
export const formOf = (names: {
  readonly form: string;
  readonly button: string;
  readonly status: string;
  readonly open: string;
}): Component =>
  component('Form', names.form, {
    id: 'form',
    submitText: valueIn(names.button),
    formSchema: variable(names.form),
    params: [],
    status: bound('dynamicSelect', 'normal', names.status),
    visible: when(names.open, 'equal', 'true'),
    actionType: 'request',
  });

/** The card itself, which does nothing when it is clicked. */
export const cardOf = (summary: string, children: readonly Component[]): Component =>
  component(
    'Card',
    'card',
    {
      url: link(),
      linkCondition: always,
      isLinkToCard: false,
      actionType: 'url',
      urlType: 'all',
      androidUrl: link(),
      pcUrl: link(),
      iosUrl: link(),
      actionId: words(''),
      params: [],
      successCondition: nothing,
      successToast: words(''),
      failureToast: words(''),
      customHandler: '',
      events: [],
      dataSources: [],
      fixWidth: false,
      fixedWidth: 0,
      autoWidth: false,
      disabledWhileForward: false,
      enableOnAppear: false,
      enableStatPoint: false,
      enableExposeStatPoint: false,
      autoFoldConfig: { needFold: false, heightLimit: 480, foldStatusLocalDataKey: '_cardFoldStatusLocalDataKey' },
      summaryContent: variable(summary),
    },
    { fileName: 'gongdan', dataSource: { list: [] }, state: {}, lifeCycles: {}, methods: {}, children },
  );
