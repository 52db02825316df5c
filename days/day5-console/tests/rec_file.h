/*
 * A recording of the small region of rec_world.h, in a file of the test's own.
 */
#ifndef DAY5_REC_FILE_H
#define DAY5_REC_FILE_H

#include <fcntl.h>
#include <unistd.h>

#include "rec_world.h"
#include "reader/recfile.h"
#include "recording.h"

#include "kit/sys.h"

#define FILE_NAME "world.rec"
#define FRAMES 3
#define FILE_MAX 65536

static void *mem;
static struct reader src;
static unsigned char bytes[FILE_MAX]; /* of a file */
static size_t nr_bytes;

static inline void world(void)
{
	mem = world_make();
	EXPECT_ERR(reader_memory(&src, mem, world_header().total), 0,
		   "it is a region");
	unlink(FILE_NAME);
}

static inline void world_end(void)
{
	unlink(FILE_NAME);
	free(mem);
}

/* Something happens between one frame and the next. */
static inline void live_on(unsigned int i)
{
	world_task(mem, WORLD_TASKS + i);
	world_set(&((struct region_header *)mem)->used[REGION_TASKS],
		  WORLD_TASKS + i + 1);
	trace_ring_emit(world_ring(mem, 1),
			&(struct trace_event){
				.time = 5000 + i, .ev = TP_WAKE, .task = 9 });
}

static inline void record(void)
{
	struct recorder *w;
	unsigned int i;

	EXPECT_ERR(recording_create(&w, FILE_NAME, &src), 0, "it begins");
	for (i = 0; i < FRAMES; i++) {
		EXPECT_ERR(recording_append(w), 0, "a frame is added");
		live_on(i);
	}
	EXPECT_ERR(recording_finish(w), 0, "it ends");
}

static inline void load_file(void)
{
	int fd = sys_open(FILE_NAME, O_RDONLY, 0);
	ssize_t n = sys_read(fd, bytes, sizeof(bytes));

	EXPECT(n > 0 && n < FILE_MAX, "the file is small");
	nr_bytes = (size_t)n;
	sys_close(fd);
}

static inline void store_file(const void *from, size_t len)
{
	int fd = sys_open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	EXPECT(fd >= 0 && sys_write(fd, from, len) == (ssize_t)len,
	       "the file can be written");
	sys_close(fd);
}

#endif
