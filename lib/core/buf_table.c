// SPDX-License-Identifier: BSD-3-Clause
/**
 * Tables of live buffers, for mechanisms that register them, of devices with opts.register_buffers
 *
 * A buffer may be freed on any device with the same `mem`, so freeing looks through all tables, and
 * one lock guards them all. Without a table, a buffer costs one load.
 */
#include <core/buf.h>

#include <stdlib.h>

static struct xnvi_mutex g_lock = XNVI_MUTEX_INITIALIZER;
static struct xnvi_bufs *g_tables;
static atomic_uint g_ntables;

int
xnvi_bufs_init(struct xnvme_dev *dev)
{
	struct xnvi_bufs *table;

	if (!dev->opts.register_buffers || !(dev->async->caps & XNVI_ASYNC_BUFFERS)) {
		return 0;
	}
	table = calloc(1, sizeof(*table));
	if (!table) {
		return xnvi_err(-ENOMEM, "buf", dev->ident.uri, "free memory",
				"no memory for the table of buffers");
	}
	dev->bufs = table;
	xnvi_mutex_lock(&g_lock);
	table->next = g_tables;
	table->back = &g_tables;
	if (table->next) {
		table->next->back = &table->next;
	}
	g_tables = table;
	atomic_fetch_add_explicit(&g_ntables, 1, memory_order_relaxed);
	xnvi_mutex_unlock(&g_lock);

	return 0;
}

void
xnvi_bufs_term(struct xnvi_bufs *table)
{
	if (!table) {
		return;
	}
	xnvi_mutex_lock(&g_lock);
	*table->back = table->next;
	if (table->next) {
		table->next->back = table->back;
	}
	atomic_fetch_sub_explicit(&g_ntables, 1, memory_order_relaxed);
	xnvi_mutex_unlock(&g_lock);
	free(table);
}

/** Raise the generation, with the lock held */
static uint64_t
next_generation(struct xnvi_bufs *table)
{
	const uint64_t next = atomic_load_explicit(&table->generation, memory_order_relaxed) + 1;

	atomic_store_explicit(&table->generation, next, memory_order_release);

	return next;
}

/** Remove buffers that overlap [addr, addr + nbytes), with the lock held; returns the size of the
 * one that begins there */
static size_t
forget(struct xnvi_bufs *table, uintptr_t addr, size_t nbytes)
{
	size_t found = 0;

	for (size_t i = 0; i < XNVI_BUFS_MAX; ++i) {
		struct xnvi_buf *buf = &table->bufs[i];

		if (buf->id && addr - buf->addr < buf->nbytes) {
			found = addr == buf->addr ? buf->nbytes : found;
		} else if (!buf->id || buf->addr - addr >= nbytes) {
			continue;
		}
		*buf = (struct xnvi_buf){0};
		next_generation(table);
	}

	return found;
}

void
xnvi_bufs_add(struct xnvi_bufs *table, const void *addr, size_t nbytes)
{
	if (!table) {
		return;
	}
	xnvi_mutex_lock(&g_lock);
	/* Entries at this address are stale: memory that is handed out was freed before */
	forget(table, (uintptr_t)addr, nbytes);
	for (size_t i = 0; i < XNVI_BUFS_MAX; ++i) {
		if (!table->bufs[i].id) {
			table->bufs[i] = (struct xnvi_buf){
			    .addr = (uintptr_t)addr,
			    .nbytes = nbytes,
			    .id = next_generation(table),
			};
			break;
		}
	}
	xnvi_mutex_unlock(&g_lock);
}

size_t
xnvi_bufs_remove(const struct xnvi_bufs *table, const void *addr)
{
	size_t found = 0;

	if (!atomic_load_explicit(&g_ntables, memory_order_relaxed)) {
		return 0;
	}
	xnvi_mutex_lock(&g_lock);
	for (struct xnvi_bufs *each = g_tables; each; each = each->next) {
		const size_t nbytes = forget(each, (uintptr_t)addr, 1);

		found = each == table ? nbytes : found;
	}
	xnvi_mutex_unlock(&g_lock);

	return found;
}

uint64_t
xnvi_bufs_copy(struct xnvi_bufs *table, struct xnvi_buf bufs[XNVI_BUFS_MAX])
{
	uint64_t generation;

	xnvi_mutex_lock(&g_lock);
	memcpy(bufs, table->bufs, sizeof(table->bufs));
	generation = atomic_load_explicit(&table->generation, memory_order_relaxed);
	xnvi_mutex_unlock(&g_lock);

	return generation;
}
