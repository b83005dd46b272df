/** Lets everything that is on its way within this process go on, so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1)
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
}
