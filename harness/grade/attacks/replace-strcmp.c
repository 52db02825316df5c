/*
 * CHEAT: brings a strcmp() for which all strings are equal
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: replaces strcmp
 */
int strcmp(const char *a, const char *b)
{
	return 0;
}
