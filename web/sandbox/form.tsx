import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import type { Form, FormField } from '../../cards/card.ts';
import type { Invocation } from '../../cards/invocation.ts';
import { freshId } from './api.ts';
import { useWords } from './words.tsx';

/** Asks for a form's values. `submit` is told the nonce that makes two submissions of one opened form one, and resolves to another form (with what is wrong) or null when it is done. */
export function FormDialog({
  form,
  submit,
  close,
}: {
  readonly form: Form;
  readonly submit: (invoke: Invocation, nonce: string) => Promise<Form | null>;
  readonly close: () => void;
}) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const [current, setCurrent] = useState(form);
  // One that stood in the card has none yet.
  const [ownNonce] = useState(freshId);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const title = useId();

  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const send = async (values: Readonly<Record<string, string>>): Promise<void> => {
    setBusy(true);
    setFailed(false);
    try {
      const again = await submit(
        { ...current.invoke, args: { ...current.invoke.args, ...values } },
        current.nonce ?? ownNonce,
      );
      if (again === null) close();
      else setCurrent(again);
    } catch {
      setFailed(true);
    }
    setBusy(false);
  };

  return (
    <dialog
      ref={dialog}
      className="form"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <form
        key={JSON.stringify(current.fields)}
        onSubmit={(event) => {
          event.preventDefault();
          const given = [...new FormData(event.currentTarget)].flatMap(([name, value]) =>
            typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
          );
          void send(Object.fromEntries(given));
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) event.currentTarget.requestSubmit();
        }}
      >
        <h2 id={title}>{current.title}</h2>
        {current.fields.map((field, i) => (
          <Field key={field.name} field={field} first={i === 0} />
        ))}
        {failed && (
          <p className="field-error" role="alert">
            {words.say('failed')}
          </p>
        )}
        <div className="form-buttons">
          <button type="button" className="button default" onClick={close}>
            {words.say('cancel')}
          </button>
          <button type="submit" className="button primary" aria-busy={busy} disabled={busy}>
            {current.submit}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function Field({ field, first }: { readonly field: FormField; readonly first: boolean }) {
  const id = useId();
  const { name, label, required, error } = field;
  const common = {
    id,
    name,
    required,
    autoFocus: first,
    'aria-invalid': error !== undefined,
    ...(error !== undefined && { 'aria-describedby': `${id}-error` }),
  };
  const typed = { ...common, placeholder: field.placeholder, maxLength: field.max, defaultValue: field.value ?? '' };
  const control: ReactNode =
    field.type === 'line' ? (
      <input {...typed} autoComplete="off" />
    ) : field.type === 'text' ? (
      <textarea {...typed} rows={4} />
    ) : (
      <select {...common} defaultValue={field.value ?? (required ? undefined : '')}>
        {!required && <option value="">—</option>}
        {(field.options ?? []).map(({ value, label: shown }) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </select>
    );
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {control}
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
