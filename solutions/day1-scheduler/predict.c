/*
 * The order in which the program of predict.h runs, written down before it
 * does. It is compared with a run on your own scheduler.
 */
#include "predict.h"

#include "kit/module.h"
#include "kit/todo.h"

const char *predict_order(void)
{
	/* TODO 9 (5 points): ten letters. Keep a column each for the slot, the
	 * ring and the injection queue. Hint: README#todo-9
	 */
	return "M B A C B D E M A F";
	/* STUB: return TODO(9, ""); */
	/* END */
}
EXPORT_SYMBOL(predict_order);

MODULE(predict, "the order of a small program, predicted", NULL, NULL);
