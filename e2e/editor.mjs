/**
 * n8n's editor as a person uses it: nodes added from the panel, parameters looked at and changed,
 * test events listened for. Written for n8n 2.40; `tests/browserPanels.test.mjs` uses what is the same in 1.123.
 */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

import { OWNER } from './n8nInstance.mjs';
import { E2E_FOLDER, REPO_FOLDER } from './paths.mjs';

/** Where the pictures of a run end up; not under version control. */
export const SCREENSHOTS_FOLDER = join(E2E_FOLDER, '.cache', 'screenshots');

/** Those that the documents show, and which part of the window. `npm run docs:screenshots` takes them anew, in the editor's tests. */
const DOCUMENTED = {
	'example-live-started-to-slack-and-telegram-light': { file: 'example.png' },
	'trigger-bililiverecorder-item': { file: 'trigger.png', part: 'ndv' },
};

/** The names that Debian and others give the browser. */
export const BROWSER_PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** The path of the first of these programs that is installed. */
export function findBrowser() {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return BROWSER_PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))).find(
		existsSync,
	);
}

const BROWSER_ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

const VIEWPORT = { width: 1440, height: 900 };
const PATIENCE_MS = 60_000;

const byTestId = (id) => `[data-test-id="${id}"]`;

export class Editor {
	#browser;

	/** Use `Editor.open`. */
	constructor(browser, page, n8n) {
		this.#browser = browser;
		this.page = page;
		this.n8n = n8n;
		/** What the browser complained about, as a person would find it in its console. */
		this.complaints = [];
		page.on('pageerror', (error) => this.complaints.push(error.message));
	}

	/** A browser of its own, logged in as the owner. */
	static async open(n8n, program) {
		const browser = await chromium.launch({ executablePath: program, args: BROWSER_ARGUMENTS });
		const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: 'light' });
		context.setDefaultTimeout(PATIENCE_MS);
		await context.request.post(`${n8n.baseUrl}/rest/login`, {
			data: { emailOrLdapLoginId: OWNER.email, password: OWNER.password },
		});
		const page = await context.newPage();
		await mkdir(SCREENSHOTS_FOLDER, { recursive: true });
		return new Editor(browser, page, n8n);
	}

	async close() {
		await this.#browser.close();
	}

	testId(id) {
		return this.page.locator(byTestId(id));
	}

	/** Waits until nothing on the page moves: no request under way, no transition running. */
	async settle() {
		await this.page.waitForLoadState('networkidle');
		await this.page.evaluate(async () => {
			const finite = document
				.getAnimations()
				.filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
			await Promise.allSettled(finite.map((animation) => animation.finished));
		});
	}

	/** Takes a picture of the whole window, or of one part of it. */
	async screenshot(name, part = this.page) {
		await this.settle();
		const path = join(SCREENSHOTS_FOLDER, `${name}.png`);
		await part.screenshot({ path, animations: 'disabled' });
		if (process.env.LIVE_RECORDER_E2E_SCREENSHOTS === '1' && DOCUMENTED[name] !== undefined) {
			await this.#document(DOCUMENTED[name]);
		}
		return path;
	}

	/** A picture for the documents: only what they speak of, without messages over it. */
	async #document({ file, part }) {
		await this.page.waitForFunction(() => document.querySelector('.el-notification') === null);
		const path = join(REPO_FOLDER, 'docs', 'images', file);
		const shown = part === undefined ? this.page : this.testId(part).first();
		await shown.screenshot({ path, animations: 'disabled' });
	}

	/** Does something in the dark theme and returns to the light one. */
	async inDark(work) {
		await this.page.emulateMedia({ colorScheme: 'dark' });
		try {
			return await work();
		} finally {
			await this.page.emulateMedia({ colorScheme: 'light' });
		}
	}

	async openWorkflow(id) {
		await this.page.goto(`${this.n8n.baseUrl}/workflow/${id}`);
		await this.testId('canvas-node').first().waitFor();
		await this.#dismissHints();
		await this.testId('zoom-to-fit').click();
		await this.settle();
	}

	async newWorkflow() {
		await this.page.goto(`${this.n8n.baseUrl}/workflow/new`);
		await this.testId('node-creator-plus-button').waitFor();
		await this.settle();
		await this.#dismissHints();
	}

	/** n8n points new users at its shortcuts, over other buttons. */
	async #dismissHints() {
		const hint = this.page.getByRole('button', { name: 'Got it' });
		if (await hint.isVisible()) await hint.click();
	}

	/** Opens the node panel and searches it. */
	async searchNodes(term) {
		const search = this.page.locator('input[placeholder*="Search"]').first();
		if (!(await search.isVisible())) {
			await this.testId('node-creator-plus-button').click();
			await search.waitFor();
		}
		await search.fill(term);
		await this.settle();
	}

	/** A node in the results of a search. */
	foundNode(name) {
		return this.testId('node-creator-item-name').filter({
			hasText: new RegExp(`^\\s*${name}\\s*$`),
		});
	}

	/** Adds a node from the panel, by a trigger or action of its list; its parameters open. */
	async addNode({ search, node, action }) {
		await this.searchNodes(search);
		await this.foundNode(node).first().click();
		await this.page.getByText(action, { exact: true }).first().click();
		await this.testId('ndv').waitFor();
		await this.settle();
	}

	/** Adds a node behind another one, by the plus at its first output; its parameters open. */
	async addNodeBehind(name, { search, node, action }) {
		await this.#nodeOnCanvas(name).locator(byTestId('canvas-handle-plus')).first().click();
		await this.addNode({ search, node, action });
	}

	#nodeOnCanvas(name) {
		return this.page.locator(`${byTestId('canvas-node')}[data-node-name="${name}"]`);
	}

	async openNode(name) {
		await this.#nodeOnCanvas(name).dblclick();
		await this.testId('ndv').waitFor();
		await this.settle();
	}

	async closeNode() {
		await this.testId('ndv-close-button').click();
		await this.testId('ndv').waitFor({ state: 'hidden' });
	}

	parameter(name) {
		return this.testId(`parameter-input-${name}`);
	}

	/** Clicks entries of a parameter's list: one chooses, several tick. */
	async choose(parameter, ...entries) {
		for (const entry of entries) {
			await this.parameter(parameter).first().click();
			await this.page
				.locator('.el-select-dropdown__item:visible')
				.filter({ hasText: entry })
				.first()
				.click();
		}
		await this.page.keyboard.press('Escape');
		await this.settle();
	}

	/** An address of the open trigger node, of the list 'Webhook URLs': 'Test URL' or 'Production URL'. */
	async webhookUrl(name) {
		const address = this.testId('ndv')
			.getByText(/\/webhook(-test)?\//)
			.first();
		if (!(await address.isVisible())) {
			await this.page.getByText('Webhook URLs', { exact: true }).click();
		}
		await this.testId('ndv').getByText(name, { exact: true }).click();
		await this.settle();
		return (await address.innerText()).trim();
	}

	/** Starts listening and returns the address of the open trigger node that is then open. */
	async listen() {
		const url = await this.webhookUrl('Test URL');
		await this.testId('node-execute-button').click();
		await this.page.getByText('Stop Listening').first().waitFor();
		return url;
	}

	/** Makes a credential for the open node, which has none, from the only secret that is asked for. */
	async connect(service, secret) {
		await this.page.getByText(`Connect to ${service}`).click();
		const dialog = this.page.locator('[role=dialog]:visible').last();
		await dialog.locator('input[type=password]').first().fill(secret);
		await dialog.getByRole('button', { name: 'Save' }).click();
		await this.page.getByText('Credential successfully created').waitFor();
		await dialog.waitFor({ state: 'hidden' });
	}

	/** Says in a parameter with several ways of naming a thing which way, and the name. */
	async locate(parameter, way, name) {
		const locator = this.testId(`resource-locator-${parameter}`);
		await locator.locator(byTestId('rlc-mode-selector')).click();
		await this.page
			.locator('.el-select-dropdown__item:visible')
			.filter({ hasText: way })
			.first()
			.click();
		await locator.locator('input').last().fill(name);
	}

	/** Puts text into a field as by pasting it. */
	async paste(parameter, text) {
		await this.parameter(parameter).locator('textarea, input').first().click();
		await this.page.keyboard.insertText(text);
	}

	async publish() {
		await this.testId('workflow-open-publish-modal-button').click();
		const dialog = this.page.locator('[role=dialog]:visible');
		await dialog.getByRole('button', { name: 'Publish' }).click();
		const confirmation = dialog.filter({ hasText: 'Workflow published' });
		await confirmation.getByRole('button', { name: 'Got it' }).click();
		await confirmation.waitFor({ state: 'hidden' });
	}

	/** Runs the open workflow from one of its triggers. */
	async executeFrom(nodeName) {
		await this.#nodeOnCanvas(nodeName).hover();
		await this.testId(`execute-workflow-button-${nodeName}`).click();
	}

	/** The items on the page, read from the JSON view of the open node's output. */
	async shownItems() {
		const output = this.testId('output-panel');
		await output.locator(byTestId('radio-button-json')).click();
		const data = output.locator(byTestId('ndv-data-container'));
		// The view comes first, its content after.
		await data.getByText(/"\w+"/).first().waitFor();
		await this.settle();
		return await data.innerText();
	}

	/** The labels at the outputs of a node on the canvas. */
	async outputLabels(nodeName) {
		const handles = this.#nodeOnCanvas(nodeName).locator(byTestId('canvas-node-output-handle'));
		return (await handles.allInnerTexts()).map((text) => text.split('\n')[0].trim());
	}

	/** Notes on the canvas that a node lies on, or whose text does not fit. */
	async coveredNotes() {
		return await this.page.evaluate(() => {
			const nodes = [...document.querySelectorAll('[data-test-id="canvas-node"]')];
			const isNote = (node) =>
				node.querySelector('[data-test-id="sticky"], .sticky-textarea, [class*="sticky"]');
			const notes = nodes.filter(isNote);
			return notes.flatMap((note) => {
				const box = note.getBoundingClientRect();
				const covering = nodes
					.filter((node) => !notes.includes(node))
					.filter((node) => {
						const { left, right, top, bottom } = node.getBoundingClientRect();
						return left < box.right && right > box.left && top < box.bottom && bottom > box.top;
					})
					.map((node) => `${node.dataset.nodeName} lies on ${note.dataset.nodeName}`);
				const cut = [...note.querySelectorAll('*')].some(
					(part) =>
						part.scrollHeight > part.clientHeight + 8 &&
						getComputedStyle(part).overflowY !== 'visible',
				);
				return cut ? [...covering, `${note.dataset.nodeName} is too small`] : covering;
			});
		});
	}

	/** Texts of the open node whose end does not fit, apart from those that scroll. */
	async cutOffTexts() {
		return await this.testId('ndv').evaluate((panel) =>
			[...panel.querySelectorAll('*')]
				.filter((element) => {
					if (![...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== '')) {
						return false;
					}
					const { overflowX, visibility, textOverflow } = getComputedStyle(element);
					if (visibility === 'hidden' || element.offsetParent === null) return false;
					const hides = overflowX === 'hidden' || textOverflow === 'ellipsis';
					return hides && element.scrollWidth > element.clientWidth + 1;
				})
				.map((element) => element.textContent.trim()),
		);
	}
}
