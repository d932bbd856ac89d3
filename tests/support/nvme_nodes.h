// SPDX-License-Identifier: BSD-3-Clause
/**
 * A double of the kernel's NVMe nodes
 *
 * It stands in for the nodes: it executes commands on a target, remembers what it was sent, and can
 * be told to refuse. The functions that it replaces are listed in tests/unit/meson.build. What a
 * real kernel does is the guest's to prove.
 */
#ifndef XNVT_NVME_NODES_H
#define XNVT_NVME_NODES_H

#include <backends/linux/ioctl.h>
#include <support/test.h>
#include <support/wrap.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <linux/fs.h>
#include <linux/nvme_ioctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <libxnvme.h>
#include <target/controller.h>

#define NODE_CHAR    "/dev/ng9n1"
#define NODE_BLOCK   "/dev/nvme9n1"
#define NODE_CTRLR   "/dev/nvme9"
#define NBYTES	     (16U << 20)
#define LBA	     512U
#define NSID	     1U
#define CDW12_PRINFO (0xfU << 26)

/** What the kernel is like, and what it saw */
static struct {
	struct xnvi_target *target;
	dev_t rdev;	    ///< Of the node; 0: a number that no device has
	int read_only;	    ///< Of the block node
	int refuse_vectors; ///< errno of vectored commands, 0 to take them
	int refuse_io;	    ///< errno of I/O commands, 0 to take them
	int answer;	    ///< Status instead of executing, 0 to execute
	uint64_t result;    ///< Result that goes with `answer`
	uint8_t ms;	    ///< Metadata bytes that Identify tells of
	uint8_t pit;	    ///< Protection type likewise
	uint8_t extended;   ///< Metadata at the end of each LBA, likewise
	uint8_t ds;	    ///< Exponent of the LBA size likewise, 0 for that of LBA
	int ssz;	    ///< LBA size of the block layer, 0 for LBA
	unsigned nsteps;    ///< Calls that have to do with coherence, numbered from 1
	unsigned io_step;   ///< The number of the last I/O command, ...
	struct {
		unsigned step;
		off_t offset, nbytes;
	} written_back, dropped; ///< ... of the last range that was written out, and dropped
	int fd;
	int open_flags;
	char opened[64]; ///< Last path
	unsigned nio, nvec, nadmin;
	unsigned reset; ///< Last request without a command
	struct nvme_passthru_cmd64 io, admin;
	uint8_t mbuf_first, mbuf_last;
} g_kernel;

static bool
is_node(const char *path)
{
	return strcmp(path, NODE_CHAR) == 0 || strcmp(path, NODE_BLOCK) == 0 ||
	       strcmp(path, NODE_CTRLR) == 0;
}

static void
fill_stat(const char *path, struct stat64 *st)
{
	memset(st, 0, sizeof(*st));
	st->st_mode = strcmp(path, NODE_BLOCK) == 0 ? S_IFBLK : S_IFCHR;
	st->st_rdev = g_kernel.rdev ? g_kernel.rdev : makedev(BLOCK_EXT_MAJOR, 9);
}

WRAP(int, stat64, const char *path, struct stat64 *st)
{
	if (!is_node(path)) {
		return REAL(stat64)(path, st);
	}
	fill_stat(path, st);

	return 0;
}

WRAP(int, fstat64, int fd, struct stat64 *st)
{
	if (fd != g_kernel.fd) {
		return REAL(fstat64)(fd, st);
	}
	fill_stat(g_kernel.opened, st);

	return 0;
}

WRAP(ssize_t, readlink, const char *path, char *buf, size_t nbytes)
{
	const char *link = strstr(path, "subsystem") ? "../../class/nvme-generic"
						     : "../../devices/pci0000:00/nvme/nvme9";

	if (!strstr(path, "259:9")) {
		return REAL(readlink)(path, buf, nbytes);
	}
	memcpy(buf, link, strlen(link));

	return (ssize_t)strlen(link);
}

/** The block node is a memory of its own: what goes to the block layer is not the controller's */
WRAP(int, open64, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	if (!is_node(path)) {
		return REAL(open64)(path, flags, mode);
	}
	snprintf(g_kernel.opened, sizeof(g_kernel.opened), "%s", path);
	g_kernel.open_flags = flags;
	g_kernel.fd = memfd_create("node", MFD_CLOEXEC);
	if (g_kernel.fd >= 0 && ftruncate(g_kernel.fd, NBYTES) < 0) {
		return -1;
	}

	return g_kernel.fd;
}

static int
fail(int err)
{
	errno = err;

	return -1;
}

static int
execute(struct nvme_passthru_cmd64 *sent, const struct iovec *iov, size_t iovcnt, bool admin)
{
	struct xnvi_target_data data = {.iov = iov, .iovcnt = iovcnt};
	struct xnvme_spec_cpl cpl = {0};
	struct xnvme_spec_cmd cmd = {0};

	for (size_t i = 0; i < iovcnt; ++i) {
		data.nbytes += iov[i].iov_len;
	}
	cmd.common.opcode = sent->opcode;
	cmd.common.nsid = sent->nsid;
	cmd.common.ndt = sent->cdw10;
	cmd.common.ndm = sent->cdw11;
	/* The target has no protection information */
	cmd.common.cdw12 = sent->cdw12 & ~CDW12_PRINFO;
	cmd.common.cdw13 = sent->cdw13;
	(admin ? xnvi_target_admin : xnvi_target_io)(g_kernel.target, &cmd, &data, &cpl);
	sent->result = cpl.result;

	return cpl.status.val >> 1;
}

/** Identify as of a namespace with metadata */
static void
dress_identify(const struct nvme_passthru_cmd64 *cmd)
{
	struct xnvme_spec_idfy_ns *ns = (void *)(uintptr_t)cmd->addr;

	if (cmd->opcode == XNVME_SPEC_ADM_OPC_IDFY && (cmd->cdw10 & 0xff) == XNVME_SPEC_IDFY_NS) {
		ns->lbaf[0].ms = g_kernel.ms;
		ns->dps.pit = (uint8_t)(g_kernel.pit & 0x7);
		ns->flbas.extended = g_kernel.extended & 1U;
		ns->lbaf[0].ds = g_kernel.ds ? g_kernel.ds : ns->lbaf[0].ds;
	}
}

static int
take_admin(struct nvme_passthru_cmd64 *cmd)
{
	const struct iovec iov = {(void *)(uintptr_t)cmd->addr, cmd->data_len};
	int res;

	g_kernel.admin = *cmd;
	g_kernel.nadmin++;
	res = execute(cmd, &iov, cmd->data_len ? 1 : 0, true);
	dress_identify(cmd);

	return res;
}

static int
take_io(struct nvme_passthru_cmd64 *cmd, bool vectored)
{
	const struct iovec one = {(void *)(uintptr_t)cmd->addr, cmd->data_len};
	const uint8_t *mbuf = (void *)(uintptr_t)cmd->metadata;

	g_kernel.io = *cmd;
	g_kernel.nio++;
	g_kernel.io_step = ++g_kernel.nsteps;
	g_kernel.nvec += vectored;
	if (mbuf) {
		g_kernel.mbuf_first = mbuf[0];
		g_kernel.mbuf_last = mbuf[cmd->metadata_len - 1];
	}
	if (vectored && (g_kernel.refuse_vectors || cmd->vec_cnt > 1024)) {
		return fail(g_kernel.refuse_vectors ? g_kernel.refuse_vectors : EINVAL);
	}
	if (g_kernel.refuse_io || cmd->nsid != NSID) {
		return fail(g_kernel.refuse_io ? g_kernel.refuse_io : EINVAL);
	}
	if (g_kernel.answer) {
		cmd->result = g_kernel.result;
		return g_kernel.answer;
	}

	return vectored ? execute(cmd, (void *)(uintptr_t)cmd->addr, cmd->vec_cnt, false)
			: execute(cmd, &one, cmd->data_len ? 1 : 0, false);
}

WRAP(int, ioctl, int fd, xnvi_ioctl_request number, ...)
{
	const unsigned request = (unsigned)number;
	va_list ap;
	void *arg;

	va_start(ap, number);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fd != g_kernel.fd) {
		return REAL(ioctl)(fd, number, arg);
	}
	switch (request) {
	case NVME_IOCTL_ID:
		return strcmp(g_kernel.opened, NODE_CTRLR) == 0 ? fail(ENOTTY) : (int)NSID;
	case NVME_IOCTL_ADMIN64_CMD:
		return take_admin(arg);
	case NVME_IOCTL_IO64_CMD:
		return take_io(arg, false);
	case NVME_IOCTL_IO64_CMD_VEC:
		return take_io(arg, true);
	case BLKSSZGET:
		*(int *)arg = g_kernel.ssz ? g_kernel.ssz : (int)LBA;
		return 0;
	case BLKROGET:
		*(int *)arg = g_kernel.read_only;
		return 0;
	case BLKGETSIZE64:
		*(uint64_t *)arg = NBYTES;
		return 0;
	case NVME_IOCTL_RESET:
	case NVME_IOCTL_SUBSYS_RESET:
	case NVME_IOCTL_RESCAN:
		g_kernel.reset = request;
		return strcmp(g_kernel.opened, NODE_CTRLR) == 0 ? 0 : fail(ENOTTY);
	default:
		return fail(ENOTTY);
	}
}

WRAP(int, sync_file_range, int fd, off64_t offset, off64_t nbytes, unsigned flags)
{
	if (fd != g_kernel.fd) {
		return REAL(sync_file_range)(fd, offset, nbytes, flags);
	}
	g_kernel.written_back.step = ++g_kernel.nsteps;
	g_kernel.written_back.offset = offset;
	g_kernel.written_back.nbytes = nbytes;

	return 0;
}

WRAP(int, posix_fadvise64, int fd, off64_t offset, off64_t nbytes, int advice)
{
	if (fd != g_kernel.fd || advice != POSIX_FADV_DONTNEED) {
		return REAL(posix_fadvise64)(fd, offset, nbytes, advice);
	}
	g_kernel.dropped.step = ++g_kernel.nsteps;
	g_kernel.dropped.offset = offset;
	g_kernel.dropped.nbytes = nbytes;

	return 0;
}

static uint8_t g_data[64 * LBA];
static uint8_t g_back[64 * LBA];

static struct xnvme_dev *
open_node(const char *uri, const char *async)
{
	const struct xnvi_target_params params = {.nbytes = NBYTES, .lba_nbytes = LBA};
	struct xnvme_opts opts = xnvme_opts_default();

	if (g_kernel.target) {
		xnvi_target_close(g_kernel.target);
	}
	memset(&g_kernel, 0, sizeof(g_kernel));
	g_kernel.fd = -1;
	if (xnvi_target_open(&params, &g_kernel.target)) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof(g_data); ++i) {
		g_data[i] = (uint8_t)(i * 7 + i / 256);
	}
	memset(g_back, 0, sizeof(g_back));
	opts.async = async;

	return xnvme_dev_open(uri, &opts);
}

#endif /* XNVT_NVME_NODES_H */
