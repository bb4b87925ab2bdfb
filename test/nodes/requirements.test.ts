import { obstacleTo } from '../../nodes/shared/requirements';

function loadThat(code: string) {
	return () => {
		throw Object.assign(new Error(`Package subpath './v4' is not defined (${code})`), { code });
	};
}

describe('what n8n must bring along', () => {
	it('is there', () => {
		expect(obstacleTo(() => ({}))).toBeNull();
	});

	it.each([
		['ERR_PACKAGE_PATH_NOT_EXPORTED', /older one beside it.*npm ls zod.*start n8n again/],
		['MODULE_NOT_FOUND', /update n8n/],
		['EACCES', /could not be loaded/],
	])('is missed in words that say what to do: %s', (code, words) => {
		expect(obstacleTo(loadThat(code))).toMatch(words);
	});
});
