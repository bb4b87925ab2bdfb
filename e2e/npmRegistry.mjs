/**
 * A stand-in for npm's registry that has this package in several versions, for n8n's own way of installing community
 * packages. n8n takes another registry than npm's only with a licence, so it stands at that name, behind the proxy of
 * `standIns.mjs`.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export const REGISTRY_HOST = 'registry.npmjs.org';

export class NpmRegistry {
	#versions = new Map();

	/** The paths that were asked for, in order. */
	requests = [];

	/** @param {string[]} tarballs packed versions of one package, the newest last */
	static async of(tarballs) {
		const registry = new NpmRegistry();
		for (const tarball of tarballs) await registry.#add(tarball);
		return registry;
	}

	async #add(tarball) {
		const { stdout } = await execute('tar', ['-xzOf', tarball, 'package/package.json']);
		const manifest = JSON.parse(stdout);
		const bytes = await readFile(tarball);
		const path = `/${manifest.name}/-/${manifest.name}-${manifest.version}.tgz`;
		const digest = (algorithm, encoding) => createHash(algorithm).update(bytes).digest(encoding);
		const dist = {
			tarball: `https://${REGISTRY_HOST}${path}`,
			integrity: `sha512-${digest('sha512', 'base64')}`,
			shasum: digest('sha1', 'hex'),
		};
		this.#versions.set(manifest.version, { manifest: { ...manifest, dist }, path, bytes });
	}

	/** What npm sees of the package, without any of its versions' files. */
	#packument() {
		const versions = [...this.#versions].map(([version, { manifest }]) => [version, manifest]);
		const [latest, { name }] = versions.at(-1);
		return { name, 'dist-tags': { latest }, versions: Object.fromEntries(versions) };
	}

	answer(request, response) {
		const path = decodeURIComponent(request.url.split('?')[0]);
		this.requests.push(path);
		const packument = this.#packument();
		const tarball = [...this.#versions.values()].find((version) => version.path === path);
		const version = packument.versions[path.slice(`/${packument.name}/`.length)];
		if (tarball !== undefined) response.writeHead(200).end(tarball.bytes);
		else if (path === `/${packument.name}`) this.#answerJson(response, 200, packument);
		else if (version !== undefined) this.#answerJson(response, 200, version);
		else this.#answerJson(response, 404, { error: 'Not found' });
	}

	#answerJson(response, status, body) {
		response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
		response.end(JSON.stringify(body));
	}
}
