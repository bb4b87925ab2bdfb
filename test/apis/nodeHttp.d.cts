import type { ApiHttp } from '../../apis/http';

export const nodeHttp: ApiHttp;

export function pause(milliseconds: number): Promise<void>;

/** What this process has used so far. */
export function processorMilliseconds(): number;
