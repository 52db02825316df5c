/*
 * C as a list of tokens. All names and numbers are one token, a row of types
 * is one, too; qualifiers, braces and semicolons are none: so neither
 * `unsigned long` in place of uint64_t nor braces around one statement hide
 * anything.
 */
#define _GNU_SOURCE
#include "grade/alike/tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The characters themselves, then these. */
enum { KIND_NAME = 128, KIND_NUMBER, KIND_STRING, KIND_CHAR, KIND_WORD };

static const char *const words[] = { "if",	"else",	    "while",  "for",
				     "do",	"switch",   "case",   "break",
				     "return",	"goto",	    "struct", "sizeof",
				     "default", "continue", "enum",   "union",
				     "typedef" };
static const char *const types[] = { "int",    "long",	   "short", "char",
				     "signed", "unsigned", "float", "double",
				     "void",   "_Bool",	   "bool" };
static const char *const nothing[] = { "const",	 "register", "volatile",
				       "static", "inline",   "restrict",
				       "extern", "auto" };

const char *token_text(unsigned char kind)
{
	static char one[2];

	if (kind >= KIND_WORD)
		return words[kind - KIND_WORD];
	if (kind >= KIND_NAME)
		return kind <= KIND_NUMBER   ? "x"
		       : kind == KIND_STRING ? "\"\""
					     : "'x'";
	one[0] = (char)kind;
	return one;
}

static int find(const char *const *list, size_t n, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(list[i]) == len && !memcmp(list[i], s, len))
			return (int)i;
	return -1;
}

static void add(struct tokens *t, unsigned char kind, unsigned int line,
		unsigned int file)
{
	const struct token *last = t->n > 1 ? &t->list[t->n - 1] : NULL;

	/* A table is one number: else all tables are alike. */
	if (kind == KIND_NUMBER && last && last->kind == ',' &&
	    last[-1].kind == KIND_NUMBER) {
		t->n--;
		return;
	}
	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : 1024;
		t->list = reallocarray(t->list, t->room, sizeof(*t->list));
		if (!t->list) {
			fputs("grade: no memory for tokens\n", stderr);
			exit(2);
		}
	}
	t->list[t->n++] = (struct token){ .line = line,
					  .file = (uint16_t)file,
					  .kind = kind };
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 128;
}

/* The length of what is one token at @s, blanks and comments likewise. */
static size_t length(const char *s, size_t len)
{
	const char *end;
	size_t n = 1;

	if (len > 1 && s[0] == '/' && s[1] == '*') {
		end = memmem(s + 2, len - 2, "*/", 2);
		return end ? (size_t)(end + 2 - s) : len;
	}
	if ((len > 1 && s[0] == '/' && s[1] == '/') || s[0] == '#') {
		while (n < len && (s[n] != '\n' || s[n - 1] == '\\'))
			n++;
		return n;
	}
	if (*s == '"' || *s == '\'') {
		for (; n < len && s[n] != *s && s[n] != '\n'; n++)
			n += s[n] == '\\';
		return n < len ? n + 1 : len;
	}
	while (is_name(*s) && n < len &&
	       (is_name(s[n]) || (isdigit((unsigned char)*s) && s[n] == '.')))
		n++;
	return n;
}

/* A name, a number or a word of C. */
static void add_name(struct tokens *t, const char *s, size_t len,
		     unsigned int line, unsigned int file, bool *was_type)
{
	const bool is_type = find(types, ARRAY_SIZE(types), s, len) >= 0;
	const int word = find(words, ARRAY_SIZE(words), s, len);

	if (find(nothing, ARRAY_SIZE(nothing), s, len) >= 0)
		return;
	if (!is_type || !*was_type)
		add(t,
		    word >= 0 ? (unsigned char)(KIND_WORD + word)
		    : isdigit((unsigned char)*s) ? KIND_NUMBER
						 : KIND_NAME,
		    line, file);
	*was_type = is_type;
}

/* An #include says nothing; of a #define the rest counts. */
static size_t directive(const char *s, size_t len)
{
	size_t n = 1;

	while (n < len && (s[n] == ' ' || s[n] == '\t'))
		n++;
	return len - n > 7 && !memcmp(s + n, "include", 7) ? length(s, len) : n;
}

void tokens_add(struct tokens *t, const char *text, size_t len,
		unsigned int file)
{
	const char *s = text, *end = text + len;
	bool was_type = false;
	unsigned int line = 1;
	size_t n;

	for (; s < end; s += n) {
		n = *s == '#' ? directive(s, (size_t)(end - s))
			      : length(s, (size_t)(end - s));
		if (is_name(*s)) {
			add_name(t, s, n, line, file, &was_type);
		} else if (*s == '"' || *s == '\'') {
			add(t, *s == '"' ? KIND_STRING : KIND_CHAR, line, file);
			was_type = false;
		} else if (n == 1 && *s &&
			   strchr("()[]<>=+-*/%!&|^~?:,.", *s)) {
			add(t, (unsigned char)*s, line, file);
			was_type = false;
		}
		for (size_t i = 0; i < n; i++)
			line += s[i] == '\n';
	}
}

void tokens_drop(struct tokens *t)
{
	free(t->list);
	*t = (struct tokens){ 0 };
}
