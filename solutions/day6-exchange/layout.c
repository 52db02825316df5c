/*
 * Which task owns what, is told through what, and what happens when it is full:
 * found in the console and in market/, and written down.
 */
#include "layout.h"

#include "market/exchange.h"

#include "kit/module.h"
#include "kit/todo.h"

const struct layout_row *layout_tasks(void)
{
	/* TODO 8 (8 points): a row for each kind of task, by enum layout_task:
	 * layout.h shows one. Hint: README#todo-8
	 */
	static const struct layout_row row[LAYOUT_TASKS] = {
		[LAYOUT_ACCEPTOR] = { .owns = LAYOUT_LISTENER,
				      .each = LAYOUT_EXCHANGE },
		[LAYOUT_CONN_READER] = { .owns = LAYOUT_READ_HALF,
					 .each = LAYOUT_CONNECTION,
					 .sends = { LAYOUT_QUESTIONS,
						    LAYOUT_ORDERS,
						    LAYOUT_ANSWERS,
						    LAYOUT_RECORDS } },
		[LAYOUT_CONN_WRITER] = { .owns = LAYOUT_WRITE_HALF,
					 .each = LAYOUT_CONNECTION,
					 .receives = LAYOUT_ANSWERS },
		[LAYOUT_RISK] = { .owns = LAYOUT_POSITIONS,
				  .each = LAYOUT_EXCHANGE,
				  .receives = LAYOUT_QUESTIONS },
		[LAYOUT_SHARD] = { .owns = LAYOUT_BOOK,
				   .each = LAYOUT_SYMBOL,
				   .receives = LAYOUT_ORDERS,
				   .sends = { LAYOUT_RECORDS, LAYOUT_TRADES,
					      LAYOUT_QUESTIONS } },
		[LAYOUT_JOURNAL] = { .owns = LAYOUT_FILE,
				     .each = LAYOUT_EXCHANGE,
				     .receives = LAYOUT_RECORDS,
				     .sends = { LAYOUT_ANSWERS } },
		[LAYOUT_FEED] = { .owns = LAYOUT_PLACE,
				  .each = LAYOUT_SUBSCRIPTION,
				  .receives = LAYOUT_TRADES,
				  .sends = { LAYOUT_ANSWERS } },
	};

	return row;
	/* STUB: return TODO(8, NULL); */
	/* END */
}
EXPORT_SYMBOL(layout_tasks);

const struct layout_bound *layout_channels(void)
{
	/* TODO 8, second part (see above): an entry for each channel, by enum
	 * layout_channel; LAYOUT_NONE's stays empty. Hint: README#todo-8
	 */
	static const struct layout_bound bound[LAYOUT_CHANNELS] = {
		[LAYOUT_ORDERS] = { EXCHANGE_ORDERS_FIT, LAYOUT_WAITS },
		[LAYOUT_QUESTIONS] = { EXCHANGE_QUESTIONS_FIT, LAYOUT_WAITS },
		[LAYOUT_RECORDS] = { EXCHANGE_RECORDS_FIT, LAYOUT_WAITS },
		[LAYOUT_ANSWERS] = { EXCHANGE_ANSWERS_FIT, LAYOUT_CUT },
		[LAYOUT_TRADES] = { EXCHANGE_TRADES_FIT, LAYOUT_MISSED },
	};

	return bound;
	/* STUB: return TODO(8, NULL); */
	/* END */
}
EXPORT_SYMBOL(layout_channels);

MODULE(layout, "the tasks of the exchange, and what is between them", NULL,
       NULL);
