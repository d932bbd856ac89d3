// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory of commands that were given up, to which the system may still write
 *
 * A queue calls back late commands even while the system works on them. Callbacks may free the
 * buffers, and a late transfer would then write into memory that belongs to somebody else. So the
 * ranges of these commands are recorded here, and a buffer of the library that contains one of them
 * is never freed. The entries remain until the process ends, because nobody would free the buffers
 * later.
 */
#include <core/buf.h>
#include <core/mechanism.h>

#include <stdlib.h>

struct range {
	uintptr_t addr;
	size_t nbytes;
};

/** What one command withholds */
struct withheld {
	struct withheld *next;
	size_t nranges;
	struct range ranges[];
};

static struct xnvi_mutex g_lock = XNVI_MUTEX_INITIALIZER;
static struct withheld *g_withheld;
static bool g_all; ///< There was no memory for the ranges: every buffer is withheld

atomic_bool xnvi_withheld_any;

static void
add(struct withheld *held, const void *addr, size_t nbytes)
{
	if (addr && nbytes) {
		held->ranges[held->nranges++] = (struct range){(uintptr_t)addr, nbytes};
	}
}

static void
add_request(struct withheld *held, const struct xnvi_req *req)
{
	const struct iovec *iov = req->data;

	add(held, req->mbuf, (size_t)req->mbuf_nbytes);
	if (!req->iovcnt) {
		add(held, req->data, xnvi_req_len(req));
		return;
	}
	add(held, iov, req->iovcnt * sizeof(*iov));
	for (uint32_t i = 0; i < req->iovcnt; ++i) {
		add(held, iov[i].iov_base, iov[i].iov_len);
	}
}

void
xnvi_withhold(struct xnvme_cmd_ctx *ctx)
{
	const struct xnvi_req *req = xnvi_ctx_req(ctx);
	/* The vectors themselves are one range, for they may be read late; metadata is another */
	const size_t n = (size_t)req->iovcnt + 2;
	struct withheld *held = malloc(sizeof(*held) + n * sizeof(held->ranges[0]));

	if (held) {
		held->nranges = 0;
		add_request(held, req);
	}
	xnvi_mutex_lock(&g_lock);
	if (held) {
		held->next = g_withheld;
		g_withheld = held;
	} else {
		g_all = true;
	}
	atomic_store_explicit(&xnvi_withheld_any, true, memory_order_relaxed);
	xnvi_mutex_unlock(&g_lock);
}

bool
xnvi_withheld_has(const void *addr, size_t nbytes)
{
	const uintptr_t start = (uintptr_t)addr;
	bool found;

	xnvi_mutex_lock(&g_lock);
	found = g_all;
	for (const struct withheld *held = g_withheld; held && !found; held = held->next) {
		for (size_t i = 0; i < held->nranges && !found; ++i) {
			const struct range *range = &held->ranges[i];

			found = start < range->addr + range->nbytes && range->addr < start + nbytes;
		}
	}
	xnvi_mutex_unlock(&g_lock);

	return found;
}
