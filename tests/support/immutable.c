// SPDX-License-Identifier: BSD-3-Clause
#include <support/immutable.h>

#include <linux/fs.h>
#include <backends/linux/ioctl.h>

int
file_set_immutable(int fd, bool on)
{
	int flags = 0;
	const int err = xnvi_linux_ioctl_once(fd, FS_IOC_GETFLAGS, &flags);

	flags = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;

	return err ? err : xnvi_linux_ioctl_once(fd, FS_IOC_SETFLAGS, &flags);
}
