import type { DingTemplate } from './emulator.ts';

type Variable = DingTemplate['variables'][number];

/** Types whose values are structures: what DingTalk says of the length of a value is not kept for them (fact sheet, 4.1). */
export const STRUCTURES: ReadonlySet<string> = new Set(['buttonGroup', 'form', 'markdown', 'json']);

const ofType = (type: string, isPrivate: boolean, names: string): Variable[] =>
  names.split(' ').map((name) => ({ name, type, private: isPrivate }));

/** Body text of the own template, in order. */
export const BODIES = [1, 2, 3, 4, 5, 6, 7, 8].map((no) => `body${no}`);

/** A template as the merchant imports it: everything may differ from person to person but the line in the list of chats. */
export const ownTemplate = (id: string): DingTemplate => ({
  id,
  published: true,
  variables: [
    ...ofType('string', false, 'lastMessage'),
    ...ofType('string', true, `title status tone ${BODIES.join(' ')} footer notice form_button form_status`),
    ...ofType('markdown', true, 'pictures'),
    ...ofType('buttonGroup', true, 'rows buttons menu notice_buttons'),
    ...ofType('boolean', true, 'menu_open form_open'),
    ...ofType('form', true, 'form'),
  ],
});

const AI_BUTTONS = '382e4302-551d-4880-bf29-a30acfab2e71.schema';
const AI_PLAIN = '02fcf2f4-5e02-4a85-b672-46d1f715543e.schema';

/** Templates of which `sys_full_json_obj` says what is shown, and in which order (fact sheet, 4.5). */
export const ORDERED: ReadonlySet<string> = new Set([AI_BUTTONS, AI_PLAIN]);

/** Templates that are there for everybody (fact sheet, 4.5). */
export const PUBLIC: readonly DingTemplate[] = [
  {
    id: AI_BUTTONS,
    published: true,
    variables: [
      ...ofType('string', false, 'flowStatus msgTitle logo'),
      ...ofType('markdown', false, 'msgContent staticMsgContent'),
      ...ofType('json', false, 'sys_full_json_obj'),
    ],
  },
  {
    id: AI_PLAIN,
    published: true,
    variables: [
      ...ofType('string', false, 'flowStatus'),
      ...ofType('markdown', false, 'msgContent staticMsgContent'),
      ...ofType('json', false, 'sys_full_json_obj config'),
    ],
  },
  {
    id: '1366a1eb-bc54-4859-ac88-517c56a9acb1.schema',
    published: true,
    variables: [
      ...ofType('string', false, 'title logo tips'),
      ...ofType('markdown', false, 'markdown'),
      ...ofType('json', false, 'sys_full_json_obj'),
    ],
  },
  {
    id: '589420e2-c1e2-46ef-a5ed-b8728e654da9.schema',
    published: true,
    variables: [...ofType('string', false, 'title logo'), ...ofType('markdown', false, 'markdown')],
  },
];
