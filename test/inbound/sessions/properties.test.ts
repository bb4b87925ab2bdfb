import fc from 'fast-check';

import { drive, HOUR, MINUTE, type PutOut, type Told } from './drive';

/* --- The reference: lives as they are, from which both the events and what must come out are made. --- */

interface TrueLive {
	readonly told: Told[];
	/** The final files in order of recording. */
	readonly files: string[];
	/** Nothing of it was lost. */
	readonly isWhole: boolean;
}

interface Plan {
	readonly recordings: ReadonlyArray<{
		readonly gap: number;
		readonly files: readonly number[];
		readonly overlaps: boolean;
		readonly endsEarly: boolean;
	}>;
	readonly pause: number;
	readonly losses: readonly number[];
}

const planArb: fc.Arbitrary<Plan> = fc.record({
	recordings: fc.array(
		fc.record({
			gap: fc.integer({ min: 1, max: 4 * MINUTE }),
			files: fc.array(fc.integer({ min: 5, max: 2 * HOUR }), { minLength: 1, maxLength: 4 }),
			overlaps: fc.boolean(),
			endsEarly: fc.boolean(),
		}),
		{ minLength: 1, maxLength: 3 },
	),
	// Longer than an open file is waited for: until then the room goes on, and it is one live.
	pause: fc.integer({ min: 2 * HOUR, max: 20 * HOUR }),
	losses: fc.oneof(
		{ weight: 3, arbitrary: fc.constant([]) },
		{ weight: 1, arbitrary: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }) },
	),
});

const FORMATS = ['bililive-recorder.v2', 'blrec', 'one-live-rec', 'ddtv.v3'] as const;

/** What may be lost: the recorder's begins have to come, or nobody could tell two lives apart. */
const LOSABLE = new Set(['file.opened', 'file.closed', 'recording.ended', 'live.ended']);

function livesOfRoom(
	room: string,
	format: (typeof FORMATS)[number],
	plans: readonly Plan[],
): TrueLive[] {
	let at = 0;
	return plans.map((plan, number) => {
		const name = `${room}-${number}`;
		const told: Told[] = [];
		const files: string[] = [];
		const tell = (each: Told) => told.push({ ...each, format, room });
		const isByLive = format === 'one-live-rec';
		tell({ kind: 'live.started', at, ...(isByLive ? { session: name } : {}) });
		for (const [index, recording] of plan.recordings.entries()) {
			const session = `${name}-${index}`;
			const named = format === 'bililive-recorder.v2' ? { session } : {};
			at += index === 0 ? 1 : recording.gap;
			if (!isByLive) tell({ kind: 'recording.started', at, ...named });
			for (const [place, length] of recording.files.entries()) {
				const path = `${session}-${place}.${format === 'blrec' ? 'm4s' : 'flv'}`;
				const opened = at;
				at += length;
				const closedLater = recording.overlaps ? 2 : 0;
				tell({ kind: 'file.opened', at: opened, path, ...named });
				tell({ kind: 'file.closed', at: at + closedLater, path, opened, ...named });
				const converted = `${session}-${place}.mp4`;
				if (format === 'blrec') tell({ kind: 'file.processed', at: at + 90, path: converted });
				files.push(format === 'blrec' ? converted : path);
			}
			if (!isByLive) {
				tell({ kind: 'recording.ended', at: recording.endsEarly ? at - 1 : at, ...named });
			}
		}
		tell({ kind: 'live.ended', at: at + 1, ...(isByLive ? { session: name } : {}) });
		at += plan.pause;
		// Without opening and closing nobody could tell when a file that is only said to be processed was recorded.
		const isLosable = ({ kind }: Told) =>
			LOSABLE.has(kind) && !(format === 'blrec' && kind === 'file.closed');
		const losable = told.filter(isLosable);
		const lost = new Set(plan.losses.map((loss) => losable[loss % losable.length]));
		const kept = told.filter((each) => !lost.has(each));
		const isTold = (file: string) =>
			kept.some(({ kind, path }) => path === file && kind !== 'file.opened');
		return { told: kept, files: files.filter(isTold), isWhole: lost.size === 0 };
	});
}

interface Delivery {
	readonly delays: readonly number[];
	readonly repeats: readonly number[];
	readonly restarts: readonly number[];
}

const deliveryArb: fc.Arbitrary<Delivery> = fc.record({
	delays: fc.array(fc.integer({ min: 0, max: MINUTE }), { minLength: 1, maxLength: 30 }),
	repeats: fc.array(fc.integer({ min: 0, max: 3 * HOUR }), { maxLength: 5 }),
	restarts: fc.array(fc.integer({ min: 0, max: 40 * HOUR }), { maxLength: 4 }),
});

function deliver(told: readonly Told[], { delays, repeats, restarts }: Delivery): PutOut[] {
	const delayed = told.map((each, index) => ({
		...each,
		comes: (each.at ?? 0) + (delays[index % delays.length] ?? 0),
	}));
	const repeated = repeats.flatMap((later, index) => {
		const each = delayed[(index * 7) % delayed.length];
		return each === undefined ? [] : [{ ...each, comes: each.comes + later }];
	});
	return drive([...delayed, ...repeated], { restarts });
}

/**
 * What must not depend on the order in which events come, live by live. What comes late does: there only the files are the same,
 * and none of the lives is in one of the two, and not in the other.
 */
function comparable(out: readonly PutOut[], isLate: (live: string) => boolean) {
	return [...new Set(out.map(({ item }) => liveOf(item)))].sort().map((live) => {
		const items = out.map(({ item }) => item).filter((item) => liveOf(item) === live);
		return isLate(live)
			? [live, items.flatMap(({ summary }) => summary.files.map(({ path }) => path)).sort()]
			: [live, items.map((item) => ({ ...item, receivedAt: '' }))];
	});
}

/** The live that an item, late or not, is of. */
const liveOf = ({ id }: PutOut['item']) => id.replace(/:late-\d+$/, '');

const roomsArb = fc.array(
	fc.tuple(fc.constantFrom(...FORMATS), fc.array(planArb, { minLength: 1, maxLength: 3 })),
	{ minLength: 1, maxLength: 5 },
);

const lives = (rooms: ReadonlyArray<readonly [(typeof FORMATS)[number], readonly Plan[]]>) =>
	rooms.flatMap(([format, plans], room) => livesOfRoom(String(room), format, plans));

describe('any lives, in any order, repeated, with restarts anywhere', () => {
	it('puts every finished file into one item of its live, in order of recording, and none twice', () => {
		fc.assert(
			fc.property(roomsArb, deliveryArb, (rooms, delivery) => {
				const known = lives(rooms);
				const out = deliver(
					known.flatMap(({ told }) => told),
					delivery,
				);
				const liveOf = new Map(known.flatMap((live) => live.files.map((file) => [file, live])));
				const put = out.flatMap(({ item }) => item.summary.files.map(({ path }) => path));
				expect([...put].sort()).toEqual(known.flatMap(({ files }) => files).sort());
				for (const { item } of out) {
					const paths = item.summary.files.map(({ path }) => path);
					const [first] = paths;
					if (first === undefined) continue;
					const live = liveOf.get(first);
					expect(paths).toEqual(live?.files.filter((file) => paths.includes(file)));
				}
			}),
			{ numRuns: 60 },
		);
	});

	it('puts a live that was told of whole out once, as ended', () => {
		fc.assert(
			fc.property(roomsArb, deliveryArb, (rooms, delivery) => {
				const known = lives(rooms).filter(({ isWhole }) => isWhole);
				const out = deliver(
					known.flatMap(({ told }) => told),
					delivery,
				);
				const byReason = out.map(({ item }) => item.summary);
				expect(byReason.map(({ files }) => files.map(({ path }) => path).join()).sort()).toEqual(
					known.map(({ files }) => files.join()).sort(),
				);
				expect(
					byReason.filter(({ reason, missing }) => reason !== 'ended' || missing.length > 0),
				).toEqual([]);
			}),
			{ numRuns: 40 },
		);
	});

	it('makes equal items of equal events, in whichever order they come', () => {
		fc.assert(
			fc.property(roomsArb, deliveryArb, deliveryArb, (rooms, one, other) => {
				const told = lives(rooms).flatMap((live) => live.told);
				const [a, b] = [deliver(told, one), deliver(told, other)];
				const late = new Set(
					[...a, ...b]
						.filter(({ item }) => item.summary.reason === 'late')
						.map(({ item }) => liveOf(item)),
				);
				const isLate = (live: string) => late.has(live);
				expect(comparable(a, isLate)).toEqual(comparable(b, isLate));
			}),
			{ numRuns: 40 },
		);
	});
});
