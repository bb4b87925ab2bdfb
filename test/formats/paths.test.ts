import { fileExtension, fileName, fileRole, withExtension } from '../../formats/paths';

describe('names', () => {
	test.each([
		['23058-3号直播间/录制-23058.flv', '录制-23058.flv', 'flv'],
		['C:\\Rec\\a.FLV', 'a.FLV', 'flv'],
		['C:/Users/10632/Videos//27209189\\a_fix.mp4', 'a_fix.mp4', 'mp4'],
		['a.tar.gz', 'a.tar.gz', 'gz'],
		['folder.d/file', 'file', ''],
		['.hidden', '.hidden', ''],
		['folder/', '', ''],
		['name.', 'name.', ''],
		['', '', ''],
	])('%j', (path, name, extension) => {
		expect(fileName(path)).toBe(name);
		expect(fileExtension(path)).toBe(extension);
	});

	test.each([
		['a/b.flv', 'a/b.xml'],
		['a.d/b', 'a.d/b.xml'],
		['C:\\a.b\\c.MP4', 'C:\\a.b\\c.xml'],
		['a/.flv', 'a/.flv.xml'],
		['a/b.', 'a/b.xml'],
		// The lower case of İ has one character more.
		['a/b.aviİ', 'a/b.xml'],
	])('%j with the extension xml', (path, expected) => {
		expect(withExtension(path, 'xml')).toBe(expected);
	});

	test.each([
		['a.flv', 'video'],
		['a.M4S', 'video'],
		['a.mp4', 'video'],
		['a.ts', 'video'],
		['a.xml', 'danmaku'],
		['a.ass', 'danmaku'],
		['a.jsonl', 'raw_danmaku'],
		['a.jpg', 'cover'],
		['a.webp', 'cover'],
		['a.csv', 'other'],
		['a', 'other'],
	])('%j is %s', (path, role) => {
		expect(fileRole(path)).toBe(role);
	});
});
