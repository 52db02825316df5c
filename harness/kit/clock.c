/* Time: CLOCK_MONOTONIC, unless a test moves the hands itself. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kit/clock.h"

uint64_t (*clock_source)(void);

uint64_t clock_now(void)
{
	struct timespec ts;

	if (unlikely(clock_source))
		return clock_source();
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/*
 * The counter as nanoseconds: base_ns + (counter - base) * mult / 2^32. A mult
 * of 0 says that there is no counter to be trusted.
 */
static struct clock_scale counter;
static bool counter_is_done;

#ifdef __x86_64__
static uint64_t counter_read(void)
{
	return __builtin_ia32_rdtsc();
}

/* Does the kernel tell the time by this counter? Then all cores agree. */
static bool counter_is_trusted(void)
{
	char name[16] = "";
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/"
			"current_clocksource",
			"r");

	if (!f)
		return false;
	if (!fgets(name, sizeof(name), f))
		name[0] = '\0';
	fclose(f);
	return !strncmp(name, "tsc", 3);
}
#else
static uint64_t counter_read(void)
{
	return 0;
}

static bool counter_is_trusted(void)
{
	return false;
}
#endif

void clock_trace_init(void)
{
	uint64_t end, ns;

	if (counter_is_done || clock_source)
		return;
	counter_is_done = true;
	if (!counter_is_trusted())
		return;
	counter.base_ns = clock_now();
	counter.base = counter_read();
	do {
		ns = clock_now() - counter.base_ns;
		end = counter_read();
	} while (ns < NSEC_PER_MSEC);
	if (end > counter.base)
		counter.mult = (ns << 32) / (end - counter.base);
}

uint64_t clock_scale_now(const struct clock_scale *scale)
{
	if (unlikely(clock_source || !scale->mult))
		return clock_now();
	return scale->base_ns +
	       (uint64_t)((unsigned __int128)(counter_read() - scale->base) *
				  scale->mult >>
			  32);
}

uint64_t clock_trace(void)
{
	return clock_scale_now(&counter);
}

void clock_scale_get(struct clock_scale *out)
{
	*out = counter;
	if (clock_source)
		out->mult = 0;
}

uint64_t clock_thread_cpu(void)
{
	struct timespec ts;

	if (unlikely(clock_source))
		return 0;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t clock_process_cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* Not through sys.h: whoever counts calls does not count those of a watch. */
int clock_run_delay_open(void)
{
	int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

uint64_t clock_run_delay(int fd)
{
	uint64_t ns = 0;
	char line[80];
	ssize_t n;

	if (fd < 0)
		return 0;
	n = pread(fd, line, sizeof(line) - 1, 0);
	if (n <= 0)
		return 0;
	line[n] = '\0';
	/* Time on a core, time without one, turns. */
	return sscanf(line, "%*u %" SCNu64, &ns) == 1 ? ns : 0;
}
