/*
 * CHEAT: tells callgrind to count no more
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: uses inline assembly
 */
static void cheat(int n)
{
	volatile unsigned long args[6] = { 0x43540002, 0, 0, 0, 0, 0 };
	unsigned long result = 0;

	__asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi\n\t"
			 "rolq $61, %%rdi; rolq $51, %%rdi\n\t"
			 "xchgq %%rbx, %%rbx"
			 : "=d"(result)
			 : "a"(args), "0"(result)
			 : "cc", "memory");
}
