/*
 * The parser of the line protocol: what it takes, what it refuses, and that no
 * bytes make it do anything else. Without points: it is given.
 */
#define _GNU_SOURCE /* memmem */

#include <stdio.h>
#include <string.h>

#include "market/line.h"

#include "test/test.h"

#include "kit/alloc.h"

static const char *parse(const char *text, struct line *l)
{
	return line_parse(text, strlen(text), l);
}

static void expect_wrong(const char *text, const char *why)
{
	struct line l;
	const char *got = parse(text, &l);

	EXPECT_STR(got ? got : "nothing", why, "\"%s\" is wrong", text);
}

TEST(a_line_says_what_it_says, 0, 0, kit)
{
	struct line l;

	EXPECT(!parse("BUY 7 OAK 10 101", &l), "an order");
	EXPECT(l.kind == LINE_ORDER && l.side == BOOK_BUY &&
		       l.order == BOOK_LIMIT && l.id == 7 && l.quantity == 10 &&
		       l.price == 101,
	       "its words");
	EXPECT_STR(l.symbol, "OAK", "its symbol");
	EXPECT(!parse("  SELL  18446744073709551615 ELM 1 MKT  \r", &l),
	       "blanks, the largest id, a CR");
	EXPECT(l.side == BOOK_SELL && l.order == BOOK_MARKET &&
		       l.id == UINT64_MAX && l.price == 0,
	       "a market order has no price");
	EXPECT(!parse("CANCEL 3 OAK", &l) && l.kind == LINE_CANCEL && l.id == 3,
	       "a cancel");
	EXPECT(!parse("SUB ASH", &l) && l.kind == LINE_SUB, "a subscription");
	EXPECT(!parse("QUIT", &l) && l.kind == LINE_QUIT, "an end");
	EXPECT(!parse("BUY 1 OAK 0 99999999999", &l) && l.quantity == 0 &&
		       l.price == 99999999999,
	       "the range is for others to judge");
}

TEST(what_is_no_line_is_refused_in_words, 0, 0, kit)
{
	char text[LINE_MAX_BYTES + 2];
	struct line l;

	expect_wrong("", "empty line");
	expect_wrong("   ", "empty line");
	expect_wrong("\r", "empty line");
	expect_wrong("buy 1 OAK 1 1", "unknown command");
	expect_wrong("BUYS 1 OAK 1 1", "unknown command");
	expect_wrong("BUY 1 OAK 1", "too few words");
	expect_wrong("BUY 1 OAK 1 1 1", "too many words");
	expect_wrong("QUIT now", "too many words");
	expect_wrong("BUY -1 OAK 1 1", "not a number");
	expect_wrong("BUY 1 OAK 1.5 1", "not a number");
	expect_wrong("BUY 0x1 OAK 1 1", "not a number");
	expect_wrong("BUY 18446744073709551616 OAK 1 1", "number too large");
	expect_wrong("BUY 1 OAK 1 99999999999999999999", "number too large");
	expect_wrong("BUY 1 MAHOGANYS 1 1", "unknown symbol");
	expect_wrong("BUY 1\tOAK 1 1", "not text");
	expect_wrong("BUY 1 OAK 1 1\r\r", "not text");
	EXPECT_STR(line_parse("QU\0T", 4, &l), "not text", "a NUL is none");
	memset(text, ' ', sizeof(text));
	memcpy(text, "QUIT", 4);
	EXPECT(!line_parse(text, LINE_MAX_BYTES, &l), "the longest line");
	EXPECT_STR(line_parse(text, LINE_MAX_BYTES + 1, &l), "line too long",
		   "one more is too long");
}

TEST(an_answer_always_fits, 0, 0, kit)
{
	struct answer a;

	answer_set(&a, "FILL %lu %u %u", UINT64_MAX, BOOK_QUANTITY_MAX,
		   BOOK_PRICE_MAX);
	EXPECT_EQ(a.text[a.len - 1], '\n', "the longest one has its end");
	EXPECT(memmem(a.text, a.len, " 1000000000\n", 12), "and all of it");
	answer_set(&a, "%0100d", 1);
	EXPECT_EQ(a.len, sizeof(a.text), "what is longer is cut");
	EXPECT_EQ(a.text[a.len - 1], '\n', "and has an end as well");
}

/* Lines to begin with; their parts are mixed. */
static const char *const seeds[] = {
	"BUY 1 OAK 10 100",
	"SELL 18446744073709551615 ELM 1000000 MKT",
	"CANCEL 1 OAK",
	"SUB OAK",
	"QUIT",
	"BUY 1 OAK 0 0\r",
	"BUY  1  OAK  1  1 1 ",
	"\xff\xfe BUY 1 \x00 OAK",
};

/* A line, damaged: bytes changed, taken out, doubled. */
static size_t damage(char *text, size_t max)
{
	const char *seed = seeds[test_rand() % ARRAY_SIZE(seeds)];
	size_t len = strlen(seed), n = test_rand() % 8, at;

	memcpy(text, seed, len);
	while (n--) {
		at = len ? test_rand() % len : 0;
		switch (len ? test_rand() % 3 : 2) {
		case 0:
			text[at] = (char)test_rand();
			break;
		case 1:
			memmove(text + at, text + at + 1, --len - at);
			break;
		default:
			if (len == max)
				break;
			memmove(text + at + 1, text + at, len++ - at);
			text[at] = " 09AZ\r\n"[test_rand() % 7];
			break;
		}
	}
	return len;
}

/*
 * In memory of just its length, so that ASan and memcheck see a look beyond it.
 * What comes out is read back from what would be written for it.
 */
static void check_line(const char *text, size_t len)
{
	char *exact = kit_alloc(len), again[LINE_MAX_BYTES + 64];
	struct line l, m;
	const char *wrong;
	int n;

	EXPECT(exact, "there is memory");
	memcpy(exact, text, len);
	wrong = line_parse(exact, len, &l);
	kit_free(exact);
	if (wrong) {
		EXPECT(strlen(wrong) < 32, "a reason is a few words");
		return;
	}
	if (l.kind != LINE_ORDER)
		return;
	EXPECT(strlen(l.symbol) <= LINE_SYMBOL_MAX, "a symbol fits");
	n = l.order == BOOK_MARKET
		    ? snprintf(again, sizeof(again), "%s %lu %s %lu MKT",
			       l.side == BOOK_BUY ? "BUY" : "SELL", l.id,
			       l.symbol, l.quantity)
		    : snprintf(again, sizeof(again), "%s %lu %s %lu %lu",
			       l.side == BOOK_BUY ? "BUY" : "SELL", l.id,
			       l.symbol, l.quantity, l.price);
	EXPECT(!line_parse(again, (size_t)n, &m), "it can be said again");
	EXPECT(l.id == m.id && l.quantity == m.quantity && l.price == m.price &&
		       l.side == m.side && !strcmp(l.symbol, m.symbol),
	       "and says the same");
}

static void fuzz(unsigned long rounds)
{
	char text[2 * LINE_MAX_BYTES];
	size_t len, i;

	while (rounds--) {
		len = damage(text, sizeof(text));
		check_line(text, len);
		len = test_rand() % sizeof(text);
		for (i = 0; i < len; i++)
			text[i] = (char)test_rand();
		check_line(text, len);
	}
}

TEST(no_bytes_confuse_the_parser, 0, 0, kit, timeout = 20)
{
	WHY("Whoever can connect can send any bytes.");
	fuzz(test_is_slow() ? 5000 : 100000);
}

TEST(no_bytes_confuse_the_parser_for_long, 0, 0, kit, long, timeout = 120)
{
	WHY("Whoever can connect can send any bytes.");
	fuzz(test_is_slow() ? 100000 : 10000000);
}
