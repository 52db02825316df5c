/* A second module, linked behind the first: link order is boot order. */
#ifndef SELF_SECOND_H
#define SELF_SECOND_H

extern char module_log[64];	/* what the modules noted */
extern int module_second_fails; /* what the second one's init returns */

void module_note(const char *text);

#endif
