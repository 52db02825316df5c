/* Claims as a page of its own, and as JSON. */
#include <errno.h>
#include <string.h>

#include "claims.h"

static const char *const verdict_class[VERDICTS] = { "yes", "part", "no",
						     "open", "open" };

/* The look is that of the report's page. A verdict has a sign and a word, so
   that no one has to tell colours apart. */
static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
	"charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, "
	"initial-scale=1\">\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\n"
	"<title>What the reading claims, measured</title>\n<style>\n"
	":root { --page: #f6f7f9; --card: #fff; --ink: #18202e; --soft: "
	"#566073; --line: #dce1e9; --yes: #1a63c4; --no: #c2480c; }\n"
	"@media (prefers-color-scheme: dark) { :root { --page: #10141b; "
	"--card: "
	"#181e28; --ink: #e8ecf3; --soft: #a0aabc; --line: #2c3544; --yes: "
	"#6cabff; --no: #ff9b5e; } }\n"
	"* { box-sizing: border-box; }\n"
	"body { margin: 0; background: var(--page); color: var(--ink); font: "
	"16px/1.6 system-ui, -apple-system, \"Segoe UI\", Roboto, \"DejaVu "
	"Sans\", sans-serif; }\n"
	"main { max-width: 1060px; margin: 0 auto; padding: 44px 24px 56px; }\n"
	"h1 { font-size: clamp(30px, 5vw, 44px); line-height: 1.12; "
	"letter-spacing: -.02em; margin: 0 0 14px; }\n"
	"h2 { font-size: 21px; margin: 48px 0 14px; }\n"
	"h3 { font-size: 17px; margin: 0 0 8px; }\np { margin: 0 0 12px; }\n"
	".lede { font-size: 18px; max-width: 46em; color: var(--soft); }\n"
	".card { background: var(--card); border: 1px solid var(--line); "
	"border-radius: 14px; padding: 20px 24px; margin: 0 0 18px; "
	"overflow-x: "
	"auto; }\n"
	".note { color: var(--soft); font-size: 14px; }\n"
	".v { font-weight: 650; white-space: nowrap; } .yes { color: "
	"var(--yes); "
	"} .no { color: var(--no); } a { color: var(--yes); } .part, .open { "
	"color: var(--ink); }\n"
	"td .v { margin-left: .6em; } .v::before { display: inline-block; "
	"width: 1.4em; text-align: left; } "
	".yes::before { content: \"\\2713\"; } .no::before { content: "
	"\"\\2715\"; } .part::before { content: \"\\00bd\"; } "
	".open::before { content: \"?\"; }\n"
	"table { border-collapse: collapse; width: 100%; font-size: 15px; "
	"font-variant-numeric: tabular-nums; margin: 0 0 14px; }\n"
	"th, td { padding: 7px 10px; text-align: right; border-top: 1px solid "
	"var(--line); }\n"
	"th:first-child { text-align: left; padding-left: 0; font-weight: 500; "
	"}\n"
	"thead th { border-top: 0; color: var(--soft); font-weight: 500; "
	"font-size: 13px; }\n"
	"footer { color: var(--soft); font-size: 14px; }\n"
	"@media (max-width: 760px) { table { font-size: 13px; } th, td { "
	"padding: 7px 4px; } }\n"
	"@media print { body { background: #fff; } .card { break-inside: "
	"avoid; "
	"} }\n</style>\n</head>\n<body>\n<main>\n";

static void escaped(FILE *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", to);
		else if (*text == '>')
			fputs("&gt;", to);
		else if (*text == '&')
			fputs("&amp;", to);
		else
			fputc(*text, to);
	}
}

static void cell(FILE *to, const char *tag, const char *text)
{
	fprintf(to, "<%s>", tag);
	escaped(to, text);
	fprintf(to, "</%s>", tag);
}

static void verdict(FILE *to, const char *who, enum verdict v)
{
	fprintf(to, "%s<span class=\"v %s\">%s</span>", who, verdict_class[v],
		verdict_name(v));
}

static void figure_cell(FILE *to, const struct claim_case *k, enum side side)
{
	const struct figure *f = &k->figure[side];
	char text[96];

	fputs("<td>", to);
	if (f->n)
		verdict(to, figure_text(f, text, sizeof(text)),
			figure_verdict(f, k->lo, k->hi));
	else
		escaped(to, f->lacking ? f->lacking : "-");
	fputs("</td>", to);
}

static void card(FILE *to, const struct claim *c)
{
	char bound[64];
	unsigned int i;

	fprintf(to, "<section class=\"card\" id=\"%s\">\n<h3>", c->id);
	escaped(to, c->text);
	fputs("</h3>\n<p>", to);
	verdict(to, "", claim_verdict(c));
	fprintf(to, " <span class=\"note\">source %s",
		source_names[c->source].letter);
	if (c->untested)
		fprintf(to, "; %s", c->untested);
	fputs("</span></p>\n", to);
	if (c->cases[0].what)
		fputs("<table><thead><tr><th>measured</th><th>it holds "
		      "at</th><th>unpark</th><th>Tokio 1.24</th></tr></thead>"
		      "<tbody>\n",
		      to);
	for (i = 0; i < CLAIM_CASES && c->cases[i].what; i++) {
		fputs("<tr>", to);
		cell(to, "th", c->cases[i].what);
		cell(to, "td", bound_text(&c->cases[i], bound, sizeof(bound)));
		figure_cell(to, &c->cases[i], OURS);
		figure_cell(to, &c->cases[i], TOKIO);
		fputs("</tr>\n", to);
	}
	if (i)
		fputs("</tbody></table>\n", to);
	cell(to, "p", c->means);
	fputs("\n<p class=\"note\">", to);
	escaped(to, c->how);
	fputs("</p>\n</section>\n", to);
}

static void summary(FILE *to)
{
	unsigned int g, i;
	const struct claim *c;

	fputs("<section class=\"card\"><table><thead><tr><th>claim</th>"
	      "<th>verdict</th></tr></thead><tbody>\n",
	      to);
	for (g = 0; g < nr_claim_groups; g++) {
		for (i = 0; i < *claim_groups[g].n; i++) {
			c = &claim_groups[g].claims[i];
			fprintf(to, "<tr><th><a href=\"#%s\">%s</a></th><td>",
				c->id, c->id);
			verdict(to, "", claim_verdict(c));
			fputs("</td></tr>\n", to);
		}
	}
	fputs("</tbody></table></section>\n", to);
}

int claims_page(const char *path)
{
	FILE *to = fopen(path, "w");
	char machine[256];
	unsigned int g, i;

	if (!to)
		return -errno;
	fputs(head, to);
	fprintf(to,
		"<h1>What the reading claims, measured</h1>\n<p "
		"class=\"lede\">Each claim of the four texts, retold, beside a "
		"figure of this machine. A figure that is timed is the median "
		"of up to %u runs with an interval of 95 %%; where the claim's "
		"edge lies within it, there is no verdict. What is counted is "
		"exact.</p>\n",
		CLAIM_RUNS);
	summary(to);
	for (g = 0; g < nr_claim_groups; g++) {
		fprintf(to, "<h2>%s</h2>\n", claim_groups[g].title);
		for (i = 0; i < *claim_groups[g].n; i++)
			card(to, &claim_groups[g].claims[i]);
	}
	fputs("<footer>", to);
	for (i = 0; i < SOURCES; i++) {
		fprintf(to, "<p>%s: ", source_names[i].letter);
		escaped(to, source_names[i].name);
		fputs("</p>\n", to);
	}
	cell(to, "p", machine_text(machine, sizeof(machine)));
	fputs("\n<p>make claims</p></footer>\n</main>\n</body>\n</html>\n", to);
	return fclose(to) ? -errno : 0;
}

/* --- JSON -------------------------------------------------------------------- */

/* JSON has no infinity: null. */
static json_t *number(double v)
{
	return isinf(v) ? json_null() : json_real(v);
}

static json_t *figure_json(const struct claim_case *k, enum side side)
{
	const struct figure *f = &k->figure[side];

	if (!f->n)
		return json_pack("{s:n, s:s?}", "median", "lacking",
				 f->lacking);
	return json_pack("{s:f, s:o, s:o, s:i, s:b, s:s}", "median", f->median,
			 "lo", number(f->lo), "hi", number(f->hi), "runs",
			 (int)f->n, "counted", f->is_counted, "verdict",
			 verdict_name(figure_verdict(f, k->lo, k->hi)));
}

static json_t *claim_json(const struct claim *c)
{
	json_t *cases = json_array();
	const struct claim_case *k;
	unsigned int i;

	for (i = 0; i < CLAIM_CASES && c->cases[i].what; i++) {
		k = &c->cases[i];
		json_array_append_new(
			cases, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}",
					 "name", k->what, "unit", k->unit, "lo",
					 number(k->lo), "hi", number(k->hi),
					 "unpark", figure_json(k, OURS),
					 "tokio", figure_json(k, TOKIO)));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:o}", "id",
			 c->id, "source", source_names[c->source].name, "claim",
			 c->text, "how", c->how, "verdict",
			 verdict_name(claim_verdict(c)), "unpark",
			 verdict_name(side_verdict(c, OURS)), "tokio",
			 verdict_name(side_verdict(c, TOKIO)), "untested",
			 c->untested, "cases", cases);
}

json_t *claims_json(void)
{
	json_t *all = json_array();
	char machine[256];
	unsigned int g, i;

	for (g = 0; g < nr_claim_groups; g++)
		for (i = 0; i < *claim_groups[g].n; i++)
			json_array_append_new(
				all, claim_json(&claim_groups[g].claims[i]));
	return json_pack("{s:s, s:o}", "machine",
			 machine_text(machine, sizeof(machine)), "claims", all);
}
