/* Given: what tells one run of a program from another. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "process.h"

#include "kit/module.h"

uint64_t process_start_ticks(int pid)
{
	unsigned long long ticks = 0;
	char path[40], line[1024], *at;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	/* Field 2 is the name, in parentheses, with anything inside. */
	at = strrchr(line, ')');
	/* Field 22; the state is field 3. A zombie has ended. */
	if (!at || at[1] != ' ' || at[2] == 'Z' || at[2] == 'X' ||
	    sscanf(at + 2,
		   "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u "
		   "%*d %*d %*d %*d %*d %*d %llu",
		   &ticks) != 1)
		return 0;
	return ticks;
}
EXPORT_SYMBOL(process_start_ticks);

void process_name(char *buf, size_t size)
{
	FILE *f = fopen("/proc/self/comm", "re");

	if (!f || !fgets(buf, (int)size, f))
		snprintf(buf, size, "unknown");
	if (f)
		fclose(f);
	buf[strcspn(buf, "\n")] = '\0';
}
EXPORT_SYMBOL(process_name);

const char *console_path_of(int pid, char *buf, size_t size)
{
	snprintf(buf, size, "/dev/shm/unpark-%u-%d", geteuid(), pid);
	return buf;
}
EXPORT_SYMBOL(console_path_of);

MODULE(process, "what tells one run of a program from another", NULL, NULL);
