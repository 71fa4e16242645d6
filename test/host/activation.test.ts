import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionId } from './support';

// Named to run first: every other test activates the extension.
describe('activation', () => {
	it('waits until the extension is used', () => {
		const extension = vscode.extensions.getExtension(extensionId);
		assert.ok(extension);
		assert.deepEqual(extension.packageJSON.activationEvents, ['onWebviewPanel:transportInspector.panel']);
		assert.equal(extension.isActive, false);
	});
});
