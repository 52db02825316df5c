/*
 * Listen to a test: its messages, and what it prints.
 *
 * A message without the run's nonce fails the test. The first terminal message
 * gives the verdict, and a later one can only make it worse.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "one.h"
#include "test/wire.h"

#define MAX_OUTPUT (16ul << 20) /* bytes that a test may print */

/* The @i-th text of a message, "" when there is none. */
static const char *text_of(const struct wire_head *head, unsigned int i)
{
	const char *p = (const char *)(head + 1), *end = p + head->len;

	while (i-- && p < end)
		p += strnlen(p, (size_t)(end - p)) + 1;
	return p < end ? p : "";
}

static void note_step(struct result *r, const char *text)
{
	if (r->nr_steps < RUN_STEPS_FIRST)
		copy(r->first[r->nr_steps], sizeof(r->first[0]), text);
	else
		copy(r->last[(r->nr_steps - RUN_STEPS_FIRST) % RUN_STEPS_LAST],
		     sizeof(r->last[0]), text);
	r->nr_steps++;
}

static void note_table(struct result *r, const struct wire_head *head)
{
	const char *text;

	for (r->nr_table = 0; r->nr_table < RUN_TABLE; r->nr_table++) {
		text = text_of(head, r->nr_table);
		if (!*text)
			return;
		copy(r->table[r->nr_table], sizeof(r->table[0]), text);
	}
}

static void answer_oracle(struct run *run, const struct wire_head *head)
{
	const char *name = text_of(head, 0);
	size_t name_len = strlen(name) + 1;
	static char buf[WIRE_MAX];
	struct wire_head *reply = (struct wire_head *)buf;

	/* A request without a name asks for none. */
	if (name_len > head->len)
		name_len = head->len;
	if (!oracle_answer(&run->oracle, name,
			   (const char *)(head + 1) + name_len,
			   head->len - name_len, run->r)) {
		run->refused = true;
		shutdown(run->channel, SHUT_RDWR);
		return;
	}
	*reply = (struct wire_head){ .type = WIRE_REPLY,
				     .len = (uint32_t)run->oracle.reply_len };
	memcpy(reply + 1, run->oracle.reply, run->oracle.reply_len);
	send(run->channel, buf, sizeof(*reply) + reply->len, MSG_NOSIGNAL);
}

static void set_verdict(struct result *r, enum verdict v)
{
	/* A later word can only make things worse. */
	if (v > r->verdict)
		r->verdict = v;
}

/* The child has only the call's number. */
static void name_call(struct result *r, unsigned int call)
{
	char name[64];

	sandbox_call_name(name, sizeof(name), call);
	snprintf(r->what, sizeof(r->what),
		 "a system call was made that a test may not make: %s (SIGSYS)",
		 name);
}

/* The harness speaks with the nonce, and says PASS once. */
static void forged(struct result *r)
{
	if (r->verdict >= VERDICT_FAIL)
		return;
	r->verdict = VERDICT_FAIL;
	copy(r->what, sizeof(r->what),
	     "a message was sent that is not from the test");
}

static void heard(struct run *run, const struct wire_head *head)
{
	struct result *r = run->r;
	size_t len;

	switch (head->type) {
	case WIRE_STEP:
		note_step(r, text_of(head, 0));
		break;
	case WIRE_WHY:
		copy(r->why, sizeof(r->why), text_of(head, 0));
		break;
	case WIRE_COST:
		len = strlen(r->costs);
		snprintf(r->costs + len, sizeof(r->costs) - len, "%.60s %llu\n",
			 text_of(head, 0), (unsigned long long)head->arg);
		break;
	case WIRE_TABLE:
		note_table(r, head);
		break;
	case WIRE_SCHEDULE:
		copy(r->schedule, sizeof(r->schedule), text_of(head, 0));
		break;
	case WIRE_SCHEDULES:
		r->nr_schedules = (unsigned long)head->arg;
		copy(r->schedules, sizeof(r->schedules), text_of(head, 0));
		break;
	case WIRE_ORACLE:
		answer_oracle(run, head);
		break;
	case WIRE_PASS:
		if (r->verdict == VERDICT_PASS)
			forged(r);
		set_verdict(r, VERDICT_PASS);
		r->checked = head->arg;
		break;
	case WIRE_FAIL:
		if (r->verdict >= VERDICT_FAIL)
			break;
		set_verdict(r, VERDICT_FAIL);
		copy(r->where, sizeof(r->where), text_of(head, 0));
		copy(r->what, sizeof(r->what), text_of(head, 1));
		copy(r->want, sizeof(r->want), text_of(head, 2));
		copy(r->got, sizeof(r->got), text_of(head, 3));
		break;
	case WIRE_TODO:
		if (r->verdict >= VERDICT_TODO)
			break;
		set_verdict(r, VERDICT_TODO);
		r->todo = (unsigned int)head->arg;
		copy(r->where, sizeof(r->where), text_of(head, 0));
		break;
	case WIRE_CRASH:
		if (r->verdict >= VERDICT_CRASH)
			break;
		set_verdict(r, VERDICT_CRASH);
		copy(r->where, sizeof(r->where), text_of(head, 0));
		copy(r->what, sizeof(r->what), text_of(head, 1));
		if (head->arg)
			name_call(r, (unsigned int)(head->arg - 1));
		break;
	case WIRE_SKIP:
	case WIRE_INCONCLUSIVE:
		if (r->verdict != VERDICT_NONE)
			break;
		set_verdict(r, head->type == WIRE_SKIP ? VERDICT_SKIP
						       : VERDICT_INCONCLUSIVE);
		copy(r->what, sizeof(r->what), text_of(head, 0));
		break;
	}
}

bool listen_once(struct run *run)
{
	static char buf[WIRE_MAX + 1];
	struct wire_head *head = (struct wire_head *)buf;
	ssize_t n = recv(run->channel, buf, WIRE_MAX, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	/* Zero behind the texts, whatever the sender did. */
	buf[n] = '\0';
	if ((size_t)n < sizeof(*head) || head->nonce != run->nonce ||
	    head->len != (size_t)n - sizeof(*head)) {
		forged(run->r);
		return true;
	}
	heard(run, head);
	return true;
}

/* A sanitizer speaks last, behind whatever the test has printed. */
static void keep_tail(struct result *r, const char *buf, size_t n)
{
	size_t have = strlen(r->tail), drop = 0;

	if (have + n > RUN_OUTPUT)
		drop = have + n - RUN_OUTPUT;
	memmove(r->tail, r->tail + drop, have - drop);
	memcpy(r->tail + have - drop, buf, n);
	r->tail[have - drop + n] = '\0';
}

/* Nobody reads that much, and reading it must not keep us from the clock. */
static void end_endless_output(struct run *run)
{
	struct result *r = run->r;

	/* The next write ends it (SIGPIPE). */
	close(run->output);
	run->output = -1;
	if (r->verdict >= VERDICT_FAIL)
		return;
	r->verdict = VERDICT_FAIL;
	snprintf(r->what, sizeof(r->what), "more than %lu MiB were printed",
		 MAX_OUTPUT >> 20);
}

void read_output(struct run *run)
{
	struct result *r = run->r;
	char buf[4096];
	ssize_t n, i;
	size_t keep;

	while ((n = read(run->output, buf, sizeof(buf))) > 0) {
		/* A zero byte would hide what follows it. */
		for (i = 0; i < n; i++)
			buf[i] = buf[i] ? buf[i] : '.';
		keep_tail(r, buf, (size_t)n);
		keep = 0;
		if (r->output_len < RUN_OUTPUT)
			keep = RUN_OUTPUT - r->output_len;
		if (keep > (size_t)n)
			keep = (size_t)n;
		memcpy(r->output + (keep ? r->output_len : 0), buf, keep);
		r->output_len += (unsigned long)n;
		if (r->output_len > MAX_OUTPUT) {
			end_endless_output(run);
			break;
		}
	}
	if (n == 0) {
		close(run->output);
		run->output = -1;
	}
}
