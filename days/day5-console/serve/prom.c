/* Given: a snapshot as Prometheus text. */
#include <string.h>

#include "prom.h"

void prom_label(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*s == '"' || *s == '\\')
			fputc('\\', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

void prom_seconds(FILE *out, uint64_t ns)
{
	fprintf(out, "%llu.%09llu", (unsigned long long)(ns / 1000000000),
		(unsigned long long)(ns % 1000000000));
}

void prom_family(struct prom *p, const char *name, const char *type,
		 const char *help)
{
	fprintf(p->out, "# HELP unpark_%s %s\n# TYPE unpark_%s %s\n", name,
		help, name, type);
}

void prom_value(struct prom *p, uint64_t v, bool is_ns)
{
	fputc(' ', p->out);
	if (is_ns)
		prom_seconds(p->out, v);
	else
		fprintf(p->out, "%llu", (unsigned long long)v);
	fputc('\n', p->out);
}

/* A family with one sample. */
static void single(struct prom *p, const char *name, const char *type,
		   const char *help, uint64_t v, bool is_ns)
{
	prom_family(p, name, type, help);
	fprintf(p->out, "unpark_%s", name);
	prom_value(p, v, is_ns);
}

/* Histograms --------------------------------------------------------------- */

/* Every doubling from 127 ns to 2.1 s: every fourth bucket of day 4's. */
static void one_histogram(struct prom *p, size_t i, const char *name,
			  const struct hist *h)
{
	uint64_t sum = 0;
	unsigned int b;

	for (b = 0; b < HIST_BUCKETS; b++) {
		sum += h->buckets[b];
		if (b % 4 != 3 || b < 27 || b > 123)
			continue;
		fprintf(p->out, "unpark_%s_seconds_bucket", name);
		prom_worker(p, i);
		fprintf(p->out, ",le=\"");
		prom_seconds(p->out, hist_upper(b));
		fprintf(p->out, "\"} %llu\n", (unsigned long long)sum);
	}
	fprintf(p->out, "unpark_%s_seconds_bucket", name);
	prom_worker(p, i);
	fprintf(p->out, ",le=\"+Inf\"} %llu\n", (unsigned long long)sum);
	fprintf(p->out, "unpark_%s_seconds_sum", name);
	prom_worker(p, i);
	fputc('}', p->out);
	prom_value(p, h->sum, true);
	fprintf(p->out, "unpark_%s_seconds_count", name);
	prom_worker(p, i);
	fputc('}', p->out);
	prom_value(p, sum, false);
}

static void histograms(struct prom *p)
{
	unsigned int i;

	prom_family(p, "poll_duration_seconds", "histogram",
		    "How long polls took, by worker.");
	for (i = 0; i < p->s->nr_workers; i++)
		one_histogram(p, i, "poll_duration", &p->s->workers[i].polls);
	prom_family(
		p, "scheduled_delay_seconds", "histogram",
		"How long scheduled tasks waited for their poll, by worker.");
	for (i = 0; i < p->s->nr_workers; i++)
		one_histogram(p, i, "scheduled_delay",
			      &p->s->workers[i].delays);
}

/* The process -------------------------------------------------------------- */

static void target(struct prom *p)
{
	const struct snapshot *s = p->s;

	prom_family(p, "target_info", "gauge",
		    "Which run of which program it is.");
	fprintf(p->out, "unpark_target_info{program=");
	prom_label(p->out, s->program);
	fprintf(p->out, ",region=\"%016llx\",state=\"%s\"} 1\n",
		(unsigned long long)s->id, feed_state_name(p->f));
	single(p, "up", "gauge", "1 while the program runs.",
	       feed_state(p->f) == FEED_LIVE, false);
	single(p, "snapshots_total", "counter", "Snapshots that were taken.",
	       p->f->nr, false);
	single(p, "uptime_seconds", "gauge", "Since console_start().",
	       s->uptime, true);
	single(p, "blocking_threads", "gauge", "Threads of blocking pools.",
	       s->pool_threads, false);
	single(p, "blocking_idle_threads", "gauge",
	       "Threads of blocking pools without a job.", s->pool_idle, false);
	single(p, "blocking_queue_depth", "gauge",
	       "Blocking jobs that wait for a thread.", s->pool_queued, false);
	single(p, "blocking_jobs_total", "counter", "Blocking jobs done.",
	       s->pool_jobs, false);
	single(p, "io_registered_total", "counter", "Descriptors registered.",
	       s->io_added, false);
	single(p, "io_deregistered_total", "counter",
	       "Descriptors deregistered.", s->io_removed, false);
}

static void losses(struct prom *p)
{
	static const char *const part[REGION_PARTS] = {
		"runtimes",  "workers", "tasks",  "places",
		"resources", "spans",	"events",
	};
	unsigned int i;

	prom_family(p, "lost_total", "counter",
		    "Entries that the region had no room for.");
	for (i = 0; i < REGION_PARTS; i++) {
		fprintf(p->out, "unpark_lost_total{part=\"%s\"}", part[i]);
		prom_value(p, p->s->lost[i], false);
	}
}

static void findings(struct prom *p)
{
	uint64_t n[LINT_NR] = {};
	size_t i;

	for (i = 0; i < p->f->findings->n; i++)
		n[p->f->findings->list[i].rule]++;
	prom_family(p, "findings", "gauge", "Findings of each rule, now.");
	for (i = 0; i < LINT_NR; i++) {
		fprintf(p->out, "unpark_findings{rule=\"%s\"}",
			lint_info[i].name);
		prom_value(p, n[i], false);
	}
}

void prom_write(FILE *out, const struct feed *f)
{
	struct prom p = { out, f, f->now };

	target(&p);
	losses(&p);
	prom_lists(&p);
	histograms(&p);
	findings(&p);
}
