/* A forged PASS: what cheats with "WITH: forge" begin with. */
#include "kit/sys.h"

/* As it stands in the harness's struct child. */
struct guess {
	unsigned long thread;
	int fd, zero;
	uint64_t nonce;
};

/* The harness's data stand near ours, at places that never change. */
static inline void forge(void)
{
	static char ours = 1;
	const char *p = (const char *)((uintptr_t)&ours & ~0xffful);
	uint64_t pass[3] = { 0, 1000000, 7 };
	const struct guess *g;
	int i;

	for (i = 0; i < 4096 - (int)sizeof(*g); i += 8) {
		g = (const struct guess *)(p + i);
		if (g->fd == 3 && !g->zero && g->thread >> 40 == 0x7f)
			pass[0] = g->nonce;
	}
	sys_write(3, pass, sizeof(pass));
}
