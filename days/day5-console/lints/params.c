/* Given: the thresholds of the rules, and how a command line sets them. */
#include "lint.h"

#include <stdlib.h>
#include <string.h>

#include "kit/err.h"
#include "kit/module.h"

const struct lint_params lint_defaults = {
#define X(name, value, unit, what) .name = value,
	LINT_PARAMS(X)
#undef X
};

const struct lint_param_info lint_param_info[LINT_PARAM_NR] = {
#define X(name, value, unit, what) { #name, unit, what },
	LINT_PARAMS(X)
#undef X
};

/* Where each is. */
static const size_t param_at[LINT_PARAM_NR] = {
#define X(name, value, unit, what) offsetof(struct lint_params, name),
	LINT_PARAMS(X)
#undef X
};

static uint64_t *param(struct lint_params *p, unsigned int i)
{
	return (uint64_t *)((char *)p + param_at[i]);
}

uint64_t lint_param_of(const struct lint_params *p, enum lint_param which)
{
	return *param((struct lint_params *)p, which);
}
EXPORT_SYMBOL(lint_param_of);

/* What a unit stands for; 0: it is none that goes with a threshold of @kind. */
static uint64_t unit_of(const char *unit, const char *kind)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} times[] = { { "ns", 1 },
		      { "us", 1000 },
		      { "ms", 1000000 },
		      { "s", 1000000000 } };
	unsigned int i;

	if (strcmp(kind, "ns"))
		return !*unit || !strcmp(unit, kind);
	for (i = 0; i < ARRAY_SIZE(times); i++)
		if (!strcmp(unit, times[i].name))
			return times[i].ns;
	return 0;
}

static int silence(struct lint_params *p, const char *rule)
{
	unsigned int i;

	for (i = 0; i < LINT_NR; i++) {
		if (strcmp(rule, lint_info[i].name))
			continue;
		p->silenced |= 1ull << i;
		return 0;
	}
	return -EINVAL;
}

int lint_set(struct lint_params *p, const char *text)
{
	size_t len = strcspn(text, "=");
	const char *value = text + len + (text[len] == '=');
	unsigned long long n;
	uint64_t unit;
	unsigned int i;
	char *end;

	if (len == strlen("silence") && !strncmp(text, "silence", len))
		return silence(p, value);
	for (i = 0; i < LINT_PARAM_NR; i++)
		if (!strncmp(text, lint_param_info[i].name, len) &&
		    !lint_param_info[i].name[len])
			break;
	if (i == LINT_PARAM_NR)
		return -ENOENT;
	/* strtoull() takes a sign, and says too much of an empty text. */
	if (*value < '0' || *value > '9')
		return -EINVAL;
	errno = 0;
	n = strtoull(value, &end, 10);
	unit = unit_of(end, lint_param_info[i].unit);
	if (errno || !unit || n > UINT64_MAX / unit)
		return -EINVAL;
	if (!strcmp(lint_param_info[i].unit, "%") && n > 100)
		return -EINVAL;
	*param(p, i) = n * unit;
	return 0;
}
EXPORT_SYMBOL(lint_set);

MODULE(params, "the thresholds of the rules", NULL, NULL);
