import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { VARIABLES } from '../../../adapters/dingtalk/variables.ts';
import { TEMPLATE, templateFile } from '../../../scripts/dingtalk-template.ts';

const file = z.strictObject({
  editorData: z.string(),
  widgetInfo: z.literal(''),
  type: z.literal('im'),
  mode: z.literal('card'),
});

interface Node {
  readonly componentName: string;
  readonly id: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly children?: readonly Node[] | undefined;
}
const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    componentName: z.string(),
    id: z.string(),
    props: z.record(z.string(), z.unknown()),
    children: z.array(node).optional(),
  }),
);

/** What the builder's own exports hold (fact sheet, 4.4). */
const editor = z.object({
  schemaVersion: z.literal('3.0.0'),
  schema: z.object({
    componentsMap: z.array(z.object({ componentName: z.string() })),
    componentsTree: z.array(node).length(1),
    i18n: z.object({}),
    version: z.string(),
  }),
  mockData: z.object({
    cardData: z.record(z.string(), z.unknown()),
    cardPrivateData: z.record(z.string(), z.unknown()),
  }),
  variableList: z.array(
    z
      .object({ name: z.string(), id: z.string(), type: z.string(), private: z.boolean(), schema: z.unknown() })
      .partial({
        schema: true,
      }),
  ),
  extension: z.object({ extendType: z.literal('NORMAL') }),
});

const { editorData } = file.parse(JSON.parse(templateFile()));
const template = editor.parse(JSON.parse(editorData));
const [root] = template.schema.componentsTree;
const nodesOf = (of: Node | undefined): readonly Node[] =>
  of === undefined ? [] : [of, ...(of.children ?? []).flatMap(nodesOf)];
const nodes = nodesOf(root);

/** Every variable that is named anywhere below. */
function namedIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return Array.from(value.matchAll(/\$\{([^}]*)\}/gu), ([, name = '']) => name);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'variable' && typeof inner === 'string' ? (inner === '' ? [] : [inner]) : namedIn(inner),
  );
}

describe('the card template', () => {
  test('lies in the repository as it is made', () => {
    expect(readFileSync(TEMPLATE, 'utf8')).toBe(templateFile());
  });

  test('declares every variable with its type, and who has one of their own', () => {
    expect(template.variableList.map(({ name, type, private: own }) => ({ name, type, private: own }))).toEqual(
      VARIABLES,
    );
    for (const { id, name, type, schema } of template.variableList) {
      expect(id).toBe(name);
      expect(schema !== undefined).toBe(type === 'buttonGroup' || type === 'form');
    }
  });

  test('names no variable that is not declared, and uses each', () => {
    expect(new Set(nodes.flatMap(({ props }) => namedIn(props)))).toEqual(new Set(VARIABLES.map(({ name }) => name)));
  });

  test('holds components that are known, each under an id of its own', () => {
    expect(new Set(nodes.map(({ componentName }) => componentName))).toEqual(
      new Set(template.schema.componentsMap.map(({ componentName }) => componentName)),
    );
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  });

  test('shows the title first and the menu last, which stays closed until it is opened', () => {
    expect(
      (root?.children ?? []).map(({ componentName, id }) => `${componentName} ${id.replace('node_', '')}`),
    ).toEqual([
      'BaseText title',
      'BaseText status',
      'BaseText notice',
      'ButtonGroup notice_buttons',
      'Form form',
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `BaseText body${n}`),
      'MarkdownBlock pictures',
      'BaseText footer',
      'ButtonGroup rows',
      'ButtonGroup buttons',
      'ButtonGroup menu',
    ]);
    const visible = (name: string) => JSON.stringify(nodes.find(({ id }) => id === `node_${name}`)?.props['visible']);
    expect(visible('menu')).toContain('"value":"true","op":"equal","variable":"menu_open"');
    expect(visible('form')).toContain('"value":"true","op":"equal","variable":"form_open"');
    expect(visible('body8')).toContain('"op":"isNotEmpty","variable":"body8"');
  });

  test('looks like a ticket in the builder', () => {
    const { cardData, cardPrivateData } = template.mockData;
    expect({ ...cardData, ...cardPrivateData }).toMatchObject({
      title: 'T-4821 · 快递三天没更新',
      status: '🟡 待认领 · 14:32 前首响',
      buttons: [{ text: '认领' }, { text: '更多' }],
      menu_open: '',
    });
    expect(Object.keys({ ...cardData, ...cardPrivateData })).toEqual(VARIABLES.map(({ name }) => name));
  });
});
