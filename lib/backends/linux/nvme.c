// SPDX-License-Identifier: BSD-3-Clause
#include <backends/linux/linux.h>
#include <backends/linux/nvme.h>

#include <os/linux/ioctl.h>
#include <os/linux/sysfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define LAYER	       "be:nvme"
#define NSID_BROADCAST 0xffffffffU
#define PAGE_NBYTES    4096U /* What the driver maps by, whatever the page size */
#define CDW12_PRACT    (1U << 29)

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
	/* A controller's node has no namespace to tell of */
	*nsid = NSID_BROADCAST;

	return 0;
}

/** A character node stands for the disk of the same name: ng0n1 for nvme0n1 */
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

/** A limit of the disk that a node stands for, or that a file is on */
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

	/* Metadata that is protection information and nothing else stays with the controller */
	return !(geo->pi_type && (cmd->cdw12 & CDW12_PRACT) &&
		 geo->nbytes_oob == xnvme_pi_size((enum xnvme_spec_nvm_ns_pif)geo->pi_format));
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

int
xnvi_nvme_verdict(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, int res, uint64_t result)
{
	if (XNVI_UNLIKELY(res < 0)) {
		xnvi_err(res, LAYER, dev->ident.uri, hint_of(res),
			 "the kernel did not carry opcode %02xh: %s", ctx->cmd.common.opcode,
			 strerror(-res));
		return xnvi_cmd_explained(ctx, res);
	}
	ctx->cpl.result = result;
	/* The kernel's layout begins with SC, the completion's with the phase tag */
	ctx->cpl.status.val = (uint16_t)(res << 1);

	return 0;
}
