// SPDX-License-Identifier: BSD-3-Clause
#include <backends/linux/sysfs.h>
#include <os/system.h>
#include <os/posix/descriptor.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define U64_NBYTES 32

static int
path_of(char *path, const char *dir, const char *attr)
{
	const int len = snprintf(path, XNVI_SYSFS_PATH_NBYTES, "%s/%s", dir, attr);

	return len < 0 || len >= XNVI_SYSFS_PATH_NBYTES ? -ENAMETOOLONG : 0;
}

int
xnvi_sysfs_text(const char *dir, const char *attr, char *text, size_t nbytes)
{
	char path[XNVI_SYSFS_PATH_NBYTES];
	struct xnvi_retry retry = {0};
	ssize_t len;
	int err, fd;

	text[0] = '\0';
	err = path_of(path, dir, attr);
	if (err) {
		return err;
	}
	fd = xnvi_open(path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0) {
		return -errno;
	}
	/* The kernel returns an attribute with one read */
	do {
		len = read(fd, text, nbytes - 1);
	} while (len < 0 && errno == EINTR && xnvi_retry(&retry));
	err = len < 0 ? -errno : 0;
	close(fd);
	if (err) {
		return err;
	}
	while (len > 0 && isspace((unsigned char)text[len - 1])) {
		len--;
	}
	text[len] = '\0';

	return 0;
}

int
xnvi_sysfs_u64(const char *dir, const char *attr, uint64_t *value)
{
	char text[U64_NBYTES];
	unsigned long long val;
	char *end;
	int err;

	err = xnvi_sysfs_text(dir, attr, text, sizeof(text));
	if (err) {
		return err;
	}
	if (!isdigit((unsigned char)text[0])) {
		return -EINVAL;
	}
	errno = 0;
	val = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
	if (errno || *end) {
		return -EINVAL;
	}
	*value = val;

	return 0;
}

int
xnvi_sysfs_link(const char *dir, const char *attr, char *name, size_t nbytes)
{
	char path[XNVI_SYSFS_PATH_NBYTES];
	char target[XNVI_SYSFS_PATH_NBYTES];
	const char *base;
	ssize_t len;
	int err;

	err = path_of(path, dir, attr);
	if (err) {
		return err;
	}
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0) {
		return -errno;
	}
	target[len] = '\0';
	base = strrchr(target, '/');
	base = base ? base + 1 : target;
	if (strlen(base) >= nbytes) {
		return -ENAMETOOLONG;
	}
	memcpy(name, base, strlen(base) + 1);

	return 0;
}
