// SPDX-License-Identifier: BSD-3-Clause
/**
 * sync: psync
 *
 * Talks to:             pread(2), pwrite(2), preadv(2), pwritev(2), fdatasync(2)
 * Serves:               files and block devices
 * Needs:                nothing
 * Queue and limits:     any length: the system's limit per call is met by continuing
 * Completion delivery:  on return
 * Threads:              any number at once
 * Error mapping:        errno as it is; EINTR and EAGAIN are tried again until
 *                       opts.command_timeout, then they are ETIMEDOUT
 * Quirks:               a file command that meets end of file reports the bytes before it; an
 *                       NVM command there is LBA Out of Range
 * Not supported:        metadata, compare, copy and the like: nothing below knows them
 */
#include <backends/posix/fd.h>
#include <backends/posix/roles.h>
#include <backends/posix/fd_done.h>
#include <os/posix/descriptor.h>

#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

/* IOV_MAX of today's systems; POSIX guarantees only _XOPEN_IOV_MAX (16) */
#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

/** Progress of a vectored transfer */
struct cursor {
	const struct iovec *iov;
	uint32_t iovcnt;
	size_t skip; ///< Bytes of iov[0] that were transferred
};

static void
cursor_advance(struct cursor *cur, size_t nbytes)
{
	while (cur->iovcnt && nbytes >= cur->iov->iov_len - cur->skip) {
		nbytes -= cur->iov->iov_len - cur->skip;
		cur->iov++;
		cur->iovcnt--;
		cur->skip = 0;
	}
	cur->skip += nbytes;
}

/** Make one system call: for the rest of a segment, or for as many whole segments as allowed
 */
static ssize_t
transfer_some(int fd, bool write, const struct cursor *cur, off_t offset)
{
	if (cur->skip || cur->iovcnt == 1) {
		uint8_t *base = (uint8_t *)cur->iov->iov_base + cur->skip;
		const size_t len = cur->iov->iov_len - cur->skip;

		return write ? pwrite(fd, base, len, offset) : pread(fd, base, len, offset);
	}

	return write ? pwritev(fd, cur->iov, (int)XNVME_MIN_U64(cur->iovcnt, IOV_MAX), offset)
		     : preadv(fd, cur->iov, (int)XNVME_MIN_U64(cur->iovcnt, IOV_MAX), offset);
}

/** Transfer all bytes, to end of file, or until an error; *done counts in every case */
static int
transfer(const struct xnvme_dev *dev, bool write, struct cursor *cur, uint64_t offset,
	 uint64_t nbytes, uint64_t *done)
{
	const struct xnvi_retry patience = {.limit_us = dev->opts.command_timeout};
	struct xnvi_retry retry = patience;

	*done = 0;
	cursor_advance(cur, 0);
	while (*done < nbytes) {
		const ssize_t res =
		    transfer_some(xnvi_fd_of(dev)->fd, write, cur, (off_t)(offset + *done));

		if (res < 0) {
			if (xnvi_retry(&retry)) {
				continue;
			}
			return -errno;
		}
		retry = patience;
		if (!res) {
			/* A write that moves nothing and reports no error would loop for ever */
			return write ? -EIO : 0;
		}
		*done += (uint64_t)res;
		cursor_advance(cur, (size_t)res);
	}

	return 0;
}

static int
sync_data(const struct xnvme_dev *dev)
{
	struct xnvi_retry retry = {.limit_us = dev->opts.command_timeout};
	int res;

	do {
		res = fdatasync(xnvi_fd_of(dev)->fd);
	} while (res < 0 && xnvi_retry(&retry));

	return res < 0 ? -errno : 0;
}

/** Make the change of a command durable if the command asks for it */
static inline int
sync_fua(const struct xnvme_dev *dev, const struct xnvi_req *req)
{
	return req->flags & XNVI_REQ_FUA ? sync_data(dev) : 0;
}

static XNVI_COLD int
do_rw(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req, bool write)
{
	struct iovec one = {.iov_base = req->data, .iov_len = xnvi_req_len(req)};
	struct cursor cur = {.iov = &one, .iovcnt = 1};
	uint64_t done;
	int err;

	if (req->iovcnt) {
		cur.iov = req->data;
		cur.iovcnt = req->iovcnt;
	}
	/* Before a read with FUA, earlier writes are made durable */
	err = write ? 0 : sync_fua(dev, req);
	if (err) {
		return err;
	}
	err = transfer(dev, write, &cur, req->offset, req->nbytes, &done);
	ctx->cpl.result = done;
	if (err) {
		return err;
	}
	if (done < req->nbytes) {
		return xnvi_fd_ends_early(dev, ctx, req);
	}

	return write ? sync_fua(dev, req) : 0;
}

/** Try one system call, which is enough for nearly all commands */
static inline int
do_rw_fast(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req, bool write)
{
	const struct xnvi_fd *state = xnvi_fd_of(dev);
	ssize_t res;

	if (XNVI_UNLIKELY(req->iovcnt || (req->flags & XNVI_REQ_FUA))) {
		return xnvi_cpl_patience(ctx, do_rw(dev, ctx, req, write));
	}
	res = write ? pwrite(state->fd, req->data, xnvi_req_len(req), (off_t)req->offset)
		    : pread(state->fd, req->data, xnvi_req_len(req), (off_t)req->offset);
	if (XNVI_UNLIKELY(res < 0 && errno != EINTR && errno != EAGAIN)) {
		return -errno;
	}
	if (XNVI_UNLIKELY(res < 0 || (uint64_t)res != req->nbytes)) {
		/* The long way repeats the transfer, and is the one place that evaluates errors */
		return xnvi_cpl_patience(ctx, do_rw(dev, ctx, req, write));
	}
	ctx->cpl.result = (uint64_t)res;

	return 0;
}

/** Dataset Management: all ranges are checked before any changes; without AD it is only a hint
 */
static XNVI_COLD int
deallocate(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	const struct xnvme_spec_dsm_range *ranges = req->data;
	const size_t nranges = xnvi_req_len(req) / sizeof(*ranges);
	const struct xnvi_fd *state = xnvi_fd_of(dev);
	uint64_t nlbas;
	int err;

	err = xnvi_dev_refresh_size(dev);
	if (err) {
		return err;
	}
	nlbas = atomic_load_explicit(&dev->nlbas, memory_order_relaxed);
	for (size_t i = 0; i < nranges; ++i) {
		if (ranges[i].llb && !xnvi_lbas_are_within(ranges[i].slba, ranges[i].llb, nlbas)) {
			xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC,
					XNVI_SC_LBA_OUT_OF_RANGE, true);
			return 0;
		}
	}
	for (size_t i = 0; ctx->cmd.dsm.ad && i < nranges; ++i) {
		if (!ranges[i].llb) {
			continue;
		}
		err = xnvi_os_zero_range(xnvi_fd_for_ranges(state), ranges[i].slba << dev->ssw,
					 (uint64_t)ranges[i].llb << dev->ssw, true,
					 dev->opts.command_timeout);
		if (err && err != -ENOTSUP) {
			return err;
		}
	}

	return 0;
}

/** Check a range against the current size: 0; 1 with LBA Out of Range; or a negative errno */
static int
is_out_of_range(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx)
{
	const uint64_t nblocks = ctx->cmd.nvm.nlb + 1ULL;
	const int err = xnvi_dev_refresh_size(dev);
	uint64_t nlbas;

	if (err) {
		return err;
	}
	nlbas = atomic_load_explicit(&dev->nlbas, memory_order_relaxed);
	if (xnvi_lbas_are_within(ctx->cmd.nvm.slba, nblocks, nlbas)) {
		return 0;
	}
	xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC, XNVI_SC_LBA_OUT_OF_RANGE, true);

	return 1;
}

/** A file may have become shorter; zeroing past its end would make it longer again */
static XNVI_COLD int
write_zeroes(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	const int fd = xnvi_fd_for_ranges(xnvi_fd_of(dev));
	int err = xnvi_fd_of(dev)->block ? 0 : is_out_of_range(dev, ctx);

	if (err) {
		return err < 0 ? err : 0;
	}
	err = xnvi_file_zero_range(fd, req->offset, req->nbytes, ctx->cmd.nvm.rsvd2 & XNVI_WZ_DEAC,
				   dev->opts.command_timeout);

	return err ? err : sync_fua(dev, req);
}

/** Execute a request beyond the size that was last seen: the file may have grown */
static XNVI_COLD int
beyond(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	struct xnvi_req again = *req;
	const int err = is_out_of_range(dev, ctx);

	if (err) {
		return err < 0 ? err : 0;
	}
	again.kind = req->flags >> XNVI_REQ_KIND_SHIFT;
	again.flags = req->flags & ((1U << XNVI_REQ_KIND_SHIFT) - 1);

	return xnvi_psync_io(dev, ctx, &again);
}

static int
do_other(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	switch (req->kind) {
	case XNVI_KIND_FLUSH:
		return sync_data(dev);
	case XNVI_KIND_WRITE_ZEROES:
		return write_zeroes(dev, ctx, req);
	case XNVI_KIND_DEALLOCATE:
		return deallocate(dev, ctx, req);
	case XNVI_KIND_BEYOND:
		return beyond(dev, ctx, req);
	default:
		return -ENOSYS;
	}
}

int
xnvi_psync_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	int err;

	if (XNVI_LIKELY(req->kind == XNVI_KIND_READ)) {
		err = do_rw_fast(dev, ctx, req, false);
	} else if (XNVI_LIKELY(req->kind == XNVI_KIND_WRITE)) {
		err = do_rw_fast(dev, ctx, req, true);
	} else {
		err = xnvi_cpl_patience(ctx, do_other(dev, ctx, req));
	}

	return XNVI_LIKELY(!err) ? 0 : xnvi_fd_verdict(dev, err);
}

/* The short way: one system call moves all of it */

/** Not all was moved: if there is no error that is final, slot `io` tries again, and decides */
static XNVI_COLD int
look_closely(struct xnvme_cmd_ctx *ctx, void *data, uint64_t count, ssize_t res, xnvi_plain_run io)
{
	const int err = -errno;

	if (res < 0 && err != -EINTR && err != -EAGAIN) {
		return xnvi_plain_failed(ctx, xnvi_fd_verdict(ctx->dev, err));
	}

	return io(ctx, data, count, xnvi_plain_first(ctx), ctx->dev);
}

static int
read_bytes(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nbytes, uint64_t offset,
	   struct xnvme_dev *dev)
{
	const ssize_t res = pread(xnvi_fd_of(dev)->fd, data, (size_t)nbytes, (off_t)offset);

	if (XNVI_UNLIKELY((uint64_t)res != nbytes)) {
		return look_closely(ctx, data, nbytes, res, xnvi_plain_sync_any.read_bytes);
	}
	ctx->cpl.result = (uint64_t)res;

	return 0;
}

static int
write_bytes(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nbytes, uint64_t offset,
	    struct xnvme_dev *dev)
{
	const ssize_t res = pwrite(xnvi_fd_of(dev)->fd, data, (size_t)nbytes, (off_t)offset);

	if (XNVI_UNLIKELY((uint64_t)res != nbytes)) {
		return look_closely(ctx, data, nbytes, res, xnvi_plain_sync_any.write_bytes);
	}
	ctx->cpl.result = (uint64_t)res;

	return 0;
}

static int
read_lbas(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nlb, uint64_t slba, struct xnvme_dev *dev)
{
	const uint64_t nbytes = (nlb + 1) << dev->ssw;
	const ssize_t res =
	    pread(xnvi_fd_of(dev)->fd, data, (size_t)nbytes, (off_t)(slba << dev->ssw));

	if (XNVI_UNLIKELY((uint64_t)res != nbytes)) {
		return look_closely(ctx, data, nlb, res, xnvi_plain_sync_any.read_lbas);
	}
	ctx->cpl.result = (uint64_t)res;

	return 0;
}

static int
write_lbas(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nlb, uint64_t slba,
	   struct xnvme_dev *dev)
{
	const uint64_t nbytes = (nlb + 1) << dev->ssw;
	const ssize_t res =
	    pwrite(xnvi_fd_of(dev)->fd, data, (size_t)nbytes, (off_t)(slba << dev->ssw));

	if (XNVI_UNLIKELY((uint64_t)res != nbytes)) {
		return look_closely(ctx, data, nlb, res, xnvi_plain_sync_any.write_lbas);
	}
	ctx->cpl.result = (uint64_t)res;

	return 0;
}

const struct xnvi_plain_sync xnvi_psync_plain = {read_lbas, write_lbas, read_bytes, write_bytes};

const struct xnvi_sync_ops xnvi_sync_psync = {
    .id = "psync",
    .kinds = XNVI_PSYNC_KINDS,
    .plain = &xnvi_psync_plain,
    .io = xnvi_psync_io,
};
