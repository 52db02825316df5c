/*
 * Reads the JSON of a trace as a viewer does, and takes offence at whatever a
 * viewer would drop without a word. Lives in the supervisor.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/oracle.h"

#define TRACKS 512
#define FLOWS 4096

/* One record, and where it stood, so that a sort is stable. */
struct record {
	json_t *json;
	double ts;
	size_t at;
};

/* What is seen of a track, or of a flow. */
struct reader {
	struct oracle_call *call;
	unsigned int depth[3][TRACKS];
	double busy_until[3][TRACKS];
	bool has_name[3][TRACKS];
	unsigned int begins[FLOWS], ends[FLOWS];
	unsigned int nr_slices, nr_flows;
};

static int by_time(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->ts != y->ts)
		return x->ts < y->ts ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

static bool refuse(struct oracle_call *call, size_t at, const char *what)
{
	snprintf(call->what, sizeof(call->what), "%s", what);
	snprintf(call->want, sizeof(call->want),
		 "JSON of which a viewer drops nothing");
	snprintf(call->got, sizeof(call->got), "record %zu of traceEvents", at);
	return false;
}

static bool read_flow(struct reader *r, const struct record *e, char ph,
		      unsigned int depth)
{
	json_int_t id = json_integer_value(json_object_get(e->json, "id"));

	if (id < 1 || id >= FLOWS)
		return refuse(r->call, e->at, "a flow has no number");
	if (!depth)
		return refuse(
			r->call, e->at,
			"a flow hangs on no slice: nothing is open there");
	if (ph == 's' && r->begins[id]++)
		return refuse(r->call, e->at, "a flow begins twice");
	if (ph == 'f' && (r->ends[id]++ || !r->begins[id]))
		return refuse(r->call, e->at,
			      "a flow ends twice, or before it began");
	r->nr_flows += ph == 'f';
	return true;
}

static bool read_span(struct reader *r, const struct record *e, double *busy)
{
	double dur = json_number_value(json_object_get(e->json, "dur"));

	/* Less than a nanosecond is what the numbers were rounded by. */
	if (dur < 0 || e->ts < *busy - 0.0005)
		return refuse(r->call, e->at,
			      "a slice overlaps the one before it");
	*busy = e->ts + dur;
	r->nr_slices++;
	return true;
}

static bool read_record(struct reader *r, const struct record *e)
{
	const char *ph = json_string_value(json_object_get(e->json, "ph"));
	json_int_t pid = json_integer_value(json_object_get(e->json, "pid"));
	json_int_t tid = json_integer_value(json_object_get(e->json, "tid"));
	const char *name = json_string_value(json_object_get(e->json, "name"));

	if (!ph || pid < 1 || pid > 2 || tid < 0 || tid >= TRACKS)
		return refuse(r->call, e->at, "a record has no phase or track");
	if (*ph == 'M') {
		r->has_name[pid][tid] = true;
		return true;
	}
	if (!r->has_name[pid][tid])
		return refuse(r->call, e->at, "a track has no name");
	if (*ph != 'E' && !name)
		return refuse(r->call, e->at, "a record has no name");
	switch (*ph) {
	case 'B':
		r->depth[pid][tid]++;
		r->nr_slices++;
		return true;
	case 'E':
		if (!r->depth[pid][tid]--)
			return refuse(r->call, e->at,
				      "a slice ends that never began");
		return true;
	case 'X':
		return read_span(r, e, &r->busy_until[pid][tid]);
	case 's':
	case 'f':
		return read_flow(r, e, *ph, r->depth[pid][tid]);
	default:
		return refuse(r->call, e->at, "a record of an unknown kind");
	}
}

static bool read_all(struct reader *r, json_t *doc)
{
	json_t *list = json_object_get(doc, "traceEvents");
	size_t n = json_array_size(list), i;
	struct record *e = calloc(n + 1, sizeof(*e));
	bool fine = e && n;

	for (i = 0; i < n && e; i++) {
		json_t *json = json_array_get(list, i);

		e[i] = (struct record){
			json, json_number_value(json_object_get(json, "ts")), i
		};
		/* Metadata counts at any time: first. */
		if (!json_object_get(json, "ts"))
			e[i].ts = -1;
	}
	if (e)
		qsort(e, n, sizeof(*e), by_time);
	for (i = 0; i < n && fine; i++)
		fine = read_record(r, &e[i]);
	free(e);
	for (i = 0; fine && i < TRACKS; i++)
		if (r->depth[1][i] || r->depth[2][i])
			fine = refuse(r->call, n, "a slice never ends");
	for (i = 0; fine && i < FLOWS; i++)
		if (r->begins[i] != r->ends[i])
			fine = refuse(r->call, n, "a flow never ends");
	if (fine && (!r->nr_slices || !r->nr_flows))
		fine = refuse(r->call, n, "there is no slice, or no flow");
	return fine;
}

ORACLE(trace_json)
{
	struct reader *r = calloc(1, sizeof(*r));
	json_error_t error;
	json_t *doc = json_loadb(call->req, call->req_len, 0, &error);

	if (r && doc) {
		r->call = call;
		call->accepted = read_all(r, doc);
		call->reply_len =
			(size_t)snprintf(call->reply, 200,
					 "the JSON has %u slices, %u flows",
					 r->nr_slices, r->nr_flows);
	} else {
		snprintf(call->what, sizeof(call->what),
			 "it is no JSON: line %d: %s", error.line, error.text);
	}
	json_decref(doc);
	free(r);
}
