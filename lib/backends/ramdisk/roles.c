// SPDX-License-Identifier: BSD-3-Clause
/**
 * Backend: ramdisk
 *
 * Talks to:             lib/target, an NVMe controller in memory
 * Serves:               <N>GB and ram:<size>[?lba_nbytes=512..4096&name=...&path=...&threads=N]
 * Needs:                nothing
 * Queue and limits:     commands as the controller reports them
 * Completion delivery:  on return
 * Threads:              any number at once
 * Error mapping:        the controller's status codes, unchanged
 * Quirks:               opens in one process with the same name or path share one device; a path
 *                       keeps data and state across runs, and one process at a time can open it
 * Not supported:        resets and registers: there is no PCI function
 */
#include <core/mechanism.h>
#include <os/words.h>
#include <target/controller.h>

#include <libxnvme_spec_fs.h>
#include <string.h>

#define LAYER	       "be:ramdisk"
#define LBA_NBYTES_MIN 512U
#define LBA_NBYTES_MAX 4096U

struct ramdisk {
	int fd;	       ///< -1; other backends have a descriptor here
	bool has_file; ///< Has an image, which a child of fork(2) must not use
	uint32_t fork_gen;
	struct xnvi_target *target;
};

static struct ramdisk *
ramdisk_of(const struct xnvme_dev *dev)
{
	static_assert(sizeof(struct ramdisk) <= XNVI_BE_STATE_NBYTES, "state has to fit");

	return (struct ramdisk *)(uintptr_t)dev->be_state;
}

static int
params_of(const struct xnvi_uri *uri, struct xnvi_target_params *params)
{
	const char *lba = xnvi_uri_opt(uri, "lba_nbytes");
	const char *path = xnvi_uri_opt(uri, "path");
	uint64_t lba_nbytes = LBA_NBYTES_MIN;
	int err;

	if (lba) {
		err = xnvi_parse_u64(lba, LBA_NBYTES_MIN, LBA_NBYTES_MAX, &lba_nbytes);
		if (err || !xnvme_is_pow2((uint32_t)lba_nbytes)) {
			return xnvi_err(-EINVAL, LAYER, lba, "use 512, 1024, 2048 or 4096",
					"lba_nbytes '%s' is not an LBA size", lba);
		}
	}
	if (uri->ram_nbytes % lba_nbytes) {
		return xnvi_err(-EINVAL, LAYER, uri->path, "use a multiple of the LBA size",
				"%llu bytes are not whole LBAs of %llu bytes",
				(unsigned long long)uri->ram_nbytes,
				(unsigned long long)lba_nbytes);
	}
	params->nbytes = uri->ram_nbytes;
	/* An image has its LBA size */
	params->lba_nbytes = path && !lba ? 0 : (uint32_t)lba_nbytes;
	params->name = xnvi_uri_opt(uri, "name");
	params->path = path;

	return 0;
}

/** Explain the failure, by the words of the target if there are any */
static int
refuse(const struct xnvi_uri *uri, const struct xnvi_target_params *params, int err)
{
	const struct xnvi_target_words *words = params->words;
	const char *where = params->path ? params->path : uri->path;

	if (words->what[0]) {
		return xnvi_err(err, LAYER, where, words->hint, "%s", words->what);
	}

	if (err == -ENOENT && params->path && params->read_only) {
		return xnvi_err(
		    err, LAYER, where, "open it for writing to create it",
		    "the image does not exist, and a read-only open does not create it");
	}

	return xnvi_err(err, LAYER, where,
			err == -EINVAL ? "use the size and LBA size it was created with"
				       : "check memory and the path",
			"creating the in-memory device: %s", xnvi_strerror(-err));
}

static int
ramdisk_open(struct xnvme_dev *dev, const struct xnvi_uri *uri)
{
	struct xnvi_target_words words = {0};
	struct xnvi_target_params params = {.read_only = dev->opts.rdonly, .words = &words};
	struct ramdisk *state = ramdisk_of(dev);
	int err;

	err = params_of(uri, &params);
	if (err) {
		return err;
	}
	state->fd = -1;
	err = xnvi_target_open(&params, &state->target);
	if (err) {
		return refuse(uri, &params, err);
	}
	state->has_file = params.path;
	state->fork_gen = xnvi_fork_generation;
	xnvi_dev_set_identity(dev, XNVI_DTYPE_RAMDISK, 1);

	return 0;
}

static void
ramdisk_close(struct xnvme_dev *dev)
{
	xnvi_target_close(ramdisk_of(dev)->target);
}

/** The image and all locks belong to the parent, and their state is unknown here */
static inline bool
is_inherited(const struct ramdisk *state)
{
	return XNVI_UNLIKELY(state->has_file && state->fork_gen != xnvi_fork_generation);
}

static XNVI_COLD int
refuse_child(const struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx)
{
	return xnvi_cmd_explained(ctx,
				  xnvi_err(-EOWNERDEAD, LAYER, dev->ident.uri,
					   "open it in the child, after the parent closed it",
					   "the device belongs to the parent of this process"));
}

static int
ramdisk_admin(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes,
	      void *mbuf, size_t mbuf_nbytes)
{
	const struct iovec iov = {.iov_base = dbuf, .iov_len = dbuf_nbytes};
	const struct xnvi_target_data data = {
	    .iov = &iov,
	    .iovcnt = dbuf ? 1 : 0,
	    .nbytes = dbuf ? dbuf_nbytes : 0,
	    .mbuf = mbuf,
	    .mbuf_nbytes = mbuf_nbytes,
	};

	if (is_inherited(ramdisk_of(dev))) {
		return refuse_child(dev, ctx);
	}
	xnvi_target_admin(ramdisk_of(dev)->target, &ctx->cmd, &data, &ctx->cpl);

	return 0;
}

/** Any command, also one that fails */
__attribute__((noinline)) static int
io_any(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	const struct iovec one = {.iov_base = req->data, .iov_len = xnvi_req_len(req)};
	const struct xnvi_target_data data = {
	    .iov = req->iovcnt ? req->data : &one,
	    .iovcnt = req->iovcnt ? req->iovcnt : req->data != NULL,
	    .nbytes = req->data ? xnvi_req_len(req) : 0,
	    .mbuf = req->mbuf,
	    .mbuf_nbytes = (size_t)req->mbuf_nbytes,
	};
	struct xnvme_spec_cmd cmd;

	if (is_inherited(ramdisk_of(dev))) {
		return refuse_child(dev, ctx);
	}
	if (!xnvi_cmd_from_file(dev, &ctx->cmd, req, &cmd)) {
		xnvi_target_io(ramdisk_of(dev)->target, &ctx->cmd, &data, &ctx->cpl);
	} else if (cmd.common.opcode == XNVME_SPEC_NVM_OPC_FLUSH) {
		xnvi_target_io(ramdisk_of(dev)->target, &cmd, &data, &ctx->cpl);
	} else {
		xnvi_target_bytes(ramdisk_of(dev)->target, &ctx->cmd, &data, &ctx->cpl);
	}

	return 0;
}

/**
 * The short way of a read or write with one buffer; false when it is not for this command
 *
 * An image never goes this way, so nobody asks for a child of fork(2) here.
 */
static inline bool
io_plain(struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, const struct xnvi_req *req)
{
	struct xnvi_target *target = ramdisk_of(dev)->target;
	const bool is_ns = cmd->common.nsid == XNVI_TARGET_NSID;
	uint16_t op;

	if (req->iovcnt) {
		return false;
	}
	/* Opcode and fused operation at once. A flag makes cdw12 more than a chunk has blocks */
	memcpy(&op, cmd, sizeof(op));
	switch (op & 0x3FF) {
	case XNVME_SPEC_NVM_OPC_READ:
		return is_ns && xnvi_target_read_lbas(target, cmd->nvm.slba, cmd->common.cdw12,
						      req->data, xnvi_req_len(req));
	case XNVME_SPEC_NVM_OPC_WRITE:
		return is_ns && xnvi_target_write_lbas(target, cmd->nvm.slba, cmd->common.cdw12,
						       req->data, xnvi_req_len(req));
	case XNVME_SPEC_FS_OPC_READ:
		return xnvi_target_read_bytes(target, cmd->nvm.slba, req->data, xnvi_req_len(req));
	case XNVME_SPEC_FS_OPC_WRITE:
		return xnvi_target_write_bytes(target, cmd->nvm.slba, req->data, xnvi_req_len(req));
	default:
		return false;
	}
}

static int
ramdisk_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	if (XNVI_UNLIKELY(!io_plain(dev, &ctx->cmd, req))) {
		return io_any(dev, ctx, req);
	}
	/* The completion was clean */
	if (ctx->cmd.common.opcode >= XNVME_SPEC_FS_OPC_WRITE) {
		ctx->cpl.result = req->nbytes;
	}

	return 0;
}

/*
 * The short way: of bare commands only the namespace has to be looked at. When the controller has
 * to think, most arguments are elsewhere too, so the short way keeps little for that.
 */

static XNVI_COLD int
think(struct xnvme_cmd_ctx *ctx, void *data, uint64_t count, xnvi_plain_run io)
{
	return io(ctx, data, count, xnvi_plain_first(ctx), ctx->dev);
}

static int
read_lbas(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nlb, uint64_t slba, struct xnvme_dev *dev)
{
	if (XNVI_LIKELY(ctx->cmd.common.nsid == XNVI_TARGET_NSID &&
			xnvi_target_read_lbas(ramdisk_of(dev)->target, slba, (uint32_t)nlb, data,
					      (size_t)(nlb + 1) << dev->ssw))) {
		return 0;
	}

	return think(ctx, data, xnvi_plain_nlb(ctx), xnvi_plain_sync_any.read_lbas);
}

static int
write_lbas(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nlb, uint64_t slba,
	   struct xnvme_dev *dev)
{
	if (XNVI_LIKELY(ctx->cmd.common.nsid == XNVI_TARGET_NSID &&
			xnvi_target_write_lbas(ramdisk_of(dev)->target, slba, (uint32_t)nlb, data,
					       (size_t)(nlb + 1) << dev->ssw))) {
		return 0;
	}

	return think(ctx, data, xnvi_plain_nlb(ctx), xnvi_plain_sync_any.write_lbas);
}

static int
read_bytes(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nbytes, uint64_t offset,
	   struct xnvme_dev *dev)
{
	if (XNVI_LIKELY(
		xnvi_target_read_bytes(ramdisk_of(dev)->target, offset, data, (size_t)nbytes))) {
		ctx->cpl.result = nbytes;
		return 0;
	}

	return think(ctx, data, nbytes, xnvi_plain_sync_any.read_bytes);
}

static int
write_bytes(struct xnvme_cmd_ctx *ctx, void *data, uint64_t nbytes, uint64_t offset,
	    struct xnvme_dev *dev)
{
	if (XNVI_LIKELY(
		xnvi_target_write_bytes(ramdisk_of(dev)->target, offset, data, (size_t)nbytes))) {
		ctx->cpl.result = nbytes;
		return 0;
	}

	return think(ctx, data, nbytes, xnvi_plain_sync_any.write_bytes);
}

static const struct xnvi_plain_sync g_plain = {read_lbas, write_lbas, read_bytes, write_bytes};

const struct xnvi_dev_ops xnvi_ramdisk_dev = {
    .id = "ramdisk",
    .open = ramdisk_open,
    .close = ramdisk_close,
};

const struct xnvi_admin_ops xnvi_ramdisk_admin = {
    .id = "ramdisk",
    .pass = ramdisk_admin,
};

const struct xnvi_sync_ops xnvi_ramdisk_sync = {
    .id = "ramdisk",
    .kinds = XNVI_KINDS_ALL,
    .raw = 1,
    .bytes = 1,
    .plain = &g_plain,
    .io = ramdisk_io,
};
