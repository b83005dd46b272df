/** What proves that a text is ours: the vault's link key, or a secret of the adapter's own. */
export interface Signer {
  sign(text: string): string;
  isSigned(text: string, signature: string): boolean;
}

/** A value as one text that carries its own proof. Everybody can read it, nobody can change it. */
export function packed(signer: Signer, value: unknown): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${body}.${signer.sign(body)}`;
}

/** The reverse; undefined: not one of ours. */
export function unpacked(signer: Signer, text: string): unknown {
  const [body = '', signature = ''] = text.split('.');
  if (text !== `${body}.${signature}` || !signer.isSigned(body, signature)) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as unknown;
}
