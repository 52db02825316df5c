/* Day 4, what is given: a load that keeps its schedule. The time is virtual. */
#include <inttypes.h>

#include "kit/clock.h"
#include "pace.h"
#include "test/test.h"

#define LATE 30 /* ns that the timer of this test is late */

static void wait_late(uint64_t until)
{
	fake_clock_advance(until + LATE - clock_now());
}

TEST(a_pace_leaves_nothing_out_and_knows_its_own_error, 8, 0, kit)
{
	struct pace p;
	uint64_t i, due;

	WHY("A schedule that waits for answers is none; and a timer's lateness "
	    "is not the server's.");
	fake_clock_start(5000);
	pace_init(&p, 6000, 1000);
	p.wait = wait_late;
	STEP("one every 1,000 ns; the third takes 3,500 ns, the others 100");
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(pace_next(&p), i, "operation %" PRIu64 " comes next",
			  i);
		due = 6000 + 1000 * i;
		EXPECT(clock_now() >= due, "it is not let go early");
		if (i < 3 || i > 5)
			EXPECT_EQ(clock_now(), due + LATE,
				  "it is as late as the timer");
		fake_clock_advance(i == 2 ? 3500 : 100);
	}
	EXPECT_EQ(p.behind, 3, "three were due while the third one ran");
	EXPECT_EQ(hist_count(&p.late), 7, "the other seven were waited for");
	EXPECT_EQ(hist_min(&p.late), LATE, "each was let go that late");
	EXPECT_EQ(hist_max(&p.late), LATE, "each was let go that late");
}

TEST(a_pace_in_real_time_is_never_early, 8, 0, kit)
{
	struct pace p;
	uint64_t i;

	WHY("An operation before its time is one that nobody asked for yet.");
	pace_init(&p, clock_now(), 500 * NSEC_PER_USEC);
	STEP("20 operations, one every 0.5 ms");
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(pace_next(&p), i, "operation %" PRIu64 " comes next",
			  i);
		EXPECT(clock_now() >= p.start + i * p.interval,
		       "it is not let go early");
	}
	EXPECT_EQ(p.behind + hist_count(&p.late), 20,
		  "each was waited for, or was due");
}
