/** Reads so many bytes of a file from a position; fewer at its end. */
export type Peek = (at: number, length: number) => Promise<Buffer>;

/** A picture that unfolds to more than this would choke the screens it is shown on. */
const MAX_PIXELS = 120_000_000;
const WINDOW = 64 * 1024;

/** Whether a picture ends before it should or has no sensible size, so that nobody can look at it. Other types are never broken. */
export async function isBroken(type: string, size: number, peek: Peek): Promise<boolean> {
  const whole = WHOLE[type];
  return whole !== undefined && !(await whole(size, peek));
}

const WHOLE: Readonly<Record<string, (size: number, peek: Peek) => Promise<boolean>>> = {
  'image/png': png,
  'image/jpeg': jpeg,
  'image/gif': gif,
  'image/webp': webp,
};

const sensible = (width: number, height: number): boolean => width > 0 && height > 0 && width * height <= MAX_PIXELS;

/** The chunks follow each other up to IEND. */
async function png(size: number, peek: Peek): Promise<boolean> {
  let at = 8;
  for (;;) {
    const head = await peek(at, 16);
    if (head.length < 8) return false;
    const name = head.toString('latin1', 4, 8);
    if (at === 8 && (name !== 'IHDR' || head.length < 16 || !sensible(...(await pngSize(peek))))) return false;
    at += 12 + head.readUInt32BE(0);
    if (at > size) return false;
    if (name === 'IEND') return true;
  }
}

async function pngSize(peek: Peek): Promise<[number, number]> {
  const head = await peek(16, 8);
  return head.length < 8 ? [0, 0] : [head.readUInt32BE(0), head.readUInt32BE(4)];
}

const START_OF_SCAN = 0xda;
const END = Buffer.from([0xff, 0xd9]);
/** Frame headers (SOF) are C0 to CF but for the tables among them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** The segments follow each other up to the scan, and an end marker follows that; what cameras append after it does not matter. */
async function jpeg(size: number, peek: Peek): Promise<boolean> {
  let at = 2;
  let framed = false;
  while (at < size) {
    const head = await peek(at, 9);
    if (head.length < 4 || head[0] !== 0xff) return false;
    const marker = head[1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = head.readUInt16BE(2);
    if (marker === 0xd9 || length < 2) return false;
    if (isFrame(marker)) {
      if (head.length < 9 || !sensible(head.readUInt16BE(7), head.readUInt16BE(5))) return false;
      framed = true;
    }
    if (marker === START_OF_SCAN) return framed && endsAfter(at, size, peek);
    at += 2 + length;
  }
  return false;
}

async function endsAfter(scan: number, size: number, peek: Peek): Promise<boolean> {
  for (let end = size; end > scan; end -= WINDOW - 1) {
    const from = Math.max(scan, end - WINDOW);
    if ((await peek(from, end - from)).includes(END)) return true;
  }
  return false;
}

/** The last byte that is not padding is the trailer. */
async function gif(size: number, peek: Peek): Promise<boolean> {
  const head = await peek(6, 4);
  if (head.length < 4 || !sensible(head.readUInt16LE(0), head.readUInt16LE(2))) return false;
  const tail = await peek(Math.max(10, size - 1024), 1024);
  return tail.findLast((byte) => byte !== 0) === 0x3b;
}

/** The file is as long as its head says. */
async function webp(size: number, peek: Peek): Promise<boolean> {
  const head = await peek(4, 4);
  return size > 20 && head.length === 4 && 8 + head.readUInt32LE(0) <= size + 1;
}
