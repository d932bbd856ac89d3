// SPDX-License-Identifier: BSD-3-Clause
#include <backends/linux/ioctl.h>
#include <os/system.h>
#include <os/posix/descriptor.h>

#include <linux/fs.h>

int
xnvi_linux_ioctl(int fd, unsigned long request, void *arg)
{
	struct xnvi_retry retry = {0};
	int res;

	do {
		res = xnvi_linux_ioctl_once(fd, request, arg);
	} while (res < 0 && xnvi_retry(&retry));

	return res;
}

int
xnvi_linux_block_nbytes(int fd, uint64_t *nbytes)
{
	const int res = xnvi_linux_ioctl(fd, BLKGETSIZE64, nbytes);

	return res < 0 ? res : 0;
}

int
xnvi_linux_block_lba_nbytes(int fd, uint32_t *lba_nbytes)
{
	int ssz = 0;
	const int res = xnvi_linux_ioctl(fd, BLKSSZGET, &ssz);

	if (res < 0) {
		return res;
	}
	if (ssz <= 0) {
		return -EPROTO;
	}
	*lba_nbytes = (uint32_t)ssz;

	return 0;
}
