/* Given: a snapshot as Prometheus text: what there is several times. */
#include <stddef.h>
#include <string.h>

#include "prom.h"

/* Families that are fields of a struct ------------------------------------- */

/* A list of structs, and the labels that tell one from another. */
struct list {
	const char *base;
	size_t stride;
	size_t n;
	void (*labels)(struct prom *p, size_t i);
};

/* A family with a sample for each of a list. */
struct field {
	const char *name;
	const char *type;
	const char *help;
	size_t offset;
	unsigned int size;
	bool is_ns;
};

#define FIELD(s, member, name, type, help, is_ns)              \
	{                                                      \
		name, type, help, offsetof(struct s, member),  \
			sizeof(((struct s *)0)->member), is_ns \
	}

static uint64_t field_of(const char *at, const struct field *fd)
{
	uint64_t n = 0;

	/* bool, unsigned int and uint64_t, on a little-endian machine. */
	memcpy(&n, at + fd->offset, fd->size);
	return n;
}

static void fields(struct prom *p, const struct list *l, const struct field *fd,
		   size_t nr)
{
	size_t k, i;

	for (k = 0; k < nr; k++) {
		prom_family(p, fd[k].name, fd[k].type, fd[k].help);
		for (i = 0; i < l->n; i++) {
			fprintf(p->out, "unpark_%s", fd[k].name);
			l->labels(p, i);
			prom_value(p, field_of(l->base + i * l->stride, &fd[k]),
				   fd[k].is_ns);
		}
	}
}

/* Labels ------------------------------------------------------------------- */

static void runtime_name(struct prom *p, unsigned int nr)
{
	fprintf(p->out, "{runtime=\"%u\",name=", nr + 1);
	prom_label(p->out,
		   nr < p->s->nr_runtimes ? p->s->runtimes[nr].name : "");
}

static void runtime_labels(struct prom *p, size_t i)
{
	runtime_name(p, (unsigned int)i);
	fputc('}', p->out);
}

void prom_worker(struct prom *p, size_t i)
{
	runtime_name(p, p->s->workers[i].runtime);
	fprintf(p->out, ",worker=\"%zu\"", i + 1);
}

static void worker_labels(struct prom *p, size_t i)
{
	prom_worker(p, i);
	fputc('}', p->out);
}

static void named(struct prom *p, const char *key, uint64_t nr,
		  const char *name, const char *where)
{
	fprintf(p->out, "{%s=\"%llu\",name=", key, (unsigned long long)nr);
	prom_label(p->out, name);
	fprintf(p->out, ",where=");
	prom_label(p->out, where);
	fputc('}', p->out);
}

static void place_labels(struct prom *p, size_t i)
{
	named(p, "place", i, p->s->places[i].what, p->s->places[i].where);
}

static void resource_labels(struct prom *p, size_t i)
{
	const struct snap_resource *r = &p->s->resources[i];

	/* Two ids of a region that lies may be the same: so the number. */
	named(p, "resource", i + 1, r->name, r->where);
}

static void span_labels(struct prom *p, size_t i)
{
	named(p, "span", i + 1, p->s->spans[i].name, p->s->spans[i].where);
}

/* What there is of each ---------------------------------------------------- */

static void runtimes(struct prom *p)
{
	static const struct field fd[] = {
		FIELD(snap_runtime, is_running, "runtime_running", "gauge",
		      "1 until the scheduler is destroyed.", false),
		FIELD(snap_runtime, nr_workers, "workers", "gauge",
		      "Workers of the runtime.", false),
		FIELD(snap_runtime, alive, "alive_tasks", "gauge",
		      "Tasks that have not ended.", false),
		FIELD(snap_runtime, injection, "injection_queue_depth", "gauge",
		      "Tasks in the injection queue.", false),
		FIELD(snap_runtime, spawned, "tasks_spawned_total", "counter",
		      "Tasks spawned, from everywhere.", false),
		FIELD(snap_runtime, ended, "tasks_ended_total", "counter",
		      "Tasks that have ended.", false),
		FIELD(snap_runtime, remote, "outside_schedules_total",
		      "counter", "Tasks scheduled by threads from outside.",
		      false),
		FIELD(snap_runtime, wakes, "outside_wakes_total", "counter",
		      "Wakers used by threads from outside.", false),
	};
	const struct list l = { (const char *)p->s->runtimes,
				sizeof(*p->s->runtimes), p->s->nr_runtimes,
				runtime_labels };

	fields(p, &l, fd, ARRAY_SIZE(fd));
}

static void worker_counters(struct prom *p)
{
	char name[80], help[120];
	unsigned int i, k;

	for (k = 0; k < METRIC_NR; k++) {
		bool is_ns = metric_info[k].unit[0];

		snprintf(name, sizeof(name), "worker_%s%s_total",
			 metric_info[k].name, is_ns ? "_seconds" : "");
		snprintf(help, sizeof(help), "Of the worker: %s.",
			 metric_info[k].what);
		prom_family(p, name, "counter", help);
		for (i = 0; i < p->s->nr_workers; i++) {
			fprintf(p->out, "unpark_%s", name);
			worker_labels(p, i);
			prom_value(p, p->s->workers[i].reading.v[k], is_ns);
		}
	}
}

static void worker_states(struct prom *p)
{
	static const char *const name[] = { "unknown", "polling", "searching",
					    "parked", "gone" };
	unsigned int i, k;

	prom_family(p, "worker_state", "gauge",
		    "1 for what the worker does now, else 0.");
	for (i = 0; i < p->s->nr_workers; i++) {
		for (k = 0; k < ARRAY_SIZE(name); k++) {
			fprintf(p->out, "unpark_worker_state");
			prom_worker(p, i);
			fprintf(p->out, ",state=\"%s\"}", name[k]);
			prom_value(p, p->s->workers[i].state == k, false);
		}
	}
	prom_family(
		p, "worker_poll_in_progress_seconds", "gauge",
		"How long the worker is inside its present poll; 0: in none.");
	for (i = 0; i < p->s->nr_workers; i++) {
		const struct snap_worker *w = &p->s->workers[i];
		bool is_in = w->state == WORKER_POLLING && p->s->now > w->since;

		fprintf(p->out, "unpark_worker_poll_in_progress_seconds");
		worker_labels(p, i);
		prom_value(p, is_in ? p->s->now - w->since : 0, true);
	}
}

static void workers(struct prom *p)
{
	static const struct field fd[] = {
		FIELD(snap_worker, depth, "worker_local_queue_depth", "gauge",
		      "Tasks in the worker's ring.", false),
		FIELD(snap_worker, slot_used, "worker_slot_used", "gauge",
		      "1 when a task is in the LIFO slot.", false),
		FIELD(snap_worker, mean_poll, "worker_mean_poll_seconds",
		      "gauge", "Mean poll, the newest weighing a tenth.", true),
	};
	const struct list l = { (const char *)p->s->workers,
				sizeof(*p->s->workers), p->s->nr_workers,
				worker_labels };

	worker_counters(p);
	fields(p, &l, fd, ARRAY_SIZE(fd));
	worker_states(p);
}

static void places(struct prom *p)
{
	static const struct field fd[] = {
		FIELD(snap_place, spawned, "place_spawned_total", "counter",
		      "Tasks spawned at this place.", false),
		FIELD(snap_place, ended, "place_ended_total", "counter",
		      "Tasks of this place that have ended.", false),
		FIELD(snap_place, cancelled, "place_cancelled_total", "counter",
		      "Tasks of this place that were cancelled.", false),
		FIELD(snap_place, alive, "place_alive_tasks", "gauge",
		      "Tasks of this place that have not ended.", false),
		FIELD(snap_place, max_poll, "place_max_poll_seconds", "gauge",
		      "The longest poll of a task of this place.", true),
	};
	const struct list l = { (const char *)p->s->places,
				sizeof(*p->s->places), p->s->nr_places,
				place_labels };

	fields(p, &l, fd, ARRAY_SIZE(fd));
}

static void resources(struct prom *p)
{
	static const struct field fd[] = {
		FIELD(snap_resource, depth, "channel_depth", "gauge",
		      "Messages in the channel.", false),
		FIELD(snap_resource, sent, "channel_sent_total", "counter",
		      "Messages sent.", false),
		FIELD(snap_resource, taken, "resource_taken_total", "counter",
		      "Messages received, or times that the lock was taken.",
		      false),
		FIELD(snap_resource, waiting, "resource_waiting_tasks", "gauge",
		      "Tasks that wait for it now.", false),
		FIELD(snap_resource, waits, "resource_waits_total", "counter",
		      "Waits for it that have ended.", false),
		FIELD(snap_resource, waited, "resource_wait_seconds_total",
		      "counter", "Time of the waits that have ended.", true),
		FIELD(snap_resource, held, "lock_held_seconds_total", "counter",
		      "Time that the lock was held.", true),
		FIELD(snap_resource, max_held, "lock_max_held_seconds", "gauge",
		      "The longest time that the lock was held.", true),
	};
	const struct list l = { (const char *)p->s->resources,
				sizeof(*p->s->resources), p->s->nr_resources,
				resource_labels };

	fields(p, &l, fd, ARRAY_SIZE(fd));
}

static void spans(struct prom *p)
{
	static const struct field fd[] = {
		FIELD(snap_span, calls, "span_calls_total", "counter",
		      "Times that the span was entered.", false),
		FIELD(snap_span, ns, "span_seconds_total", "counter",
		      "Time inside the span.", true),
		FIELD(snap_span, allocs, "span_allocations_total", "counter",
		      "Allocations inside the span.", false),
		FIELD(snap_span, bytes, "span_allocated_bytes_total", "counter",
		      "Bytes of the allocations inside the span.", false),
	};
	const struct list l = { (const char *)p->s->spans, sizeof(*p->s->spans),
				p->s->nr_spans, span_labels };

	fields(p, &l, fd, ARRAY_SIZE(fd));
}

void prom_lists(struct prom *p)
{
	runtimes(p);
	workers(p);
	places(p);
	resources(p);
	spans(p);
}
