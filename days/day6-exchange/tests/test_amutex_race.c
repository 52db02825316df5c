/* A lock() that is polled while another thread unlocks: SAN=thread looks on. */
#include "amutex.h"
#include "waiter.h"

#include "kit/err.h"
#include "kit/thread.h"

#define ROUNDS 100
#define POLLS 100000000u

static void unlock(void *arg)
{
	amutex_unlock(arg);
}

TEST(lock_may_be_polled_while_it_is_given, 5, 0, kit, timeout = 20)
{
	struct waiter waiter;
	struct amutex_lock l;
	struct thread other;
	unsigned int i, n;
	struct amutex m;

	WHY("A future that is joined with others is polled when any of them is "
	    "woken: also at the moment when the lock becomes its own.");
	amutex_init(&m, "lock");
	EXPECT(amutex_trylock(&m), "it is free");
	for (i = 0; i < ROUNDS; i++) {
		/* No lock to look after: the other thread has it as well. */
		waiter_init(&waiter, "who polls", NULL);
		l = amutex_lock(&m);
		EXPECT_ERR(thread_create(&other, "unlock", unlock, &m), 0,
			   "a thread");
		for (n = 0; n < POLLS; n++)
			if (waiter_poll(&waiter, &l.future, NULL) == POLL_READY)
				break;
		EXPECT(n < POLLS, "the lock is given");
		future_drop(&l.future);
		thread_join(&other);
		waiter_fini(&waiter);
	}
	amutex_unlock(&m);
	amutex_fini(&m);
}
