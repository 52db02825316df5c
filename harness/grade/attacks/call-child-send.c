/*
 * CHEAT: calls the harness's own function to send PASS
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: reaches for what belongs to the tests
 */
void child_send(int type, unsigned long arg, unsigned int n, void *texts);

static void cheat(int n)
{
	child_send(7, 0, 0, NULL);
}
