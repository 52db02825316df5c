/* Given: how long GET /health takes, from when it was due. */
#include <poll.h>
#include <string.h>

#include "load.h"
#include "pace.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/sock.h"
#include "kit/sys.h"

#define PATIENCE_MS 5000

static int wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, PATIENCE_MS) == 1 ? 0 : -ETIMEDOUT;
}

static int open_health(uint16_t port)
{
	int fd = sock_tcp(), err;

	if (fd < 0)
		return fd;
	err = sock_connect(fd, port);
	if (err == -EINPROGRESS) {
		err = wait_for(fd, POLLOUT);
		err = err ? err : sock_error(fd);
	}
	if (err)
		sys_close(fd);
	return err ? err : fd;
}

/* One request, and the reply to its end: the body's last byte is an LF. */
static int ask(int fd)
{
	static const char request[] = "GET /health HTTP/1.1\r\n\r\n";
	char reply[1024];
	size_t len = 0;
	ssize_t n = sys_write(fd, request, strlen(request));

	while (n > 0) {
		if (wait_for(fd, POLLIN))
			return -ETIMEDOUT;
		n = sys_read(fd, reply + len, sizeof(reply) - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len > 1 && reply[len - 1] == '\n' && reply[len - 2] == '}')
			return 0;
	}
	return n ? (int)n : -EPIPE;
}

int health_run(uint16_t port, unsigned int rate, double seconds,
	       struct precise *times)
{
	uint64_t i, events = (uint64_t)(rate * seconds);
	struct pace pace;
	int err = 0, fd = open_health(port);

	if (fd < 0)
		return fd;
	pace_init(&pace, clock_now(), NSEC_PER_SEC / rate);
	while (!err && pace.next < events) {
		i = pace_next(&pace);
		err = ask(fd);
		if (!err)
			precise_record(times,
				       hist_since_due(pace.start, pace.interval,
						      i, clock_now()));
	}
	sys_close(fd);
	return err;
}
