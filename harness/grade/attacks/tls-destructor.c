/*
 * CHEAT: lets a thread-local destructor run behind the test
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: uses what a module may not: pthread_key_create
 */
int pthread_key_create(unsigned int *key, void (*fn)(void *));
int pthread_setspecific(unsigned int key, const void *value);
void _exit(int status);

static void late(void *value)
{
	_exit(0);
}
static void cheat(int n)
{
	unsigned int key;

	pthread_key_create(&key, late);
	pthread_setspecific(key, &key);
}
