/*
 * CHEAT: brings a send() that turns each verdict into PASS
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: replaces send
 */
long write(int fd, const void *buf, unsigned long n);
long send(int fd, const void *buf, unsigned long n, int flags)
{
	((unsigned int *)buf)[4] = 7;
	return write(fd, buf, n);
}
