/** Processor time of a program that was started from here, on Linux: what other programs do doesn't count in it. */

import { existsSync, readFileSync, readlinkSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for programs. */
const TICKS_PER_SECOND = 100;

/**
 * The child process of this one that runs in a folder; null where the system doesn't tell.
 *
 * @param {string} folder
 * @returns {number | null} its process id
 */
export function childIn(folder) {
	const list = `/proc/${process.pid}/task/${process.pid}/children`;
	if (!existsSync(list)) return null;
	const pids = readFileSync(list, 'utf8').trim().split(' ').map(Number);
	return pids.find((pid) => readlinkSync(`/proc/${pid}/cwd`) === folder) ?? null;
}

/** Seconds of processor time that a process has used so far, all of its threads together. */
export function processorSeconds(pid) {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	// The program's name stands in brackets and may hold spaces; user and system time are the 12th and 13th after it.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
