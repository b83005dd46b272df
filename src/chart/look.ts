/** The picture in its own units; it is drawn at `ZOOM` pixels a unit, so that it is sharp on a phone. */
export const WIDTH = 540;
export const HEIGHT = 360;
export const ZOOM = 2;
export const MARGIN = 20;

/** Font sizes: a phone shows the picture at 390, so 14 become 10 there. */
export const SIZE = { title: 23, subtitle: 14, name: 14, total: 24, axis: 14, number: 14.5, late: 14 } as const;

/** The sandbox's colours by day: chats show a picture on white and on black, so it brings its own ground. */
export const COLOUR = {
  card: '#ffffff',
  text: '#1f2329',
  quiet: '#5c6370',
  grid: '#e7eaef',
  base: '#a0a8b4',
  before: '#6b7280',
  opened: '#1677ff',
  openedText: '#0958d9',
  solved: '#6cc644',
  solvedText: '#276b0a',
  late: '#d4380d',
  lateText: '#b42309',
  lateGround: '#fdeeea',
} as const;
