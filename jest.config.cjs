// n8n's logger would write what tests provoke among their results.
process.env.N8N_LOG_LEVEL ??= 'silent';

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	setupFiles: ['<rootDir>/test/propertyRuns.cts'],
	// Jest would leave one of two cores to others.
	maxWorkers: '100%',
	// Of a test that waits for a real server, on a machine that is busy with others.
	testTimeout: 120_000,
	moduleFileExtensions: ['ts', 'cts', 'js', 'cjs', 'json', 'node'],
	// TypeScript names a file by what it becomes: in .cts files, and in import().
	moduleNameMapper: {
		'^(\\.{1,2}/.+)\\.cjs$': ['$1.cts', '$1.cjs'],
		'^(\\.{1,2}/.+)\\.js$': ['$1.ts', '$1.js'],
	},
	transform: {
		'^.+\\.c?ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
				module: { type: 'commonjs' },
			},
		],
	},
	collectCoverageFrom: require('./tsconfig.build.json').include,
};
