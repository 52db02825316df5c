/*
 * Given: the load's orders. Of five events of a connection two are orders that
 * rest, one is a market order, and two take out what came to rest LAG times five
 * events before, if it is still there. So the books neither empty nor fill up.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "market/line.h"
#include "load.h"

#define CYCLE 5
#define LAG 20
#define BACK (3 + CYCLE * LAG) /* from a cancel to its order */
#define MIDDLE 10000	       /* ticks */
#define DEPTH 50	       /* prices of a side */

/* The same for the same number: a cancel knows what its order was. */
static uint64_t draw(uint64_t n)
{
	n = (n + 1) * 0x9e3779b97f4a7c15; /* splitmix64 */
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
	n = (n ^ n >> 27) * 0x94d049bb133111eb;
	return n ^ n >> 31;
}

static const char *symbol_of(uint64_t n, unsigned int symbols)
{
	return line_symbols[(draw(n) >> 40) % symbols];
}

static size_t order_text(char *text, size_t size, uint64_t n,
			 unsigned int symbols)
{
	uint64_t r = draw(n);
	bool is_buy = r & 1;
	unsigned int away = 1 + (r >> 8) % DEPTH, lots = 1 + (r >> 16) % 10;

	if (n % CYCLE == 2)
		return (size_t)snprintf(text, size,
					"%s %" PRIu64 " %s %u MKT\n",
					is_buy ? "BUY" : "SELL", n,
					symbol_of(n, symbols), lots);
	return (size_t)snprintf(text, size, "%s %" PRIu64 " %s %u %u\n",
				is_buy ? "BUY" : "SELL", n,
				symbol_of(n, symbols), lots,
				is_buy ? MIDDLE - away : MIDDLE + away);
}

size_t plan_text(char *text, size_t size, uint64_t n, unsigned int symbols)
{
	if (n % CYCLE < 3 || n < BACK)
		return order_text(text, size, n, symbols);
	return (size_t)snprintf(text, size, "CANCEL %" PRIu64 " %s\n", n - BACK,
				symbol_of(n - BACK, symbols));
}

char plan_event_of(const char *line, uint64_t *n)
{
	char word[16], reason[16] = "";
	bool is_cancel;

	if (sscanf(line, "%15s %" SCNu64 " %15s", word, n, reason) < 2)
		return 0;
	if (strcmp(word, "ACK") == 0)
		return 'A';
	is_cancel = strcmp(word, "CANCELED") == 0;
	/* What a market order did not find is told behind its ACK. */
	if (is_cancel && *n % CYCLE == 2)
		return 0;
	if (strcmp(word, "REJECT") == 0 && strcmp(reason, "UNKNOWN") == 0)
		is_cancel = true;
	if (is_cancel)
		*n += BACK;
	if (is_cancel)
		return 'A';
	return strcmp(word, "REJECT") == 0 ? 'R' : 0;
}
