// SPDX-License-Identifier: BSD-3-Clause
#include <core/decode.h>
#include <core/queue.h>

int
xnvme_dev_get_caps(struct xnvme_dev *dev, struct xnvme_caps *caps)
{
	int err;

	if (!dev || !caps) {
		return XNVI_NULL("dev or caps");
	}
	err = xnvi_dev_ready(dev);
	if (err) {
		return err;
	}
	memset(caps, 0, sizeof(*caps));
	caps->vectored = dev->async->iovcnt_max > 0;
	caps->metadata = dev->geo.nbytes_oob && !dev->geo.lba_extended;
	caps->admin = dev->ident.dtype != XNVI_DTYPE_FILE && dev->ident.dtype != XNVI_DTYPE_BLOCK;
	caps->writable = !dev->refuse_writes;
	caps->queue_capacity_max = xnvi_queue_capacity_max(dev);
	caps->data_nbytes_max = dev->geo.mdts_nbytes;
	snprintf(caps->data_nbytes_max_src, sizeof(caps->data_nbytes_max_src), "%s",
		 dev->limit_src);
	if (dev->bounded) {
		/* The sync path continues transfers beyond the limit of a system call */
		caps->data_nbytes_max = 65536ULL * dev->geo.lba_nbytes;
		snprintf(caps->data_nbytes_max_src, sizeof(caps->data_nbytes_max_src), "%s",
			 "command:nlb");
	}

	return 0;
}

/** A controller says itself which optional commands it has */
static bool
controller_has(const struct xnvme_dev *dev, const struct xnvi_opc *opc)
{
	const struct xnvme_spec_idfy_ctrlr *ctrlr = &dev->idfy->ctrlr;

	switch (opc->has) {
	case XNVI_HAS_UNTOLD:
		return false;
	case XNVI_HAS_ALWAYS:
		return true;
	case XNVI_HAS_ZONED:
		return dev->ident.csi == XNVME_SPEC_CSI_ZONED;
	case XNVI_HAS_FDP:
		return ctrlr->ctratt.flexible_data_placement;
	default:
		return (ctrlr->oncs.val >> (opc->has - XNVI_HAS_ONCS)) & 1;
	}
}

int
xnvme_dev_can(struct xnvme_dev *dev, uint8_t opcode)
{
	const struct xnvi_opc *opc;
	uint8_t kind;
	int err;

	if (!dev) {
		return XNVI_NULL("dev");
	}
	err = xnvi_dev_ready(dev);
	if (err) {
		return err;
	}
	opc = &dev->opcs[opcode];
	kind = xnvi_kind_of(dev, opc);
	if (!((dev->sync->kinds >> kind) & 1) || (dev->sync->raw && !controller_has(dev, opc)) ||
	    (opc->writes && dev->refuse_writes) || (opc->reads && dev->refuse_reads)) {
		return XNVME_CAPS_NONE;
	}

	return (dev->async->kinds >> kind) & 1 ? XNVME_CAPS_NATIVE : XNVME_CAPS_SYNC;
}
