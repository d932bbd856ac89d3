// SPDX-License-Identifier: BSD-3-Clause
#include <os/words.h>

#include <string.h>

const char *
xnvi_strerror(int err)
{
	return strerror(err);
}

const char *
xnvi_program_name(const char *path, size_t *nchars)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash && slash[1] ? slash + 1 : path;

	*nchars = strlen(name);

	return name;
}
