/*
 * A recording gives back what was in the region, up to its last whole frame,
 * whatever has happened to the file. Without points: it is given.
 */
#include <unistd.h>

#include "reader/copy.h"
#include "events.h"
#include "rec_file.h"
#include "rec_same.h"
#include "reader/recfile.h"
#include "recording.h"

#include "kit/err.h"
#include "kit/fault.h"

static struct recfile_frame frame_at(size_t at)
{
	struct recfile_frame f;

	memcpy(&f, bytes + at, sizeof(f));
	return f;
}

TEST(a_frame_is_what_the_region_was, 0, 0, kit)
{
	struct snapshot was[FRAMES] = { 0 }, is = { 0 };
	struct events then = { 0 }, now = { 0 };
	struct recording *r;
	struct recorder *w;
	struct reader frame;
	unsigned int i;

	WHY("A recording is looked at instead of the program.");
	world();
	EXPECT_ERR(recording_create(&w, FILE_NAME, &src), 0, "it begins");
	for (i = 0; i < FRAMES; i++) {
		EXPECT_ERR(snapshot_take(&was[i], &src), 0, "a snapshot");
		EXPECT_ERR(events_read(&then, &src), 0, "its events");
		EXPECT_ERR(recording_append(w), 0, "a frame is added");
		if (i < FRAMES - 1)
			live_on(i);
	}
	EXPECT_ERR(recording_finish(w), 0, "it ends");
	EXPECT_ERR(recording_open(&r, FILE_NAME), 0, "it can be read");
	EXPECT_EQ(recording_frames(r), FRAMES, "each frame is there");
	EXPECT_EQ(recording_rest(r), 0, "and nothing else");
	STEP("the last frame first: going back is the same as going on");
	for (i = FRAMES; i-- > 0;) {
		EXPECT_ERR(recording_take(r, i, &is), 0, "frame %u", i);
		expect_same(&was[i], &is);
		EXPECT_EQ(recording_time(r, i), was[i].now, "its time");
		EXPECT_EQ(is.state, READER_FROZEN, "it stands still");
		snapshot_free(&was[i]);
	}
	EXPECT_ERR(recording_reader(r, FRAMES - 1, &frame), 0, "as a region");
	EXPECT_ERR(events_read(&now, &frame), 0, "with events");
	EXPECT(now.n == then.n && now.lost == then.lost &&
		       !memcmp(now.list, then.list, now.n * sizeof(*now.list)),
	       "which are the same");
	EXPECT_ERR(recording_take(r, FRAMES, &is), -ERANGE, "no frame more");
	EXPECT_EQ(recording_time(r, FRAMES), 0, "which has no time");
	recording_close(r);
	snapshot_free(&is);
	events_free(&then);
	events_free(&now);
	world_end();
}

TEST(a_file_that_was_cut_reads_up_to_its_last_frame, 0, 0, kit, timeout = 20)
{
	size_t ends[FRAMES], at = sizeof(struct recfile_head), len;
	struct snapshot s = { 0 };
	struct recording *r;
	unsigned int i, whole;
	int err;

	WHY("A recorder that is killed leaves what it had.");
	world();
	record();
	load_file();
	for (i = 0; i < FRAMES; i++)
		ends[i] = at +=
			sizeof(struct recfile_frame) + frame_at(at).packed;
	EXPECT_EQ(at, nr_bytes, "the frames are all of the file");
	for (len = 0; len <= nr_bytes; len += len % 7 + 1) {
		store_file(bytes, len);
		for (whole = 0; whole < FRAMES && ends[whole] <= len;)
			whole++;
		err = recording_open(&r, FILE_NAME);
		EXPECT_ERR(err,
			   len < sizeof(struct recfile_head) ? -EINVAL
			   : whole			     ? 0
							     : -ENODATA,
			   "%zu bytes of it", len);
		if (err)
			continue;
		EXPECT_EQ(recording_frames(r), whole, "%zu bytes of it", len);
		EXPECT_EQ(recording_rest(r), len - ends[whole - 1],
			  "the rest is counted");
		EXPECT_ERR(recording_take(r, whole - 1, &s), 0, "the last one");
		recording_close(r);
	}
	snapshot_free(&s);
	world_end();
}

TEST(a_file_that_is_there_is_not_written_over, 0, 0, kit)
{
	struct recorder *w;

	WHY("A recording cannot be made again.");
	world();
	store_file("precious", 8);
	EXPECT_ERR(recording_create(&w, FILE_NAME, &src), -EEXIST,
		   "it is there already");
	load_file();
	EXPECT(nr_bytes == 8 && !memcmp(bytes, "precious", 8),
	       "it is as it was");
	EXPECT_ERR(recording_create(&w, "no/such/folder", &src), -ENOENT,
		   "where there is no folder there is no file");
	world_end();
}

TEST(a_full_disk_takes_no_whole_frame_away, 0, 0, kit)
{
	struct snapshot s = { 0 };
	struct recording *r;
	struct recorder *w;
	unsigned int i;

	WHY("What was recorded before the disk was full can be read.");
	world();
	EXPECT_ERR(recording_create(&w, FILE_NAME, &src), 0, "it begins");
	EXPECT_ERR(recording_append(w), 0, "a frame is added");
	for (i = 1; i <= 2; i++) {
		STEP("write %u of the next frame finds no room", i);
		fault_set(FAULT_SYS, i, -ENOSPC);
		EXPECT_ERR(recording_append(w), -ENOSPC, "it says so");
		EXPECT(fault_hit(), "it was write %u", i);
		EXPECT_ERR(recording_open(&r, FILE_NAME), 0, "it can be read");
		EXPECT_EQ(recording_frames(r), 1, "one frame is there");
		EXPECT_EQ(recording_rest(r), 0, "and no part of another");
		recording_close(r);
	}
	STEP("there is room again");
	EXPECT_ERR(recording_append(w), 0, "a frame is added");
	EXPECT_ERR(recording_finish(w), 0, "it ends");
	EXPECT_ERR(recording_open(&r, FILE_NAME), 0, "it can be read");
	EXPECT_EQ(recording_frames(r), 2, "both frames are there");
	EXPECT_ERR(recording_take(r, 1, &s), 0, "the second is whole");
	recording_close(r);
	snapshot_free(&s);
	world_end();
}

TEST(no_memory_for_a_recording_is_said, 0, 0, kit)
{
	struct snapshot s = { 0 };
	struct recording *r;
	struct recorder *w;
	unsigned int k;
	int err;

	WHY("Whatever is refused, nothing is leaked and nothing is left.");
	world();
	for (k = 1; k < 20; k++) {
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		err = recording_create(&w, FILE_NAME, &src);
		if (!fault_hit())
			break;
		EXPECT_ERR(err, -ENOMEM, "allocation %u is refused", k);
		EXPECT(access(FILE_NAME, F_OK), "no file is left");
	}
	EXPECT_ERR(err, 0, "with memory it begins");
	/* The time of a dead process's region is found by a snapshot. */
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(recording_append(w), -ENOMEM, "no frame without memory");
	EXPECT_ERR(recording_append(w), 0, "with memory there is one");
	EXPECT_ERR(recording_finish(w), 0, "it ends");
	for (k = 1; k < 20; k++) {
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		err = recording_open(&r, FILE_NAME);
		if (!err)
			err = recording_take(r, 0, &s);
		else
			r = NULL;
		recording_close(r);
		if (!fault_hit())
			break;
		EXPECT_ERR(err, -ENOMEM, "allocation %u is refused", k);
	}
	EXPECT_ERR(err, 0, "with memory it is read");
	snapshot_free(&s);
	world_end();
}

static void expect_refused(const void *from, size_t len, int err,
			   const char *what)
{
	struct recording *r;

	store_file(from, len);
	EXPECT_ERR(recording_open(&r, FILE_NAME), err, "%s", what);
}

TEST(a_frame_with_bytes_behind_its_end_is_damaged, 0, 0, kit)
{
	size_t at = sizeof(struct recfile_head);
	struct snapshot s = { 0 };
	struct recfile_frame f;
	struct recording *r;

	WHY("What is not understood is not taken for what it looks like.");
	world();
	record();
	load_file();
	f = frame_at(at);
	memmove(bytes + at + sizeof(f) + f.packed + 1,
		bytes + at + sizeof(f) + f.packed,
		nr_bytes - at - sizeof(f) - f.packed);
	f.packed++;
	f.crc = recfile_crc(&f, sizeof(f));
	memcpy(bytes + at, &f, sizeof(f));
	store_file(bytes, nr_bytes + 1);
	EXPECT_ERR(recording_open(&r, FILE_NAME), 0, "it is a recording");
	EXPECT_EQ(recording_frames(r), FRAMES, "each frame has a head");
	EXPECT_ERR(recording_take(r, 0, &s), -EBADMSG, "one byte too many");
	EXPECT_ERR(recording_take(r, 1, &s), 0, "the others can be read");
	recording_close(r);
	snapshot_free(&s);
	world_end();
}

TEST(what_is_no_recording_is_refused, 0, 0, kit)
{
	struct recfile_head h;
	struct recording *r;

	WHY("Each kind of file gets the reason that helps.");
	world();
	record();
	load_file();
	expect_refused("", 0, -EINVAL, "an empty file");
	expect_refused(mem, 1000, -EINVAL, "a region");
	memcpy(&h, bytes, sizeof(h));
	h.version++;
	expect_refused(&h, sizeof(h), -EPROTO, "one of another version");
	memcpy(&h, bytes, sizeof(h));
	h.id++;
	expect_refused(&h, sizeof(h), -EBADMSG, "a head with other bytes");
	h.total = REGION_COPY_MAX + 128;
	h.crc = recfile_crc(&h, sizeof(h));
	expect_refused(&h, sizeof(h), -EFBIG, "a region of more than 1 GB");
	expect_refused(bytes, sizeof(h), -ENODATA, "a head alone");
	memmove(bytes + sizeof(h),
		bytes + sizeof(h) + sizeof(struct recfile_frame) +
			frame_at(sizeof(h)).packed,
		sizeof(struct recfile_frame));
	expect_refused(bytes, nr_bytes, -ENODATA, "one that begins at frame 1");
	EXPECT_ERR(recording_open(&r, "."), -EINVAL, "a folder");
	EXPECT_ERR(recording_open(&r, "no/such/file"), -ENOENT, "no file");
	world_end();
}
