import { createInterface, type Interface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';

/** Where a verb's questions are answered. */
export interface Ask {
  /** Whether somebody sits there who can be asked again. */
  readonly interactive: boolean;
  /** Asks, and waits for a line without the blanks around it; '' when the answers have ended. */
  line(question: string): Promise<string>;
  /** The same for what nobody is to read over the shoulder: on a terminal it does not show. */
  hidden(question: string): Promise<string>;
  /** Lets go of the input, so that the process can end. */
  close(): void;
}

/** Questions on a terminal, or answers that were piped in: one line each. Nothing is read before the first question. */
export function createAsk(input: Readable & { readonly isTTY?: boolean }, print: (words: string) => void): Ask {
  let open: { readonly face: Interface; readonly lines: AsyncIterator<string> } | null = null;
  const interactive = input.isTTY === true;
  const line: Ask['line'] = async (question) => {
    if (open === null) {
      const face = createInterface({ input, terminal: false });
      open = { face, lines: face[Symbol.asyncIterator]() };
    }
    print(question);
    const { value, done } = await open.lines.next();
    if (!interactive) print('\n');
    return done === true ? '' : value.trim();
  };
  return {
    interactive,
    line,
    async hidden(question) {
      if (!interactive) return line(question);
      print(question);
      // With a terminal of its own that writes nowhere, readline takes the keys and the terminal does not echo them.
      const face = createInterface({
        input,
        output: new Writable({ write: (_c, _e, done) => done() }),
        terminal: true,
      });
      try {
        return await new Promise<string>((resolve) => {
          face.once('line', (typed) => resolve(typed.trim()));
          face.once('close', () => resolve(''));
        });
      } finally {
        face.close();
        print('\n');
      }
    },
    close() {
      open?.face.close();
    },
  };
}
