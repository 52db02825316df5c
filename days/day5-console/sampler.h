/**
 * @file sampler.h
 * Snapshots, two at a time: what unpark-top and unpark-serve look at.
 *
 * A live region is read again and again, and the frames are remembered; a
 * recording has its frames already; the region of a process that has ended is
 * one frame. In each case a frame is shown together with an earlier one, so that
 * there are rates, and findings: the one before it, or, where frames are taken
 * more often than the rules' window, one that lies a window back.
 *
 *	sampler_open(&p, NULL);
 *	while (!sampler_take(&p))
 *		... p.before, p.now, p.rates, p.findings ...
 *	sampler_close(&p);
 *
 * Two frames belong together only if they are of the same run of a program:
 * one that was restarted is never subtracted from the one before it.
 */
#ifndef DAY5_SAMPLER_H
#define DAY5_SAMPLER_H

#include "lint.h"
#include "snapshot.h"
#include "thread_cpu.h"

/** Frames of a live region that are remembered, at most. */
#define SAMPLER_HISTORY 120
/** Bytes of them, at most; two frames are kept in any case. */
#define SAMPLER_BYTES (256ull << 20)
/** ms between two snapshots, when UNPARK_INTERVAL_MS says nothing. */
#define SAMPLER_DEFAULT_MS 1000
/** ms: no less; a reader that never sleeps costs the target cache lines. */
#define SAMPLER_MIN_MS 10
/** ms: no more: an hour. */
#define SAMPLER_MAX_MS 3600000

struct recording;

/** Where frames come from, and the one that is looked at. */
struct sampler {
	const struct snapshot *before; /**< the older frame; NULL: none */
	const struct snapshot *now;    /**< the newer one; NULL: none yet */
	/** of each worker of ->now; without ->before, of its whole life */
	const struct metrics_rates *rates;
	struct findings findings;  /**< of the two */
	struct lint_params params; /**< for the next ones; lint_defaults */
	bool is_live;		   /**< sampler_take() may bring more */
	size_t shown;		   /**< number of the frame ->now, from 0 */

	struct reader src;			/**< private */
	struct recording *rec;			/**< private: or this */
	struct thread_cpu cpu;			/**< private: of ->src */
	struct snapshot frame[SAMPLER_HISTORY]; /**< private: a ring */
	size_t first;				/**< private: the oldest */
	size_t nr;				/**< private: how many */
	struct snapshot pair[2];		/**< private: of ->rec */
	struct snapshot peek;			/**< private: of ->rec */
	struct metrics_rates *room;		/**< private: ->rates */
	unsigned int nr_room;			/**< private: of ->room */
};

/**
 * sampler_interval() - the time between two snapshots
 * @text: what UNPARK_INTERVAL_MS says; NULL: it is not set; borrowed
 * @warning: receives a line if @text cannot be used as it is, else ""
 * @size: bytes of @warning, at least 1
 *
 * A number that is too small or too large is as close to it as can be; what is
 * no number counts as not set.
 *
 * Context: any thread; does not block.
 * Return: ns.
 */
uint64_t sampler_interval(const char *text, char *warning, size_t size);

/**
 * sampler_open() - open a live region, a file of one, or a recording
 * @p: receives it; large: not for the stack; sampler_close() gives it back
 * @what: as for reader_find(); borrowed
 *
 * Context: any thread; blocks while the file system does.
 * Return: 0; else what reader_find() and reader_open() say; sampler_why() says
 *         it in words.
 */
int sampler_open(struct sampler *p, const char *what) __must_check;

/**
 * sampler_why() - why sampler_open() could not, and what to do about it
 * @err: what it returned
 * @what: what it was called with; borrowed
 * @buf: receives one line, cut when it is too long
 * @size: bytes of @buf, at least 1
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *sampler_why(int err, const char *what, char *buf, size_t size);

/**
 * sampler_take() - one frame more, and look at it
 * @p: the sampler
 *
 * The next frame of a recording; of a live region, what it is now.
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -ENODATA: there is no frame more: the recording is at its end, or
 *         the process has ended, and its last frame is still shown; -ENOMEM.
 */
int sampler_take(struct sampler *p) __must_check;

/**
 * sampler_frames() - how many frames can be looked at
 * @p: the sampler; borrowed
 *
 * Context: any thread; does not block.
 * Return: those of the recording, or those that are remembered.
 */
size_t sampler_frames(const struct sampler *p);

/**
 * sampler_show() - look at a frame
 * @p: the sampler
 * @i: number of the frame, below sampler_frames()
 *
 * Sets ->before, ->now, ->rates, ->findings and ->shown.
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -EINVAL: there is no such frame; -ENOMEM; of a recording, what
 *         recording_take() says.
 */
int sampler_show(struct sampler *p, size_t i) __must_check;

/**
 * sampler_peek() - a frame alone
 * @p: the sampler
 * @i: number of the frame
 *
 * Context: any thread; may take the allocator's lock.
 * Return: the frame, borrowed until the next call; NULL: it cannot be read.
 */
const struct snapshot *sampler_peek(struct sampler *p, size_t i);

/**
 * sampler_reader() - the region behind the frame that is shown
 * @p: the sampler; borrowed
 * @src: receives it, for events_read(); borrowed until the next sampler_take()
 *       or sampler_show()
 *
 * Of a live region it is the region as it is now: frames hold no events.
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -ENODATA: no frame is shown; of a recording, what
 *         recording_reader() says.
 */
int sampler_reader(struct sampler *p, struct reader *src) __must_check;

/**
 * sampler_close() - give it back
 * @p: the sampler; all zeros after that
 *
 * Context: any thread; takes the allocator's lock.
 */
void sampler_close(struct sampler *p);

#endif
