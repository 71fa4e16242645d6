import { l10n } from 'vscode';
import { type FactName, factOf } from '../../core/sizing/facts';
import { figure } from '../../core/sizing/figures';
import type { NoAnswerReason, SizingProblem } from '../../core/sizing/problem';
import { factFigure } from '../../core/sizing/report';

/** One sentence for a person: what was seen, what was expected, what to try. */
export function sizingProblemText({ code, values, fact }: SizingProblem): string {
	const v = values as Record<string, string | number>;
	switch (code) {
		case 'emptySelection':
			return l10n.t(
				'Nothing is selected, and no paragraph is under the cursor; select a sentence such as "a node holds 60k sockets, 240k users are online at peak".',
			);
		case 'nothingToSize':
			return l10n.t(
				'No number in the text says anything about capacity; expected one with its meaning, so write for example "240k users online at peak" or "60k sockets per node".',
			);
		case 'textTooLong':
			return l10n.t(
				'The text has {0} characters, and what lies beyond {1} was not read; select the part that tells the numbers.',
				figure(Number(v.characters)),
				figure(Number(v.most)),
			);
		case 'ambiguous':
			return v.because === 'digitGrouping'
				? l10n.t(
						'"{0}" can mean {1} or {2}; write it without its separator, or say with the setting "sizing.decimalSeparator" what a point means.',
						v.text!,
						v.first!,
						v.second!,
					)
				: l10n.t('"{0}" can mean {1} or {2}; write the unit out, as in Mbit/s or MB/s.', v.text!, v.first!, v.second!);
		case 'contradiction':
			return l10n.t(
				'The {0} is told twice, as {1} and as {2}; expected one, so select the one that is meant or correct the other.',
				v.label!,
				shown(fact, v.first!),
				shown(fact, v.second!),
			);
		case 'missing':
			return l10n.t(
				'Nothing tells the {0}; expected it in the text or as "{1}", so add it, for example {2}.',
				v.label!,
				v.input!,
				exampleOf(fact),
			);
		case 'outOfRange':
			return l10n.t(
				'The {0} is {1}; expected {2}, so correct it, for example to {3}.',
				v.label!,
				shown(fact, v.value!),
				expectation(fact, String(v.expected)),
				exampleOf(fact),
			);
		case 'invalidInput':
			return l10n.t(
				'"{0}" is {1}; expected {2}, so correct that argument and run the command again.',
				v.input!,
				v.value!,
				v.expected!,
			);
		case 'noAnswer':
			return noAnswerText(v.reason as NoAnswerReason);
		case 'notMeasured':
			return l10n.t(
				'The session has measured nothing yet; let it receive events, then size it again, or tell the numbers in a note.',
			);
	}
}

function noAnswerText(reason: NoAnswerReason): string {
	switch (reason) {
		case 'noSurvivors':
			return l10n.t(
				'With this number of servers none is left to take the connections of the ones that fail; there must be one more server at least, so raise their number.',
			);
		case 'failuresNotBelowServers':
			return l10n.t(
				'As many servers fail as there are; fewer must, so raise the number of servers or tolerate fewer failures.',
			);
		case 'noConstraint':
			return l10n.t(
				'Nothing is known that limits a server; tell one at least: its memory and that of a connection, its file descriptors, its link, the handshakes it bears, or a limit that was tested.',
			);
		case 'tooLarge':
			return l10n.t(
				'The result is beyond what can be counted exactly (2⁵³); check the largest number for a digit too many.',
			);
	}
}

/** A value with the unit of its fact; what is a text already is shown as it is. */
function shown(fact: FactName | undefined, value: string | number): string {
	return typeof value === 'string' || fact === undefined ? String(value) : factFigure(fact, value);
}

function exampleOf(fact: FactName | undefined): string {
	return fact === undefined ? '1' : factOf(fact).example;
}

/** What `size` says that it expected, in words: `≥ 1` is "at least 1", with the unit of the fact. */
function expectation(fact: FactName | undefined, expected: string): string {
	const [, sign, bound] = /^([>≥≤]) (.+)$/.exec(expected) ?? [];
	if (sign !== undefined) {
		const amount = shown(fact, Number(bound));
		switch (sign) {
			case '>':
				return l10n.t('more than {0}', amount);
			case '≥':
				return l10n.t('at least {0}', amount);
			default:
				return l10n.t('at most {0}', amount);
		}
	}
	switch (expected) {
		case 'whole':
			return l10n.t('a whole number');
		case 'number':
			return l10n.t('a number');
		case 'true, false':
			return l10n.t('yes or no');
		default:
			return l10n.t('one of {0}', expected);
	}
}
