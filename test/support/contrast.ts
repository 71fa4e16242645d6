import type { FrameLocator } from 'playwright-core';

/**
 * The texts of a page that stand out less from their ground than asked for, each with its contrast and class: WCAG 2.2 asks
 * for 4.5 of text, and for 3 of large text. What is hidden or disabled is left out.
 */
export async function faintTexts(frame: FrameLocator, leastContrast: number): Promise<string[]> {
	return frame.locator('body').evaluate((body, least) => {
		type Colour = [number, number, number, number];
		const parse = (text: string): Colour => {
			const parts = (text.match(/[\d.]+/g) ?? []).map(Number);
			return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0, parts[3] ?? 1];
		};
		const over = ([r, g, b, a]: Colour, under: Colour): Colour => [
			r * a + under[0] * (1 - a),
			g * a + under[1] * (1 - a),
			b * a + under[2] * (1 - a),
			1,
		];
		const luminance = ([r, g, b]: Colour): number => {
			const linear = [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
			return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
		};
		const ground = (element: Element | null): Colour => {
			if (element === null) {
				return parse(
					getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background') || 'rgb(0,0,0)',
				);
			}
			const colour = parse(getComputedStyle(element).backgroundColor);
			return colour[3] >= 1 ? colour : over(colour, ground(element.parentElement));
		};
		const found: string[] = [];
		for (const element of body.querySelectorAll('*')) {
			const own = [...element.childNodes].some(
				(node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '',
			);
			if (!own || !(element as HTMLElement).checkVisibility({ visibilityProperty: true, opacityProperty: true })) {
				continue;
			}
			if ((element as HTMLButtonElement).disabled || element.closest('[aria-disabled="true"]')) {
				continue;
			}
			const under = ground(element);
			const ink = over(parse(getComputedStyle(element).color), under);
			const [high, low] = [luminance(ink), luminance(under)].sort((a, b) => b - a) as [number, number];
			const contrast = (high + 0.05) / (low + 0.05);
			if (contrast < least) {
				found.push(`${contrast.toFixed(2)} ${element.className} "${element.textContent!.slice(0, 30)}"`);
			}
		}
		return found;
	}, leastContrast);
}
