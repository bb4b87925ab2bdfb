import fc from 'fast-check';

import { readIpAllowList } from '../../inbound/ipAllowList';

function isAllowed(list: unknown, address: string | null): boolean {
	const read = readIpAllowList(list);
	if (!read.ok) throw new Error(read.message);
	return read.isAddressAllowed(address);
}

describe('readIpAllowList', () => {
	it.each([
		['192.168.1.5', '192.168.1.5', true],
		['192.168.1.5', '192.168.1.6', false],
		['192.168.1.0/24', '192.168.1.255', true],
		['192.168.1.0/24', '192.168.2.0', false],
		['192.168.1.77/24', '192.168.1.1', true],
		['10.0.0.0/8', '10.255.255.255', true],
		['10.0.0.0/8', '11.0.0.0', false],
		['0.0.0.0/0', '203.0.113.9', true],
		['0.0.0.0/0', '2001:db8::1', false],
		['192.168.1.5/32', '192.168.1.5', true],
		['192.168.1.4/31', '192.168.1.5', true],
		['192.168.1.4/31', '192.168.1.6', false],
		['128.0.0.0/1', '255.255.255.255', true],

		['::1', '::1', true],
		['::1', '0:0:0:0:0:0:0:1', true],
		['::', '::', true],
		['::/0', '2001:db8::1', true],
		['::/0', '192.0.2.1', false],
		['fd00::/8', 'fdff:1::1', true],
		['fd00::/8', 'fe00::1', false],
		['2001:db8::/32', '2001:DB8:ffff::', true],
		['2001:db8::/32', '2001:db9::', false],
		['2001:db8:0:0:1::/80', '2001:db8::1:2:3:4', true],
		['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', true],
		['fe80::1', 'fe80::1%eth0', true],
		['[fe80::1]', 'fe80::1', true],

		['192.168.1.5', '::ffff:192.168.1.5', true],
		['192.168.1.5', '::ffff:c0a8:105', true],
		['::ffff:192.168.1.5', '192.168.1.5', true],
		['::ffff:10.0.0.0/104', '10.9.9.9', true],
		['::ffff:10.0.0.0/104', '11.0.0.0', false],
		['64:ff9b::192.0.2.1', '64:ff9b::c000:201', true],

		['10.0.0.1, 10.0.0.2', '10.0.0.2', true],
		['10.0.0.1 10.0.0.2', '10.0.0.2', true],
		['10.0.0.1\n10.0.0.2;', '10.0.0.2', null],
		['10.0.0.1，10.0.0.2、fd00::/8', 'fd00::1', true],

		['fe80::1%eth0', 'fe80::1%eth0', true],
		['fe80::1%eth0', 'fe80::1%eth1', false],
		['fe80::1%eth0', 'fe80::1', false],
		['fe80::%eth0/10', 'fe80::5%eth0', true],
		['fe80::%eth0/10', 'fe80::5%eth1', false],
		['::ffff:0:0/96', '203.0.113.9', true],
		['::ffff:0:0/96', '2001:db8::1', false],

		['10.0.0.1', '010.0.0.1', false],
		['8.0.0.1', '010.0.0.1', false],
		['10.0.0.1', '10.0.0.1%eth0', false],
		['10.0.0.1', '10.0.0.1 ', false],
		['10.0.0.1', '10.0.0.1, 203.0.113.1', false],
		['10.0.0.1', '10.0.0.1:443', false],
		['10.0.0.1', '0x0a000001', false],
		['10.0.0.1', '167772161', false],
		['10.0.0.1', '10.1', false],
		['10.0.0.1', '::10.0.0.1', false],
		['10.0.0.1', '[10.0.0.1]', false],
		['10.0.0.1', '１０.0.0.1', false],
		['10.0.0.1', 'no address', false],
		['10.0.0.1', '', false],
	])('list %j, address %j', (list, address, expected) => {
		if (expected === null) expect(readIpAllowList(list).ok).toBe(false);
		else expect(isAllowed(list, address)).toBe(expected);
	});

	it('lets everybody in where nobody filled it in', () => {
		expect(isAllowed('', '203.0.113.1')).toBe(true);
		expect(isAllowed('', null)).toBe(true);
	});

	it.each<[unknown]>([
		[undefined],
		[null],
		['  '],
		[' , '],
		['，、\n'],
		[[]],
		[['']],
		[[' , ', '']],
		[{}],
		[{ 0: '10.0.0.1' }],
		[true],
		[false],
		[0],
		[Number.NaN],
		[10],
		[[10]],
		[[null]],
		[[['10.0.0.1']]],
		[['10.0.0.1', null]],
		[['10.0.0.1', { ip: '10.0.0.2' }]],
		[() => '10.0.0.1'],
		[new Date(0)],
	])('is no list where it is set and gives none: %p', (list) => {
		expect(readIpAllowList(list).ok).toBe(false);
	});

	it.each<[unknown]>([
		[['10.0.0.1']],
		[['10.0.0.2, 10.0.0.1']],
		[['', '10.0.0.1', 'fd00::/8']],
		[['10.0.0.0/8']],
	])('takes a list of entries: %j', (list) => {
		expect(isAllowed(list, '10.0.0.1')).toBe(true);
		expect(isAllowed(list, '192.0.2.1')).toBe(false);
	});

	it('lets nobody in of whom it knows no address', () => {
		expect(isAllowed('10.0.0.0/8', null)).toBe(false);
		expect(isAllowed('0.0.0.0/0', null)).toBe(false);
		expect(isAllowed('0.0.0.0/0, ::/0', 'unix:')).toBe(false);
	});

	it.each([
		'300.1.1.1',
		'1.2.3',
		'1.2.3.4.5',
		'1.2.3.4/33',
		'1.2.3.4/0',
		'1.2.3.4/08',
		'1.2.3.4/+8',
		'1.2.3.4/8.0',
		'1.2.3.4/255.0.0.0',
		'01.2.3.4',
		'1.2.3.4%eth0',
		'1.2.3.4:80',
		'1.2.3.4-1.2.3.9',
		'1.2.3.*',
		'*',
		'0',
		'/0',
		'/8',
		'2001:db8::/0',
		'::ffff:1.2.3.4/96',
		'[1.2.3.4]',
		'[::1',
		'::1]',
		'fe80::1%',
		'%eth0',
		'1.2.3.4/',
		'1.2.3.4/-1',
		'1.2.3.4/8/8',
		'1.2.3.4/2147483648',
		'::/129',
		'::ffff:1.2.3.4/95',
		'1::2::3',
		':::',
		'1:2:3:4:5:6:7',
		'1:2:3:4:5:6:7:8:9',
		'1:2:3:4:5:6:7:8::',
		'12345::',
		'g::',
		'1.2.3.4::',
		'localhost',
		'10.0.0.1, oops',
	])('a list with a mistake (%j) is no list', (list) => {
		const read = readIpAllowList(list);
		expect(read.ok).toBe(false);
		expect(read.ok ? '' : read.message).toContain(list.split(', ').at(-1));
	});

	it('agrees with arithmetic on IPv4 ranges', () => {
		const byte = fc.nat({ max: 255 });
		const address = fc.tuple(byte, byte, byte, byte);
		const toNumber = ([a, b, c, d]: [number, number, number, number]) =>
			((a * 256 + b) * 256 + c) * 256 + d;
		fc.assert(
			fc.property(address, address, fc.nat({ max: 32 }), (network, candidate, prefix) => {
				const size = 2 ** (32 - prefix);
				const inside =
					Math.floor(toNumber(network) / size) === Math.floor(toNumber(candidate) / size);
				const list = `${network.join('.')}/${prefix}`;
				fc.pre(prefix > 0 || toNumber(network) === 0);
				expect(isAllowed(list, candidate.join('.'))).toBe(inside);
				expect(isAllowed(list, `::ffff:${candidate.join('.')}`)).toBe(inside);
			}),
		);
	});

	it('reads every IPv6 address however it is shortened', () => {
		fc.assert(
			fc.property(fc.ipV6(), fc.integer({ min: 1, max: 128 }), (address, prefix) => {
				fc.pre(!/^::ffff:/i.test(address) || prefix !== 96);
				expect(isAllowed(`${address}/${prefix}`, address)).toBe(
					!/^::ffff:/i.test(address) || prefix >= 96,
				);
			}),
		);
	});

	it('never throws, whatever stands in the list or the request', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (list, address) => {
				const read = readIpAllowList(list);
				if (read.ok) expect(typeof read.isAddressAllowed(address)).toBe('boolean');
			}),
		);
	});
});
