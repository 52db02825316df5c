/*
 * What a histogram costs: day 4's three beside the floor, the least that a
 * count in memory can cost, and beside what one would take instead of them.
 *
 * A case is the median of 15 repetitions, taken in turns: every case once, then
 * every case again, on one processor. The time is that of the thread, so what
 * else the machine does counts only by the caches that it takes.
 *
 * The floor is a chain of increments through memory. On one hot cell each waits
 * for the store of the one before: 2 ns on a Xeon, but 0.3, a cycle, on a
 * Zen 5, which hands a stored value on without a wait. Where that is so a record
 * is bound by its instructions, and "its bucket given" is what there is to reach.
 *
 * `make bench` links this twice: as everybody does, where a record is a call,
 * and with the optimizer across files, where it is in line.
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/stats.h"
#include "kit/bug.h"
#include "kit/thread.h"

#include "hist.h"
#include "precise.h"
#include "recorder.h"
#ifdef HAVE_HDR
#include <hdr/hdr_histogram.h>
static struct hdr_histogram *hdr, *hdr_other;
#endif

#ifdef ONE_UNIT
#define IN_LINE inline
#else
#define IN_LINE __attribute__((noinline))
#endif

#define REPS 15
#define NR_VALUES 65536
#define COLD_BYTES (1 << 20)
#define COLD_LINES 64

static const double five[] = { 0.5, 0.9, 0.95, 0.99, 0.999 };

static uint64_t mixed[NR_VALUES], hot[NR_VALUES];
static const uint64_t *values = mixed;
static struct hist hist, other;
static struct precise *precise, *fine;
static struct recorder *recorder;
static struct recorder_shard *shards[2];
static uint64_t cells[128], list[NR_VALUES];
static _Atomic(uint64_t) shared[128];
static unsigned char cold[COLD_BYTES];
static uint64_t sink;

/* Not to be optimized away, nor kept in a register. */
#define KEEP() __asm__ volatile("" ::: "memory")

/* --- record ---------------------------------------------------------------- */
#define RECORD(name, what)                                  \
	static void name(unsigned int n)                    \
	{                                                   \
		unsigned int i;                             \
                                                            \
		for (i = 0; i < n; i++) {                   \
			uint64_t v = values[i % NR_VALUES]; \
                                                            \
			what;                               \
			KEEP();                             \
		}                                           \
	}

RECORD(run_floor, cells[v % 128]++)
RECORD(run_hist, hist_record(&hist, v))
RECORD(run_precise, precise_record(precise, v))
RECORD(run_recorder, recorder_record(shards[0], v))
RECORD(run_log2, cells[(unsigned int)(log2((double)(v | 1)) * 4) & 127]++)
RECORD(run_atomic, atomic_fetch_add_explicit(&shared[hist_bucket(v)], 1,
					     memory_order_relaxed))
RECORD(run_push, list[i % NR_VALUES] = v)
#ifdef HAVE_HDR
RECORD(run_hdr, hdr_record_value(hdr, (int64_t)v))
#endif

/* hist_record() with another way to the bucket: the two bits below the highest
 * choose a cell, at most one bucket begins within it, and the carry of an
 * addition tells on which side of that edge the value lies.
 */
#define CELLS 124
static uint64_t carry[CELLS];

static inline unsigned int carry_cell(uint32_t v)
{
	unsigned int shift = 29 - __builtin_clz(v | 4);

	return 4 * shift + (v >> shift);
}

static void carry_init(void)
{
	unsigned int k;

	for (k = 0; k < CELLS; k++) {
		unsigned int shift = k < 8 ? 0 : k / 4 - 1;
		uint64_t low = (uint64_t)(k - 4 * shift) << shift;
		unsigned int base = hist_bucket(low);
		uint64_t next = hist_upper(base) + 1;

		carry[k] = (uint64_t)base << 32;
		if (base < 127 && next < low + (1ull << shift))
			carry[k] += (1ull << 32) - next;
	}
	for (k = 0; k < HIST_BUCKETS - 1; k++) {
		uint64_t v = hist_upper(k);

		BUG_ON((carry[carry_cell(v)] + v) >> 32 != hist_bucket(v));
		v++;
		BUG_ON((carry[carry_cell(v)] + v) >> 32 != hist_bucket(v));
	}
}

/* A call where hist_record() is one, too. */
static IN_LINE void carry_record(struct hist *h, uint64_t v)
{
	uint32_t m = v > UINT32_MAX ? UINT32_MAX : v;

	h->buckets[(carry[carry_cell(m)] + m) >> 32]++;
	if (__builtin_add_overflow(h->sum, v, &h->sum))
		h->sum = UINT64_MAX;
	if (v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
}

RECORD(run_carry, carry_record(&hist, v))

/* All that a record does once it knows its bucket: four fields of a histogram
 * are loaded, and two or more stored. A call where hist_record() is one.
 */
static IN_LINE void given_record(struct hist *h, uint64_t v)
{
	h->buckets[v % HIST_BUCKETS]++;
	if (__builtin_add_overflow(h->sum, v, &h->sum))
		h->sum = UINT64_MAX;
	if (v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
}

RECORD(run_given, given_record(&hist, v))

/* Between two records the program does something else: it reads 64 lines here
 * and there in 1 MiB. The floor does only that.
 */
static void pollute(unsigned int i)
{
	uint64_t x = i * 0x9e3779b97f4a7c15;
	unsigned int k;

	for (k = 0; k < COLD_LINES; k++) {
		x = x * 6364136223846793005 + 1442695040888963407;
		sink += cold[(x >> 40) % COLD_BYTES];
	}
}

RECORD(cold_floor, (void)v; pollute(i))
RECORD(cold_hist, pollute(i); hist_record(&hist, v))
RECORD(cold_precise, pollute(i); precise_record(precise, v))
RECORD(cold_recorder, pollute(i); recorder_record(shards[0], v))
RECORD(cold_log2, pollute(i);
       cells[(unsigned int)(log2((double)(v | 1)) * 4) & 127]++)
#ifdef HAVE_HDR
RECORD(cold_hdr, pollute(i); hdr_record_value(hdr, (int64_t)v))
#endif

/* --- queries --------------------------------------------------------------- */
#define QUERY(name, what)                         \
	static void name(unsigned int n)          \
	{                                         \
		uint64_t out[5] = { 0 };          \
		unsigned int i, k __maybe_unused; \
                                                  \
		for (i = 0; i < n; i++) {         \
			what;                     \
			KEEP();                   \
			sink += out[0];           \
		}                                 \
	}

QUERY(one_hist, BUG_ON(hist_percentile(&hist, 0.99, out)))
QUERY(five_hist,
      for (k = 0; k < 5; k++) BUG_ON(hist_percentile(&hist, five[k], out + k)))
QUERY(one_precise, BUG_ON(precise_quantiles(precise, five + 3, out, 1, false)))
QUERY(five_precise, BUG_ON(precise_quantiles(precise, five, out, 5, false)))
QUERY(merge_hist, hist_merge(&other, &hist))
QUERY(merge_precise, BUG_ON(precise_merge(fine, precise)))
QUERY(read_recorder, recorder_read(recorder, &other))

/* To read @nr counters once, and add them up. */
static void add_up(const uint64_t *c, unsigned int nr, unsigned int n)
{
	unsigned int i, at, k;

	for (i = 0; i < n; i++) {
		for (at = 0; at < nr; at += 64) {
			const uint64_t *p = c + at;
			uint64_t n0 = 0, n1 = 0, n2 = 0, n3 = 0;

			for (k = 0; k < 64; k += 4) {
				n0 += p[k];
				n1 += p[k + 1];
				n2 += p[k + 2];
				n3 += p[k + 3];
			}
			sink += n0 + n1 + n2 + n3;
		}
		KEEP();
	}
}

static void one_floor(unsigned int n)
{
	add_up(hist.buckets, HIST_BUCKETS, n);
}

static void one_precise_floor(unsigned int n)
{
	add_up(precise->counters, precise->nr, n);
}

#ifdef HAVE_HDR
QUERY(one_hdr, out[0] = hdr_value_at_percentile(hdr, 99))
QUERY(five_hdr, for (k = 0; k < 5; k++)
			out[k] = hdr_value_at_percentile(hdr, 100 * five[k]))
QUERY(merge_hdr, hdr_add(hdr_other, hdr))
#endif

static int by_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* All values sorted, n of them: what a percentile of a list costs. */
static void run_sort(unsigned int n)
{
	memcpy(list, mixed, n * sizeof(*list));
	qsort(list, n, sizeof(*list), by_u64);
	sink += list[n / 2];
}

/* --- two threads ----------------------------------------------------------- */
static double measure(void (*run)(unsigned int), unsigned int n)
{
	struct timespec a, b;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
	run(n);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
	return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / n;
}

RECORD(run_second, recorder_record(shards[1], v))

static cpu_set_t cpus; /* that this program may use */

/* Stay on the @left-th of them, if there are that many. */
static void pin(unsigned int left)
{
	cpu_set_t one;
	unsigned int i;

	CPU_ZERO(&one);
	for (i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &cpus) && !left--) {
			CPU_SET(i, &one);
			sched_setaffinity(0, sizeof(one), &one);
			return;
		}
}

struct half {
	struct thread thread;
	void (*run)(unsigned int);
	unsigned int cpu, n;
	_Atomic(unsigned int) *ready;
	double ns;
};

static void half_main(void *arg)
{
	struct half *h = arg;

	pin(h->cpu);
	atomic_fetch_add_explicit(h->ready, 1, memory_order_acq_rel);
	while (atomic_load_explicit(h->ready, memory_order_acquire) < 2)
		; /* spin: one that sleeps here would begin too late */
	h->ns = measure(h->run, h->n);
}

/* ns a record and thread while two of them are at it. */
static double measure_two(void (*a)(unsigned int), void (*b)(unsigned int),
			  unsigned int n)
{
	_Atomic(unsigned int) ready = 0;
	struct half half[2] = {
		{ .run = a, .cpu = 0, .n = n, .ready = &ready },
		{ .run = b, .cpu = 1, .n = n, .ready = &ready }
	};
	unsigned int i;

	for (i = 0; i < 2; i++)
		BUG_ON(thread_create(&half[i].thread, "record", half_main,
				     &half[i]));
	for (i = 0; i < 2; i++)
		thread_join(&half[i].thread);
	return (half[0].ns + half[1].ns) / 2;
}

/* --- the table ------------------------------------------------------------- */
/* One row: @run does @n operations; a row without a name is the floor, or the
 * peer, of those around it. @second: on a second thread at the same time.
 */
struct bench {
	const char *name;
	const uint64_t *values;
	unsigned int n;
	void (*run)(unsigned int n);
	void (*floor)(unsigned int n); /* its median is subtracted if cold */
	void (*second)(unsigned int n);
	bool is_cold;
	double ns[REPS], floor_ns[REPS];
};

#define ROW(name_, values_, n_, run_, floor_, ...)                      \
	{                                                               \
		.name = name_, .values = values_, .n = n_, .run = run_, \
		.floor = floor_, ##__VA_ARGS__                          \
	}
#define RECORDS(name, values, run, ...) \
	ROW(name, values, 1 << 18, run, run_floor, ##__VA_ARGS__)
#define COLD(name, run) ROW(name, mixed, 8192, run, cold_floor, .is_cold = true)
#define FINE(name, n, run) ROW(name, mixed, n, run, one_precise_floor)

static struct bench benches[] = {
	RECORDS("hist_record, mixed", mixed, run_hist),
	RECORDS("  hist_record by table and carry", mixed, run_carry),
	RECORDS("  the same, its bucket given", mixed, run_given),
	RECORDS("precise_record, mixed", mixed, run_precise),
	RECORDS("recorder_record, mixed", mixed, run_recorder),
	RECORDS("  peer: log2() of libm, mixed", mixed, run_log2),
	RECORDS("  peer: shared atomic, mixed", mixed, run_atomic),
	RECORDS("  peer: append to a list, mixed", mixed, run_push),
	RECORDS("hist_record, one hot bucket", hot, run_hist),
	RECORDS("  the same, its bucket given", hot, run_given),
	RECORDS("precise_record, one hot bucket", hot, run_precise),
	RECORDS("recorder_record, one hot bucket", hot, run_recorder),
	RECORDS("  peer: log2() of libm, hot", hot, run_log2),
	COLD("hist_record, cold caches", cold_hist),
	COLD("precise_record, cold caches", cold_precise),
	COLD("recorder_record, cold caches", cold_recorder),
	COLD("  peer: log2() of libm, cold", cold_log2),
	RECORDS("recorder_record, two threads", mixed, run_recorder,
		.second = run_second),
	RECORDS("  peer: shared atomic, two threads", mixed, run_atomic,
		.second = run_atomic),
	ROW("hist_percentile", mixed, 4096, one_hist, one_floor),
	ROW("hist_percentile, five of them", mixed, 1024, five_hist, one_floor),
	FINE("precise_quantiles, one", 512, one_precise),
	FINE("precise_quantiles, five", 512, five_precise),
	ROW("  peer: qsort, ns a value", mixed, NR_VALUES, run_sort, run_push),
	ROW("hist_merge", mixed, 4096, merge_hist, one_floor),
	FINE("precise_merge", 512, merge_precise),
	ROW("recorder_read, two shards", mixed, 1024, read_recorder, one_floor),
#ifdef HAVE_HDR
	RECORDS("  peer: HdrHistogram_c, mixed", mixed, run_hdr),
	RECORDS("  peer: HdrHistogram_c, hot", hot, run_hdr),
	COLD("  peer: HdrHistogram_c, cold", cold_hdr),
	FINE("  peer: HdrHistogram_c, one", 512, one_hdr),
	FINE("  peer: HdrHistogram_c, five", 128, five_hdr),
	FINE("  peer: HdrHistogram_c, merge", 64, merge_hdr),
#endif
};

static void prepare(void)
{
	unsigned int i;

	stats_draw(mixed, NR_VALUES);
	for (i = 0; i < NR_VALUES; i++)
		hot[i] = 20000;
	for (i = 0; i < COLD_BYTES; i++)
		cold[i] = i;
	hist_init(&hist);
	hist_init(&other);
	carry_init();
	BUG_ON(precise_create(&precise, PRECISE_1S));
	BUG_ON(precise_create(&fine, PRECISE_1S));
	BUG_ON(recorder_create(&recorder, 2));
	for (i = 0; i < 2; i++)
		shards[i] = recorder_join(recorder);
	BUG_ON(!shards[0] || !shards[1]);
#ifdef HAVE_HDR
	BUG_ON(hdr_init(1, 1 << 30, 2, &hdr));
	BUG_ON(hdr_init(1, 1 << 30, 2, &hdr_other));
#endif
}

static json_t *report(struct bench *b)
{
	double ours = stats_median(b->ns, REPS), least = b->ns[0];
	double floor = stats_median(b->floor_ns, REPS);

	if (b->is_cold) { /* what it adds to the rest */
		printf("%-36s %8.2f added to %8.2f\n", b->name, ours - floor,
		       floor);
	} else {
		printf("%-36s %8.2f  [%.2f-%.2f]  floor %7.2f  [%.2f]\n",
		       b->name, ours, least, b->ns[REPS - 1], floor,
		       b->floor_ns[0]);
	}
	return json_pack("{s:s, s:s, s:f, s:f, s:f}", "name", b->name, "unit",
			 "ns", "ours", ours, "min", least, "floor", floor);
}

static const struct bench *named(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(benches); i++)
		if (!strcmp(benches[i].name, name))
			return &benches[i];
	return NULL;
}

static void compare_threads(void)
{
	const struct bench *one = named("recorder_record, mixed");
	const struct bench *two = named("recorder_record, two threads");

	printf("two threads record %.2f times what one does\n",
	       2 * one->ns[REPS / 2] / two->ns[REPS / 2]);
	printf("bytes: hist %zu, precise to 1 s %zu, a recorder's shard %zu\n",
	       sizeof(struct hist),
	       sizeof(struct precise) +
		       PRECISE_COUNTERS(PRECISE_1S) * sizeof(uint64_t),
	       sizeof(struct recorder_shard));
#ifndef HAVE_HDR
	printf("HdrHistogram_c: pkg-config does not know hdr_histogram here\n");
#endif
}

int main(int argc, char **argv)
{
	json_t *cases = json_array(), *doc;
	unsigned int i, r;

	if (argc != 3) {
		fprintf(stderr, "usage: hist OUT.json HOW (make bench)\n");
		return 2;
	}
	/* From here on somebody else might read and write them. */
	__asm__ volatile("" : : "r"(&sink), "r"(cold), "r"(carry) : "memory");
	prepare();
	BUG_ON(sched_getaffinity(0, sizeof(cpus), &cpus));
	pin(0);
	for (r = 0; r < REPS; r++)
		for (i = 0; i < ARRAY_SIZE(benches); i++) {
			struct bench *b = &benches[i];

			values = b->values;
			if (b->is_cold) /* not as cold as all that */
				b->floor(b->n);
			b->floor_ns[r] = measure(b->floor, b->n);
			b->ns[r] =
				b->second ? measure_two(b->run, b->second, b->n)
					  : measure(b->run, b->n);
		}
	printf("\n%-36s %8s  %s\n", argv[2], "ns", "[min-max of 15]");
	for (i = 0; i < ARRAY_SIZE(benches); i++)
		json_array_append_new(cases, report(&benches[i]));
	compare_threads();
	doc = json_pack("{s:s, s:o}", "how", argv[2], "cases", cases);
	return stats_save(doc, argv[1]);
}
