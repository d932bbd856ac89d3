// SPDX-License-Identifier: BSD-3-Clause
#include <support/loop.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/** Somebody else may take the free one first */
#define NTRIES 8

static int
attach(int control, int file, uint32_t flags, char *path, size_t nbytes)
{
	/* Let go by the kernel with the last descriptor, so also when this process is killed */
	const struct loop_config config = {
	    .fd = (uint32_t)file,
	    .info = {.lo_flags = LO_FLAGS_AUTOCLEAR | flags},
	};
	const int number = ioctl(control, LOOP_CTL_GET_FREE);
	int loop, err;

	if (number < 0) {
		return -errno;
	}
	snprintf(path, nbytes, "/dev/loop%d", number);
	loop = open(path, (flags & LO_FLAGS_READ_ONLY ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (loop < 0) {
		return -errno;
	}
	if (ioctl(loop, LOOP_CONFIGURE, &config) < 0) {
		err = -errno;
		close(loop);
		return err;
	}

	return loop;
}

int
loop_attach(const char *file, bool read_only, char *path, size_t path_nbytes)
{
	const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	const int fd = open(file, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	int err = control < 0 || fd < 0 ? -errno : -EBUSY;

	for (int i = 0; err == -EBUSY && i < NTRIES; ++i) {
		err = attach(control, fd, read_only ? LO_FLAGS_READ_ONLY : 0, path, path_nbytes);
	}
	if (control >= 0) {
		close(control);
	}
	if (fd >= 0) {
		close(fd);
	}

	return err;
}
