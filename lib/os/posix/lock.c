// SPDX-License-Identifier: BSD-3-Clause
#include <os/os.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int
xnvi_file_lock(int fd)
{
	if (!flock(fd, LOCK_EX | LOCK_NB)) {
		return 0;
	}

	return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

void
xnvi_file_unlock(int fd)
{
	(void)flock(fd, LOCK_UN);
}

int
xnvi_file_id(int fd, struct xnvi_file_id *id)
{
	struct stat st;

	if (fstat(fd, &st)) {
		return -errno;
	}
	id->volume = (uint64_t)st.st_dev;
	id->file = (uint64_t)st.st_ino;

	return 0;
}

int
xnvi_file_real_path(const char *path, char **real)
{
	*real = realpath(path, NULL);

	return *real ? 0 : -errno;
}

/** Make the entries of a folder durable; a file system that cannot has nothing to make durable */
static int
sync_folder(const char *folder)
{
	struct xnvi_retry retry = {0};
	int err;
	int fd;

	fd = xnvi_open(folder, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0) {
		return -errno;
	}
	do {
		err = fsync(fd) ? -errno : 0;
	} while (err && xnvi_retry(&retry));
	close(fd);

	return err == -EINVAL ? 0 : err;
}

int
xnvi_file_replace(const char *from, const char *to, const char *folder, bool *replaced)
{
	*replaced = !rename(from, to);

	return *replaced ? sync_folder(folder) : -errno;
}
