/* Figures of claims: from our own programs, and from peers. */
#include <stdio.h>

#include "bench/peer.h"
#include "claims.h"

#include "kit/bug.h"

static struct peer *peers[PEERS];

static struct figure *figure_of(struct claim *c, unsigned int nr,
				enum side side)
{
	BUG_ON(nr >= CLAIM_CASES || !c->cases[nr].what);
	return &c->cases[nr].figure[side];
}

void claim_count(struct claim *c, unsigned int nr, enum side side, double v)
{
	struct figure *f = figure_of(c, nr, side);

	f->is_counted = true;
	f->n = 1;
	f->run[0] = v;
}

void claim_run(struct claim *c, unsigned int nr, enum side side, double v)
{
	struct figure *f = figure_of(c, nr, side);

	BUG_ON(f->n == CLAIM_RUNS);
	f->run[f->n++] = v;
}

void claim_lacks(struct claim *c, unsigned int nr, enum side side,
		 const char *why)
{
	figure_of(c, nr, side)->lacking = why;
}

void claims_open(const char *build)
{
	static const char *const path[PEERS] = {
		"bench/peers/peer-claims", "bench/peers/peer-claims-debug",
		"bench/peers/peer-tokio", "debug/claims-serve"
	};
	char full[4096];
	unsigned int i;

	counted_open(build);
	for (i = 0; i < PEERS; i++) {
		snprintf(full, sizeof(full), "%s/%s", build, path[i]);
		peers[i] = peer_open(full);
	}
}

void claims_close(void)
{
	unsigned int i;

	for (i = 0; i < PEERS; i++)
		peer_close(peers[i]);
}

bool peer_ask(enum peer_kind peer, const char *way, const char *kind,
	      unsigned int n, unsigned int k, double *first, double *second)
{
	struct peer_answer run;

	if (!peers[peer])
		return false;
	run = peer_run(peers[peer], way, kind, n, k);
	*first = run.ns;
	if (second)
		*second = (double)run.other;
	return true;
}

void peer_count(struct claim *c, unsigned int nr, double scale, const char *way,
		const char *kind, unsigned int n, unsigned int k)
{
	double v;

	if (peer_ask(PEER_TOKIO, way, kind, n, k, &v, NULL))
		claim_count(c, nr, TOKIO, v * scale);
}

void peer_counters(struct claim *c, unsigned int nr, double scale,
		   const char *kind, unsigned int n, unsigned int k)
{
	double v, of;

	if (peer_ask(PEER_TOKIO_DEBUG, "metrics", kind, n, k, &v, &of) && of)
		claim_count(c, nr, TOKIO, v / of * scale);
	else
		claim_lacks(c, nr, TOKIO, "no debug peer with its counters");
}
