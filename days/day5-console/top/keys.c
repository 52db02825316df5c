/* Given: what a key does; they are htop's, where it has one. */
#include <ctype.h>
#include <limits.h>
#include <ncurses.h>
#include <stdio.h>
#include <string.h>

#include "top.h"

/* "frame 3 of 10, 12:33:07.250Z" */
static void note_frame(struct top *t)
{
	const struct sampler *p = &t->sampler;
	uint64_t ms = p->now->wall / 1000000 % 86400000;

	snprintf(t->view.note, sizeof(t->view.note),
		 "frame %zu of %zu, %02u:%02u:%02u.%03uZ; [ and ] step, Space "
		 "goes on",
		 p->shown + 1, sampler_frames(p), (unsigned int)(ms / 3600000),
		 (unsigned int)(ms / 60000 % 60),
		 (unsigned int)(ms / 1000 % 60), (unsigned int)(ms % 1000));
}

/* The sparklines end at the frame that is shown. */
static void remember_anew(struct top *t)
{
	size_t end = t->sampler.shown + 1;
	size_t i = end > VIEW_HISTORY ? end - VIEW_HISTORY : 0;

	t->view.nr_history = 0;
	for (; i < end; i++) {
		const struct snapshot *s = sampler_peek(&t->sampler, i);

		if (s)
			view_remember(&t->view, s);
	}
}

void top_step(struct top *t, int by)
{
	struct sampler *p = &t->sampler;
	size_t was = p->shown;

	t->view.paused = true;
	if ((by < 0 && !was) || (by > 0 && was + 1 >= sampler_frames(p))) {
		snprintf(t->view.note, sizeof(t->view.note),
			 by < 0 ? "this is the first frame"
				: "this is the last frame");
		return;
	}
	if (sampler_show(p, by < 0 ? was - 1 : was + 1)) {
		/* What was there a moment ago is there still, or nothing is. */
		t->quit = sampler_show(p, was) != 0;
		snprintf(t->view.note, sizeof(t->view.note),
			 "that frame cannot be read");
		return;
	}
	t->is_over = t->is_over && t->sampler.shown + 1 == sampler_frames(p);
	remember_anew(t);
	note_frame(t);
}

static void go_to(struct top *t, enum view_screen screen)
{
	struct view *v = &t->view;

	if (v->screen != VIEW_HELP && v->screen != VIEW_TASK)
		t->behind = v->screen;
	v->screen = screen;
	v->line = 0;
	v->first = 0;
}

/* Text for a search or a filter; what is typed works at once. */
static void type_key(struct top *t, int key)
{
	struct view *v = &t->view;
	char *text = t->prompt == '/' ? v->search : v->filter;
	size_t n = strlen(text), room = sizeof(v->search) - 1;

	if (key == '\r' || key == '\n' || key == KEY_ENTER || key == 27) {
		if (key == 27)
			text[0] = '\0';
		t->prompt = 0;
		v->note[0] = '\0';
		return;
	}
	if ((key == KEY_BACKSPACE || key == 127 || key == 8) && n)
		text[n - 1] = '\0';
	else if (key >= ' ' && key <= '~' && n < room) {
		text[n] = (char)key;
		text[n + 1] = '\0';
	}
	if (t->prompt == '/')
		v->find = true;
}

static void start_prompt(struct top *t, char prompt)
{
	char *text = prompt == '/' ? t->view.search : t->view.filter;

	if (t->view.screen != VIEW_TASKS)
		go_to(t, VIEW_TASKS);
	text[0] = '\0';
	t->prompt = prompt;
}

static void enter_key(struct top *t)
{
	const struct findings *f = &t->sampler.findings;

	if (t->view.screen == VIEW_WARNINGS && t->view.line < f->n &&
	    f->list[t->view.line].task)
		t->view.selected = f->list[t->view.line].task;
	else if (t->view.screen != VIEW_TASKS)
		return;
	go_to(t, VIEW_TASK);
}

/* Keys that move the cursor. */
static bool move_key(struct top *t, int key)
{
	struct view *v = &t->view;
	int page = (int)t->grid.height - 6;

	switch (key) {
	case KEY_UP:
	case 'k':
		v->move--;
		return true;
	case KEY_DOWN:
	case 'j':
		v->move++;
		return true;
	case KEY_PPAGE:
		v->move -= page;
		return true;
	case KEY_NPAGE:
		v->move += page;
		return true;
	case KEY_HOME:
	case 'g':
		v->move = -INT_MAX;
		return true;
	case KEY_END:
	case 'G':
		v->move = INT_MAX;
		return true;
	default:
		return false;
	}
}

/* Keys that change what is listed. */
static bool list_key(struct top *t, int key)
{
	struct view *v = &t->view;

	switch (key) {
	case KEY_F(3):
	case '/':
		start_prompt(t, '/');
		return true;
	case 'n':
		v->find = true;
		return true;
	case KEY_F(4):
	case '\\':
		start_prompt(t, '\\');
		return true;
	case KEY_F(5):
	case 't':
		v->tree = !v->tree;
		return true;
	case KEY_F(6):
	case '>':
		v->sort = (v->sort + 1) % COLUMN_NR;
		return true;
	case '<':
		v->sort = (v->sort + COLUMN_NR - 1) % COLUMN_NR;
		return true;
	case 'I':
		v->inverted = !v->inverted;
		return true;
	default:
		return false;
	}
}

static void next_runtime(struct top *t)
{
	unsigned int nr = t->sampler.now->nr_runtimes;

	t->view.runtime = nr ? (t->view.runtime + 1) % nr : 0;
	t->view.line = 0;
	t->view.first = 0;
	remember_anew(t);
}

void top_key(struct top *t, int key)
{
	struct view *v = &t->view;

	if (t->prompt) {
		type_key(t, key);
		return;
	}
	v->note[0] = '\0';
	if (move_key(t, key) || list_key(t, key))
		return;
	if (key == KEY_F(1) || key == 'h' || key == '?')
		go_to(t, VIEW_HELP);
	else if (key == KEY_F(10) || key == 'q')
		t->quit = true;
	else if (key == '\t')
		go_to(t, (v->screen + 1) % VIEW_SCREENS);
	else if (key == KEY_BTAB)
		go_to(t, (v->screen + VIEW_SCREENS - 1) % VIEW_SCREENS);
	else if (key >= '1' && key < '1' + VIEW_SCREENS)
		go_to(t, (enum view_screen)(key - '1'));
	else if (key == 27)
		go_to(t, t->behind);
	else if (key == '\r' || key == '\n' || key == KEY_ENTER)
		enter_key(t);
	else if (key == ' ' || key == 'Z')
		v->paused = !v->paused;
	else if (key == '[' || key == ',')
		top_step(t, -1);
	else if (key == ']' || key == '.' || key == '+')
		top_step(t, 1);
	else if (key == 'r')
		next_runtime(t);
}
