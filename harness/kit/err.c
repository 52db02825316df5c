/* The names of the errors that the kit returns. */
#include "kit/err.h"

const char *err_name(int err)
{
	static const char *const names[] = {
#define NAME(e) [e] = "-" #e
		NAME(EPERM),	    NAME(ENOENT),	NAME(EINTR),
		NAME(EIO),	    NAME(EBADF),	NAME(EAGAIN),
		NAME(ENOMEM),	    NAME(EBUSY),	NAME(EEXIST),
		NAME(ENODEV),	    NAME(EINVAL),	NAME(EMFILE),
		NAME(ENOSPC),	    NAME(EPIPE),	NAME(ERANGE),
		NAME(EDEADLK),	    NAME(ENOSYS),	NAME(EPROTO),
		NAME(EOVERFLOW),    NAME(ESHUTDOWN),	NAME(ENODATA),
		NAME(ETIMEDOUT),    NAME(EALREADY),	NAME(ECANCELED),
		NAME(EBADMSG),	    NAME(EACCES),	NAME(EFBIG),
		NAME(ENAMETOOLONG), NAME(EROFS),	NAME(ELOOP),
		NAME(EADDRINUSE),   NAME(ECONNABORTED), NAME(ECONNREFUSED),
		NAME(EDQUOT),	    NAME(EINPROGRESS),	NAME(ENFILE),
		NAME(ENOBUFS),	    NAME(ECONNRESET),
#undef NAME
	};
	unsigned int e = -(unsigned int)err;

	if (err == 0)
		return "0";
	if (err > 0 || e >= sizeof(names) / sizeof(names[0]) || !names[e])
		return "-E?";
	return names[e];
}
