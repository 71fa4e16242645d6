/** A design note of paragraphs, lists and a table, a third of them with numbers that can be sized, as long as asked for. */
export function noteOfLength(characters: number): string {
	const parts: string[] = ['# Live updates: how the feed reaches its audience\n'];
	for (let length = 0, section = 1; length < characters; section++) {
		const part = sectionOf(section);
		parts.push(part);
		length += part.length + 1;
	}
	return parts.join('\n');
}

function sectionOf(number: number): string {
	const audience = 20_000 + 1000 * (number % 300);
	return `## ${number}. Region ${String.fromCharCode(65 + (number % 26))}

The team that runs this region took it over in 2024. Its gateway speaks HTTP/1.1 to the outside and keeps a session for as
long as the client wants one; what it answers is described in \`docs/gateway.md\`, and questions go to the channel.

We expect ${audience.toLocaleString('en-US')} users online at peak, and a node safely holds 60k sockets. Each of them gets one update
of ${180 + (number % 80)} bytes once per second, and a heartbeat goes out every 25 s.

- Deploys are rolling: a node is drained, restarted and taken back before the next one begins.
- Clients reconnect with full jitter, and the balancer prefers the node that has the fewest connections.
- Nothing is stored on a node that another one could not build again from the log.

| what | who decides | until when |
|---|---|---|
| the page's texts | product | before the launch |
| the alarm's limits | whoever is on call | any time |

Long polling stays as it is for the clients that can't do better. Nobody has asked for anything else so far, and the last
review found no reason to change it either; see the notes of that meeting for the discussion, which was long.
`;
}
