/* Given: a socket that another thread may close under its user. */
#include "inside.h"

#include "kit/module.h"

void socket_init(struct socket *s, struct source *src)
{
	s->src = src;
	atomic_init(&s->is_cut, false);
	/* io_close() consumes one use: with another one, whoever begins to
	 * read behind it still finds a source, and is told -ECANCELED. */
	source_get(src);
}
EXPORT_SYMBOL(socket_init);

bool socket_cut(struct socket *s)
{
	/* acq_rel: one of several callers closes it, and nobody else. */
	if (atomic_exchange_explicit(&s->is_cut, true, memory_order_acq_rel))
		return false;
	io_close(s->src);
	return true;
}
EXPORT_SYMBOL(socket_cut);

void socket_fini(struct socket *s)
{
	socket_cut(s);
	source_put(s->src);
}
EXPORT_SYMBOL(socket_fini);

MODULE(socket, "a socket that may be cut", NULL, NULL);
