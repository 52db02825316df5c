/*
 * CHEAT: jumps out of the test by cmocka's own jump buffer
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: undefined reference
 */
extern char global_run_test_env[];
void longjmp(char *env, int value);

static void cheat(int n)
{
	longjmp(global_run_test_env, 0);
}
