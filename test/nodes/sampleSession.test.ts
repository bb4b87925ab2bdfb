import { recorderEventSchema } from '../../formats/recorderEvent';
import { formatsOf, recorders } from '../../formats/registry';
import { unmappedPaths } from '../../inbound/pathMapping';
import { sampleSession } from '../../nodes/trigger/sampleSession';
import { settings } from '../inbound/sessions/drive';

const NOW = Date.UTC(2026, 2, 1);

describe('the session of a test run', () => {
	it.each(formatsOf(recorders).map(({ id, lifecycle }) => [id, lifecycle] as const))(
		'is made of the samples of %s',
		(id, lifecycle) => {
			const event = sampleSession(
				id,
				{ sessions: settings, receiving: receivingWith(unmappedPaths) },
				NOW,
			);
			expect(recorderEventSchema.parse(event)).toEqual(event);
			if (event?.kind !== 'session.completed') throw new Error('No session');
			const hasFiles = event.summary.files.length > 0;
			expect(hasFiles).toBe(lifecycle.finalFile !== 'none');
		},
	);
});

function receivingWith(mapPath: typeof unmappedPaths) {
	return {
		formats: [],
		isAddressAllowed: () => true,
		filter: { events: new Set<string>(), rooms: new Set<string>() },
		invalid: 'output' as const,
		mapPath,
		claimSeconds: null,
		whenStoreUnavailable: 'accept' as const,
	};
}
