/**
 * An allow list of addresses and CIDR ranges, IPv4 and IPv6. Written here because what ships may import no more than
 * n8n's list of modules, and Node's own BlockList (node:net) is not on it.
 */

/** Tells whether a request's address is on the list. Null, where it has none, is on none. */
export type IsAddressAllowed = (address: string | null) => boolean;

/** A list as a check, or what can't be read: a list with a typing mistake must not let everybody in. */
export type IpAllowList =
	| { readonly ok: true; readonly isAddressAllowed: IsAddressAllowed }
	| { readonly ok: false; readonly message: string };

/**
 * Reads the parameter, e.g. `192.168.1.5, 10.0.0.0/8, fd00::/8` or a list of such texts.
 *
 * '' is what it holds where nobody has filled it in: then everybody may send. Whatever else gives no address (white space,
 * an empty list, null or undefined by an expression) was meant to keep somebody out, and is no list.
 */
export function readIpAllowList(value: unknown): IpAllowList {
	if (value === '') return { ok: true, isAddressAllowed: () => true };
	const entries = entriesOf(value);
	if (entries === null) return { ok: false, message: 'it gives neither text nor a list of texts' };
	if (entries.length === 0) return { ok: false, message: 'it is set, but gives no address' };
	const ranges: AddressRange[] = [];
	for (const entry of entries) {
		const range = parseRange(entry);
		if (range === null) {
			const message = `'${entry}' is no IP address and no range like 192.168.0.0/16 or fd00::/8`;
			return { ok: false, message };
		}
		ranges.push(range);
	}
	const isAddressAllowed: IsAddressAllowed = (address) => {
		const parsed = address === null ? null : parseAddress(address);
		return parsed !== null && ranges.some((range) => contains(range, parsed));
	};
	return { ok: true, isAddressAllowed };
}

/** The texts between commas and white space; null where there is anything but text and numbers. */
function entriesOf(value: unknown): readonly string[] | null {
	if (value === undefined || value === null) return [];
	const texts: unknown[] = Array.isArray(value) ? value : [value];
	const entries: string[] = [];
	for (const text of texts) {
		if (typeof text !== 'string' && typeof text !== 'number') return null;
		entries.push(...`${text}`.split(/[\s,，、]+/).filter((entry) => entry !== ''));
	}
	return entries;
}

interface Address {
	readonly bits: bigint;
	readonly width: 32 | 128;
	/** The network interface of a link-local address (`fe80::1%eth0`). */
	readonly zone: string | null;
}

interface AddressRange extends Address {
	readonly prefixLength: number;
}

/** A range without a zone holds the addresses of all. */
function contains(range: AddressRange, address: Address): boolean {
	if (range.width !== address.width) return false;
	if (range.zone !== null && range.zone !== address.zone) return false;
	const shift = BigInt(range.width - range.prefixLength);
	return range.bits >> shift === address.bits >> shift;
}

function parseRange(entry: string): AddressRange | null {
	const slash = entry.indexOf('/');
	const address = parseAddress(slash === -1 ? entry : entry.slice(0, slash));
	if (address === null) return null;
	if (slash === -1) return { ...address, prefixLength: address.width };
	const prefix = entry.slice(slash + 1);
	if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return null;
	// An IPv4 range written inside IPv6 (::ffff:10.0.0.0/104) was folded to IPv4 by parseAddress.
	const mapped = address.width === 32 && entry.includes(':');
	const prefixLength = Number(prefix) - (mapped ? 96 : 0);
	if (prefixLength < 0 || prefixLength > address.width) return null;
	// 10.0.0.0/0 is everybody: whoever means that writes 0.0.0.0/0.
	if (prefixLength === 0 && address.bits !== 0n) return null;
	return { ...address, prefixLength };
}

/** IPv4 in IPv6 (`::ffff:192.168.1.5`, what a dual-stack socket reports) counts as IPv4. */
function parseAddress(text: string): Address | null {
	const bits = parseIpv4(text);
	if (bits !== null) return { bits, width: 32, zone: null };
	const [, inBrackets] = /^\[(.*)\]$/s.exec(text) ?? [];
	const [, address = '', zone = null] = /^([^%]*)(?:%(.+))?$/s.exec(inBrackets ?? text) ?? [];
	const wide = parseIpv6(address);
	if (wide === null) return null;
	return wide >> 32n === 0xffffn
		? { bits: wide & 0xffffffffn, width: 32, zone: null }
		: { bits: wide, width: 128, zone };
}

const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** No zeros in front: 010 is 10 to some and 8 to others. */
function parseIpv4(text: string): bigint | null {
	const match = IPV4.exec(text);
	if (match === null) return null;
	const bytes = match.slice(1).map(Number);
	if (bytes.some((byte) => byte > 255)) return null;
	return bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

function parseIpv6(text: string): bigint | null {
	const halves = text.split('::');
	if (halves.length > 2) return null;
	const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
	if (head === undefined || head === null || tail === null) return null;
	if (tail === undefined) return head.length === 8 ? joinGroups(head) : null;
	const zeros = 8 - head.length - tail.length;
	if (zeros < 1) return null;
	return joinGroups([...head, ...new Array<bigint>(zeros).fill(0n), ...tail]);
}

/** @param isEnd whether the address ends here: only there an IPv4 address may stand */
function parseGroups(text: string, isEnd: boolean): bigint[] | null {
	if (text === '') return [];
	const groups: bigint[] = [];
	const parts = text.split(':');
	for (const [index, part] of parts.entries()) {
		const ipv4 = isEnd && index === parts.length - 1 ? parseIpv4(part) : null;
		if (ipv4 !== null) groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
		else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
		else return null;
	}
	return groups;
}

function joinGroups(groups: readonly bigint[]): bigint {
	return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
}
