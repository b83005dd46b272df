import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IPv4 that is nobody's on the public internet, from IANA's special-purpose registry: private, loopback, link-local, carrier, multicast. */
const IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** All of IPv6 that is given out to the public internet, so everything else (loopback, link-local, unique local, mapped IPv4, NAT64) is not. */
const IPV6_PUBLIC = ['2000::', 3] as const;
/** What is special within it: protocol assignments with Teredo, documentation, 6to4. The tunnels carry an IPv4 address of any kind. */
const IPV6_SPECIAL: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [network, prefix] of IPV4) blocked.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of IPV6_SPECIAL) blocked.addSubnet(network, prefix, 'ipv6');
const open = new BlockList();
open.addSubnet(...IPV6_PUBLIC, 'ipv6');

/** Whether an IP address leads, or may lead, to somewhere that is not the public internet. What is no IP address is treated as one that does. */
export function isPrivateAddress(address: string): boolean {
  const [plain = ''] = address.split('%');
  if (isIPv4(plain)) return blocked.check(plain, 'ipv4');
  if (isIPv6(plain)) return !open.check(plain, 'ipv6') || blocked.check(plain, 'ipv6');
  return true;
}
