/**
 * @file oracle_dist.c
 * Samples of known distributions, and the judge of their percentiles. Lives in
 * the supervisor: no student code is linked with it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dist.h"
#include "test/oracle.h"

/* Samples stay below it, so that twice the fourth power fits 128 bits. */
#define DIST_MAX ((1ull << 31) - 1)

/* One set of samples, between the calls of a test. */
struct dist {
	uint32_t kind;
	uint32_t given; /* samples handed out so far */
	uint64_t samples[DIST_SAMPLES];
};

static const char *const dist_name[DIST_KINDS] = { "lognormal", "pareto",
						   "two peaks", "uniform",
						   "constant" };

/* splitmix64 */
static uint64_t draw_bits(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Uniform, above 0 and up to 1. */
static double draw_unit(uint64_t *state)
{
	return ((draw_bits(state) >> 11) + 1) / 0x1p53;
}

/* Nearly normal, mean 0 and variance 1: twelve uniforms added up. */
static double draw_normal(uint64_t *state)
{
	double x = -6;
	int i;

	for (i = 0; i < 12; i++)
		x += draw_unit(state);
	return x;
}

static uint64_t draw(uint32_t kind, uint64_t *state)
{
	double v;

	switch (kind) {
	case DIST_LOGNORMAL: /* median 20 us */
		v = 20000 * exp(1.5 * draw_normal(state));
		break;
	case DIST_PARETO: /* from 1 us, exponent 1.2 */
		v = 1000 * pow(draw_unit(state), -1 / 1.2);
		break;
	case DIST_BIMODAL: /* 95 % about 2 us, 5 % about 2 ms */
		v = draw_unit(state) < 0.95 ? 2000 : 2000000;
		v *= exp(0.1 * draw_normal(state));
		break;
	default: /* 1 ns to 1 ms */
		v = 1000000 * draw_unit(state);
		break;
	}
	return v < 1 ? 1 : v > DIST_MAX ? DIST_MAX : (uint64_t)v;
}

static struct dist *dist_create(uint32_t kind, uint64_t seed)
{
	struct dist *d = calloc(1, sizeof(*d));
	uint64_t state = seed + kind;
	uint64_t constant;
	unsigned int i;

	if (!d)
		return NULL;
	d->kind = kind;
	/* Anywhere from 2^10 to 2^20. */
	constant = draw_bits(&state) >> 44 | 1 << 10;
	for (i = 0; i < DIST_SAMPLES; i++)
		d->samples[i] =
			kind == DIST_CONSTANT ? constant : draw(kind, &state);
	return d;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Is @got at least @want, and less than 2^(1/4) times as much? */
static bool is_within(uint64_t got, uint64_t want)
{
	unsigned __int128 g2 = (unsigned __int128)got * got;
	unsigned __int128 w2 = (unsigned __int128)want * want;

	return got >= want && got <= UINT32_MAX && g2 * g2 < 2 * (w2 * w2);
}

static void refuse(struct oracle_call *call, const char *kind,
		   const char *which, uint64_t got, uint64_t want,
		   const char *bound)
{
	snprintf(call->what, sizeof(call->what),
		 "the %s of %d samples (%s) is wrong", which, DIST_SAMPLES,
		 kind);
	snprintf(call->want, sizeof(call->want), "%" PRIu64 "%s", want, bound);
	snprintf(call->got, sizeof(call->got), "%" PRIu64, got);
}

static void judge(struct oracle_call *call, struct dist *d,
		  const struct dist_req *req)
{
	static const uint64_t millionths[] = { 500000, 900000, 990000, 999000 };
	static const char *const name[] = { "p50", "p90", "p99", "p99.9" };
	const char *kind = dist_name[d->kind];
	uint64_t sum = 0, least, most;
	unsigned int i;

	qsort(d->samples, DIST_SAMPLES, sizeof(d->samples[0]), compare);
	least = d->samples[0];
	most = d->samples[DIST_SAMPLES - 1];
	for (i = 0; i < DIST_SAMPLES; i++)
		sum += d->samples[i];
	for (i = 0; i < DIST_NR_QUANTILES; i++) {
		uint64_t rank =
			(millionths[i] * DIST_SAMPLES + 999999) / 1000000;
		uint64_t want = d->samples[rank - 1];

		if (!is_within(req->at[i], want))
			return refuse(call, kind, name[i], req->at[i], want,
				      ", or up to 18.92 % more");
	}
	if (req->mean != sum / DIST_SAMPLES)
		return refuse(call, kind, "mean", req->mean, sum / DIST_SAMPLES,
			      ", exactly");
	if (req->min != least)
		return refuse(call, kind, "smallest", req->min, least,
			      ", exactly");
	if (req->max != most)
		return refuse(call, kind, "largest", req->max, most,
			      ", exactly");
	call->accepted = true;
}

static void give(struct oracle_call *call, struct dist *d)
{
	uint32_t n = DIST_SAMPLES - d->given;

	if (n > DIST_CHUNK)
		n = DIST_CHUNK;
	call->reply_len = n * sizeof(d->samples[0]);
	memcpy(call->reply, d->samples + d->given, call->reply_len);
	d->given += n;
}

/* A test measures one kind; only then may it pass. */
ORACLE(dist)
{
	struct dist *d = call->priv;
	struct dist_req req;

	if (call->req_len != sizeof(req)) {
		snprintf(call->what, sizeof(call->what),
			 "the test's question has the wrong length");
		return;
	}
	memcpy(&req, call->req, sizeof(req));
	if (req.kind >= DIST_KINDS) {
		snprintf(call->what, sizeof(call->what),
			 "there is no distribution number %u", req.kind);
		return;
	}
	if (!d) {
		d = dist_create(req.kind, call->seed);
		*call->priv_slot = d;
	}
	if (!d) {
		snprintf(call->what, sizeof(call->what),
			 "the supervisor is out of memory");
		return;
	}
	if (req.op == DIST_DRAW)
		give(call, d);
	else if (d->given == DIST_SAMPLES)
		judge(call, d, &req);
	else
		snprintf(call->what, sizeof(call->what),
			 "percentiles were handed in before all samples were "
			 "drawn");
}
