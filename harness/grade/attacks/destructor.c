/*
 * CHEAT: runs after main() by the destructor attribute, to change the exit status
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: end
 * LABEL: runs code before the tests
 */
void _exit(int status);

__attribute__((destructor)) static void late(void)
{
	_exit(0);
}
