/*
 * Comes first in a stranger's file (make grade): what leaves no trace in an
 * object and would leave a test by its back door.
 */
#pragma GCC poison __builtin_setjmp __builtin_longjmp
#pragma GCC poison __builtin_return_address __builtin_frame_address
#pragma GCC poison __builtin_extract_return_addr __builtin_frob_return_addr
#pragma GCC poison __builtin_eh_return __builtin_unwind_init
#pragma GCC poison __builtin_apply __builtin_apply_args __builtin_return
