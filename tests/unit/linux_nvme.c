// SPDX-License-Identifier: BSD-3-Clause
/**
 * The kernel's NVMe nodes: what the library asks ioctl(2) for, and what it makes of the answers
 *
 * A double of the kernel stands in for the nodes: it executes commands on a target, remembers what
 * it was sent, and can be told to refuse. What a real kernel does is the guest's to prove.
 */
#include <support/test.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <linux/fs.h>
#include <linux/nvme_ioctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <libxnvme.h>
#include <target/target.h>

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
	int read_only;	    ///< Of the block node
	int refuse_vectors; ///< errno of vectored commands, 0 to take them
	int refuse_io;	    ///< errno of I/O commands, 0 to take them
	int answer;	    ///< Status instead of executing, 0 to execute
	uint64_t result;    ///< Result that goes with `answer`
	uint8_t ms;	    ///< Metadata bytes that Identify tells of
	uint8_t pit;	    ///< Protection type likewise
	int fd;
	int open_flags;
	char opened[64]; ///< Last path
	unsigned nio, nvec, nadmin;
	unsigned long reset; ///< Last request without a command
	struct nvme_passthru_cmd64 io, admin;
	uint8_t mbuf_first, mbuf_last;
} g_kernel;

int __real_stat64(const char *path, struct stat64 *st);
int __wrap_stat64(const char *path, struct stat64 *st);
int __real_fstat64(int fd, struct stat64 *st);
int __wrap_fstat64(int fd, struct stat64 *st);
int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
ssize_t __real_readlink(const char *path, char *buf, size_t nbytes);
ssize_t __wrap_readlink(const char *path, char *buf, size_t nbytes);

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
	st->st_rdev = makedev(BLOCK_EXT_MAJOR, 9);
}

int
__wrap_stat64(const char *path, struct stat64 *st)
{
	if (!is_node(path)) {
		return __real_stat64(path, st);
	}
	fill_stat(path, st);

	return 0;
}

int
__wrap_fstat64(int fd, struct stat64 *st)
{
	if (fd != g_kernel.fd) {
		return __real_fstat64(fd, st);
	}
	fill_stat(g_kernel.opened, st);

	return 0;
}

ssize_t
__wrap_readlink(const char *path, char *buf, size_t nbytes)
{
	const char *link = strstr(path, "subsystem") ? "../../class/nvme-generic"
						     : "../../devices/pci0000:00/nvme/nvme9";

	if (!strstr(path, "259:9")) {
		return __real_readlink(path, buf, nbytes);
	}
	memcpy(buf, link, strlen(link));

	return (ssize_t)strlen(link);
}

/** The block node is a memory of its own: what goes to the block layer is not the controller's */
int
__wrap_open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	if (!is_node(path)) {
		return __real_open64(path, flags, mode);
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

int
__wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fd != g_kernel.fd) {
		return __real_ioctl(fd, request, arg);
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
		*(int *)arg = LBA;
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

/* --- the tests -------------------------------------------------------------------------------- */

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

static void
character_node_is_a_namespace(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, NULL);

	CHECK(dev);
	CHECK_STR(xnvme_dev_get_opts(dev)->sync, "nvme");
	CHECK_STR(xnvme_dev_get_opts(dev)->admin, "nvme");
	CHECK_EQ(xnvme_dev_get_nsid(dev), NSID);
	CHECK_EQ(xnvme_dev_get_ident(dev)->dtype, 2);
	CHECK_EQ(xnvme_dev_get_csi(dev), XNVME_SPEC_CSI_NVM);
	CHECK_EQ(xnvme_dev_get_geo(dev)->tbytes, NBYTES);
	CHECK_EQ(g_kernel.open_flags & (O_ACCMODE | O_DIRECT | O_CLOEXEC), O_RDWR | O_CLOEXEC);
	xnvme_dev_close(dev);
}

static void
controller_node_has_the_broadcast_nsid(void)
{
	struct xnvme_dev *dev = open_node(NODE_CTRLR, NULL);

	CHECK(dev);
	CHECK_EQ(xnvme_dev_get_nsid(dev), 0xffffffffU);
	CHECK_EQ(xnvme_dev_get_ident(dev)->dtype, 1);
	CHECK_EQ(xnvme_dev_get_ctrlr(dev)->nn, 1);
	xnvme_dev_close(dev);
}

static void
block_node_goes_past_the_page_cache(void)
{
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "emu");

	CHECK(dev);
	CHECK_EQ(g_kernel.open_flags & O_DIRECT, O_DIRECT);
	CHECK_EQ(xnvme_dev_get_opts(dev)->direct, 1);
	CHECK_EQ(xnvme_dev_get_ident(dev)->dtype, 2);
	xnvme_dev_close(dev);
}

static void
read_and_write(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	CHECK_EQ(xnvme_nvm_write(&ctx, NSID, 5, 7, g_data, NULL), 0);
	CHECK_EQ(g_kernel.io.data_len, 8 * LBA);
	CHECK_EQ(g_kernel.io.metadata, 0);
	CHECK_EQ(g_kernel.io.flags, 0);
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 5, 7, g_back, NULL), 0);
	CHECK_MEM(g_back, g_data, 8 * LBA);
	xnvme_dev_close(dev);
}

/* U12, F9: the kernel reads a timeout where a reused context has its last result */
static void
timeouts_are_those_of_the_options(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	CHECK_EQ(g_kernel.io.timeout_ms, 30000);
	CHECK_EQ(g_kernel.admin.timeout_ms, 60000);
	ctx.cpl.result = 5;
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	CHECK_EQ(g_kernel.io.timeout_ms, 30000);
	xnvme_dev_close(dev);

	opts.command_timeout = 1;
	opts.admin_timeout = 0;
	dev = xnvme_dev_open(NODE_CHAR, &opts);
	CHECK(dev);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	/* Shorter than what the kernel counts in is not none */
	CHECK_EQ(g_kernel.io.timeout_ms, 1);
	CHECK_EQ(g_kernel.admin.timeout_ms, 0);
	xnvme_dev_close(dev);
}

static void
status_and_result_are_the_controllers(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev && xnvme_dev_get_geo(dev)->nbytes);
	g_kernel.answer = 0x4000 | 0x2000 | 0x281;
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), -EIO);
	CHECK_EQ(ctx.cpl.status.sct, 2);
	CHECK_EQ(ctx.cpl.status.sc, 0x81);
	CHECK_EQ(ctx.cpl.status.dnr, 1);
	CHECK_EQ(ctx.cpl.status.m, 1);
	CHECK_EQ(ctx.cpl.status.p, 0);
	g_kernel.answer = 0x1bc;
	g_kernel.result = 0x123456789abcdefULL;
	CHECK_EQ(xnvme_znd_append(&ctx, NSID, 0, 0, g_data, NULL), -EIO);
	CHECK_EQ(ctx.cpl.result, 0x123456789abcdefULL);
	CHECK_EQ(ctx.cpl.status.sct, 1);
	xnvme_dev_close(dev);
}

static void
errnos_of_the_kernel_stay_errnos(void)
{
	static const int errs[] = {EPERM, EACCES, ENODEV, EINTR, EINVAL, ENOMEM, EBUSY};
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");

	CHECK(dev && xnvme_dev_get_geo(dev)->nbytes);
	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
		struct xnvme_err words;

		g_kernel.refuse_io = errs[i];
		g_kernel.nio = 0;
		CHECK_EQ(xnvme_nvm_write(&ctx, NSID, 0, 0, g_data, NULL), -errs[i]);
		/* A write that the kernel gave up may have been done: once is once */
		CHECK_EQ(g_kernel.nio, 1);
		CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, &words), 0);
		CHECK_EQ(words.err, -errs[i]);
		CHECK_EQ(ctx.cpl.status.sct, 7);
	}
	xnvme_dev_close(dev);
}

static void
check_vectors(struct xnvme_dev *dev, size_t iovcnt)
{
	struct iovec iov[1200];
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	size_t left = 60 * LBA;

	ctx.cmd.common.nsid = NSID;
	ctx.cmd.nvm.nlb = 59;
	for (int k = 0; k < 2; ++k) {
		uint8_t *at = k ? g_back : g_data;

		left = 60 * LBA;
		for (size_t i = 0; i < iovcnt; ++i) {
			const size_t len = i + 1 < iovcnt ? 1 + i % 13 : left;

			iov[i] = (struct iovec){at, len};
			at += len;
			left -= len;
		}
		ctx.cmd.common.opcode = k ? XNVME_SPEC_NVM_OPC_READ : XNVME_SPEC_NVM_OPC_WRITE;
		CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, iovcnt, 60 * LBA, NULL, 0), 0);
	}
	CHECK_MEM(g_back, g_data, 60 * LBA);
	memset(g_back, 0, sizeof(g_back));
}

/** What the kernel does not map goes through one buffer, with the same outcome */
static void
vectors_in_every_number(void)
{
	static const int refusals[] = {0, ENOTTY, EINVAL};
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");

	CHECK(dev);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); ++i) {
		g_kernel.refuse_vectors = refusals[i];
		g_kernel.nvec = 0;
		check_vectors(dev, 3);
		CHECK_EQ(g_kernel.nvec, 2);
		check_vectors(dev, 1024);
		CHECK_EQ(g_kernel.nvec, 4);
		check_vectors(dev, 1200);
		CHECK_EQ(g_kernel.nvec, 4);
	}
	/* A refusal of another kind is the answer, and nothing is tried again */
	g_kernel.refuse_vectors = EPERM;
	g_kernel.nio = 0;
	{
		struct iovec iov[2] = {{g_data, LBA}, {g_data + LBA, LBA}};
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_WRITE;
		ctx.cmd.common.nsid = NSID;
		ctx.cmd.nvm.nlb = 1;
		CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, 2, 2 * LBA, NULL, 0), -EPERM);
		CHECK_EQ(g_kernel.nio, 1);
	}
	xnvme_dev_close(dev);
}

/** Without a metadata buffer the controller would take address 0 for one */
static void
metadata_is_never_at_address_0(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	g_kernel.ms = 8;
	g_kernel.pit = 1;
	CHECK_EQ(xnvme_nvm_write(&ctx, NSID, 0, 3, g_data, NULL), 0);
	CHECK(g_kernel.io.metadata);
	CHECK_EQ(g_kernel.io.metadata_len, 4 * 8);
	/* The tuple that says: do not check */
	CHECK_EQ(g_kernel.mbuf_first, 0xff);
	CHECK_EQ(g_kernel.mbuf_last, 0xff);
	CHECK_EQ(xnvme_nvm_compare(&ctx, NSID, 0, 3, g_data, NULL), -EINVAL);
	CHECK(strstr(xnvme_err_last()->what, "metadata"));
	/* Inserted and stripped by the controller: there is none to transfer */
	ctx = xnvme_cmd_ctx_from_dev(dev);
	xnvme_prep_nvm(&ctx, XNVME_SPEC_NVM_OPC_WRITE, NSID, 0, 3);
	ctx.cmd.nvm.prinfo = 0x8;
	CHECK_EQ(xnvme_cmd_pass(&ctx, g_data, 4 * LBA, NULL, 0), 0);
	CHECK_EQ(g_kernel.io.metadata, 0);
	CHECK_EQ(xnvme_nvm_write_zeroes(&ctx, NSID, 0, 3), 0);
	CHECK_EQ(g_kernel.io.metadata, 0);
	xnvme_dev_close(dev);
}

static void
file_commands_are_sent_as_nvm_commands(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	CHECK_EQ(xnvme_file_pwrite(&ctx, g_data, 4 * LBA, 3 * LBA), 0);
	CHECK_EQ(g_kernel.io.opcode, XNVME_SPEC_NVM_OPC_WRITE);
	CHECK_EQ(g_kernel.io.cdw10, 3);
	CHECK_EQ(g_kernel.io.cdw12, 3);
	CHECK_EQ(ctx.cpl.result, 4 * LBA);
	CHECK_EQ(ctx.cmd.common.opcode, XNVME_SPEC_FS_OPC_WRITE);
	CHECK_EQ(xnvme_file_pread(&ctx, g_back, 4 * LBA, 3 * LBA), 0);
	CHECK_MEM(g_back, g_data, 4 * LBA);
	/* U32: never rounded in silence */
	CHECK_EQ(xnvme_file_pread(&ctx, g_back, 100, 0), -EINVAL);
	CHECK_EQ(xnvme_file_pread(&ctx, g_back, LBA, 100), -EINVAL);
	xnvme_dev_close(dev);
}

static unsigned g_ncb;

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	g_ncb += !xnvme_cmd_ctx_cpl_status(ctx);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
	(void)arg;
}

/** A Read on the queue, with one field of the command changed; true when the controller got it */
static bool
reached_the_controller(struct xnvme_queue *queue, void (*change)(struct xnvme_spec_cmd *cmd))
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);
	const unsigned nio = g_kernel.nio;

	xnvme_cmd_ctx_set_cb(ctx, on_done, NULL);
	xnvme_prep_nvm(ctx, XNVME_SPEC_NVM_OPC_READ, NSID, 0, 0);
	change(&ctx->cmd);
	if (xnvme_cmd_pass(ctx, g_back, LBA, NULL, 0) || xnvme_queue_drain(queue) != 1) {
		test_fail(__FILE__, __LINE__, "%s", xnvme_err_last()->what);
	}

	return g_kernel.nio != nio;
}

static void
nothing(struct xnvme_spec_cmd *cmd)
{
	(void)cmd;
}

static void
fua(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.fua = 1;
}

static void
fused(struct xnvme_spec_cmd *cmd)
{
	cmd->common.fuse = 2;
}

static void
prinfo(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.prinfo = 1;
}

static void
directive(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.dtype = 2;
}

static void
placement(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.cdw13.dspec = 3;
}

static void
tags(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.lbat = 1;
}

static void
upper_tags(struct xnvme_spec_cmd *cmd)
{
	cmd->common.cdw03 = 1;
}

static void
other_namespace(struct xnvme_spec_cmd *cmd)
{
	cmd->common.nsid = NSID + 1;
}

/** The block layer carries a plain read; what it would lose, FUA too, goes to the controller */
static void
nothing_of_a_command_is_lost_on_the_block_node(void)
{
	static void (*const changes[])(struct xnvme_spec_cmd * cmd) = {
	    fua, fused, prinfo, directive, placement, tags, upper_tags, other_namespace,
	};
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "posix");
	struct xnvme_queue *queue = NULL;

	CHECK(dev);
	CHECK_EQ(xnvme_queue_init(dev, 4, 0, &queue), 0);
	g_ncb = 0;
	CHECK(!reached_the_controller(queue, nothing));
	CHECK_EQ(g_ncb, 1);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); ++i) {
		CHECK(reached_the_controller(queue, changes[i]));
	}
	CHECK_EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(dev);
}

/** The block layer would do the part of a write that fits */
static void
beyond_the_end_is_the_controllers_to_judge(void)
{
	static const uint8_t zeroes[LBA];
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "posix");
	struct xnvme_queue *queue = NULL;
	struct xnvme_cmd_ctx *ctx;

	CHECK(dev);
	CHECK_EQ(xnvme_queue_init(dev, 4, 0, &queue), 0);
	ctx = xnvme_queue_get_cmd_ctx(queue);
	CHECK_EQ(xnvme_nvm_write(ctx, NSID, NBYTES / LBA - 1, 1, g_data, NULL), 0);
	CHECK_EQ(xnvme_queue_drain(queue), 1);
	CHECK_EQ(ctx->cpl.status.sct, 0);
	CHECK_EQ(ctx->cpl.status.sc, 0x80);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	CHECK_EQ(pread(g_kernel.fd, g_back, LBA, NBYTES - LBA), LBA);
	CHECK_MEM(g_back, zeroes, LBA);
	CHECK_EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(dev);
}

/** Commands go past the block layer, which would have refused the write */
static void
read_only_block_node_is_not_written_by_commands(void)
{
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "emu");
	struct xnvme_cmd_ctx ctx;

	xnvme_dev_close(dev);
	g_kernel.read_only = 1;
	dev = xnvme_dev_open(NODE_BLOCK, NULL);
	CHECK(dev);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	CHECK_EQ(xnvme_nvm_write(&ctx, NSID, 0, 0, g_data, NULL), -EPERM);
	CHECK_EQ(xnvme_adm_format(&ctx, NSID, 0, 0, 0, 0, 0, 0), -EPERM);
	CHECK_EQ(g_kernel.nio, 0);
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	xnvme_dev_close(dev);
}

static void
destroying_needs_the_right_to_write(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev = open_node(NODE_CHAR, NULL);
	struct xnvme_cmd_ctx ctx;

	xnvme_dev_close(dev);
	opts.rdonly = 1;
	dev = xnvme_dev_open(NODE_CHAR, &opts);
	CHECK(dev);
	CHECK_EQ(g_kernel.open_flags & O_ACCMODE, O_RDONLY);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	CHECK_EQ(xnvme_adm_format(&ctx, NSID, 0, 0, 0, 0, 0, 0), -EPERM);
	CHECK_EQ(xnvme_nvm_sanitize(&ctx, 2, false, 0, 0, false, false), -EPERM);
	CHECK_EQ(g_kernel.nadmin, 0);
	xnvme_dev_close(dev);
}

/** The namespace's node has no resets; its controller's has */
static void
resets_go_to_the_controllers_node(void)
{
	static const struct {
		int (*func)(struct xnvme_dev *dev);
		unsigned long request;
	} resets[] = {
	    {xnvme_controller_reset, NVME_IOCTL_RESET},
	    {xnvme_subsystem_reset, NVME_IOCTL_SUBSYS_RESET},
	    {xnvme_namespace_rescan, NVME_IOCTL_RESCAN},
	};

	for (size_t i = 0; i < 2 * sizeof(resets) / sizeof(resets[0]); ++i) {
		struct xnvme_dev *dev = open_node(i % 2 ? NODE_CHAR : NODE_CTRLR, NULL);

		CHECK(dev);
		CHECK_EQ(resets[i / 2].func(dev), 0);
		CHECK_EQ(g_kernel.reset, resets[i / 2].request);
		CHECK_STR(g_kernel.opened, NODE_CTRLR);
		xnvme_dev_close(dev);
	}
}

static const struct test g_tests[] = {
    TEST_CASE(character_node_is_a_namespace),
    TEST_CASE(controller_node_has_the_broadcast_nsid),
    TEST_CASE(block_node_goes_past_the_page_cache),
    TEST_CASE(read_and_write),
    TEST_CASE(timeouts_are_those_of_the_options),
    TEST_CASE(status_and_result_are_the_controllers),
    TEST_CASE(errnos_of_the_kernel_stay_errnos),
    TEST_CASE(vectors_in_every_number),
    TEST_CASE(metadata_is_never_at_address_0),
    TEST_CASE(file_commands_are_sent_as_nvm_commands),
    TEST_CASE(nothing_of_a_command_is_lost_on_the_block_node),
    TEST_CASE(beyond_the_end_is_the_controllers_to_judge),
    TEST_CASE(read_only_block_node_is_not_written_by_commands),
    TEST_CASE(destroying_needs_the_right_to_write),
    TEST_CASE(resets_go_to_the_controllers_node),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
