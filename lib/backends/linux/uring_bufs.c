// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers that a ring knows, for opts.register_buffers
 *
 * The kernel keeps the pages of a registered buffer, whatever becomes of its address. So a buffer
 * is known by more than its address (see struct xnvi_buf), and what was given back is taken out of
 * the ring before the next command looks for its buffer. Only the thread that submits touches the
 * ring's table: who allocates and frees meanwhile only lets the device's generation rise.
 */
#include <backends/linux/uring.h>

#include <stdlib.h>

#define LAYER "be:io_uring"

/** One place of the ring's table; a buffer of no length empties it */
static bool
set_place(struct xnvi_uring *priv, unsigned place, const struct xnvi_buf *buf)
{
	const struct iovec iov = {
	    .iov_base = (void *)buf->addr,
	    .iov_len = buf->nbytes,
	};

	return io_uring_register_buffers_update_tag(&priv->ring, place, &iov, NULL, 1) == 1;
}

static void
insert(struct xnvi_uring_bufs *bufs, const struct xnvi_buf *buf, unsigned place)
{
	uint32_t i = bufs->nbufs++;

	for (; i && bufs->bufs[i - 1].addr > buf->addr; --i) {
		bufs->bufs[i] = bufs->bufs[i - 1];
	}
	bufs->bufs[i] = (struct xnvi_uring_buf){
	    .addr = buf->addr,
	    .nbytes = buf->nbytes,
	    .place = (uint16_t)place,
	};
}

/** Take out what is no more, so that its pages do not count against what is to come */
static void
drop_stale(struct xnvi_uring *priv, const struct xnvi_buf *live)
{
	static const struct xnvi_buf nothing;
	struct xnvi_uring_bufs *bufs = priv->bufs;
	uint32_t nkept = 0;

	for (uint32_t i = 0; i < bufs->nbufs; ++i) {
		const unsigned place = bufs->bufs[i].place;

		if (live[place].id == bufs->ids[place]) {
			bufs->bufs[nkept++] = bufs->bufs[i];
		} else {
			/* Where that fails the pages stay, and are not used any more */
			(void)set_place(priv, place, &nothing);
		}
	}
	bufs->nbufs = nkept;
	if (!nkept) {
		bufs->bufs[0] = (struct xnvi_uring_buf){0};
	}
}

void
xnvi_uring_bufs_update(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;
	struct xnvi_uring_bufs *bufs = priv->bufs;
	struct xnvi_buf live[XNVI_BUFS_MAX];

	/* Not with the table's lock held: to pin memory takes a while */
	bufs->generation = xnvi_bufs_copy(queue->dev->bufs, live);
	drop_stale(priv, live);
	for (unsigned place = 0; place < XNVI_BUFS_MAX; ++place) {
		if (live[place].id == bufs->ids[place]) {
			continue;
		}
		/* What the kernel does not take (the limit of locked memory, more than 1 GiB)
		 * is transferred the way of memory that is not registered */
		if (live[place].id && set_place(priv, place, &live[place])) {
			insert(bufs, &live[place], place);
		}
		bufs->ids[place] = live[place].id;
	}
}

static int
explain_table(const struct xnvme_queue *queue, int err)
{
	const char *uri = queue->dev->ident.uri;

	if (err == -EINVAL) {
		return xnvi_err(-ENOTSUP, LAYER, uri,
				"clear opts.register_buffers, or use Linux 5.19 or later",
				"the kernel registers no table of buffers that is empty at first");
	}

	return xnvi_err(err, LAYER, uri,
			err == -ENOMEM ? "raise the limit of locked memory (ulimit -l)"
				       : "clear opts.register_buffers",
			"io_uring_register_buffers_sparse: %s", strerror(-err));
}

int
xnvi_uring_bufs_init(struct xnvme_queue *queue)
{
	struct xnvi_uring *priv = queue->priv;
	int err;

	priv->bufs = calloc(1, sizeof(*priv->bufs));
	if (!priv->bufs) {
		return xnvi_err(-ENOMEM, LAYER, queue->dev->ident.uri, "free memory",
				"no memory for the table of buffers");
	}
	err = io_uring_register_buffers_sparse(&priv->ring, XNVI_BUFS_MAX);
	if (err) {
		free(priv->bufs);
		return explain_table(queue, err);
	}
	xnvi_uring_bufs_update(queue);

	return 0;
}
