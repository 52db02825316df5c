#!/bin/sh
# unpark-serve over HTTP: every answer, who may ask, what is refused, and that
# nothing which is sent ends it.
. "$(dirname "$0")/serve-tap"

# A copy: its numbers are always the same -------------------------------------
"$region" copy frozen >/dev/null
once() { # path, checks...
	path=$1
	shift
	"$tool" copy --once "$path" >body && "$client" json "$@" <body
}
ok "a region's runtimes are told, and what it had no room for" once \
	/api/v1/runtime state=frozen region=0123456789abcdef program=demo \
	snapshot_id=1 lost.tasks=3 '#runtimes=2' runtimes.0.name=web \
	runtimes.0.injection=7 runtimes.0.queued=13 tasks.waiting=48 \
	blocking_pool.queued=2 io.registered=40 uptime_ns=60000000000
ok "a worker inside a poll is told with its task" once /api/v1/workers \
	'#workers=5' workers.1.state=polling workers.1.task=9 \
	workers.1.poll=381 workers.1.what=thumbnail workers.1.for_ns=120000000 \
	workers.1.span=resize workers.0.task! workers.0.counters.polls=5000 \
	workers.0.counters.busy_ns=9000000000
ok "a list of tasks is sorted, and cut" once \
	'/api/v1/tasks?sort=busy&limit=2' '#tasks=2' matching=60 tasks.0.id=9 \
	tasks.0.busy_ns=129000000 tasks.1.id=60
ok "the smallest first, too" once '/api/v1/tasks?sort=-id&limit=1' tasks.0.id=1
ok "only those of a state" once '/api/v1/tasks?state=polling' '#tasks=1' \
	tasks.0.id=9
ok "scheduled is three states in one" once '/api/v1/tasks?state=scheduled' \
	matching=10
ok "or with a word in their names" once '/api/v1/tasks?filter=TICKER' matching=15
ok "a task is told with its histogram, and its last polls" once \
	/api/v1/tasks/10 task.id=10 task.waits_for.kind=lock \
	task.waits_for.resource=2 '#task.last_polls=8' task.last_polls.7.poll=20 \
	task.poll_histogram.0.from_ns=1024 task.wakes=20 task.self_wakes=1
ok "a lock's holder, and who waits" once /api/v1/resources '#resources=3' \
	resources.1.kind=lock resources.1.holder=11 resources.1.waiting=1 \
	resources.0.kind=channel resources.0.depth=8
ok "places" once /api/v1/places '#places=4' places.1.where=server.c:88 \
	places.2.what='db "query" \ <b>'
ok "spans" once /api/v1/spans '#spans=1' spans.0.total_ns=99000000
ok "two that wait for each other are a circle" once /api/v1/waits \
	'#circles=1' 'circles.0=[10,11]' '#edges=4' edges.2.for_task=9 waiting.io=43
ok "a deadlock is a warning, with a sentence and advice" once \
	/api/v1/warnings warnings.0.rule=deadlock warnings.0.level=critical \
	warnings.0.text? warnings.0.advice?
ok "a finding is explained by its number" once '/api/v1/explain?finding=1' \
	findings.0.rule=deadlock '#findings=1'
ok "a task that nothing is said of is not left out" once \
	'/api/v1/explain?task=1' '#findings=0' text?
ok "histograms of a runtime are those of its workers together" once \
	'/api/v1/histograms?kind=polls&runtime=1' '#histograms=1' \
	histograms.0.count=47724 histograms.0.p50_ns=8191
ok "of one worker" once '/api/v1/histograms?kind=polls&worker=1' \
	histograms.0.count=11931 histograms.0.worker=1
ok "of one task" once '/api/v1/histograms?task=9' '#histograms=2' \
	histograms.0.task=9
ok "events are slices for Perfetto" once '/trace.json?events=40' \
	otherData.lost=80 traceEvents.0.ph=M
fails "what is not there is an error, also without HTTP" 'no such path' \
	"$tool" copy --once /api/v1/nothing
echo text >made
fails "no region is named by its file" 'this is no region' "$tool" made
fails "and no file by its path" 'no region there' "$tool" ./none
fails "a port that is none" 'choose a number' "$tool" copy --port 70000
fails "says how it is used" 'see unpark-serve --help' "$tool" --what

# Told or refused, but no signal, and nothing that is no JSON.
survives() { # first seed, last seed
	seed=$1
	while [ "$seed" -le "$2" ]; do
		"$client" damage copy bad "$seed" || return 1
		for path in '/api/v1/tasks?sort=-poll_p95' /api/v1/waits \
			/api/v1/workers /api/v1/warnings \
			/api/v1/histograms /trace.json; do
			rc=0
			"$tool" bad --once "$path" >body 2>words || rc=$?
			[ $rc -le 2 ] || { echo "seed $seed: $path"; return 1; }
			[ $rc = 2 ] || "$client" json <body ||
				{ echo "seed $seed: $path"; return 1; }
		done
		seed=$((seed + 1))
	done
}
ok "a region with damaged bytes is told or refused, seeds 1 to 30" survives 1 30

# Prometheus ---------------------------------------------------------------------
metrics() {
	"$tool" copy --once /metrics >metrics
}
ok "metrics are written" metrics
one_head() {
	[ -z "$(grep '^# TYPE' metrics | cut -d' ' -f3 | sort | uniq -d)" ]
}
ok "a family has one head" one_head
says() {
	grep -qxF -e "$1" metrics || { grep -F -e "${1%% *}" metrics; return 1; }
}
ok "times are seconds" says \
	'unpark_worker_busy_seconds_total{runtime="1",name="web",worker="1"} 9.000000000'
ok "buckets are cumulative, to the end" says \
	'unpark_poll_duration_seconds_bucket{runtime="1",name="web",worker="1",le="+Inf"} 11931'
ok "and their count agrees" says \
	'unpark_poll_duration_seconds_count{runtime="1",name="web",worker="1"} 11931'
ok "what is special in a label is escaped" says \
	'unpark_place_spawned_total{place="3",name="db \"query\" \\ <b>",where="db.c:17"} 300'
if command -v promtool >/dev/null; then
	ok "promtool has nothing to say" promtool check metrics <metrics
else
	skip "promtool has nothing to say" \
		"promtool is not installed: sh harness/setup --all"
fi

# HTTP -----------------------------------------------------------------------------
export UNPARK_INTERVAL_MS=10
live file 77
ok "it listens at a port that was free" serve ./file
ok "an answer is JSON" gives 200 /api/v1/runtime state=live region=0000000000000077
ok "a path that is not there" gives 404 /api/v2/runtime error.status=404
ok "a parameter that is wrong is named" gives 400 \
	'/api/v1/tasks?limit=many' 'error.message=limit=many: choose a number from 1 to 10000'
ok "one that is not known, too" gives 400 '/api/v1/workers?sort=id' \
	'error.message=sort: no such parameter; /api/v1/workers has: none'
ok "the end of a parameter's name is none" gives 400 \
	'/api/v1/tasks?ort=id' error.status=400
ok "a task that is not there" gives 404 /api/v1/tasks/99999 error.status=404
ok "what is no number of a task" gives 400 /api/v1/tasks/x error.status=400
head_of() { # path, words
	"$client" head "$port" "$1" >head && grep -qi -F -e "$2" head
}
ok "JSON is not taken for anything else" head_of /api/v1/runtime \
	'X-Content-Type-Options: nosniff'
ok "nothing is run that JSON may hold" head_of /api/v1/runtime \
	"Content-Security-Policy: default-src 'none'"
ok "metrics say their version" head_of /metrics \
	'Content-Type: text/plain; version=0.0.4'
nonces_differ() {
	head_of / script-src && one=$(grep -o "nonce-[0-9a-f]*" head | head -n 1) &&
		head_of / script-src && ! grep -q "$one" head
}
ok "a page's script has a word of its own each time" nonces_differ
refused() { # status, arguments of get
	want=$1
	shift
	get "$@" && is "$want"
}
ok "a page of the web may not ask" refused 403 /api/v1/runtime \
	'Origin: http://evil.example'
ok "nor one without a place" refused 403 /api/v1/runtime 'Origin: null'
ok "nor one that begins like a local one" refused 403 /api/v1/runtime \
	'Origin: http://localhost.evil.example'
ok "a local page may" refused 200 /api/v1/runtime 'Origin: http://localhost:3000'
ok "a name that was made to point here is refused" refused 403 /api/v1/runtime \
	'Host: evil.example'
ok "localhost is not" refused 200 /api/v1/runtime 'Host: localhost:1'
refuses_post() { # status, arguments of post
	want=$1
	shift
	post "$@" && is "$want"
}
ok "nothing is posted but to /mcp" refuses_post 405 /api/v1/runtime '{}'
ok "a body that is too long is refused" refuses_post 413 /mcp @70000
ok "also when it does not say so before" refuses_post 413 /mcp @0 \
	'Content-Length: 99999999999'
ok "also when it never says how long it is" refuses_post 413 /mcp %70000
ok "one that fits is read" refuses_post 400 /mcp %60000
ok "headers that are too long are refused" refused 431 /api/v1/runtime \
	"X-Long: $(head -c 40000 /dev/zero | tr '\0' a)"
ok "400 requests of garbage, seed 1" "$client" fuzz "$port" 1 400
ok "400 more, seed 2" "$client" fuzz "$port" 2 400
fails "a port that is taken is named" 'is taken' "$tool" ./file --port "$port"

# It ends, and begins anew -----------------------------------------------------------
until_so() { # path, checks: soon
	tries=0
	while [ $tries -lt 300 ]; do
		gives 200 "$@" >/dev/null 2>&1 && return 0
		tries=$((tries + 1))
	done
	gives 200 "$@"
}
ok "snapshots go on" until_so /api/v1/history points.20.percent.4?
recorded() {
	"$rec" ./file -o three.rec --count 3 --interval 20 &&
		"$tool" three.rec --once /api/v1/history >body &&
		"$client" json state=frozen region=0000000000000077 \
			'#points=2' <body
}
ok "a recording is told like its program, with what came before" recorded
leave
ok "a program that has ended is told as such" until_so /api/v1/runtime state=dead \
	region=0000000000000077
live file 88
ok "another run at the same path is followed" until_so /api/v1/runtime \
	state=live region=0000000000000088
ok "and nothing of the first one is mixed with it" until_so /api/v1/history \
	region=0000000000000088 points.0?
rm file
ok "one that has taken its region away, too" until_so /api/v1/runtime state=stopped
stop
finish
