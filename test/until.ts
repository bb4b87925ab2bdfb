import { sleep } from 'n8n-workflow';

/** Longer than any machine takes; there is an end to it, as a loop without one would outlive its test and keep jest from ending. */
const GIVE_UP_MILLISECONDS = 100_000;

/** Waits until `holds`. How long that takes is the machine's affair: what a test says of time it says with a clock of its own. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	const begun = performance.now();
	while (!(await holds())) {
		if (performance.now() - begun > GIVE_UP_MILLISECONDS) {
			throw new Error(`It never came about that ${holds.toString()}`);
		}
		await sleep(5);
	}
}
