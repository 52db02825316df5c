/**
 * @file loopback.h
 * Some machines have no network at all, not even their own loopback.
 */
#ifndef DAY2_TESTS_LOOPBACK_H
#define DAY2_TESTS_LOOPBACK_H

#include <errno.h>
#include <unistd.h>

#include "kit/sock.h"
#include "test/test.h"

/** Skip the test where nothing can be connected to. */
static inline void loopback_needed(void)
{
	int fd = sock_tcp();
	/* Nobody listens at the port "discard"; what counts is the errno. */
	int err = sock_connect(fd, 9);

	close(fd);
	if (err == -ENETUNREACH)
		SKIP("the loopback network is down: ip link set lo up");
}

#endif
