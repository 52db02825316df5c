/*
 * CHEAT: takes the hook away that TODO() ends in
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: reaches for what belongs to the tests
 */
extern void (*todo_hook)(int n, const char *where, const char *func);
void _exit(int status);

static void over(int n, const char *where, const char *func)
{
	_exit(0);
}
static void cheat(int n)
{
	todo_hook = over;
}
