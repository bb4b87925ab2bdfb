import * as fc from 'fast-check';

import { createPathMapping, unmappedPaths } from '../../inbound/pathMapping';

describe('path mapping', () => {
	const map = createPathMapping([
		{ recorderFolder: '/rec', localFolder: '/mnt/recordings/' },
		{ recorderFolder: '/rec/archive/', localFolder: '/mnt/archive' },
		{ recorderFolder: '', localFolder: '/mnt/work' },
		{ recorderFolder: ' D:\\Rec ', localFolder: ' /mnt/d ' },
		{ recorderFolder: '\\\\nas\\share', localFolder: 'Z:\\share' },
		{ recorderFolder: '/unused', localFolder: '  ' },
	]);

	test.each([
		['/rec/a.flv', '/mnt/recordings/a.flv'],
		['/rec/a\\b.flv', '/mnt/recordings/a\\b.flv'],
		['/rec//./x/../a.flv', '/mnt/recordings/a.flv'],
		['/rec/archive/a.flv', '/mnt/archive/a.flv'],
		['/rec/archived/a.flv', '/mnt/recordings/archived/a.flv'],
		['23058-3号直播间/a.flv', '/mnt/work/23058-3号直播间/a.flv'],
		['./a\\b.flv', '/mnt/work/a/b.flv'],
		['d:/rec/A.flv', '/mnt/d/A.flv'],
		['D:\\REC\\a.flv', '/mnt/d/a.flv'],
		['//NAS/Share/a/b.flv', 'Z:\\share\\a\\b.flv'],
	])('%j -> %j', (path, expected) => {
		expect(map(path)).toBe(expected);
	});

	test.each([
		'',
		'/rec',
		'/rec/',
		'/rec/x/..',
		'/rec/.. /a.flv',
		'a/... /b.flv',
		'/other/a.flv',
		'/recordings/a.flv',
		'/REC/a.flv',
		'/rec/../etc/passwd',
		'/rec/a/../../etc/passwd',
		'/../rec/a.flv',
		'../a.flv',
		'a/../../b.flv',
		'..\\a.flv',
		'C:\\Rec\\a.flv',
		'D:\\Recordings\\a.flv',
		'D:\\Rec\\..\\..\\a.flv',
		'/rec/a\0.flv',
		'/unused/a.flv',
		'\\\\other\\share\\a.flv',
		'//nas/share/.. /a.flv',
		'//nas/share/... /a.flv',
	])('%j leads nowhere', (path) => {
		expect(map(path)).toBeNull();
	});

	test.each([
		'a.flv:evil',
		'x:y/a.flv',
		'NUL',
		'a/nul.txt',
		'COM1 .flv',
		'lpt¹',
		'a?.flv',
		'a\n.flv',
	])('%j is no name for Windows', (path) => {
		for (const localFolder of ['D:\\Rec', 'D:/Rec', '\\\\nas\\share', '//nas/share']) {
			const toWindows = createPathMapping([{ recorderFolder: '/rec', localFolder }]);
			expect(toWindows(`/rec/${path}`)).toBeNull();
			expect(toWindows('/rec/nullity/console.flv')).not.toBeNull();
		}
		const toLinux = createPathMapping([{ recorderFolder: '/rec', localFolder: '/mnt/rec' }]);
		expect(toLinux(`/rec/${path}`)).toBe(`/mnt/rec/${path}`);
	});

	test('the whole disk may be mapped', () => {
		const disk = createPathMapping([
			{ recorderFolder: '/', localFolder: '/' },
			{ recorderFolder: 'C:', localFolder: 'C:\\' },
		]);
		expect(disk('/')).toBeNull();
		expect(disk('/a/b')).toBe('/a/b');
		expect(disk('C:\\')).toBeNull();
		expect(disk('c:/a')).toBe('C:\\a');
	});

	test('without rules nothing is mapped', () => {
		expect(createPathMapping([])('/rec/a.flv')).toBeNull();
		expect(unmappedPaths('/rec/a.flv')).toBeNull();
	});

	test('nothing ever leaves the mapped folder', () => {
		const piece = fc.oneof(
			fc.constantFrom(
				'..',
				'.',
				'/',
				'\\',
				'\\\\',
				'//',
				'C:',
				'rec',
				'REC',
				'\0',
				'...',
				'.. ',
				'%2e',
			),
			fc.string({ maxLength: 4 }),
		);
		const path = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
		for (const [localFolder, separator] of [
			['/mnt/safe', '/'],
			['S:\\safe', '\\'],
		] as const) {
			const roots = ['', '/', '/rec', 'C:\\rec', '\\\\rec'];
			const mapping = createPathMapping(
				roots.map((recorderFolder) => ({ recorderFolder, localFolder })),
			);
			fc.assert(
				fc.property(fc.constantFrom('', '/rec/', 'C:/rec/'), path, (start, rest) => {
					const mapped = mapping(start + rest);
					if (mapped === null) return;
					expect(mapped === localFolder || mapped.startsWith(localFolder + separator)).toBe(true);
					const below = mapped.slice(localFolder.length).split(/[\\/]/);
					expect(below).not.toContain('..');
					expect(mapped).not.toContain('\0');
					if (separator === '\\') expect(below.some((name) => /^[. ]+$/.test(name))).toBe(false);
				}),
				{ numRuns: 500 },
			);
		}
	});

	it('maps paths as long as a system may have them, and none that is longer', () => {
		const ofLength = (length: number) => `/rec/${'a/'.repeat(length)}`.slice(0, length);
		expect(map(ofLength(32_767))).not.toBeNull();
		expect(map(ofLength(32_768))).toBeNull();
	});
});
