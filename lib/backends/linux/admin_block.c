// SPDX-License-Identifier: BSD-3-Clause
/**
 * admin: block
 *
 * Talks to:             the block layer's ioctls, and the limits of the queue in sysfs
 * Serves:               block devices, including zoned ones
 * Needs:                /sys
 * Queue and limits:     -
 * Completion delivery:  on return
 * Threads:              any
 * Error mapping:        as file_as_ns, which serves the commands that are the same for a file
 * Quirks:               MDTS is the largest request that the block layer does not split, rounded
 *                       down to a power of two; a cache is always reported, so that flushes are
 *                       sent; the block layer drops those that the disk does not need
 * Not supported:        everything but Identify and the number of queues: there is no controller
 *                       to ask
 */
#include <backends/linux/kernel.h>
#include <backends/posix/fd.h>
#include <backends/posix/roles.h>

#include <linux/blkzoned.h>
#include <linux/fs.h>
#include <backends/linux/ioctl.h>
#include <backends/linux/sysfs.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#define LAYER		"be:block"
#define SYS		"/sys"
#define SECTOR_NBYTES	512U
#define MDTS_UNIT_SHIFT 12U
#define MODEL		"xNVMe block device      "

int
xnvi_linux_queue_limit(const char *sys, uint64_t rdev, const char *attr, uint64_t *value)
{
	char path[XNVI_SYSFS_PATH_NBYTES];
	char name[64];
	int err;

	snprintf(path, sizeof(path), "%s/dev/block/%u:%u", sys, major(rdev), minor(rdev));
	snprintf(name, sizeof(name), "queue/%s", attr);
	err = xnvi_sysfs_u64(path, name, value);
	if (err == -ENOENT) {
		/* A partition has no queue; its folder is within that of the disk */
		snprintf(name, sizeof(name), "../queue/%s", attr);
		err = xnvi_sysfs_u64(path, name, value);
	}

	return err;
}

static int
limit_of(const struct xnvme_dev *dev, const char *attr, uint64_t *value)
{
	const int err = xnvi_linux_queue_limit(SYS, xnvi_fd_of(dev)->rdev, attr, value);

	/* Kernels without the attribute lack the feature */
	if (err == -ENOENT) {
		*value = 0;
		return 0;
	}

	return err ? xnvi_err(err, LAYER, dev->ident.uri, "check that /sys can be read",
			      "reading queue/%s: %s", attr, strerror(-err))
		   : 0;
}

/** log2 of the 4 KiB pages that fit into a request; not 0, which would mean no limit */
static uint8_t
mdts_of(uint64_t nbytes)
{
	uint8_t mdts = 1;

	while (nbytes >> (mdts + 1U + MDTS_UNIT_SHIFT)) {
		mdts++;
	}

	return mdts;
}

/** Whether the kernel does not know the request; emulators return ENOSYS */
static bool
is_unknown(int err)
{
	return err == -ENOTTY || err == -ENOSYS;
}

static int
idfy_ctrlr(struct xnvme_dev *dev, struct xnvme_spec_idfy_ctrlr *ctrlr)
{
	unsigned short nsectors = 0;
	uint64_t discard_nbytes;
	int err;

	err = xnvi_linux_ioctl(xnvi_fd_of(dev)->fd, BLKSECTGET, &nsectors);
	err =
	    err < 0 && !is_unknown(err) ? err : limit_of(dev, "discard_max_bytes", &discard_nbytes);
	if (err) {
		return err;
	}
	memcpy(ctrlr->mn, MODEL, sizeof(MODEL) - 1);
	ctrlr->mdts = nsectors ? mdts_of((uint64_t)nsectors * SECTOR_NBYTES) : 0;
	ctrlr->oncs.dsm = discard_nbytes != 0;

	return 0;
}

int
xnvi_linux_zone_nbytes(int fd, uint64_t *nbytes)
{
	uint32_t nsectors = 0;
	const int res = xnvi_linux_ioctl(fd, BLKGETZONESZ, &nsectors);

	/* Kernels without the request have no zones either */
	if (res < 0 && !is_unknown(res) && res != -EINVAL && res != -EOPNOTSUPP) {
		return res;
	}
	*nbytes = (uint64_t)nsectors * SECTOR_NBYTES;

	return 0;
}

static int
idfy_zoned(struct xnvme_dev *dev, struct xnvme_spec_znd_idfy_ns *zns)
{
	uint64_t nactive, nopen;
	int err;

	err = limit_of(dev, "max_active_zones", &nactive);
	if (!err) {
		err = limit_of(dev, "max_open_zones", &nopen);
	}
	if (err) {
		return err;
	}
	memset(zns, 0, sizeof(*zns));
	/* The fields are zero-based; 0 (no limit) wraps to all ones, which means the same */
	zns->mar = (uint32_t)(nactive - 1);
	zns->mor = (uint32_t)(nopen - 1);
	zns->lbafe[0].zsze = xnvi_fd_of(dev)->zone_nbytes / xnvi_fd_of(dev)->lba_nbytes;

	return 0;
}

/** Change a page that file_as_ns filled in or refused, where a block device differs from a file */
static int
idfy(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf)
{
	const bool zoned = ctx->cmd.idfy.csi == XNVME_SPEC_CSI_ZONED;

	if (ctx->cmd.idfy.cns == XNVME_SPEC_IDFY_CTRLR) {
		return idfy_ctrlr(dev, dbuf);
	}
	if (!xnvi_fd_of(dev)->zone_nbytes) {
		return 0;
	}
	if (ctx->cmd.idfy.cns == XNVME_SPEC_IDFY_NSDSCR) {
		((uint8_t *)dbuf)[4] = XNVME_SPEC_CSI_ZONED;
	} else if (zoned && ctx->cmd.idfy.cns == XNVME_SPEC_IDFY_NS_IOCS) {
		xnvi_cpl_clear(ctx);
		return idfy_zoned(dev, dbuf);
	} else if (zoned && ctx->cmd.idfy.cns == XNVME_SPEC_IDFY_CTRLR_IOCS) {
		xnvi_cpl_clear(ctx);
	}

	return 0;
}

static int
pass(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes, void *mbuf,
     size_t mbuf_nbytes)
{
	const int err = xnvi_file_as_ns_pass(dev, ctx, dbuf, dbuf_nbytes, mbuf, mbuf_nbytes);

	return !err && ctx->cmd.common.opcode == XNVME_SPEC_ADM_OPC_IDFY ? idfy(dev, ctx, dbuf)
									 : err;
}

const struct xnvi_admin_ops xnvi_admin_block = {
    .id = "block",
    .pass = pass,
};
