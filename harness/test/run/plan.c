/*
 * The plan: which tests there are and what they count.
 *
 * Lines "name todo points options", as the section .unpark_tests of the test
 * objects holds them. Those objects contain no student code.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

#define DEFAULT_TIMEOUT 5

static int parse_option(struct planned *t, const char *word)
{
	if (!strcmp(word, "bonus"))
		t->bonus = true;
	else if (!strcmp(word, "kit"))
		t->kit = t->bonus = true;
	else if (!strcmp(word, "oracle"))
		t->oracle = true;
	else if (!strcmp(word, "cost"))
		t->cost = true;
	else if (!strcmp(word, "plain"))
		t->plain = true;
	else if (!strcmp(word, "untraced"))
		t->untraced = true;
	else if (!strcmp(word, "long"))
		t->only_long = true;
	else if (!strcmp(word, "model"))
		t->model = true;
	else if (sscanf(word, "timeout=%u", &t->timeout) != 1)
		return -EINVAL;
	return 0;
}

/* "timeout = 20", as clang-format likes it, to "timeout=20". */
static void squeeze(char *line)
{
	char *to = line, *from;

	for (from = line; *from; from++) {
		if (*from == ' ' && from[1] == '=')
			continue;
		*to++ = *from;
		while (*from == '=' && from[1] == ' ')
			from++;
	}
	*to = '\0';
}

static int parse_line(struct planned *t, char *line)
{
	char *word, *save;

	*t = (struct planned){ .timeout = DEFAULT_TIMEOUT };
	squeeze(line);
	word = strtok_r(line, " ,\n", &save);
	if (!word || strlen(word) >= sizeof(t->name))
		return -EINVAL;
	strcpy(t->name, word);
	word = strtok_r(NULL, " ,\n", &save);
	if (!word || sscanf(word, "%u", &t->todo) != 1)
		return -EINVAL;
	word = strtok_r(NULL, " ,\n", &save);
	if (!word || sscanf(word, "%u", &t->points) != 1)
		return -EINVAL;
	while ((word = strtok_r(NULL, " ,\n", &save)))
		if (parse_option(t, word)) {
			fprintf(stderr,
				"unpark-run: %s: unknown option \"%s\"\n",
				t->name, word);
			return -EINVAL;
		}
	return 0;
}

int plan_read(const char *path, struct planned **plan, unsigned int *n)
{
	FILE *f = fopen(path, "r");
	struct planned *p = NULL, *grown;
	char line[512];
	int err = 0;

	*n = 0;
	if (!f)
		return -errno;
	while (!err && fgets(line, sizeof(line), f)) {
		grown = realloc(p, (*n + 1) * sizeof(*p));
		if (!grown) {
			err = -ENOMEM;
			break;
		}
		p = grown;
		err = parse_line(&p[*n], line);
		/* A test for LONG=1 is not part of a shorter run at all. */
		if (!err && (!p[*n].only_long || opt.with_long))
			++*n;
	}
	fclose(f);
	if (err)
		free(p);
	else
		*plan = p;
	return err;
}
