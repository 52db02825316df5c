/*
 * The replay finds what is wrong with a journal: each kind of fault is planted
 * once. Without points: it is given, and the other tests of the exchange stand
 * on it.
 */
#include <string.h>

#include "market/journal.h"

#include "test/test.h"

#include "kit/err.h"

static struct replay r;

static int replay_bytes(const char *text, size_t len)
{
	FILE *f = fmemopen((void *)text, len, "r");
	int err;

	EXPECT(f, "the text can be read");
	err = replay_file(f, &r);
	fclose(f);
	return err;
}

static int replay_text(const char *text)
{
	return replay_bytes(text, strlen(text));
}

/* What was read is refused, in these words. */
static void refused_bytes(const char *text, size_t len, const char *words)
{
	EXPECT_ERR(replay_bytes(text, len), -EBADMSG, "it is refused: %s",
		   words);
	EXPECT(strstr(r.wrong, words), "\"%s\" says: %s", r.wrong, words);
}

static void refused(const char *text, const char *words)
{
	refused_bytes(text, strlen(text), words);
}

#define RESTS "O 1 OAK 7 1 B 10 100 10 0\n"

TEST(a_journal_that_holds_together_is_read, 0, 0, kit)
{
	EXPECT_ERR(replay_text(RESTS "O 2 OAK 7 2 B 5 101 5 0\n"
				     "O 3 OAK 8 1 S 12 100 0 2\n"
				     "O 4 ELM 8 2 S 1 1 1 0\n"
				     "F 5 OAK 7 2 8 1 5 101\n"
				     "F 6 OAK 7 1 8 1 7 100\n"
				     "E 7 OAK 7 2 UNKNOWN\n"
				     "C 8 OAK 7 1 3\n"
				     "O 9 OAK 9 1 B 4 MKT 4 0\n"
				     "E 10 ELM 8 2 DUPLICATE\n"),
		   0, "it is read");
	EXPECT_STR(r.wrong, "", "nothing is wrong");
	EXPECT_EQ(r.lines, 10, "all lines");
	EXPECT_EQ(r.orders, 5, "orders");
	EXPECT_EQ(r.fills, 2, "fills");
	EXPECT_EQ(r.lots, 12, "lots");
	EXPECT_EQ(r.resting, 1, "one rests: at the other symbol");
	EXPECT_EQ(r.torn + r.is_half, 0, "nothing is missing");
}

TEST(what_was_killed_leaves_half_a_line, 0, 0, kit)
{
	EXPECT_ERR(replay_text(RESTS "O 2 OAK 8 1 S 12 MKT 2 1\n"
				     "F 3 OAK 7 1 8 1"),
		   0, "it is read");
	EXPECT(r.is_half, "the half line is no event");
	EXPECT_EQ(r.torn, 1, "a fill is missing");
	EXPECT_EQ(r.fills, 0, "and not counted");
}

TEST(faults_of_a_journal_are_found, 0, 0, kit)
{
	WHY("A check that finds nothing proves nothing.");
	refused("O 2 OAK 7 1 B 10 100 10 0\n", "its number is 2");
	refused("O 1 TEAK 7 1 B 10 100 10 0\n", "no symbol is called TEAK");
	refused("X 1 OAK\n", "this is no event");
	refused("O 1 OAK 7 1 B 0 100 0 0\n", "this is no order");
	refused("O 1 OAK 7 1 B 4294967306 100 10 0\n", "this is no event");
	refused("O 1 OAK 7 1 B 10 0 10 0\n", "this is no event");
	refused("O 1 OAK -7 1 B 10 100 10 0\n", "this is no event");
	refused(RESTS "C 2 OAK 7 1 10 1\n", "this is no event");
	refused(RESTS "C 2 OAK 7 1 10C 3 OAK 7 1 9\n", "this is no event");
	refused(RESTS "O 2 OAK 7 1 B 10 100 10 0\n", "rests already");
	refused("O 1 OAK 7 1 B 10 100 9 0\n", "has 10 left, not 9");
	refused(RESTS "O 2 OAK 8 1 S 1 100 1 0\n", "could be filled");
	refused(RESTS "O 2 OAK 8 1 S 1 MKT 1 0\n", "could be filled");
	refused(RESTS "F 2 OAK 7 1 8 1 1 100\n", "did not just come in");
	refused(RESTS "O 2 OAK 8 1 S 9 100 0 1\nF 3 OAK 7 1 8 1 9 99\n",
		"a price of nobody's");
	refused(RESTS "O 2 OAK 8 1 S 9 101 0 1\nF 3 OAK 7 1 8 1 9 100\n",
		"a price of nobody's");
	refused(RESTS "O 2 OAK 8 1 S 11 100 0 1\nF 3 OAK 7 1 8 1 11 100\n",
		"more than there is");
	refused(RESTS "O 2 OAK 8 1 S 9 100 0 1\nF 3 OAK 7 2 8 1 9 100\n",
		"which does not rest");
	refused(RESTS "O 2 OAK 8 1 S 9 100 0 1\nC 3 OAK 7 1 10\n",
		"fills of order 1 are missing");
	refused(RESTS "C 2 OAK 7 1 9\n", "does not rest with 9 lots");
	refused(RESTS "C 2 OAK 7 1 10\nC 3 OAK 7 1 10\n", "does not rest");
	refused(RESTS "E 2 OAK 7 1 UNKNOWN\n", "is known");
	refused(RESTS "E 2 OAK 7 2 DUPLICATE\n", "is no duplicate");
}

TEST(faults_of_priority_are_found, 0, 0, kit)
{
	WHY("Who is filled first is what an exchange is trusted for.");
	refused(RESTS "O 2 OAK 7 2 B 5 101 5 0\nO 3 OAK 8 1 S 5 100 0 1\n"
		      "F 4 OAK 7 1 8 1 5 100\n",
		"order 2 comes before it");
	refused(RESTS "O 2 OAK 7 2 B 5 100 5 0\nO 3 OAK 8 1 S 5 100 0 1\n"
		      "F 4 OAK 7 2 8 1 5 100\n",
		"order 1 comes before it");
	refused("O 1 OAK 7 1 S 5 100 5 0\nO 2 OAK 7 2 S 5 99 5 0\n"
		"O 3 OAK 8 1 B 5 100 0 1\nF 4 OAK 7 1 8 1 5 100\n",
		"order 2 comes before it");
}

TEST(half_a_line_in_the_middle_is_found, 0, 0, kit)
{
	static const char hole[] = RESTS "O 2 OAK 7\0\0\0 B 10 100 10 0\n"
					 "C 3 OAK 7 1 9\n";
	char text[1000];
	size_t at = strlen(RESTS);

	WHY("A disk that lost its power leaves zeros, and what stands behind "
	    "them counts, too.");
	refused_bytes(hole, sizeof(hole) - 1, "line 2: this is no event");
	STEP("a line that has no end for long");
	memcpy(text, RESTS, at);
	memset(text + at, ' ', sizeof(text) - at);
	memcpy(text + sizeof(text) - 15, "C 2 OAK 7 1 9\n", 15);
	refused(text, "line 2: this is no event");
}
