/* TODO 7: match by price, then by time. */
#include "tape.h"

#include "test/cost.h"

TEST(the_best_price_trades_first, 7, 2)
{
	struct book *b = new_book(8);
	struct tape t;

	WHY("Whoever offers more than others has to be served before them, or "
	    "nobody would.");
	sell(&t, b, 1, 5, 103);
	sell(&t, b, 2, 5, 101);
	sell(&t, b, 3, 5, 102);
	EXPECT_EQ(book_best(b, BOOK_SELL), 101, "the lowest ask is the best");
	EXPECT_EQ(buy(&t, b, 4, 12, 102), 2, "10 of 12 lots are to be had");
	EXPECT_STR(t.text, "#2: 5 at 101, #3: 5 at 102",
		   "the lowest price is taken first, and none above the limit");
	EXPECT_EQ(book_best(b, BOOK_BUY), 102, "what is left rests");
	buy(&t, b, 5, 5, 99);
	buy(&t, b, 6, 5, 100);
	EXPECT_EQ(sell(&t, b, 7, 9, 100), 2, "7 of 9 lots are to be had");
	EXPECT_STR(t.text, "#4: 2 at 102, #6: 5 at 100",
		   "the highest bid is served first, and none below the limit");
	EXPECT_EQ(t.last.side, BOOK_SELL, "the side is the taker's");
	EXPECT_EQ(t.last.taker, 7, "the taker is the order that came in");
	book_destroy(b);
}

TEST(at_one_price_the_oldest_trades_first, 7, 2)
{
	struct book *b = new_book(8);
	struct tape t;

	WHY("A queue in which the last one is served first is none.");
	sell(&t, b, 1, 2, 100);
	sell(&t, b, 2, 2, 100);
	sell(&t, b, 3, 2, 100);
	EXPECT_EQ(buy(&t, b, 4, 5, 100), 0, "there are 6 lots");
	EXPECT_STR(t.text, "#1: 2 at 100, #2: 2 at 100, #3: 1 at 100",
		   "who came first is first");
	EXPECT_EQ(book_resting(b, BOOK_SELL, 100), 1, "one lot is left");
	EXPECT_EQ(book_len(b), 1, "one order is left");
	book_destroy(b);
}

TEST(a_partly_filled_order_keeps_its_place, 7, 1)
{
	struct book *b = new_book(8);
	struct tape t;

	WHY("It has waited longer than those behind it, whatever it got so "
	    "far.");
	buy(&t, b, 1, 10, 50);
	buy(&t, b, 2, 10, 50);
	EXPECT_EQ(sell(&t, b, 3, 4, 50), 0, "4 lots are wanted");
	EXPECT_EQ(t.last.maker_left, 6, "6 lots of #1 still rest");
	EXPECT_EQ(book_resting(b, BOOK_BUY, 50), 16, "16 lots of 20 are left");
	EXPECT_EQ(sell(&t, b, 4, 8, 50), 0, "8 lots are wanted");
	EXPECT_STR(t.text, "#1: 6 at 50, #2: 2 at 50",
		   "the rest of #1 comes before #2");
	EXPECT_EQ(book_resting(b, BOOK_BUY, 50), 8, "8 lots of 20 are left");
	book_destroy(b);
}

TEST(what_is_left_of_a_limit_order_rests_at_its_own_price, 7, 1)
{
	struct book *b = new_book(8);
	struct tape t;

	WHY("A limit is a promise for later, too.");
	sell(&t, b, 1, 3, 100);
	EXPECT_EQ(buy(&t, b, 2, 10, 105), 7, "3 of 10 lots are to be had");
	EXPECT_STR(t.text, "#1: 3 at 100",
		   "the price is that of the one who "
		   "was there");
	EXPECT_EQ(book_resting(b, BOOK_BUY, 105), 7, "7 lots rest at 105");
	EXPECT_EQ(book_best(b, BOOK_SELL), 0, "nobody sells any more");
	EXPECT_EQ(sell(&t, b, 3, 4, 100), 0, "4 lots are wanted");
	EXPECT_STR(t.text, "#2: 4 at 105", "the rest of #2 is met");
	book_destroy(b);
}

TEST(a_market_order_takes_any_price_and_never_rests, 7, 1)
{
	struct order o = market(BOOK_BUY, 3, 9);
	struct book *b = new_book(8);
	struct tape t;

	WHY("Without a price there is no place in the book where it could "
	    "wait.");
	STEP("#3 buys 9 at any price, and nobody sells");
	EXPECT_EQ(tape_submit(&t, b, &o), 9, "nothing is to be had");
	EXPECT_EQ(t.fills, 0, "there is nobody to trade with");
	EXPECT_EQ(book_len(b), 0, "it does not rest");
	sell(&t, b, 1, 5, 7);
	sell(&t, b, 2, 2, BOOK_PRICE_MAX);
	STEP("#3 buys 9 at any price");
	EXPECT_EQ(tape_submit(&t, b, &o), 2, "7 of 9 lots are to be had");
	EXPECT_STR(t.text, "#1: 5 at 7, #2: 2 at 1000000000",
		   "any price will do, the best one first");
	EXPECT_EQ(book_len(b), 0, "what is left is given up");
	book_destroy(b);
}

TEST(a_full_book_refuses_what_would_rest_before_it_fills, 7, 1)
{
	struct order o = limit(BOOK_BUY, 5, 1, 90);
	struct book *b = new_book(2);
	uint32_t left = 4711;
	struct tape t;

	WHY("An order that is half filled and then refused is neither.");
	sell(&t, b, 1, 5, 100);
	sell(&t, b, 2, 5, 101);
	STEP("the book is full; #5 buys 1 at 90");
	EXPECT_ERR(tape_try(&t, b, &o, &left), -ENOSPC,
		   "there is no place for an order that would rest");
	EXPECT_EQ(left, 4711, "nothing is said of what is left");
	EXPECT_EQ(buy(&t, b, 3, 4, 100), 0,
		  "an order that is filled to its end needs no place");
	EXPECT_EQ(book_len(b), 2, "the book is still full");
	EXPECT_EQ(buy(&t, b, 4, 4, 100), 3,
		  "one that takes somebody out has his place");
	EXPECT_EQ(book_len(b), 2, "the book is full again");
	o = market(BOOK_SELL, 6, 1);
	STEP("#6 sells 1 at any price");
	EXPECT_EQ(tape_submit(&t, b, &o), 0, "a market order needs no place");
	EXPECT_EQ(book_resting(b, BOOK_BUY, 100), 2, "#4 has 2 lots left");
	book_destroy(b);
}

/* An order that is refused; nothing comes of it. */
static void refused(struct book *b, struct order o, int want, const char *why)
{
	uint32_t left = 4711;
	struct tape t;

	EXPECT_ERR(tape_try(&t, b, &o, &left), want, "%s", why);
	EXPECT_EQ(t.fills, 0, "what is refused fills nobody");
	EXPECT_EQ(left, 4711, "nothing is said of what is left");
}

TEST(orders_at_the_edges_are_taken_and_beyond_them_refused, 7, 1)
{
	struct order o = limit(BOOK_SELL, 9, 1, 1);
	struct book *b = new_book(8);
	struct tape t;

	WHY("What a client sends is any number, and one of them is the "
	    "largest.");
	buy(&t, b, 1, BOOK_QUANTITY_MAX, BOOK_PRICE_MAX);
	buy(&t, b, 2, 1, 1);
	STEP("orders with a price or quantity that is none");
	o.quantity = 0;
	refused(b, o, -EINVAL, "0 lots are no order");
	o.quantity = BOOK_QUANTITY_MAX + 1;
	refused(b, o, -EINVAL, "so many lots are too many");
	refused(b, limit(BOOK_SELL, 9, 1, 0), -EINVAL, "0 is no limit");
	refused(b, limit(BOOK_SELL, 9, 1, BOOK_PRICE_MAX + 1), -EINVAL,
		"the price is too high");
	o = market(BOOK_SELL, 9, 1);
	o.price = 1;
	refused(b, o, -EINVAL, "a market order has no price");
	o = limit((enum book_side)2, 9, 1, 1);
	refused(b, o, -EINVAL, "there is no such side");
	o = limit(BOOK_SELL, 9, 1, 1);
	o.kind = (enum book_kind)2;
	refused(b, o, -EINVAL, "there is no such kind");
	refused(b, limit(BOOK_SELL, 1, 1, 1), -EEXIST,
		"an order of this client with this id rests");
	EXPECT_EQ(sell(&t, b, 3, BOOK_QUANTITY_MAX, 1), 0,
		  "as many are wanted");
	EXPECT_STR(t.text, "#1: 1000000 at 1000000000", "the largest numbers");
	EXPECT_EQ(sell(&t, b, 4, 1, 1), 0, "one is wanted");
	EXPECT_STR(t.text, "#2: 1 at 1", "the smallest numbers");
	EXPECT_EQ(book_len(b), 0, "nobody is left");
	book_destroy(b);
}

TEST(a_cancelled_order_trades_no_more, 7, 1)
{
	struct order o = limit(BOOK_SELL, 2, 5, 100);
	struct book *b = new_book(8);
	uint32_t left = 0;
	struct tape t;

	WHY("A fill after the cancel was confirmed is a trade that nobody "
	    "wanted.");
	sell(&t, b, 1, 5, 100);
	sell(&t, b, 2, 5, 100);
	o.client = 2;
	STEP("#2 of client 2 sells 5 at 100");
	tape_submit(&t, b, &o);
	buy(&t, b, 3, 2, 100);
	STEP("client 1 cancels #1, which has 3 lots left, and #2");
	EXPECT_ERR(book_cancel(b, 1, 1, &left), 0, "#1 rests");
	EXPECT_EQ(left, 3, "it had 3 lots left");
	EXPECT_ERR(book_cancel(b, 1, 2, &left), 0, "#2 of client 1 rests");
	EXPECT_EQ(left, 5, "all its lots were left");
	EXPECT_ERR(book_cancel(b, 1, 2, &left), -ENOENT,
		   "#2 of client 2 is somebody else's");
	EXPECT_ERR(book_cancel(b, 1, 3, &left), -ENOENT, "#3 is filled");
	EXPECT_ERR(book_cancel(b, 1, 99, &left), -ENOENT, "#99 never was");
	EXPECT_EQ(buy(&t, b, 4, 9, 100), 4, "5 of 9 lots are to be had");
	EXPECT_STR(t.text, "#2: 5 at 100", "only one order is left");
	EXPECT_EQ(t.last.maker_client, 2, "it is the one of client 2");
	book_destroy(b);
}

TEST(a_book_takes_no_memory_after_it_is_made, 7, 1)
{
	struct book *b = new_book(64);
	unsigned long before, n;
	struct tape t;
	uint32_t i;

	WHY("An order that cannot be booked for lack of memory would have to "
	    "be taken back after it was filled.");
	before = heap_allocs();
	STEP("fill a book, empty it, ten times");
	for (n = 0; n < 10; n++) {
		for (i = 0; i < 64; i++) {
			struct order o = limit(BOOK_BUY, i, 2, 100 + i % 16);

			tape_submit(&t, b, &o);
		}
		for (i = 0; i < 64; i++) {
			struct order o = limit(BOOK_SELL, 100 + i, 2, 100);

			EXPECT_EQ(tape_submit(&t, b, &o), 0, "all is sold");
		}
		EXPECT_EQ(book_len(b), 0, "the book is empty again");
	}
	EXPECT_EQ(heap_allocs() - before, 0, "no memory was asked for");
	book_destroy(b);
}

/* Instructions of an order that rests near the best price, and its cancel. */
static uint64_t cost_at(unsigned int levels)
{
	enum { ROUNDS = 256 };
	struct book *b = new_book(levels + 2);
	uint32_t left, i;
	struct tape t;
	int err = 0;

	for (i = 0; i < levels; i++) {
		struct order o = limit(BOOK_BUY, i, 2, 1000 + 2 * i);

		tape_submit(&t, b, &o);
	}
	cost_begin();
	for (i = 0; i < ROUNDS; i++) {
		struct order o = limit(BOOK_BUY, levels, 1,
				       1000 + 2 * levels - 2 * (i % 8) - 1);

		err |= book_submit(b, &o, &left, tape_fill, &t);
		err |= book_cancel(b, 1, levels, &left);
	}
	i = (uint32_t)(cost_end() / ROUNDS);
	EXPECT_ERR(err, 0, "all are taken, and taken back");
	book_destroy(b);
	return i;
}

TEST(an_order_costs_little_more_with_thousands_of_prices, 0, 0, kit, cost)
{
	uint64_t few, many;

	WHY("A book is deepest on the day on which most is traded.");
	few = cost_at(16);
	many = cost_at(8192);
	STEP("%llu instructions with 16 prices, %llu with 8192",
	     (unsigned long long)few, (unsigned long long)many);
	EXPECT(many < 2 * few, "512 times as many prices cost less than "
			       "twice as much");
}
