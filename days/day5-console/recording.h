/**
 * @file recording.h
 * A recording: copies of a region in a file, one behind the other.
 *
 *	+------+--------------+--------------+--------------+---
 *	| head | frame 0      | frame 1      | frame 2      | ...
 *	+------+--------------+--------------+--------------+---
 *	         head | deflated copy of the region
 *
 * Each frame is deflated on its own, so that any of them can be shown, forward
 * and backward; and its head is written last, so that what is there is whole. A
 * file that was cut short (the recorder was killed, the disk is full) reads up
 * to its last whole frame.
 *
 *	recording_open(&r, "web.rec");
 *	for (i = 0; i < recording_frames(r); i++)
 *		recording_take(r, i, &snapshot);
 *	recording_close(r);
 *
 * Nothing in the file is trusted: lengths are bounds that are checked, and a
 * frame never becomes more than its region's checked header has room for.
 *
 * Source: the format of what is inside a frame is zlib's, RFC 1950.
 */
#ifndef DAY5_RECORDING_H
#define DAY5_RECORDING_H

#include "snapshot.h"

/* Reading: recording.c ----------------------------------------------------- */

/** A recording that is read; opaque. */
struct recording;

/**
 * recording_open() - open a recording
 * @out: receives it; the caller gives it back with recording_close()
 * @path: of the file; borrowed; who owns the file does not matter
 *
 * Frames that are added later, by a recorder at work, are not seen.
 *
 * Context: any thread; blocks while the file system does.
 * Return: 0; -EINVAL: no recording; -EPROTO: of another version; -EBADMSG: its
 *         head is damaged; -EFBIG: its region is larger than 1 GB; -ENODATA:
 *         not one whole frame; -ENOMEM; else what open(2) or read(2) say.
 */
int recording_open(struct recording **out, const char *path) __must_check;

/**
 * recording_frames() - how many frames there are
 * @r: the recording; borrowed
 *
 * Context: any thread; does not block.
 * Return: the number, at least 1.
 */
size_t recording_frames(const struct recording *r);

/**
 * recording_time() - when a frame was taken
 * @r: the recording; borrowed
 * @frame: its number, from 0
 *
 * Context: any thread; does not block.
 * Return: ns of the target's clock_trace(), never less than the frame before;
 *         0 when there is no such frame.
 */
uint64_t recording_time(const struct recording *r, size_t frame);

/**
 * recording_rest() - what lies behind the last whole frame
 * @r: the recording; borrowed
 *
 * Context: any thread; does not block.
 * Return: bytes: 0 unless the file was cut short, or is damaged there.
 */
uint64_t recording_rest(const struct recording *r);

/**
 * recording_reader() - a frame as a region: for snapshots, and for events
 * @r: the recording; borrowed
 * @frame: its number, from 0
 * @src: receives the region; borrowed until the next frame is asked for, or
 *       recording_close(); need not be closed
 *
 * The frame that was asked for last is still there, and costs nothing.
 *
 * Context: one thread at a time; blocks while the file system does.
 * Return: 0; -ERANGE: no such frame; -EBADMSG: it is damaged, others may not
 *         be; -ENOMEM; else what read(2) says.
 */
int recording_reader(struct recording *r, size_t frame, struct reader *src)
	__must_check;

/**
 * recording_take() - a frame as a snapshot
 * @r: the recording; borrowed
 * @frame: its number, from 0
 * @s: as for snapshot_take()
 *
 * Context: one thread at a time; blocks while the file system does.
 * Return: as recording_reader(), and then @s holds what it held.
 */
int recording_take(struct recording *r, size_t frame, struct snapshot *s)
	__must_check;

/**
 * recording_close() - close it
 * @r: the recording; consumed; NULL is fine
 *
 * Context: any thread.
 */
void recording_close(struct recording *r);

/* Writing: recorder.c ------------------------------------------------------ */

/** A recording that is written; opaque. */
struct recorder;

/**
 * recording_create() - begin a recording
 * @out: receives it; the caller ends it with recording_finish()
 * @path: of a file that does not exist; borrowed; it is made with mode 0600
 * @src: the region; borrowed until recording_finish(); only read
 *
 * Context: any thread; blocks while the file system does.
 * Return: 0; -EEXIST: there is such a file, which stays as it is; -EFBIG: the
 *         region is larger than 1 GB; -ENOMEM; else what open(2) or write(2)
 *         say, and then no file is left.
 */
int recording_create(struct recorder **out, const char *path,
		     const struct reader *src) __must_check;

/**
 * recording_append() - add a frame: the region as it is now
 * @w: the recording
 *
 * Where it fails the file ends with the frame before, and a later call may
 * succeed.
 *
 * Context: one thread at a time; blocks while the file system does, and the
 *          target never.
 * Return: 0; -ENOMEM; -ENOSPC, -EFBIG or what else write(2) says.
 */
int recording_append(struct recorder *w) __must_check;

/**
 * recording_size() - how large the file is
 * @w: the recording; borrowed
 *
 * Context: any thread; does not block.
 * Return: bytes, up to the last whole frame.
 */
uint64_t recording_size(const struct recorder *w);

/**
 * recording_finish() - end a recording
 * @w: the recording; consumed; NULL is fine
 *
 * Context: any thread; blocks until the file is on the disk.
 * Return: 0; what fsync(2) says, and then the last frames may be missing.
 */
int recording_finish(struct recorder *w);

#endif
