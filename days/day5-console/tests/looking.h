/**
 * @file looking.h
 * A test that publishes itself, and looks at what it has published.
 */
#ifndef LOOKING_H
#define LOOKING_H

#include "console.h"
#include "snapshot.h"

#include "kit/err.h"
#include "test/test.h"

static struct reader reader;
static struct snapshot now; /* what look() has seen */

/* In a file of the test's own folder: two runs at once do not meet. */
static inline void look_begin(struct console_options o)
{
	o.path = "region";
	shm_remove(o.path);
	EXPECT_ERR(console_start(&o), 0, "the console starts");
	EXPECT_ERR(reader_open(&reader, console_path()), 0, "it can be read");
}

static inline void look(void)
{
	EXPECT_ERR(snapshot_take(&now, &reader), 0, "there is memory");
}

static inline void look_end(void)
{
	snapshot_free(&now);
	reader_close(&reader);
	console_stop();
	EXPECT(reader_open(&reader, "region") == -ENOENT, "the file is gone");
}

#endif
