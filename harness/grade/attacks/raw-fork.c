/*
 * CHEAT: forks; at most 64 children, each of which lives for a second
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * WITH: syscall
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	const long second[2] = { 1, 0 };
	int i;

	for (i = 0; i < 64; i++) {
		if (raw(57, 0, 0, 0))
			continue;
		raw(35, (long)second, 0, 0);
		raw(231, 0, 0, 0);
	}
}
