// SPDX-License-Identifier: BSD-3-Clause
#include <os/words.h>

#include <errno.h>
#include <string.h>
#include <libxnvme_host.h>

#define EXTENSION ".exe"

/** The C library numbers these and has no words for them, or does not have them */
static const struct {
	int err;
	const char *words;
} g_words[] = {
    {EADDRINUSE, "Address already in use"},
    {EALREADY, "Operation already in progress"},
    {EBADMSG, "Bad message"},
    {ECANCELED, "Operation canceled"},
    {ECONNABORTED, "Connection aborted"},
    {ECONNREFUSED, "Connection refused"},
    {ECONNRESET, "Connection reset by peer"},
    {EDQUOT, "Disk quota exceeded"},
    {EHOSTUNREACH, "No route to host"},
    {EINPROGRESS, "Operation now in progress"},
    {ELOOP, "Too many levels of symbolic links"},
    {EMSGSIZE, "Message too long"},
    {ENETUNREACH, "Network is unreachable"},
    {ENOBUFS, "No buffer space available"},
    {ENODATA, "No data available"},
    {ENOTSUP, "Operation not supported"},
    {EOPNOTSUPP, "Operation not supported"},
    {EOVERFLOW, "Value too large for defined data type"},
    {EOWNERDEAD, "Owner died"},
    {EPROTO, "Protocol error"},
    {ESHUTDOWN, "Cannot send after shutdown"},
    {ESTALE, "Stale file handle"},
    {ETIMEDOUT, "Timed out"},
    {ETXTBSY, "Text file busy"},
    {EWOULDBLOCK, "Resource temporarily unavailable"},
};

const char *
xnvi_strerror(int err)
{
	for (size_t i = 0; i < sizeof(g_words) / sizeof(g_words[0]); ++i) {
		if (g_words[i].err == err) {
			return g_words[i].words;
		}
	}

	return strerror(err);
}

const char *
xnvi_program_name(const char *path, size_t *nchars)
{
	const size_t end = strlen(EXTENSION);
	const char *name = path;

	for (const char *c = path; *c; ++c) {
		if ((*c == '/' || *c == '\\' || *c == ':') && c[1]) {
			name = c + 1;
		}
	}
	*nchars = strlen(name);
	if (*nchars > end && _stricmp(name + *nchars - end, EXTENSION) == 0) {
		*nchars -= end;
	}

	return name;
}
