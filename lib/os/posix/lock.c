// SPDX-License-Identifier: BSD-3-Clause
#include <os/system.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>

int
xnvi_file_lock(xnvi_handle handle)
{
	if (!flock(handle, LOCK_EX | LOCK_NB)) {
		return 0;
	}

	return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

void
xnvi_file_unlock(xnvi_handle handle)
{
	(void)flock(handle, LOCK_UN);
}

int
xnvi_file_real_path(const char *path, char **real)
{
	*real = realpath(path, NULL);

	return *real ? 0 : -errno;
}

int
xnvi_file_replace(const char *from, const char *to, const char *folder, bool *replaced)
{
	*replaced = !rename(from, to);

	return *replaced ? xnvi_folder_sync(folder) : -errno;
}
