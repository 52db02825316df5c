#!/bin/sh
# unpark-serve as an MCP server, over stdio and over HTTP, in both eras.
. "$(dirname "$0")/serve-tap"
"$region" copy frozen >/dev/null

# stdio: one message a line ------------------------------------------------------
ask() { # message, checks of the answer
	printf '%s\n' "$1" | "$tool" copy --stdio >answer || return 1
	shift
	[ "$(wc -l <answer)" = 1 ] && "$client" json "$@" <answer
}
silent() {
	printf '%s\n' "$1" | "$tool" copy --stdio >answer && [ ! -s answer ]
}
call() { # tool, arguments, checks
	message='{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"'$1'","arguments":'$2'}}'
	shift 2
	ask "$message" "$@"
}
ok "a client says hello" ask \
	'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' \
	id=1 result.protocolVersion=2025-06-18 result.capabilities.tools? \
	result.serverInfo.name=unpark-serve
ok "of a version that is not known it hears the newest" ask \
	'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"1999-01-01"}}' \
	result.protocolVersion=2025-11-25
ok "a notification has no answer" silent \
	'{"jsonrpc":"2.0","method":"notifications/initialized"}'
ok "an id may be a word" ask '{"jsonrpc":"2.0","id":"a","method":"ping"}' \
	id=a '#result=0'
ok "the tools, each with a schema" ask \
	'{"jsonrpc":"2.0","id":2,"method":"tools/list"}' '#result.tools=8' \
	result.tools.0.name=runtime_overview \
	result.tools.2.inputSchema.properties.limit.type=integer \
	result.tools.3.inputSchema.required.0=id result.resultType!
ok "a tool answers as text, and as data" call list_tasks \
	'{"sort":"busy","limit":1}' id=7 result.isError=false \
	result.content.0.type=text result.structuredContent.tasks.0.id=9
for name in runtime_overview list_workers list_tasks list_warnings wait_graph latency_histogram; do
	ok "$name" call $name '{}' result.isError=false \
		result.structuredContent.region=0123456789abcdef
done
ok "task_detail" call task_detail '{"id":9}' result.structuredContent.task.id=9
ok "explain, of a task" call explain '{"task":10}' \
	result.structuredContent.findings.0.rule=deadlock
ok "explain, of a finding" call explain '{"finding":1}' \
	result.structuredContent.findings.0.rule=deadlock
ok "a tool that is not there" call nothing '{}' error.code=-32602
ok "arguments that are none" call list_tasks '[]' error.code=-32602
ok "a wrong argument is told to the model" call list_tasks '{"limit":"many"}' \
	result.isError=true 'result.content.0.text=limit: choose an integer, from 1'
ok "a missing one, too" call task_detail '{}' result.isError=true \
	'result.content.0.text=id: it is needed'
ok "and one that is not known" call wait_graph '{"x":1}' result.isError=true \
	'result.content.0.text=x: there is no such argument'
ok "a task that is not there" call task_detail '{"id":99999}' result.isError=true
ok "what is no JSON" ask '{"jsonrpc"' error.code=-32700 id=null
ok "what is no request" ask '{"id":1,"method":"ping"}' error.code=-32600
ok "many requests in one" ask '[]' error.code=-32600
ok "an id that is none" ask '{"jsonrpc":"2.0","id":{},"method":"ping"}' \
	error.code=-32600 id=null
ok "a method that is not there" ask '{"jsonrpc":"2.0","id":1,"method":"x"}' \
	error.code=-32601 id=1
ok "parameters that are none" ask \
	'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}' error.code=-32602
too_long() {
	{ head -c 100000 /dev/zero | tr '\0' a; echo; echo '{"jsonrpc":"2.0","id":5,"method":"ping"}'; } |
		"$tool" copy --stdio >answer
	head -n 1 answer | "$client" json error.code=-32600 &&
		tail -n 1 answer | "$client" json id=5 result?
}
ok "a line that is too long is read over" too_long

# The era without a hello ---------------------------------------------------------
meta='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
ok "a server is discovered" ask \
	'{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{'"$meta"'}}' \
	result.supportedVersions.0=2026-07-28 result.resultType=complete \
	result.ttlMs? result.cacheScope=public
ok "a list says how long it is good" ask \
	'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{'"$meta"'}}' \
	result.resultType=complete result.ttlMs? '#result.tools=8'
ok "a hello is a method that is no more" ask \
	'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{'"$meta"'}}' \
	error.code=-32601
ok "a version that is not known is refused, with a list" ask \
	'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2030-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}' \
	error.code=-32022 error.data.supported.0=2026-07-28 \
	error.data.requested=2030-01-01

# HTTP -------------------------------------------------------------------------------
ok "it listens" serve ./copy
posts() { # status, body, checks
	want=$1
	post /mcp "$2" || return 1
	shift 2
	is "$want" "$@"
}
ok "POST has an answer" posts 200 '{"jsonrpc":"2.0","id":1,"method":"ping"}' id=1
ok "a notification is taken" posts 202 \
	'{"jsonrpc":"2.0","method":"notifications/initialized"}'
ok "GET is not served" gives 405 /mcp
ok "what is no JSON" posts 400 'nonsense' error.code=-32700
with() { # status, body, header, checks
	want=$1
	post /mcp "$2" "$3" || return 1
	shift 3
	is "$want" "$@"
}
ok "what does not say that it is JSON" with 415 '{}' 'Content-Type: text/plain'
ok "a page of the web may not ask" with 403 '{}' 'Origin: https://evil.example'
ok "a version in the header that is not known" with 400 \
	'{"jsonrpc":"2.0","id":1,"method":"tools/list"}' \
	'MCP-Protocol-Version: 1999-01-01' error.code=-32022
ok "headers that do not say what the body says" with 400 \
	'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{'"$meta"'}}' \
	'Mcp-Method: tools/call' error.code=-32020
modern() {
	post /mcp '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"explain","arguments":{"task":9},'"$meta"'}}' \
		'MCP-Protocol-Version: 2026-07-28' 'Mcp-Method: tools/call' 'Mcp-Name: explain' &&
		is 200 result.resultType=complete result.isError=false
}
ok "headers that do" modern

# The official client -------------------------------------------------------------------
about="the official client lists and calls every tool"
if [ -z "${LONG-}" ]; then
	skip "$about" "only with LONG=1"
elif ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	skip "$about" "node and npm are not both here: install nodejs and npm"
else
	sdk=$O/mcp-sdk
	mkdir -p "$sdk"
	[ -d "$sdk/node_modules/@modelcontextprotocol/sdk" ] ||
		(cd "$sdk" && echo '{"private":true}' >package.json &&
			timeout 120 npm install --no-audit --no-fund --ignore-scripts \
				@modelcontextprotocol/sdk@1) >npm-said 2>&1 || :
	if [ ! -d "$sdk/node_modules/@modelcontextprotocol/sdk" ]; then
		skip "$about" "npm could not install @modelcontextprotocol/sdk"
	else
		cp "$here/serve-sdk.mjs" "$sdk/client.mjs"
		ok "$about, over HTTP" timeout 60 node "$sdk/client.mjs" \
			http "http://127.0.0.1:$port/mcp"
		ok "$about, over stdio" timeout 60 node "$sdk/client.mjs" \
			stdio "$tool" "$work/copy" --stdio
	fi
fi
stop
finish
