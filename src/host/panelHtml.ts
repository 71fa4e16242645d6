/** What the panel's page is made of. */
export interface PanelPage {
	/** Of the bundled script and style sheet, as the webview can load them. */
	readonly scriptUri: string;
	readonly styleUri: string;
	/** `webview.cspSource`. */
	readonly cspSource: string;
	/** Fresh and unguessable for each page. */
	readonly nonce: string;
	readonly title: string;
}

/**
 * The panel's page. It holds nothing but the two files, so that all that is shown comes in messages. The policy lets
 * through that script, that style sheet and its icon font, and no network, no inline style and no markup from payloads.
 */
export function panelHtml({ scriptUri, styleUri, cspSource, nonce, title }: PanelPage): string {
	const policy = [
		"default-src 'none'",
		`script-src 'nonce-${nonce}'`,
		`style-src ${cspSource}`,
		`font-src ${cspSource}`,
		"base-uri 'none'",
		"form-action 'none'",
	].join('; ');
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(styleUri)}">
<title>${escaped(title)}</title>
</head>
<body>
<script nonce="${escaped(nonce)}" src="${escaped(scriptUri)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
