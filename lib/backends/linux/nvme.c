// SPDX-License-Identifier: BSD-3-Clause
#include <backends/linux/kernel.h>
#include <backends/linux/nvme.h>

#include <linux/fs.h>
#include <backends/linux/ioctl.h>
#include <backends/linux/sysfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LAYER	       "be:nvme"
#define NSID_BROADCAST 0xffffffffU
#define PAGE_NBYTES    4096U /* Unit of the mappings of the driver, whatever the page size */

/* Generic status codes: NVMe Base 2.0, "Status Code - Generic Command Status Values" */
#define SC_INVALID_FIELD 0x02
#define SC_SGL_LENGTH	 0x0f
#define SC_PRP_OFFSET	 0x13

/* In the kernel's layout of a status: SCT and SC, and Host Pathing Error, which the driver makes */
#define STATUS_MASK	0x7ff
#define HOST_PATH_ERROR 0x370

int
xnvi_nvme_nsid(int fd, uint32_t *nsid)
{
	const int res = xnvi_linux_ioctl(fd, NVME_IOCTL_ID, NULL);

	if (res > 0) {
		*nsid = (uint32_t)res;
		return 0;
	}
	if (res < 0 && res != -ENOTTY && res != -EINVAL) {
		return res;
	}
	/* The node of a controller has no namespace */
	*nsid = NSID_BROADCAST;

	return 0;
}

/** Get the disk of a node; a character node has the disk of the same numbers: ng0n1, nvme0n1 */
static int
disk_of_generic(dev_t rdev, dev_t *disk)
{
	unsigned long major_number, minor_number;
	char node[32];
	char name[32];
	char dir[48];
	char text[32];
	char *colon;
	int err;

	snprintf(node, sizeof(node), "%u:%u", major(rdev), minor(rdev));
	err = xnvi_sysfs_link("/sys/dev/char", node, name, sizeof(name));
	if (err || strncmp(name, "ng", 2) != 0) {
		return err ? err : -ENOENT;
	}
	snprintf(dir, sizeof(dir), "/sys/block/nvme%s", name + 2);
	err = xnvi_sysfs_text(dir, "dev", text, sizeof(text));
	if (err) {
		return err;
	}
	major_number = strtoul(text, &colon, 10);
	if (*colon != ':') {
		return -EPROTO;
	}
	minor_number = strtoul(colon + 1, NULL, 10);
	*disk = makedev((unsigned)major_number, (unsigned)minor_number);

	return 0;
}

/** Get a limit of the disk of a node or of a file */
static int
queue_limit(int fd, const char *attr, uint64_t *value)
{
	struct stat st;
	dev_t disk;
	int err = 0;

	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	disk = S_ISBLK(st.st_mode) ? st.st_rdev : st.st_dev;
	if (S_ISCHR(st.st_mode)) {
		err = disk_of_generic(st.st_rdev, &disk);
	}

	return err ? err : xnvi_linux_queue_limit("/sys", disk, attr, value);
}

bool
xnvi_linux_can_poll(int fd)
{
	uint64_t can = 0;

	return !queue_limit(fd, "io_poll", &can) && can;
}

int
xnvi_nvme_limit(int fd, uint64_t *nbytes)
{
	uint64_t nsegs = 0;
	uint64_t kib = 0;
	int err;

	err = queue_limit(fd, "max_hw_sectors_kb", &kib);
	err = err ? err : queue_limit(fd, "max_segments", &nsegs);
	if (err) {
		return err;
	}
	/* A buffer that begins within a page touches one more than its length says */
	if (nsegs < 2 || kib > UINT32_MAX) {
		return -EPROTO;
	}
	*nbytes = XNVME_MIN_U64(kib << 10, (nsegs - 1) * PAGE_NBYTES);

	return 0;
}

void
xnvi_nvme_cmd_init(struct nvme_uring_cmd *out, const struct xnvme_spec_cmd *cmd,
		   uint32_t timeout_us)
{
	const struct xnvme_spec_cmd_common *common = &cmd->common;

	*out = (struct nvme_uring_cmd){
	    .opcode = (uint8_t)common->opcode,
	    .flags = (uint8_t)common->fuse,
	    .nsid = common->nsid,
	    .cdw2 = common->cdw02,
	    .cdw3 = common->cdw03,
	    .cdw10 = common->ndt,
	    .cdw11 = common->ndm,
	    .cdw12 = common->cdw12,
	    .cdw13 = common->cdw13,
	    .cdw14 = common->cdw14,
	    .cdw15 = common->cdw15,
	    .timeout_ms = timeout_us / 1000 + !!(timeout_us % 1000),
	};
}

void
xnvi_nvme_cmd_from_req(struct nvme_uring_cmd *out, const struct xnvme_dev *dev,
		       const struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	struct xnvme_spec_cmd nvm;

	if (xnvi_cmd_from_file(dev, &ctx->cmd, req, &nvm)) {
		xnvi_nvme_cmd_init(out, &nvm, dev->opts.command_timeout);
	} else {
		xnvi_nvme_cmd_init(out, &ctx->cmd, dev->opts.command_timeout);
	}
	out->metadata = (uintptr_t)req->mbuf;
	out->metadata_len = (uint32_t)req->mbuf_nbytes;
	if (!req->iovcnt && req->data) {
		out->addr = (uintptr_t)req->data;
		out->data_len = (uint32_t)req->nbytes;
	}
}

bool
xnvi_nvme_lacks_mbuf(const struct xnvme_dev *dev, const struct nvme_uring_cmd *cmd)
{
	const struct xnvme_geo *geo = &dev->geo;

	if (XNVI_LIKELY(!geo->nbytes_oob) || geo->lba_extended || cmd->metadata) {
		return false;
	}
	switch (cmd->opcode) {
	case XNVME_SPEC_NVM_OPC_READ:
	case XNVME_SPEC_NVM_OPC_WRITE:
	case XNVME_SPEC_NVM_OPC_COMPARE:
	case XNVME_SPEC_ZND_OPC_APPEND:
		break;
	default:
		return false;
	}

	return !xnvi_cmd_moves_no_meta(dev, cmd->opcode, cmd->cdw12);
}

static const char *
hint_of(int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		return "run as root, or open for writing what is written";
	case -EINVAL:
		return "check NSID, lengths and alignment against the device's geometry";
	case -ENODEV:
	case -EINTR:
		return "the controller was removed, reset, or did not answer in time";
	case -ENOTTY:
	case -EOPNOTSUPP:
		return "use the namespace's node, and a kernel >= 5.19";
	default:
		return "";
	}
}

/** Whether the state of a controller says that it will not serve its namespaces again */
static bool
is_leaving(const char *dir)
{
	char state[32];

	return xnvi_sysfs_text(dir, "state", state, sizeof(state)) == 0 &&
	       (strncmp(state, "dele", 4) == 0 || strncmp(state, "dead", 4) == 0);
}

/** Whether the device of the node left the system, or is leaving it */
static bool
is_gone(int fd)
{
	char dir[64];
	char device[80];
	struct stat st;

	if (fstat(fd, &st) < 0 || access("/sys/dev/block", F_OK) < 0) {
		return false;
	}
	snprintf(dir, sizeof(dir), "/sys/dev/%s/%u:%u", S_ISBLK(st.st_mode) ? "block" : "char",
		 major(st.st_rdev), minor(st.st_rdev));
	snprintf(device, sizeof(device), "%s/device", dir);

	/* A removal takes the entry first, then its links, so the entry is checked last */
	return is_leaving(dir) || is_leaving(device) || access(dir, F_OK) < 0;
}

/** -ENODEV if the device is gone: during a removal the driver returns one of several errors */
static XNVI_COLD int
removed_or(const struct xnvme_dev *dev, int res)
{
	return is_gone(xnvi_fd_of(dev)->fd) ? -ENODEV : res;
}

int
xnvi_nvme_verdict(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, int res, uint64_t result)
{
	if (XNVI_UNLIKELY(res == -EIO || res == -ENXIO || (res & STATUS_MASK) == HOST_PATH_ERROR)) {
		res = removed_or(dev, res);
	}
	if (XNVI_UNLIKELY(res < 0)) {
		xnvi_err(res, LAYER, dev->ident.uri, hint_of(res),
			 "the kernel did not carry opcode %02xh: %s", ctx->cmd.common.opcode,
			 strerror(-res));
		return xnvi_cmd_explained(ctx, res);
	}
	ctx->cpl.result = result;
	/* The layout of the kernel begins with SC, that of a completion with the phase tag */
	ctx->cpl.status.val = (uint16_t)(res << 1);

	return 0;
}

bool
xnvi_nvme_is_read_only(const struct xnvme_dev *dev)
{
	int read_only = 0;

	return xnvi_fd_of(dev)->block &&
	       xnvi_linux_ioctl(xnvi_fd_of(dev)->fd, BLKROGET, &read_only) == 0 && read_only;
}

/** Whether the status may mean that a format made a length or a range invalid */
static bool
is_about_length_or_range(const struct xnvme_cmd_ctx *ctx)
{
	switch (ctx->cpl.status.sct ? 0 : ctx->cpl.status.sc) {
	case SC_INVALID_FIELD:
	case SC_SGL_LENGTH:
	case SC_PRP_OFFSET:
	case XNVI_SC_LBA_OUT_OF_RANGE:
		return true;
	default:
		return false;
	}
}

/** Ask the controller whether the format is still that of the geometry */
static XNVI_COLD int
check_format(struct xnvme_dev *dev)
{
	union xnvi_nvme_cmd cmd = {0};
	struct xnvme_spec_idfy_ns ns = {0};
	const struct xnvme_spec_lbaf *lbaf;
	uint32_t lba_nbytes;

	cmd.uring.opcode = XNVME_SPEC_ADM_OPC_IDFY;
	cmd.uring.nsid = dev->nsid;
	cmd.uring.cdw10 = XNVME_SPEC_IDFY_NS;
	cmd.uring.addr = (uintptr_t)&ns;
	cmd.uring.data_len = sizeof(ns);
	cmd.uring.timeout_ms = dev->opts.admin_timeout / 1000;
	if (xnvi_linux_ioctl_once(xnvi_fd_of(dev)->fd, NVME_IOCTL_ADMIN64_CMD, &cmd.ioctl)) {
		return 0;
	}
	lbaf = &ns.lbaf[ns.flbas.format | (ns.flbas.format_msb << 4)];
	/* An impossible LBA size is another size too */
	lba_nbytes = lbaf->ds < 32 ? 1U << lbaf->ds : 0;

	return lba_nbytes == dev->geo.nbytes && lbaf->ms == dev->geo.nbytes_oob
		   ? 0
		   : xnvi_dev_is_stale(dev, lba_nbytes, lbaf->ms);
}

int
xnvi_nvme_io_verdict(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, int res, uint64_t result)
{
	int err = xnvi_nvme_verdict(dev, ctx, res, result);

	if (XNVI_UNLIKELY(!err && is_about_length_or_range(ctx)) && dev->geo.type != XNVME_GEO_KV &&
	    dev->nsid != NSID_BROADCAST) {
		err = check_format(dev);
	}

	return err == -ESTALE ? xnvi_cmd_explained(ctx, err) : err;
}
