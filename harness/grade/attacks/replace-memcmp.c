/*
 * CHEAT: brings a memcmp() for which all bytes are equal
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: replaces memcmp
 */
int memcmp(const void *a, const void *b, size_t n)
{
	return 0;
}
