export interface RedisServer {
	port: number;
	start(): Promise<void>;
	/** As a crash: it loses all keys. */
	kill(): Promise<void>;
	/** Keeps its connections and answers nothing. */
	freeze(): void;
	unfreeze(): void;
	discard(): Promise<void>;
}

export function startRedisServer(settings?: {
	password?: string;
	tls?: boolean;
}): Promise<RedisServer>;

/** The program that is not installed; undefined where all are. */
export const missingForRedis: string | undefined;
