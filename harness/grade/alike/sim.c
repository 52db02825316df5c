/*
 * Each text is a file with one token a line, so sim_c's line numbers are
 * token numbers. Where tokens are out stands a number, never the same twice:
 * or what stands on both sides of a gap would be taken for neighbours.
 */
#define _GNU_SOURCE
#include "grade/alike/sim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grade/check/keeper.h"
#include "grade/grade.h"

#define NO_TOKEN UINT32_MAX

/* A gap: words that no run goes on over, for no two are the same. */
static unsigned int write_gap(FILE *f, unsigned long *gaps)
{
	static const char *const digits[] = { "goto",	"union",   "typedef",
					      "struct", "switch",  "default",
					      "enum",	"continue" };
	unsigned long n = (*gaps)++;
	unsigned int i;

	for (i = 0; i < 7; i++, n /= 8)
		fprintf(f, "%s\n", digits[n % 8]);
	return i;
}

static void note(struct sim_text *t, uint32_t token, unsigned int lines)
{
	while (lines--)
		t->at[t->lines++] = token;
}

/* Between two files is a gap, too: a run ends with its file. */
static int write_text(struct sim_text *t, const char *path, unsigned long *gaps)
{
	const struct token *k = t->tokens->list, *last = NULL;
	FILE *f = fopen(path, "w");
	unsigned int i;

	t->lines = 0;
	free(t->at);
	t->at = malloc(8 * ((size_t)t->tokens->n + 1) * sizeof(*t->at));
	if (!f || !t->at)
		return -EIO;
	for (i = 0; i < t->tokens->n; i++) {
		if (last && (last->is_out || last->file != k[i].file) &&
		    !k[i].is_out)
			note(t, NO_TOKEN, write_gap(f, gaps));
		last = &k[i];
		if (k[i].is_out)
			continue;
		fprintf(f, "%s\n", token_text(k[i].kind));
		note(t, i, 1);
	}
	return fclose(f) ? -EIO : 0;
}

static void text_path(char *buf, size_t len, unsigned int i)
{
	snprintf(buf, len, "%s/alike/%u", work_folder(), i);
}

static int write_all(struct sim_text *texts, unsigned int n)
{
	unsigned long gaps = 0;
	char path[512];
	unsigned int i;
	int err = 0;

	snprintf(path, sizeof(path), "%s/alike", work_folder());
	tree_remove(path);
	if (mkdir(path, 0755))
		return -EIO;
	for (i = 0; !err && i < n; i++) {
		text_path(path, sizeof(path), i);
		err = write_text(&texts[i], path, &gaps);
	}
	return err;
}

/* sim_c's own status is always 0; what it cannot do it says in its output. */
static int run_sim(unsigned int n, unsigned int nr_new, unsigned int least,
		   unsigned int limit, const char *log)
{
	char **argv = calloc(n + 16, sizeof(*argv)), path[512], r[16], w[16];
	unsigned int i, k = 0;
	int status = -1;
	pid_t pid;

	if (!argv)
		return -EIO;
	snprintf(r, sizeof(r), "-r%u", least);
	/* Its two columns: room for a name and two numbers in each. */
	text_path(path, sizeof(path), n);
	snprintf(w, sizeof(w), "-w%zu", 2 * (strlen(path) + 40));
	argv[k++] = strdup("sim_c");
	argv[k++] = strdup("-nT");
	argv[k++] = strdup(nr_new < n ? "-S" : "-s");
	argv[k++] = strdup(w);
	argv[k++] = strdup(r);
	for (i = 0; i < n; i++) {
		text_path(path, sizeof(path), i);
		if (i == nr_new)
			argv[k++] = strdup("/");
		argv[k++] = strdup(path);
	}
	pid = keeper_start(argv, log, limit);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	for (i = 0; i < k; i++)
		free(argv[i]);
	free(argv);
	if (pid < 0 || !WIFEXITED(status))
		return -EIO;
	if (WEXITSTATUS(status) == KEEPER_LIMIT)
		return -ETIME;
	return WEXITSTATUS(status) ? -EIO : 0;
}

/* Lines to tokens, without the gaps that a run may begin or end in. */
static bool place(const struct sim_text *t, unsigned int from, unsigned int to,
		  unsigned int *first, unsigned int *last)
{
	if (from < 1 || to > t->lines)
		return false;
	while (from <= to && t->at[from - 1] == NO_TOKEN)
		from++;
	while (from <= to && t->at[to - 1] == NO_TOKEN)
		to--;
	if (from > to)
		return false;
	*first = t->at[from - 1];
	*last = t->at[to - 1];
	return true;
}

/* "DIR/1: line 1-5   |DIR/2: line 1-5[45]"; false: something else. */
static bool read_run(const char *line, const struct sim_text *texts,
		     unsigned int n, struct sim_run *r)
{
	unsigned int from, to, from2, to2;
	const char *bar = strchr(line, '|'), *a, *b;

	if (!bar)
		return false;
	a = memrchr(line, '/', (size_t)(bar - line));
	b = strrchr(bar, '/');
	return a && b && sscanf(a, "/%u: line %u-%u", &r->a, &from, &to) == 3 &&
	       sscanf(b, "/%u: line %u-%u", &r->b, &from2, &to2) == 3 &&
	       r->a < n && r->b < n &&
	       place(&texts[r->a], from, to, &r->a_from, &r->a_to) &&
	       place(&texts[r->b], from2, to2, &r->b_from, &r->b_to);
}

static int read_runs(const char *log, const struct sim_text *texts,
		     unsigned int n, unsigned int least, struct sim_run **runs)
{
	FILE *f = fopen(log, "r");
	unsigned int room = 0, nr = 0;
	struct sim_run r;
	char line[4096];

	while (f && fgets(line, sizeof(line), f)) {
		if (!read_run(line, texts, n, &r) ||
		    r.a_to - r.a_from + 1 < least)
			continue;
		if (nr == room) {
			room = room ? 2 * room : 256;
			*runs = reallocarray(*runs, room, sizeof(r));
			if (!*runs)
				break;
		}
		(*runs)[nr++] = r;
	}
	if (!f)
		return -EIO;
	fclose(f);
	return room && !*runs ? -EIO : (int)nr;
}

int sim_compare(struct sim_text *texts, unsigned int n, unsigned int nr_new,
		unsigned int least, unsigned int limit, struct sim_run **runs)
{
	char log[512];
	int err = write_all(texts, n);

	*runs = NULL;
	snprintf(log, sizeof(log), "%s/alike/log", work_folder());
	if (!err)
		err = run_sim(n, nr_new, least, limit, log);
	return err ? err : read_runs(log, texts, n, least, runs);
}

bool sim_is_there(void)
{
	const char *path = getenv("PATH");
	char *all = strdup(path ? path : "/usr/bin:/bin"), *save = NULL, *dir;
	char program[4096];
	bool found = false;

	for (dir = all ? strtok_r(all, ":", &save) : NULL; dir && !found;
	     dir = strtok_r(NULL, ":", &save)) {
		snprintf(program, sizeof(program), "%s/sim_c", dir);
		found = !access(program, X_OK);
	}
	free(all);
	return found;
}
