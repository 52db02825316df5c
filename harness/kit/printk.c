/* The message ring. */
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#include "kit/clock.h"
#include "kit/printk.h"

struct line {
	uint64_t when;
	enum printk_level level;
	char text[PRINTK_WIDTH];
};

/* Not a struct mutex: messages must work while that is being taken over. */
static pthread_mutex_t ring_lock = PTHREAD_MUTEX_INITIALIZER;
static struct line ring[PRINTK_LINES];
static unsigned long nr_lines;

void printk(enum printk_level level, const char *fmt, ...)
{
	struct line *l;
	va_list ap;
	size_t len;

	pthread_mutex_lock(&ring_lock);
	l = &ring[nr_lines++ % PRINTK_LINES];
	l->when = clock_now();
	l->level = level;
	va_start(ap, fmt);
	vsnprintf(l->text, sizeof(l->text), fmt, ap);
	va_end(ap);
	len = strlen(l->text);
	if (len && l->text[len - 1] == '\n')
		l->text[len - 1] = '\0';
	pthread_mutex_unlock(&ring_lock);
}

unsigned int printk_dump(FILE *out)
{
	static const char *const prefix[] = { "error: ", "warning: ", "" };
	unsigned long i, from;

	pthread_mutex_lock(&ring_lock);
	from = nr_lines > PRINTK_LINES ? nr_lines - PRINTK_LINES : 0;
	for (i = from; i < nr_lines; i++) {
		const struct line *l = &ring[i % PRINTK_LINES];

		fprintf(out, "[%5llu.%06llu] %s%s\n",
			(unsigned long long)(l->when / NSEC_PER_SEC),
			(unsigned long long)(l->when % NSEC_PER_SEC / 1000),
			prefix[l->level], l->text);
	}
	i = nr_lines - from;
	pthread_mutex_unlock(&ring_lock);
	return (unsigned int)i;
}

void printk_clear(void)
{
	pthread_mutex_lock(&ring_lock);
	nr_lines = 0;
	pthread_mutex_unlock(&ring_lock);
}
