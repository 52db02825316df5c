/*
 * Given: several tasks that spawn at once, each with a shard of a recorder.
 * crowd.h says what for.
 */
#include "crowd.h"

#include <string.h>

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"
#include "recorder.h"
#include "report.h"

/* A task that spawns; its output is 0 or -errno. */
struct spawner {
	struct async async; /* first */
	const struct crowd *crowd;
	struct recorder_shard *shard; /* W: nobody else stores there */
	struct report_load *load;     /* borrowed: of the desk */
	uint64_t *ns;		      /* borrowed: of the desk */
	struct report_loop loop;
	unsigned int round; /* rounds done, the forgotten one included */
	int err;
};

/* What a spawner borrows, and its handle: outlives the task. */
struct desk {
	struct report_load load;
	uint64_t *ns; /* room for the times of a round; owned */
	struct join join;
};

static void record(struct spawner *sp)
{
	unsigned int i;

	for (i = 0; i < sp->crowd->singles; i++)
		recorder_record(sp->shard, sp->ns[i]);
}

static enum poll spawner_poll(struct future *f, struct context *cx, void *out)
{
	struct spawner *sp = container_of(f, struct spawner, async.future);

	ASYNC_BEGIN(&sp->async);
	for (; sp->round <= sp->crowd->rounds; sp->round++) {
		report_loop_init(&sp->loop, REPORT_SPAWN, sp->load,
				 sp->crowd->singles, 1, sp->ns);
		AWAIT(&sp->loop.async.future, &sp->err);
		if (sp->err)
			break;
		if (sp->round)
			record(sp);
	}
	memcpy(out, &sp->err, sizeof(sp->err));
	ASYNC_END(&sp->async);
}

static void spawner_drop(struct future *f)
{
	async_drop(&container_of(f, struct spawner, async.future)->async);
}

static const struct future_ops spawner_ops = {
	.poll = spawner_poll,
	.drop = spawner_drop,
	.size = sizeof(struct spawner),
	.out_size = sizeof(int),
};

static void desk_fini(struct desk *d)
{
	report_load_fini(&d->load);
	kit_free(d->ns);
}

/* Make a desk, and start its spawner. */
static int desk_init(struct desk *d, const struct crowd *crowd,
		     struct recorder_shard *shard, struct sched *s)
{
	const struct spawner sp = { .async.future.ops = &spawner_ops,
				    .crowd = crowd,
				    .shard = shard,
				    .load = &d->load,
				    .ns = kit_zalloc(crowd->singles *
						     sizeof(d->ns[0])) };
	int err;

	d->ns = sp.ns;
	if (!sp.ns)
		return -ENOMEM;
	err = report_load_init(&d->load, crowd->work, s, 1);
	if (!err)
		err = sched_spawn(s, &spawner_ops, &sp, &d->join);
	if (err)
		desk_fini(d);
	return err;
}

/* Wait for the spawner of a desk; what it returned. */
static int desk_wait(struct desk *d, struct sched *s)
{
	int status, err = sched_block_on(s, &d->join.future, &status);

	if (err)
		join_cancel(&d->join);
	else if (status)
		err = status;
	else
		memcpy(&err, join_output(&d->join), sizeof(err));
	future_drop(&d->join.future);
	return err;
}

/* Start all of them, then wait for those that were started. */
static int run_all(const struct crowd *crowd, struct recorder *r,
		   struct desk *desks, struct sched *s, unsigned int *started)
{
	unsigned int i, n;
	int err = 0;

	for (n = 0; n < crowd->spawners; n++) {
		struct recorder_shard *shard = recorder_join(r);

		err = shard ? desk_init(&desks[n], crowd, shard, s) : -EINVAL;
		if (err)
			break;
	}
	for (i = 0; i < n; i++) {
		int status = desk_wait(&desks[i], s);

		if (!err)
			err = status;
	}
	*started = n;
	return err;
}

int crowd_run(const struct crowd *crowd, struct recorder *r)
{
	struct desk *desks;
	struct sched *s;
	unsigned int started;
	int err;

	if (!crowd->work || !crowd->spawners || !crowd->rounds ||
	    !crowd->singles)
		return -EINVAL;
	desks = kit_zalloc(crowd->spawners * sizeof(*desks));
	if (!desks)
		return -ENOMEM;
	err = sched_create(&s, crowd->workers);
	if (err)
		goto free;
	err = run_all(crowd, r, desks, s, &started);
	/* Ends the tasks that were cancelled, too: they use the desks. */
	sched_destroy(s);
	while (started--)
		desk_fini(&desks[started]);
free:
	kit_free(desks);
	return err;
}
EXPORT_SYMBOL(crowd_run);

MODULE(crowd, "several tasks that spawn at once", NULL, NULL);
