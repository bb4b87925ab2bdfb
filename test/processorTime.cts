/** Processor time of this process so far, in milliseconds: what others do on the machine is not in it. */
export function processorMilliseconds(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}
