import type { SandboxMessage } from './store.ts';

/** A message as the API and the page see it; absent parts are left out. */
export function shown(message: SandboxMessage): Record<string, unknown> {
  const { _id, place, surface, from, text, attachments, quote, card, version, at, visibleTo } = message;
  return {
    id: _id,
    place,
    ...(surface !== null && { surface }),
    from,
    ...(text !== null && { text }),
    ...(attachments.length > 0 && { attachments }),
    ...(quote !== null && { quote }),
    ...(card !== null && { card, version }),
    at: at.toISOString(),
    ...(visibleTo !== null && { private: true }),
    // Nothing is written without words, files or a card: who sees none, sees what was taken back.
    ...(text === null && attachments.length === 0 && card === null && { recalled: true }),
  };
}
