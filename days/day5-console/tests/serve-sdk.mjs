// The official MCP client lists and calls every tool of unpark-serve.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [how, ...rest] = process.argv.slice(2);
const transport = how === "http" ? new StreamableHTTPClientTransport(new URL(rest[0]))
	: new StdioClientTransport({ command: rest[0], args: rest.slice(1) });
const client = new Client({ name: "unpark-test", version: "1" });
const needs = { task_detail: { id: 9 }, explain: { task: 9 } };
function demand(so, what) {
	if (!so) {
		console.log("not so: " + what);
		process.exit(1);
	}
}

await client.connect(transport);
await client.ping();
const { tools } = await client.listTools();
demand(tools.length === 8, "eight tools");
for (const tool of tools) {
	const r = await client.callTool({ name: tool.name, arguments: needs[tool.name] ?? {} });
	demand(!r.isError, tool.name + " has no error");
	demand(r.structuredContent.region === "0123456789abcdef", tool.name + " tells its region");
	demand(JSON.stringify(JSON.parse(r.content[0].text)) === JSON.stringify(r.structuredContent), tool.name + " says the same as text");
}
const wrong = await client.callTool({ name: "task_detail", arguments: {} });
demand(wrong.isError, "a missing argument is an error that a model sees");
let code = 0;
await client.callTool({ name: "nothing", arguments: {} }).catch(e => { code = e.code; });
demand(code === -32602, "a tool that is not there");
await client.close();
