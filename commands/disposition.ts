/** How a ticket ends when nobody says otherwise. */
export function defaultDisposition(dispositions: ReadonlyMap<string, unknown>): string {
  return dispositions.has('handled') ? 'handled' : ([...dispositions.keys()][0] ?? 'handled');
}
