/** FNV-1a in 128 bits, as 32 hex digits: grouping and repeats need few collisions, not secrecy, and the domain imports no crypto. */
export function hash128(text: string): string {
  const prime = 0x0000000001000000000000000000013bn;
  const mask = (1n << 128n) - 1n;
  let hash = 0x6c62272e07bb014262b821756295c58dn;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * prime) & mask;
  return hash.toString(16).padStart(32, '0');
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** So many Crockford characters of the name's hash: the same name gives the same id, whoever makes it and however often. */
export function idFrom(name: string, length: number): string {
  const bits = BigInt(`0x${hash128(name).slice(0, Math.ceil((length * 5) / 4))}`);
  return Array.from({ length }, (_, at) => crockford[Number((bits >> BigInt(5 * at)) & 31n)]).join('');
}
