import { SteadyLives } from '../../inbound/steadyLives';
import { eventOf } from './events';

it('bounds what is to be persisted, however many rooms there are and however long their ids', () => {
	const lives = new SteadyLives();
	for (let room = 0; room < 1000; room++) {
		const id = `${room}${'x'.repeat(2000)}`;
		lives.judge(eventOf({ kind: 'live.ended', room: { id } }), 300_000, room % 2 === 0);
	}
	expect(lives.serialise().length).toBeLessThan(150_000);
});
