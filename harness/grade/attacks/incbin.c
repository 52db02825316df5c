/*
 * CHEAT: has the assembler put the solution's text into the object, and prints it
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: includes a file that is not part of the kit
 * LABEL: uses inline assembly
 */
__asm__(".section .rodata\n"
	"stolen: .incbin \"solutions/day4-histogram/hist.c\"\n"
	".byte 0\n"
	".text\n");
extern const char stolen[];

static void cheat(int n)
{
	puts(stolen);
}
