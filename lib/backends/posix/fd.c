// SPDX-License-Identifier: BSD-3-Clause
/** Results of calls on a descriptor */
#include <backends/posix/fd.h>

bool
xnvi_fd_met_end(struct xnvme_dev *dev, const struct xnvi_req *req, uint64_t done)
{
	uint64_t nbytes;

	return req->kind == XNVI_KIND_READ && !dev->sync->raw &&
	       dev->ops->size(dev, &nbytes) == 0 && req->offset + done >= nbytes;
}

int
xnvi_fd_verdict(struct xnvme_dev *dev, int err)
{
	int why;

	if (!xnvi_fd_of(dev)->block || dev->sync->raw || err == -ENOSYS) {
		return err;
	}
	why = xnvi_dev_refresh_size(dev);

	return why == -ENODEV || why == -ESTALE ? why : err;
}
