/* Find the oracle that a test asks, and pass its judgement on. */
#include <string.h>

#include "kit/bug.h"
#include "run.h"
#include "test/oracle.h"

extern const struct oracle *const __start_unpark_oracles[]
	__attribute__((weak));
extern const struct oracle *const __stop_unpark_oracles[] __attribute__((weak));

static const struct oracle *find(const char *name)
{
	const struct oracle *const *o;

	for (o = __start_unpark_oracles; o < __stop_unpark_oracles; o++)
		if (!strcmp((*o)->name, name))
			return *o;
	return NULL;
}

bool oracle_answer(struct oracle_state *state, const char *name,
		   const void *req, size_t req_len, struct result *r)
{
	const struct oracle *o = find(name);
	struct oracle_call call = {
		.req = req,
		.req_len = req_len,
		.reply = state->reply,
		.seed = opt.seed,
		.priv = state->priv,
		.priv_slot = &state->priv,
	};

	if (!o) {
		r->verdict = VERDICT_FAIL;
		snprintf(r->what, sizeof(r->what), "there is no oracle \"%s\"",
			 name);
		return false;
	}
	o->fn(&call);
	BUG_ON(call.reply_len > sizeof(state->reply));
	state->reply_len = call.reply_len;
	state->accepted |= call.accepted;
	if (!call.what[0])
		return true;
	r->verdict = VERDICT_FAIL;
	snprintf(r->what, sizeof(r->what), "%s", call.what);
	snprintf(r->want, sizeof(r->want), "%s", call.want);
	snprintf(r->got, sizeof(r->got), "%s", call.got);
	return false;
}
