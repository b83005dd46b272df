import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Where a verb's questions are answered. */
export interface Ask {
  /** Whether somebody sits there who can be asked again. */
  readonly interactive: boolean;
  /** Asks, and waits for a line without the blanks around it; '' when the answers have ended. */
  line(question: string): Promise<string>;
  /** Lets go of the input, so that the process can end. */
  close(): void;
}

/** Questions on a terminal, or answers that were piped in: one line each. Nothing is read before the first question. */
export function createAsk(input: Readable & { readonly isTTY?: boolean }, print: (words: string) => void): Ask {
  let open: { readonly face: Interface; readonly lines: AsyncIterator<string> } | null = null;
  const interactive = input.isTTY === true;
  return {
    interactive,
    async line(question) {
      if (open === null) {
        const face = createInterface({ input, terminal: false });
        open = { face, lines: face[Symbol.asyncIterator]() };
      }
      print(question);
      const { value, done } = await open.lines.next();
      if (!interactive) print('\n');
      return done === true ? '' : value.trim();
    },
    close() {
      open?.face.close();
    },
  };
}
