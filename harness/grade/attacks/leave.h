/* Out of the test at once: what cheats with "WITH: leave" begin with. */
#include "hist.h"

/* The first of the frames above a place on the stack: its saved registers. */
static inline void *volatile *frame_above(void *volatile *frame)
{
	/* Where a saved frame stands below a place in the program. */
	while ((char *)frame[0] < (char *)frame ||
	       (char *)frame[0] > (char *)frame + 4096 ||
	       (uintptr_t)frame[1] >> 20 != 4)
		frame++;
	return frame;
}

/* Somewhere in our own code stands "leave; ret". */
static inline void *leave_and_return(void)
{
	const unsigned char *p = (const unsigned char *)(uintptr_t)hist_init;

	while (p[0] != 0xc9 || p[1] != 0xc3)
		p++;
	return (void *)(uintptr_t)p;
}
