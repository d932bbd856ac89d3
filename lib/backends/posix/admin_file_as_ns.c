// SPDX-License-Identifier: BSD-3-Clause
/**
 * admin: file_as_ns
 *
 * Talks to:             nothing: answers Identify and Get Features as a controller would for a
 *                       file
 * Serves:               files and block devices
 * Needs:                nothing
 * Queue and limits:     -
 * Completion delivery:  on return
 * Threads:              any
 * Error mapping:        Invalid Opcode and Invalid Field as a controller says them
 * Quirks:               namespace 1 is the file; the command set id is 1Fh (file system)
 * Not supported:        everything else: there is no controller to ask
 */
#include <backends/posix/fd.h>
#include <backends/posix/roles.h>
#include <spec/version.h>

#define LAYER		  "be:file"
#define SC_INVALID_OPCODE 0x01
#define SC_INVALID_FIELD  0x02
#define NQUEUES_64	  0x003f003fU
#define MDTS_1MIB	  8U

static void
idfy_ctrlr(struct xnvme_spec_idfy_ctrlr *ctrlr)
{
	const size_t version_nbytes = sizeof(XNVI_VERSION) - 1;
	const size_t room = sizeof(ctrlr->fr);

	memset(ctrlr->sn, ' ', sizeof(ctrlr->sn));
	memset(ctrlr->mn, ' ', sizeof(ctrlr->mn));
	memset(ctrlr->fr, ' ', sizeof(ctrlr->fr));
	memcpy(ctrlr->mn, "xNVMe file as namespace", 23);
	memcpy(ctrlr->fr, XNVI_VERSION, version_nbytes < room ? version_nbytes : room);
	ctrlr->mdts = MDTS_1MIB;
	ctrlr->nn = 1;
	ctrlr->oncs.dsm = 1;
	ctrlr->oncs.write_zeroes = 1;
	ctrlr->vwc.present = 1;
}

static int
idfy_ns(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, struct xnvme_spec_idfy_ns *ns)
{
	struct xnvi_fd *state = xnvi_fd_of(dev);
	uint32_t lba_nbytes = 512;
	uint64_t nbytes;
	int err = 0;

	if (state->block) {
		err = state->ask_lba_nbytes(state->fd, &state->lba_nbytes);
		lba_nbytes = state->lba_nbytes;
	}
	err = err ? err : dev->ops->size(dev, &nbytes);
	if (err) {
		return err == -ENODEV ? xnvi_cmd_explained(ctx, err) : err;
	}
	ns->nsze = nbytes / lba_nbytes;
	ns->ncap = ns->nsze;
	ns->nuse = ns->nsze;
	ns->lbaf[0].ds = (uint8_t)XNVME_ILOG2(lba_nbytes);
	if (state->block) {
		xnvi_dev_set_nlbas(dev, ns->nsze);
	}

	return 0;
}

/** Size in bytes; a file may have grown, a block device was asked just before */
static int
size_of(struct xnvme_dev *dev, uint64_t *nbytes)
{
	const uint64_t nlbas = atomic_load_explicit(&dev->nlbas, memory_order_relaxed);
	const struct xnvi_fd *state = xnvi_fd_of(dev);

	if (!state->block || !nlbas) {
		return dev->ops->size(dev, nbytes);
	}
	*nbytes = nlbas * state->lba_nbytes;

	return 0;
}

/** The descriptor list names the command set of files */
static void
idfy_descriptors(uint8_t *page)
{
	page[0] = XNVI_NIDT_CSI;
	page[1] = 1;
	page[4] = XNVME_SPEC_CSI_FS;
}

static int
idfy(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes)
{
	struct xnvme_spec_fs_idfy_ns *fs_ns = dbuf;
	struct xnvme_spec_fs_idfy_ctrlr *fs_ctrlr = dbuf;
	const bool fs = ctx->cmd.idfy.csi == XNVME_SPEC_CSI_FS;
	int err = 0;

	if (dbuf_nbytes < sizeof(struct xnvme_spec_idfy)) {
		return xnvi_cmd_explained(
		    ctx, xnvi_err(-EINVAL, LAYER, dev->ident.uri, "pass a buffer of 4096 bytes",
				  "Identify into a buffer of %zu bytes", dbuf_nbytes));
	}
	memset(dbuf, 0, dbuf_nbytes);
	switch (ctx->cmd.idfy.cns) {
	case XNVME_SPEC_IDFY_CTRLR:
		idfy_ctrlr(dbuf);
		return 0;
	case XNVME_SPEC_IDFY_NS:
		return idfy_ns(dev, ctx, dbuf);
	case XNVME_SPEC_IDFY_NSDSCR:
		idfy_descriptors(dbuf);
		return 0;
	case XNVME_SPEC_IDFY_NS_IOCS:
		if (fs) {
			err = size_of(dev, &fs_ns->nsze);
			fs_ns->ncap = fs_ns->nsze;
			fs_ns->nuse = fs_ns->nsze;
			fs_ns->ac = 0xac;
			fs_ns->dc = 0xdc;
			return err;
		}
		break;
	case XNVME_SPEC_IDFY_CTRLR_IOCS:
		if (fs) {
			fs_ctrlr->caps.direct = 1;
			fs_ctrlr->iosizes.min = 1;
			fs_ctrlr->iosizes.max = 1U << 30;
			fs_ctrlr->iosizes.opt = 128U << 10;
			fs_ctrlr->limits.file_data_size = INT64_MAX;
			fs_ctrlr->ac = 0xac;
			fs_ctrlr->dc = 0xdc;
			return 0;
		}
		break;
	default:
		break;
	}
	xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC, SC_INVALID_FIELD, true);

	return 0;
}

int
xnvi_file_as_ns_pass(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf,
		     size_t dbuf_nbytes, void *mbuf, size_t mbuf_nbytes)
{
	(void)mbuf;
	if (mbuf_nbytes) {
		return xnvi_cmd_explained(ctx, xnvi_err(-ENOTSUP, LAYER, dev->ident.uri,
							"pass no metadata buffer",
							"%s takes no metadata with admin commands",
							xnvi_class_name(dev->cls)));
	}
	switch (ctx->cmd.common.opcode) {
	case XNVME_SPEC_ADM_OPC_IDFY:
		return idfy(dev, ctx, dbuf, dbuf_nbytes);
	case XNVME_SPEC_ADM_OPC_GFEAT:
		if (ctx->cmd.gfeat.cdw10.fid == XNVME_SPEC_FEAT_NQUEUES) {
			ctx->cpl.cdw0 = NQUEUES_64;
			return 0;
		}
		xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC, SC_INVALID_FIELD, true);
		return 0;
	default:
		return xnvi_cmd_explained(
		    ctx, xnvi_err(-ENOSYS, LAYER, dev->ident.uri,
				  "send admin commands to an NVMe device",
				  "%s has no controller for admin opcode %02xh",
				  xnvi_class_name(dev->cls), ctx->cmd.common.opcode));
	}
}

const struct xnvi_admin_ops xnvi_admin_file_as_ns = {
    .id = "file_as_ns",
    .pass = xnvi_file_as_ns_pass,
};
