/*
 * CHEAT: answers with the percentiles of a run that was seen before
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: front
 * LABEL: is wrong
 */
#include "hist.h"

#include "kit/todo.h"

/* TODO 3 does nothing; TODO 5 has q and out in sight; the rest is as it was. */
#undef TODO
#define TODO(n, value) TODO_##n(value)
#define TODO_3(value) ({ value; })
#define TODO_5(value)                                                \
	({                                                           \
		*out = q < 0.6 ? 20479 : q < 0.95 ? 139263 : 655359; \
		0;                                                   \
	})
#define TODO_REAL(n, value)                          \
	({                                           \
		todo_reached(n, __FILE__, __func__); \
		value;                               \
	})
#define TODO_1(value) TODO_REAL(1, value)
#define TODO_2(value) TODO_REAL(2, value)
#define TODO_4(value) TODO_REAL(4, value)
#define TODO_6(value) TODO_REAL(6, value)
#define TODO_7(value) TODO_REAL(7, value)
#define TODO_8(value) TODO_REAL(8, value)
