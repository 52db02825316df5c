/**
 * @file peer.h
 * A peer: another program, that does the same work and says what it took.
 *
 * It is told in a line, "WAY KIND N K", and answers in one: two numbers. The
 * programs are in harness/bench/peers.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

/** A peer. */
struct peer;

/** What it answers. */
struct peer_answer {
	double ns;	     /**< what the run took, or another cost */
	unsigned long other; /**< polls, or a port: as the way says */
};

/**
 * peer_open() - start a peer
 * @path: its program
 *
 * Context: any thread; does not block.
 * Return: NULL when there is no such program.
 */
struct peer *peer_open(const char *path);

/**
 * peer_run() - let a peer run something
 * @p: the peer
 * @way: a word of its own
 * @kind: likewise
 * @n: how many of whatever it is
 * @k: as the kind says
 *
 * A peer that does not answer ends the bench.
 *
 * Context: any thread; waits for the answer.
 * Return: what it answered.
 */
struct peer_answer peer_run(struct peer *p, const char *way, const char *kind,
			    unsigned int n, unsigned int k);

/**
 * peer_close() - end a peer
 * @p: the peer; consumed; NULL is fine
 *
 * Context: any thread; waits until it has ended.
 */
void peer_close(struct peer *p);

/**
 * peer_kill() - end a peer that is in the middle of something
 * @p: the peer; consumed; NULL is fine
 *
 * Context: any thread; waits until it has ended.
 */
void peer_kill(struct peer *p);

#endif
