// SPDX-License-Identifier: BSD-3-Clause
/**
 * Registered buffers of a ring, for opts.register_buffers
 *
 * The kernel keeps the pages of a registered buffer, even when its address gets other pages. So a
 * buffer is identified by more than its address (see struct xnvi_buf), and a freed buffer is taken
 * out of the ring before the next command looks for its buffer. Only the submitting thread uses the
 * table of the ring. Threads that allocate and free only raise the generation of the device.
 */
#include <backends/linux/uring.h>

#include <stdlib.h>

#define LAYER "be:io_uring"

/** Set one entry of the table of the ring; a buffer without length empties it */
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

/** Remove freed buffers first, so that their pages do not count against new ones */
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
			/* If that fails, the pages remain and are not used any more */
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

	/* Without the lock of the table, since pinning memory takes a while */
	bufs->generation = xnvi_bufs_copy(queue->dev->bufs, live);
	drop_stale(priv, live);
	for (unsigned place = 0; place < XNVI_BUFS_MAX; ++place) {
		if (live[place].id == bufs->ids[place]) {
			continue;
		}
		/* Buffers that the kernel does not take (limit of locked memory, more than 1 GiB)
		 * are used like memory that is not registered */
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
				"the kernel cannot register an empty table of buffers");
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
