/* Given: a timeline as one HTML page.
 *
 * The page itself is page.html, which the assembler puts in here; the data goes
 * where it says DATA.
 */
#include <string.h>

#include "export.h"

#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"

/* The path is seen from the root of the kit, where make compiles. */
__asm__(".pushsection .rodata\n"
	"page_template:\n"
	".incbin \"days/day2-waker/page.html\"\n"
	".byte 0\n"
	".popsection\n");
extern const char page_template[];

#define MARK "\"DATA\""

static void page_lanes(FILE *out, const struct timeline *tl)
{
	unsigned int i;

	fprintf(out, "\"lanes\":[");
	for (i = 0; i < tl->nr_lanes; i++) {
		fprintf(out, "%s[", i ? "," : "");
		export_string(out, tl->lanes[i].name);
		fprintf(out, ",%u,%d]", tl->lanes[i].ring,
			(int)tl->lanes[i].worker);
	}
	fprintf(out, "],\n\"tasks\":[");
	for (i = 0; i < tl->nr_tasks; i++) {
		const struct timeline_task *t = &tl->tasks[i];

		fprintf(out, "%s[", i ? "," : "");
		export_string(out, t->name);
		fprintf(out, ",%llu,%llu,%u]", (unsigned long long)t->begin,
			(unsigned long long)t->end, t->polls);
	}
	fprintf(out, "],\n");
}

static void page_items(FILE *out, const struct timeline *tl)
{
	char words[160];
	unsigned int i;

	fprintf(out, "\"items\":[");
	for (i = 0; i < tl->nr_items; i++) {
		const struct timeline_item *it = &tl->items[i];

		timeline_words(tl, it->first, words, sizeof(words));
		fprintf(out, "%s[%d,%d,%u,%d,%llu,%llu,%u,%d,",
			i ? ",\n" : "\n", (int)it->kind, (int)it->ev, it->lane,
			(int)it->task, (unsigned long long)it->begin,
			(unsigned long long)it->end, it->arg, it->is_cut);
		export_string(out, words);
		fprintf(out, "]");
	}
	fprintf(out, "],\n");
}

static void page_data(FILE *out, const struct timeline *tl, const char *title)
{
	unsigned int i;

	fprintf(out, "{\"title\":");
	export_string(out, title);
	fprintf(out,
		",\"events\":%zu,\"lost\":%llu,\"begin\":%llu,\"end\":%llu,\n",
		tl->nr_events, (unsigned long long)tl->lost,
		(unsigned long long)tl->begin, (unsigned long long)tl->end);
	page_lanes(out, tl);
	page_items(out, tl);
	fprintf(out, "\"spans\":[");
	for (i = 0; i < tl->nr_spans; i++)
		fprintf(out, "%s[%u,%d,%llu,%llu]", i ? "," : "",
			tl->spans[i].task, tl->spans[i].is_poll,
			(unsigned long long)tl->spans[i].begin,
			(unsigned long long)tl->spans[i].end);
	fprintf(out, "],\n\"flows\":[");
	for (i = 0; i < tl->nr_flows; i++)
		fprintf(out, "%s[%u,%u]", i ? "," : "", tl->flows[i].from,
			tl->flows[i].to);
	fprintf(out, "]}");
}

int export_page(FILE *out, const struct timeline *tl, const char *title)
{
	const char *at = strstr(page_template, MARK);

	BUG_ON(!at);
	fwrite(page_template, 1, (size_t)(at - page_template), out);
	page_data(out, tl, title);
	fputs(at + strlen(MARK), out);
	return fflush(out) || ferror(out) ? -EIO : 0;
}
EXPORT_SYMBOL(export_page);

MODULE(page, "a timeline as one HTML page", NULL, NULL);
