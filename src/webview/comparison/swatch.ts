import { seriesColor, seriesDash } from './seriesStyle';

const widthPx = 22;

/** The nth session's line, as the charts draw it. */
export function swatch(at: number): SVGElement {
	const line = svg('line', { x1: 0, x2: widthPx, y1: 5, y2: 5, 'stroke-width': 2 });
	line.style.stroke = `var(--vscode-${seriesColor(at)}, currentColor)`;
	line.setAttribute('stroke-dasharray', seriesDash(at).join(' '));
	const created = svg('svg', { width: widthPx, height: 10, class: 'swatch-line', 'aria-hidden': 'true' });
	created.append(line);
	return created;
}

function svg(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
	const created = document.createElementNS('http://www.w3.org/2000/svg', tag);
	for (const [name, value] of Object.entries(attributes)) {
		created.setAttribute(name, String(value));
	}
	return created;
}
