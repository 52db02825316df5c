/*
 * CHEAT: puts terminal escapes, HTML, XML and a formula into the report of a crash
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: CRASH
 */
#include "kit/bug.h"

static void cheat(int n)
{
	printf("\033[2J\033]0;owned\007<script>alert(1)</script>\n=1+1\n");
	fflush(stdout);
	BUG_ON("\033[31m</failure><script>alert(1)</script>&,\"=1+1");
}
