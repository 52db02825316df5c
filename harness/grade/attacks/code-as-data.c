/*
 * CHEAT: keeps instructions as bytes of a constant in .text and calls them
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: hides code in data
 */
static const unsigned char code[] __attribute__((section(".text"))) = {
	0xb8, 231,  0,	  0,   0, /* mov $SYS_exit_group, %eax */
	0x31, 0xff, 0x0f, 0x05	  /* xor %edi, %edi; syscall */
};

static void cheat(int n)
{
	((void (*)(void))(uintptr_t)code)();
}
