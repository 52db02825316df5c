/*
 * CHEAT: brings a write() that drops what is reported
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: replaces write
 */
long write(int fd, const void *buf, unsigned long n)
{
	return (long)n;
}
