import { freshId, h } from './dom.js';
import { word } from './words.js';

function control(field, id) {
  const common = {
    id,
    name: field.name,
    required: field.required,
    'aria-describedby': field.error ? `${id}-error` : undefined,
  };
  const typed = { ...common, placeholder: field.placeholder ?? '', maxLength: field.max, value: field.value ?? '' };
  if (field.type === 'line') return h('input', { ...typed, autocomplete: 'off' });
  if (field.type === 'text') return h('textarea', { ...typed, rows: 4 });
  return h(
    'select',
    common,
    !field.required && h('option', { value: '' }, '—'),
    (field.options ?? []).map(({ value, label }) => h('option', { value, selected: value === field.value }, label)),
  );
}

/**
 * Asks for a form's values. `submit(invoke, nonce)` resolves to another form (with what is wrong) or null when it is done.
 */
export function askForm(form, submit) {
  const dialog = h('dialog', { class: 'form' });
  const show = (current) => {
    // One that stood in the card has none yet; pressing send twice is sending once.
    const nonce = current.nonce ?? freshId();
    const problem = h('p', { class: 'field-error', role: 'alert' });
    const button = h('button', { class: 'button primary', type: 'submit' }, current.submit);
    const body = h(
      'form',
      {
        onsubmit: async (event) => {
          event.preventDefault();
          button.disabled = true;
          const values = Object.fromEntries([...new FormData(body)].filter(([, value]) => value !== ''));
          try {
            const again = await submit({ ...current.invoke, args: { ...current.invoke.args, ...values } }, nonce);
            if (again) show(again);
            else dialog.close();
          } catch {
            problem.textContent = word('failed');
            button.disabled = false;
          }
        },
      },
      h('h2', {}, current.title),
      current.fields.map((field, index) => {
        const id = `field-${index}`;
        return h(
          'div',
          { class: 'field' },
          h('label', { htmlFor: id }, field.label),
          control(field, id),
          field.error && h('p', { class: 'field-error', id: `${id}-error` }, field.error),
        );
      }),
      problem,
      h(
        'div',
        { class: 'form-buttons' },
        h('button', { class: 'button default', type: 'button', onclick: () => dialog.close() }, word('cancel')),
        button,
      ),
    );
    body.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) body.requestSubmit();
    });
    dialog.replaceChildren(body);
    body.querySelector('input, textarea, select')?.focus();
  };
  const before = document.activeElement;
  dialog.addEventListener('close', () => {
    dialog.remove();
    before?.focus?.();
  });
  document.body.append(dialog);
  show(form);
  dialog.showModal();
}
