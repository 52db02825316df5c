/* Sockets: counted, failable, with -errno as the result. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>

#include "kit/sock.h"
#include "kit/sys.h"

static int result(int ret)
{
	return ret < 0 ? -errno : ret;
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

int sock_tcp(void)
{
	const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	const int yes = 1;
	int fd = sys_enter(SYS_CALL_SOCKET);

	if (fd)
		return fd;
	fd = result(socket(AF_INET, type, 0));
	/* A write goes out at once, and does not wait for the peer's word on
	 * the one before, which may be 40 ms away. Accepted sockets have it
	 * from their listener. Where it cannot be set, it is only slower. */
	if (fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	return fd;
}

int sock_listen(int fd, uint16_t port, int backlog)
{
	struct sockaddr_in addr = loopback(port);
	const int yes = 1;
	int err = sys_enter(SYS_CALL_SOCKET);

	if (err)
		return err;
	/* Else the port of the last run is taken for a minute. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return -errno;
	return result(listen(fd, backlog));
}

int sock_connect(int fd, uint16_t port)
{
	struct sockaddr_in addr = loopback(port);
	int err = sys_enter(SYS_CALL_SOCKET);

	if (err)
		return err;
	return result(connect(fd, (struct sockaddr *)&addr, sizeof(addr)));
}

int sock_send_buffer(int fd, unsigned int bytes)
{
	const int value = (int)bytes;
	int err = sys_enter(SYS_CALL_SOCKET);

	if (err)
		return err;
	return result(
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, sizeof(value)));
}

int sock_error(int fd)
{
	int value = 0, err = sys_enter(SYS_CALL_SOCKET);
	socklen_t len = sizeof(value);

	if (err)
		return err;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &len))
		return -errno;
	return -value;
}

int sock_port(int fd)
{
	struct sockaddr_in addr = { 0 };
	socklen_t len = sizeof(addr);
	int err = sys_enter(SYS_CALL_SOCKET);

	if (err)
		return err;
	if (getsockname(fd, (struct sockaddr *)&addr, &len))
		return -errno;
	return ntohs(addr.sin_port);
}

int sock_shut_write(int fd)
{
	int err = sys_enter(SYS_CALL_SOCKET);

	return err ? err : result(shutdown(fd, SHUT_WR));
}

int sock_nonblock(int fd)
{
	int flags, err = sys_enter(SYS_CALL_SOCKET);

	if (err)
		return err;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0)
		return -errno;
	return result(fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

void sock_ignore_sigpipe(bool on)
{
	signal(SIGPIPE, on ? SIG_IGN : SIG_DFL);
}
