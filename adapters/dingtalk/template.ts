import type { Card } from '../../cards/card.ts';
import { buttonsOf, cardOf, formOf, markdownOf, textOf, type Component } from './components.ts';
import { cardVariables } from './render.ts';
import { BODY, CARD, OWN, VARIABLES, type CardVariable, type OwnVariable, type Variable } from './variables.ts';

type Name = CardVariable | OwnVariable;

const named = <N extends Name>(name: N): N => name;
const GREY = 'common_level3_base_color';

/** From top to bottom. What only one person sees stands where they look first: below what is wrong and how it stands. */
const TREE: Component = cardOf(named('lastMessage'), [
  textOf(named('title'), { size: 16, bold: true, lines: 3, top: 12 }),
  textOf(named('status'), { color: { variable: named('tone') }, lines: 3 }),
  textOf(named('notice'), { color: 'common_blue1_color', top: 6 }),
  buttonsOf(named('notice_buttons')),
  formOf({
    form: named('form'),
    button: named('form_button'),
    status: named('form_status'),
    open: named('form_open'),
  }),
  ...BODY.map((name) => textOf(name)),
  markdownOf(named('pictures')),
  textOf(named('footer'), { size: 12, color: GREY, lines: 3 }),
  buttonsOf(named('rows')),
  buttonsOf(named('buttons')),
  buttonsOf(named('menu'), named('menu_open')),
]);

interface Part {
  readonly name: string;
  readonly type: string;
  readonly parts?: readonly Part[];
}

const strings = (...names: readonly string[]): readonly Part[] => names.map((name) => ({ name, type: 'string' }));

/** What the structured types are made of, as the builder lists it. */
const PARTS: Readonly<Record<Variable['type'], readonly Part[]>> = {
  string: [],
  markdown: [],
  buttonGroup: [
    ...strings('text', 'color', 'status'),
    {
      name: 'event',
      type: 'dynamicEvent',
      parts: [
        ...strings('type'),
        { name: 'params', type: 'object', parts: [...strings('url', 'actionId'), { name: 'params', type: 'object' }] },
      ],
    },
  ],
  form: [
    {
      name: 'fields',
      type: 'loopArray',
      parts: [
        ...strings('name', 'label', 'type'),
        { name: 'hidden', type: 'boolean' },
        { name: 'required', type: 'boolean' },
        ...strings('requiredMsg'),
        { name: 'readOnly', type: 'boolean' },
        ...strings('placeholder', 'defaultValue'),
        { name: 'options', type: 'loopArray', parts: strings('value', 'text') },
      ],
    },
  ],
};

function declared({ name, type, parts = [] }: Part, isPrivate: boolean, path: string, isTop = true): object {
  const inside = type === 'loopArray' ? `${path}[0]` : path;
  return {
    name,
    private: isPrivate,
    type,
    id: path,
    description: '',
    editorVarType: 'variables',
    disabled: !isTop,
    ...(parts.length > 0 && {
      schema: parts.map((part) => declared(part, isPrivate, `${inside}.${part.name}`, false)),
    }),
  };
}

/** Structures stand parsed in the builder's sample. */
function sampleOf(variables: readonly Variable[], values: Readonly<Record<string, string>>): Record<string, unknown> {
  const empty: Readonly<Record<Variable['type'], unknown>> = {
    string: '',
    markdown: '',
    buttonGroup: [],
    form: { fields: [] },
  };
  return Object.fromEntries(
    variables.map(({ name, type }) => {
      const value = values[name] ?? '';
      return [name, value !== '' && type === 'buttonGroup' ? (JSON.parse(value) as unknown) : value || empty[type]];
    }),
  );
}

const namesIn = (tree: Component): readonly string[] => [...(tree.children ?? []).flatMap(namesIn), tree.componentName];

function editorData(sample: Card): object {
  const packaged = (componentName: string) => ({
    package: '@ali/dxComponent',
    version: '1.0.0',
    exportName: componentName,
    main: './src/index.tsx',
    destructuring: false,
    subName: '',
    componentName,
  });
  return {
    schemaVersion: '3.0.0',
    schema: {
      version: '1.0.0',
      componentsMap: [...new Set(namesIn(TREE))].map((name) =>
        name === 'Form' ? { devMode: 'lowCode', componentName: name } : packaged(name),
      ),
      componentsTree: [TREE],
      i18n: {},
    },
    mockData: {
      cardData: sampleOf(CARD, cardVariables(sample, 1)),
      cardPrivateData: sampleOf(OWN, {}),
      localData: {},
      richTextData: {},
    },
    editVersion: 0,
    customWidgetInfo: '',
    useCustomWidgetInfo: false,
    variableList: VARIABLES.map((variable) =>
      declared({ ...variable, parts: PARTS[variable.type] }, variable.private, variable.name),
    ),
    formList: [],
    expList: [],
    localList: [],
    hsfList: [],
    lwpList: [],
    extension: {
      extendType: 'NORMAL',
      fileTypeList: [{ fileName: 'event_chain', fileSource: '{}', fileType: 'json' }],
    },
  };
}

/**
 * Our card template as DingTalk's card builder imports it: what it compiles (`widgetInfo`), it makes by itself when the template is saved.
 * `sample`: what it shows while somebody looks at the template there.
 */
export const cardTemplate = (sample: Card): string =>
  `${JSON.stringify({ editorData: JSON.stringify(editorData(sample)), widgetInfo: '', type: 'im', mode: 'card' }, null, 2)}\n`;
