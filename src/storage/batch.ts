/**
 * Turns single calls into calls of many: what arrives while `width` of them (default: one) are under way goes together with the next.
 * A lone call is not delayed. If the call of many fails, each of its callers gets the error.
 */
export function batched<I, O>(
  many: (items: readonly I[]) => Promise<readonly O[]>,
  { most = 200, width = 1 }: { readonly most?: number; readonly width?: number } = {},
): (item: I) => Promise<O> {
  let waiting: { item: I; resolve: (o: O) => void; reject: (e: unknown) => void }[] = [];
  let running = 0;
  const pump = async (): Promise<void> => {
    running += 1;
    // What was asked for in the same turn goes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const results = await many(batch.map((w) => w.item));
        batch.forEach((w, i) => {
          w.resolve(results[i] as O);
        });
      } catch (error) {
        for (const w of batch) w.reject(error);
      }
    }
    running -= 1;
  };
  return (item) =>
    new Promise<O>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running < width) void pump();
    });
}
