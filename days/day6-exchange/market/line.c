/* Given: the line protocol's parser, and answers. */
#include "line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kit/module.h"

const char *const line_symbols[LINE_SYMBOLS] = {
	"OAK", "ELM", "ASH", "FIR", "YEW", "BAY", "FIG", "BOX",
};

/** Words of the longest line. */
#define WORDS 5

/** A part of the line. */
struct word {
	const char *text;
	size_t len;
};

static bool is_word(const struct word *w, const char *text)
{
	return w->len == strlen(text) && memcmp(w->text, text, w->len) == 0;
}

/* Part the line into words: their number, WORDS + 1 when there are more. */
static size_t split(const char *text, size_t len, struct word *words)
{
	size_t at = 0, n = 0, begin;

	for (;;) {
		while (at < len && text[at] == ' ')
			at++;
		if (at == len)
			return n;
		begin = at;
		while (at < len && text[at] != ' ')
			at++;
		if (n == WORDS)
			return n + 1;
		words[n++] = (struct word){ text + begin, at - begin };
	}
}

/* Digits only: no sign, no blank, no base. */
static const char *read_number(const struct word *w, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < w->len; i++) {
		if (w->text[i] < '0' || w->text[i] > '9')
			return "not a number";
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, w->text[i] - '0', &n))
			return "number too large";
	}
	*out = n;
	return NULL;
}

static const char *read_symbol(const struct word *w, struct line *out)
{
	if (w->len > LINE_SYMBOL_MAX)
		return "unknown symbol";
	memcpy(out->symbol, w->text, w->len);
	out->symbol[w->len] = '\0';
	return NULL;
}

static const char *read_price(const struct word *w, struct line *out)
{
	out->order = is_word(w, "MKT") ? BOOK_MARKET : BOOK_LIMIT;
	out->price = 0;
	return out->order == BOOK_MARKET ? NULL : read_number(w, &out->price);
}

static const char *read_order(const struct word *w, struct line *out)
{
	const char *wrong = read_number(&w[1], &out->id);

	if (!wrong)
		wrong = read_symbol(&w[2], out);
	if (!wrong)
		wrong = read_number(&w[3], &out->quantity);
	return wrong ? wrong : read_price(&w[4], out);
}

static const char *read_cancel(const struct word *w, struct line *out)
{
	const char *wrong = read_number(&w[1], &out->id);

	return wrong ? wrong : read_symbol(&w[2], out);
}

static const char *read_sub(const struct word *w, struct line *out)
{
	return read_symbol(&w[1], out);
}

static const char *read_quit(const struct word *w, struct line *out)
{
	return NULL;
}

/** What there is to say, and how it is read. */
static const struct {
	const char *name;
	size_t words;
	enum line_kind kind;
	enum book_side side;
	const char *(*read)(const struct word *w, struct line *out);
} commands[] = {
	{ "BUY", 5, LINE_ORDER, BOOK_BUY, read_order },
	{ "SELL", 5, LINE_ORDER, BOOK_SELL, read_order },
	{ "CANCEL", 3, LINE_CANCEL, 0, read_cancel },
	{ "SUB", 2, LINE_SUB, 0, read_sub },
	{ "QUIT", 1, LINE_QUIT, 0, read_quit },
};

static bool is_text(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

const char *line_parse(const char *text, size_t len, struct line *out)
{
	struct word words[WORDS];
	size_t n, i;

	if (len && text[len - 1] == '\r')
		len--;
	if (len > LINE_MAX_BYTES)
		return "line too long";
	if (!is_text(text, len))
		return "not text";
	n = split(text, len, words);
	if (!n)
		return "empty line";
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!is_word(&words[0], commands[i].name))
			continue;
		if (n != commands[i].words)
			return n < commands[i].words ? "too few words"
						     : "too many words";
		out->kind = commands[i].kind;
		out->side = commands[i].side;
		return commands[i].read(words, out);
	}
	return "unknown command";
}
EXPORT_SYMBOL(line_parse);

int line_symbol(const char *name)
{
	int i;

	for (i = 0; i < LINE_SYMBOLS; i++)
		if (strcmp(name, line_symbols[i]) == 0)
			return i;
	return -1;
}
EXPORT_SYMBOL(line_symbol);

void answer_set(struct answer *a, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(a->text, sizeof(a->text), fmt, ap);
	va_end(ap);
	if (n > (int)sizeof(a->text) - 1)
		n = sizeof(a->text) - 1;
	a->text[n++] = '\n';
	a->len = (unsigned char)n;
}
EXPORT_SYMBOL(answer_set);

MODULE(line, "what is said over the wire", NULL, NULL);
