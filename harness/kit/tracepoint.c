/* The one listener. */
#include "kit/tracepoint.h"

_Atomic(tp_listener_fn *) tp_listener;
