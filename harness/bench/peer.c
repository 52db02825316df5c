/* A peer: a line goes there, a line comes back. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/peer.h"
#include "kit/bug.h"

struct peer {
	pid_t pid;
	FILE *to, *from;
};

struct peer *peer_open(const char *path)
{
	int in[2], out[2];
	struct peer *p;

	if (access(path, X_OK))
		return NULL;
	p = malloc(sizeof(*p));
	BUG_ON(!p || pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC));
	p->pid = fork();
	BUG_ON(p->pid < 0);
	if (!p->pid) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl(path, path, NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	p->to = fdopen(in[1], "w");
	p->from = fdopen(out[0], "r");
	BUG_ON(!p->to || !p->from);
	return p;
}

struct peer_answer peer_run(struct peer *p, const char *way, const char *kind,
			    unsigned int n, unsigned int k)
{
	struct peer_answer a;

	fprintf(p->to, "%s %s %u %u\n", way, kind, n, k);
	fflush(p->to);
	if (fscanf(p->from, "%lf %lu", &a.ns, &a.other) != 2) {
		fprintf(stderr,
			"bench: the peer gave no answer to "
			"\"%s %s %u %u\"\n",
			way, kind, n, k);
		exit(1);
	}
	return a;
}

void peer_close(struct peer *p)
{
	if (!p)
		return;
	fclose(p->to);
	fclose(p->from);
	waitpid(p->pid, NULL, 0);
	free(p);
}

void peer_kill(struct peer *p)
{
	if (p)
		kill(p->pid, SIGKILL);
	peer_close(p);
}
