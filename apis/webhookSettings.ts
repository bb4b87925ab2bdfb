import { ApiProblem } from './problem';

/** Two writers at once can lose a line (APIS 1): so often is it read back and written again. */
const ATTEMPTS = 3;

/** More than anybody has a recorder call: each is looked at several times. */
const MOST_URLS = 1000;

/** What registering did. */
export interface Registration {
	/** The URL that stood in the recorder's only slot before; null where there was none. */
	readonly replaced: string | null;
}

/** The webhook URLs in a recorder's settings. */
export interface WebhookSettings {
	/** Whether the recorder calls any number of URLs, or one. */
	readonly slots: 'many' | 'one';
	/** Those that are set. They may carry secrets of others: for comparing, not for showing. */
	list(): Promise<readonly string[]>;
	/**
	 * Has the recorder call a URL, once, and takes out older forms of it. All else stays as it is. Reads back what it wrote.
	 *
	 * @param isOurs whether a URL is this one, or an older form of it
	 * @param replace whether a foreign URL in the only slot may be overwritten
	 */
	add(url: string, isOurs: (url: string) => boolean, replace: boolean): Promise<Registration>;
	/**
	 * Takes our URLs out and nothing else; what isn't there is not missed. Where the only slot still holds ours, `former` goes
	 * back into it.
	 */
	remove(isOurs: (url: string) => boolean, former: string | null): Promise<void>;
}

/** How one recorder keeps its URLs. `S` is whatever has to be written back untouched. */
export interface WebhookSlots<S> {
	readonly title: string;
	readonly slots: 'many' | 'one';
	read(): Promise<S>;
	write(settings: S): Promise<void>;
	urls(settings: S): readonly string[];
	/** With one URL more; in the only slot: with this one. */
	with(settings: S, url: string): S;
	without(settings: S, isOurs: (url: string) => boolean): S;
}

/** Read, keep what is foreign, write, read back: the same for every recorder. */
export function webhookSettings<S>(slots: WebhookSlots<S>): WebhookSettings {
	const urlsIn = (settings: S): string[] => {
		const urls = trimmed(slots.urls(settings));
		if (urls.length <= MOST_URLS) return urls;
		throw new ApiProblem(
			'too large',
			`${slots.title} calls more than ${MOST_URLS} webhook URLs`,
			'Take out of its settings what nobody needs, or paste the URL by hand.',
		);
	};
	const list = async (): Promise<readonly string[]> => urlsIn(await slots.read());

	return {
		slots: slots.slots,
		list,
		async add(url, isOurs, replace) {
			let replaced: string | null = null;
			for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
				const settings = await slots.read();
				const urls = urlsIn(settings);
				const ours = urls.filter((candidate) => candidate === url || isOurs(candidate));
				if (ours.length === 1 && ours[0] === url) return { replaced };
				const [foreign = null] = urls.filter((candidate) => !ours.includes(candidate));
				if (slots.slots === 'one' && foreign !== null) {
					if (!replace) throw occupied(slots.title, foreign);
					replaced = foreign;
				}
				const rest = slots.without(settings, (candidate) => ours.includes(candidate.trim()));
				await slots.write(slots.with(rest, url));
			}
			if ((await list()).includes(url)) return { replaced };
			throw new ApiProblem(
				'refused',
				`${slots.title} did not keep the webhook URL`,
				'Something else changes its settings at the same time. Try again, or paste the URL by hand.',
			);
		},
		async remove(isOurs, former) {
			for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
				const settings = await slots.read();
				if (!urlsIn(settings).some(isOurs)) return;
				const rest = slots.without(settings, (candidate) => isOurs(candidate.trim()));
				await slots.write(
					slots.slots === 'one' && former !== null ? slots.with(rest, former) : rest,
				);
			}
			if (!(await list()).some(isOurs)) return;
			throw new ApiProblem(
				'refused',
				`${slots.title} still has the webhook URL`,
				'Take it out of its settings by hand.',
			);
		},
	};
}

function trimmed(urls: readonly string[]): string[] {
	return urls.map((url) => url.trim()).filter((url) => url !== '');
}

function occupied(title: string, url: string): ApiProblem {
	return new ApiProblem(
		'occupied',
		`${title} calls another webhook URL already: ${withoutSecrets(url)}`,
		`${title} has room for one. Take it out there, or tick Replace.`,
	);
}

/** A URL as far as it may be shown: what is in its query or before its host may be somebody's secret. */
export function withoutSecrets(url: string): string {
	try {
		const { protocol, host, pathname } = new URL(url);
		return `${protocol}//${host}${pathname}`.slice(0, 300);
	} catch {
		return `${url.slice(0, 40)}…`;
	}
}
