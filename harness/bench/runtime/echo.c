/* Echo over loopback TCP: our server, the floor's, and the client of all. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#include "kit/bug.h"
#include "kit/clock.h"

#include "driver.h"
#include "io.h"
#include "sched.h"

#define CONNS_MAX 256
#define REQUEST 64 /* bytes */

/* --- a task for each connection -------------------------------------------------- */
struct conn {
	struct async async;
	struct source *socket;
	struct io_op op;
	ssize_t n;
	char buf[4096];
};

static enum poll conn_poll(struct future *f, struct context *cx, void *out)
{
	struct conn *c = container_of(f, struct conn, async.future);

	ASYNC_BEGIN(&c->async);
	for (;;) {
		c->op = io_read(c->socket, c->buf, sizeof(c->buf));
		AWAIT(&c->op.future, &c->n);
		if (c->n <= 0)
			break;
		c->op = io_write_all(c->socket, c->buf, (size_t)c->n);
		AWAIT(&c->op.future, &c->n);
		if (c->n < 0)
			break;
	}
	io_close(c->socket);
	ASYNC_END(&c->async);
}

static const struct future_ops conn_ops = {
	.poll = conn_poll,
	.size = sizeof(struct conn),
};

struct server {
	struct async async;
	struct sched *sched;
	struct source *listener, *socket;
	struct io_op op;
	ssize_t err;
};

static void conn_spawn(struct server *s)
{
	static struct conn init = { .async.future.ops = &conn_ops };

	init.socket = s->socket;
	BUG_ON(sched_spawn(s->sched, &conn_ops, &init, NULL));
}

static enum poll server_poll(struct future *f, struct context *cx, void *out)
{
	struct server *s = container_of(f, struct server, async.future);

	ASYNC_BEGIN(&s->async);
	for (;;) {
		s->op = io_accept(s->listener, &s->socket);
		AWAIT(&s->op.future, &s->err);
		BUG_ON(s->err);
		conn_spawn(s);
	}
	ASYNC_END(&s->async);
}

static void tell(int to, int port)
{
	BUG_ON(write(to, &port, sizeof(port)) != sizeof(port));
}

static void serve(unsigned int workers, int tell_to)
{
	static const struct future_ops ops = {
		.poll = server_poll,
		.size = sizeof(struct server),
	};
	struct server s = { .async.future.ops = &ops };
	struct driver *driver;
	struct join join;
	int status;

	BUG_ON(driver_create(&driver));
	BUG_ON(sched_create_driven(&s.sched, workers, &driver->park));
	BUG_ON(io_listen(driver, 0, CONNS_MAX, &s.listener));
	BUG_ON(sched_spawn(s.sched, &ops, &s, &join));
	tell(tell_to, io_port(s.listener));
	BUG_ON(sched_block_on(s.sched, &join.future, &status));
}

/* --- the floor: a loop, and no runtime -------------------------------------------- */
static int listen_here(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	BUG_ON(fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	       listen(fd, CONNS_MAX));
	return fd;
}

static int port_of(int fd)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	BUG_ON(getsockname(fd, (struct sockaddr *)&addr, &len));
	return ntohs(addr.sin_port);
}

static void watch(int epfd, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };
	int yes = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	BUG_ON(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev));
}

static void plain_answer(int fd)
{
	char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n <= 0)
		close(fd);
	else
		BUG_ON(write(fd, buf, (size_t)n) != n);
}

static void serve_plain(int tell_to)
{
	struct epoll_event evs[64];
	int epfd = epoll_create1(EPOLL_CLOEXEC), listener = listen_here(), i, n;

	BUG_ON(epfd < 0);
	watch(epfd, listener);
	tell(tell_to, port_of(listener));
	for (;;) {
		n = epoll_wait(epfd, evs, ARRAY_SIZE(evs), -1);
		for (i = 0; i < n; i++) {
			if (evs[i].data.fd == listener)
				watch(epfd, accept4(listener, NULL, NULL,
						    SOCK_CLOEXEC));
			else
				plain_answer(evs[i].data.fd);
		}
	}
}

int echo_serve(int workers, int *port)
{
	int fds[2];
	pid_t pid;

	BUG_ON(pipe2(fds, O_CLOEXEC));
	pid = fork();
	BUG_ON(pid < 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (workers == ECHO_PLAIN)
			serve_plain(fds[1]);
		else
			serve((unsigned int)workers, fds[1]);
		_exit(1);
	}
	BUG_ON(read(fds[0], port, sizeof(*port)) != sizeof(*port));
	close(fds[0]);
	close(fds[1]);
	return pid;
}

/* --- the client ---------------------------------------------------------------------- */
static int connect_to(int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	BUG_ON(fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof(addr)));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	return fd;
}

static void answer_of(int fd)
{
	char buf[REQUEST];

	BUG_ON(recv(fd, buf, sizeof(buf), MSG_WAITALL) != sizeof(buf));
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* A request on each connection, then the answers; how long each took. */
static void ask_all(const int *fds, unsigned int k, double *took)
{
	static const char request[REQUEST] = "who asks is answered";
	uint64_t asked[CONNS_MAX];
	unsigned int i;

	for (i = 0; i < k; i++) {
		asked[i] = clock_now();
		BUG_ON(write(fds[i], request, sizeof(request)) !=
		       sizeof(request));
	}
	for (i = 0; i < k; i++) {
		answer_of(fds[i]);
		took[i] = (double)(clock_now() - asked[i]);
	}
}

struct echo_times echo_ask(int port, unsigned int n, unsigned int k)
{
	double *took = malloc(n * sizeof(*took));
	struct echo_times times;
	int fds[CONNS_MAX] = { 0 };
	unsigned int i;
	uint64_t from;

	BUG_ON(!took || k > CONNS_MAX || n % k);
	for (i = 0; i < k; i++)
		fds[i] = connect_to(port);
	ask_all(fds, k, took); /* all are accepted */
	from = clock_now();
	for (i = 0; i < n; i += k)
		ask_all(fds, k, took + i);
	times.mean = (double)(clock_now() - from) / n;
	for (i = 0; i < k; i++)
		close(fds[i]);
	qsort(took, n, sizeof(*took), compare);
	times.p99 = took[(n * 99 + 99) / 100 - 1];
	free(took);
	return times;
}
