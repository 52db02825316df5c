/* Given: the terminal: it is taken, drawn on, and given back in any case. */
#include <errno.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "top.h"

#include "kit/clock.h"

/* How each style looks with colours, and without. */
static const struct {
	short colour;
	attr_t with, without;
} look[STYLE_NR] = {
	[STYLE_PLAIN] = { 0, A_NORMAL, A_NORMAL },
	[STYLE_DIM] = { 0, A_DIM, A_NORMAL },
	[STYLE_BOLD] = { 0, A_BOLD, A_BOLD },
	[STYLE_TITLE] = { COLOR_CYAN, A_REVERSE, A_REVERSE },
	[STYLE_CURSOR] = { COLOR_WHITE, A_REVERSE | A_BOLD,
			   A_REVERSE | A_BOLD },
	[STYLE_POLL] = { COLOR_GREEN, A_BOLD, A_BOLD },
	[STYLE_SEARCH] = { COLOR_YELLOW, A_NORMAL, A_NORMAL },
	[STYLE_PARKED] = { COLOR_BLUE, A_NORMAL, A_NORMAL },
	[STYLE_WARN] = { COLOR_YELLOW, A_BOLD, A_BOLD },
	[STYLE_ERROR] = { COLOR_RED, A_BOLD, A_BOLD | A_UNDERLINE },
};

static bool with_colours;

static void start_colours(void)
{
	const char *no = getenv("NO_COLOR");
	short i;

	with_colours = !(no && no[0]) && has_colors() && start_color() == OK;
	if (!with_colours)
		return;
	use_default_colors();
	for (i = 0; i < STYLE_NR; i++)
		if (look[i].colour)
			init_pair((short)(i + 1), look[i].colour, -1);
}

static attr_t attributes_of(unsigned int style)
{
	if (!with_colours)
		return look[style].without;
	return look[style].with |
	       (look[style].colour ? COLOR_PAIR(style + 1) : 0);
}

/* The grid onto the terminal, in runs of one style. */
static void show(const struct top *t)
{
	const struct grid *g = &t->grid;
	unsigned int row, col, n;

	erase();
	for (row = 0; row < g->height; row++) {
		for (col = 0; col < g->width; col += n) {
			unsigned char style = g->style[row][col];

			for (n = 1; col + n < g->width &&
				    g->style[row][col + n] == style;
			     n++)
				;
			attrset(attributes_of(style));
			mvaddnstr((int)row, (int)col, &g->text[row][col],
				  (int)n);
		}
	}
	attrset(A_NORMAL);
	move((int)g->height - 1, (int)g->width - 1);
	refresh();
}

static void draw(struct top *t)
{
	struct view *v = &t->view;

	t->grid.width = (unsigned int)COLS;
	t->grid.height = (unsigned int)LINES;
	if (t->prompt)
		snprintf(v->note, sizeof(v->note), "%s: %s_",
			 t->prompt == '/' ? "Search" : "Filter",
			 t->prompt == '/' ? v->search : v->filter);
	top_draw(t);
	show(t);
}

static void take(struct top *t)
{
	int err = sampler_take(&t->sampler);

	if (!t->sampler.now) {
		t->quit = true;
		return;
	}
	if (err == -ENODATA) {
		t->is_over = true;
		/* The region of a process that had ended before is no news. */
		if (sampler_frames(&t->sampler) > 1)
			snprintf(t->view.note, sizeof(t->view.note),
				 t->sampler.rec
					 ? "the recording ends here"
					 : "the program has ended: this is its "
					   "last frame");
	} else if (err)
		snprintf(t->view.note, sizeof(t->view.note),
			 "no memory for one more frame");
	else
		view_remember(&t->view, t->sampler.now);
}

/* A descriptor that is readable when we are told to end. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Waits for a key, the time of the next frame, or a signal: its number. */
static unsigned int wait_until(int signals, uint64_t next)
{
	struct pollfd fds[] = { { STDIN_FILENO, POLLIN, 0 },
				{ signals, POLLIN, 0 } };
	uint64_t now = clock_now();
	uint64_t ms = next > now ? (next - now) / NSEC_PER_MSEC + 1 : 0;
	struct signalfd_siginfo info;

	/* EINTR: the size has changed; curses has a key for that. */
	if (poll(fds, ARRAY_SIZE(fds), ms < 60000 ? (int)ms : 60000) < 0)
		return 0;
	if (fds[1].revents &&
	    read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		return info.ssi_signo;
	/* The terminal is gone. */
	return fds[0].revents & (POLLHUP | POLLERR | POLLNVAL) ? SIGHUP : 0;
}

static unsigned int loop(struct top *t, int signals)
{
	uint64_t next = clock_now() + t->interval;
	unsigned int signal = 0;
	int key;

	while (!t->quit && !signal) {
		draw(t);
		signal = wait_until(signals, next);
		while ((key = getch()) != ERR)
			if (key != KEY_RESIZE)
				top_key(t, key);
		if (clock_now() < next)
			continue;
		next = clock_now() + t->interval;
		if (!t->view.paused && !t->is_over && !t->quit)
			take(t);
	}
	return signal;
}

/* The overview once, before the terminal is taken: a TODO that is still to be
 * done ends the program here, and not in the middle of a screen. */
static void draw_unseen(struct top *t)
{
	struct view v = t->view;

	t->view.screen = VIEW_OVERVIEW;
	top_draw(t);
	t->view = v;
}

int top_run(struct top *t)
{
	unsigned int signal;
	int signals;
	SCREEN *screen;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fputs("unpark-top: this is no terminal: use --once\n", stderr);
		return 2;
	}
	draw_unseen(t);
	signals = open_signals();
	if (signals < 0) {
		fprintf(stderr, "unpark-top: signalfd: %s\n", strerror(errno));
		return 1;
	}
	screen = newterm(NULL, stdout, stdin);
	if (!screen) {
		fprintf(stderr,
			"unpark-top: TERM=%s is not known here: set another, "
			"or use --once\n",
			getenv("TERM") ? getenv("TERM") : "");
		return 2;
	}
	set_escdelay(25);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	start_colours();
	signal = loop(t, signals);
	endwin();
	delscreen(screen);
	close(signals);
	if (!t->sampler.now)
		fputs("unpark-top: no memory for a snapshot\n", stderr);
	return signal ? 128 + (int)signal : !t->sampler.now;
}
