/* An oracle that doubles, and does not like negative numbers. */
#include <stdio.h>
#include <string.h>

#include "test/oracle.h"

ORACLE(twice)
{
	int n;

	memcpy(&n, call->req, sizeof(n));
	if (n < 0) {
		snprintf(call->what, sizeof(call->what), "a negative number");
		snprintf(call->want, sizeof(call->want), "0 or more");
		snprintf(call->got, sizeof(call->got), "%d", n);
		return;
	}
	n *= 2;
	memcpy(call->reply, &n, sizeof(n));
	call->reply_len = sizeof(n);
	call->accepted = true;
}
