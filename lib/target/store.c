// SPDX-License-Identifier: BSD-3-Clause
/**
 * Logical blocks: a table of chunks in memory, or a file
 *
 * A chunk gets memory when it is written. A chunk without memory reads as zeroes, or as the pattern
 * of the last overwrite; once there is a pattern, `hole` means zeroes. With a file, only the marks
 * of Write Uncorrectable are in the table. The table has nodes of leaves of slots. Nodes and leaves
 * are published by compare-and-swap, because two stripes may need the same one, and remain until
 * everything is erased. A slot belongs to the stripe of its chunk.
 */
#include <target/private.h>

#include <errno.h>
#include <stdlib.h>

#define BOUNCE_NBYTES 4096u
#define LEAF_NBYTES   ((uint64_t)XNVI_LEAF_NCHUNKS << XNVI_CHUNK_SHIFT)
#define NODE_NBYTES   (LEAF_NBYTES << XNVI_NODE_SHIFT)

static struct xnvi_node *
node_make(struct xnvi_store *store, uint64_t offset)
{
	struct xnvi_node *node = xnvi_node_find(store, xnvi_chunk_of(offset));
	struct xnvi_node *expected = NULL;

	if (node) {
		return node;
	}
	node = calloc(1, sizeof(*node));
	if (node && !atomic_compare_exchange_strong_explicit(&store->nodes[offset / NODE_NBYTES],
							     &expected, node, memory_order_acq_rel,
							     memory_order_acquire)) {
		free(node);
		return expected;
	}

	return node;
}

/** As xnvi_slot_find(), but makes what is missing of the table; NULL without memory */
static struct xnvi_slot *
slot_make(struct xnvi_store *store, uint64_t offset)
{
	struct xnvi_slot *slot = xnvi_slot_find(store, offset);
	struct xnvi_node *node = slot ? NULL : node_make(store, offset);
	struct xnvi_leaf *leaf = node ? calloc(1, sizeof(*leaf)) : NULL;
	struct xnvi_leaf *expected = NULL;

	if (slot || !leaf) {
		return slot;
	}
	if (!atomic_compare_exchange_strong_explicit(
		&node->leaves[offset / LEAF_NBYTES % XNVI_NODE_NLEAVES], &expected, leaf,
		memory_order_acq_rel, memory_order_acquire)) {
		free(leaf);
	}

	return xnvi_slot_find(store, offset);
}

static bool
reads_as_pattern(const struct xnvi_store *store, const struct xnvi_slot *slot)
{
	return store->patterned && !(slot && slot->hole);
}

static void
pattern_fill(uint8_t *dst, uint64_t offset, size_t nbytes, uint32_t pattern)
{
	uint8_t bytes[sizeof(pattern)];

	memcpy(bytes, &pattern, sizeof(pattern));
	for (size_t i = 0; i < nbytes; ++i) {
		dst[i] = bytes[(offset + i) % sizeof(pattern)];
	}
}

/** Fill `dst` with the content of a chunk that has no memory */
static void
background_fill(const struct xnvi_store *store, const struct xnvi_slot *slot, uint8_t *dst,
		uint64_t offset, size_t nbytes)
{
	if (reads_as_pattern(store, slot)) {
		pattern_fill(dst, offset, nbytes, store->pattern);
	} else {
		memset(dst, 0, nbytes);
	}
}

static void
count_used(struct xnvi_store *store, uint64_t difference)
{
	atomic_fetch_add_explicit(&store->nused, difference, memory_order_relaxed);
}

/** Give a chunk memory; its content does not change */
static bool
slot_fill(struct xnvi_store *store, struct xnvi_slot *slot, const struct xnvi_part *part)
{
	uint8_t *data = xnvi_chunks_get(&store->chunks, part->nbytes);

	if (!data) {
		return false;
	}
	if (!reads_as_pattern(store, slot)) {
		count_used(store, 1);
	} else if (part->nbytes < XNVI_CHUNK_NBYTES) {
		background_fill(store, slot, data, 0, XNVI_CHUNK_NBYTES);
	}
	slot->data = data;
	slot->hole = false;
	xnvi_stripe_forget(part->stripe);

	return true;
}

static uint32_t
offset_in_chunk(uint64_t offset)
{
	return (uint32_t)(offset % XNVI_CHUNK_NBYTES);
}

/* Marks */

static void
marks_span(const struct xnvi_part *part, unsigned *first, unsigned *end)
{
	const uint32_t unit = 1u << XNVI_LBA_SHIFT_MIN;
	const uint32_t offset = offset_in_chunk(part->offset);

	*first = offset / unit;
	*end = (offset + part->nbytes + unit - 1) / unit;
}

static void
marks_clear(struct xnvi_slot *slot, const struct xnvi_part *part)
{
	unsigned first, end;
	uint64_t left = 0;

	if (!slot || !slot->marks) {
		return;
	}
	marks_span(part, &first, &end);
	for (unsigned i = first; i < end; ++i) {
		slot->marks->bits[i / 64] &= ~(1ull << i % 64);
	}
	for (size_t i = 0; i < sizeof(slot->marks->bits) / sizeof(*slot->marks->bits); ++i) {
		left |= slot->marks->bits[i];
	}
	if (!left) {
		free(slot->marks);
		slot->marks = NULL;
	}
}

/** Clear marks: with a side file first there, after the data that replaces them is durable */
static uint16_t
marks_forget(struct xnvi_store *store, uint64_t offset, uint64_t nbytes)
{
	int err;

	if (!store->side || !xnvi_side_has_marks(store->side)) {
		return XNVI_ST_SUCCESS;
	}
	err = xnvi_file_sync(store->file);
	err = err ? err : xnvi_side_unmark(store->side, offset, nbytes);

	return err ? xnvi_store_write_status(err) : XNVI_ST_SUCCESS;
}

/** Clear the marks of a part that has new data; free when there are none */
static uint16_t
marks_release(struct xnvi_store *store, struct xnvi_slot *slot, const struct xnvi_part *part)
{
	uint16_t status = XNVI_ST_SUCCESS;
	uint64_t offset;

	if (xnvi_store_marked(store, part, &offset)) {
		status = marks_forget(store, part->offset, part->nbytes);
	}
	if (!status) {
		marks_clear(slot, part);
	}

	return status;
}

bool
xnvi_store_marked(struct xnvi_store *store, const struct xnvi_part *part, uint64_t *offset)
{
	const struct xnvi_slot *slot = xnvi_slot_find(store, part->offset);
	unsigned first, end;

	if (!slot || !slot->marks) {
		return false;
	}
	marks_span(part, &first, &end);
	for (unsigned i = first; i < end; ++i) {
		if (slot->marks->bits[i / 64] >> i % 64 & 1) {
			*offset = part->offset - offset_in_chunk(part->offset) +
				  ((uint64_t)i << XNVI_LBA_SHIFT_MIN);
			return true;
		}
	}

	return false;
}

/** Allocate the marks of a part, all clear */
static struct xnvi_slot *
marks_make(struct xnvi_store *store, uint64_t offset)
{
	struct xnvi_slot *slot = slot_make(store, offset);

	if (slot && !slot->marks) {
		slot->marks = calloc(1, sizeof(*slot->marks));
	}

	return slot && slot->marks ? slot : NULL;
}

static void
marks_set(struct xnvi_slot *slot, const struct xnvi_part *part)
{
	unsigned first, end;

	marks_span(part, &first, &end);
	for (unsigned i = first; i < end; ++i) {
		slot->marks->bits[i / 64] |= 1ull << i % 64;
	}
}

uint16_t
xnvi_store_mark(struct xnvi_store *store, const struct xnvi_part *part)
{
	struct xnvi_slot *slot = marks_make(store, part->offset);

	if (!slot) {
		return XNVI_ST_CAPACITY;
	}
	xnvi_stripe_forget(part->stripe);
	marks_set(slot, part);

	return XNVI_ST_SUCCESS;
}

/** The part of a range within the chunk where the range begins */
static struct xnvi_part
first_part(uint64_t offset, uint64_t end)
{
	const uint32_t room = XNVI_CHUNK_NBYTES - offset_in_chunk(offset);

	return (struct xnvi_part){
	    .offset = offset,
	    .nbytes = end - offset < room ? (uint32_t)(end - offset) : room,
	};
}

/** Allocate before the side file changes, so that a mark is in both places or in none */
uint16_t
xnvi_store_mark_file(struct xnvi_store *store, uint64_t offset, uint64_t nbytes)
{
	const uint64_t end = offset + nbytes;
	struct xnvi_part part;
	bool marked = false;
	int err;

	for (uint64_t at = offset; at < end; at += part.nbytes) {
		part = first_part(at, end);
		if (!marks_make(store, at)) {
			return XNVI_ST_CAPACITY;
		}
	}
	err = xnvi_side_mark(store->side, offset, nbytes, &marked);
	for (uint64_t at = offset; marked && at < end; at += part.nbytes) {
		part = first_part(at, end);
		marks_set(xnvi_slot_find(store, at), &part);
	}

	return err ? xnvi_store_write_status(err) : XNVI_ST_SUCCESS;
}

int
xnvi_store_load_marks(struct xnvi_store *store)
{
	const struct xnvi_ranges *marks = &store->side->state.marks;

	for (size_t i = 0; i < marks->n; ++i) {
		const uint64_t end = marks->items[i].end << XNVI_LBA_SHIFT_MIN;
		struct xnvi_part part;

		for (uint64_t at = marks->items[i].first << XNVI_LBA_SHIFT_MIN; at < end;
		     at += part.nbytes) {
			struct xnvi_slot *slot = marks_make(store, at);

			part = first_part(at, end);
			if (!slot) {
				return -ENOMEM;
			}
			marks_set(slot, &part);
		}
	}

	return 0;
}

/** First offset at or after `offset` that has a leaf */
static uint64_t
next_leaf(struct xnvi_store *store, uint64_t offset)
{
	while (offset < store->nbytes && !xnvi_leaf_find(store, xnvi_chunk_of(offset))) {
		const uint64_t step =
		    xnvi_node_find(store, xnvi_chunk_of(offset)) ? LEAF_NBYTES : NODE_NBYTES;

		offset = (offset / step + 1) * step;
	}

	return offset;
}

static bool
range_is_marked(struct xnvi_store *store, uint64_t offset, uint64_t end)
{
	while ((offset = next_leaf(store, offset)) < end) {
		const struct xnvi_part part = first_part(offset, end);
		uint64_t marked;

		if (xnvi_store_marked(store, &part, &marked)) {
			return true;
		}
		offset += part.nbytes;
	}

	return false;
}

uint16_t
xnvi_store_unmark(struct xnvi_store *store, uint64_t offset, uint64_t nbytes)
{
	const uint64_t end = offset + nbytes;
	uint16_t status = XNVI_ST_SUCCESS;

	if (range_is_marked(store, offset, end)) {
		status = marks_forget(store, offset, nbytes);
	}
	if (status) {
		return status;
	}
	while ((offset = next_leaf(store, offset)) < end) {
		const struct xnvi_part part = first_part(offset, end);

		marks_clear(xnvi_slot_find(store, offset), &part);
		offset += part.nbytes;
	}

	return XNVI_ST_SUCCESS;
}

/* Data */

bool
xnvi_store_is_plain(struct xnvi_store *store, uint64_t offset, uint8_t **data)
{
	const struct xnvi_slot *slot = xnvi_slot_find(store, offset);

	if (xnvi_store_has_file(store) || (slot && slot->marks)) {
		return false;
	}
	*data = slot ? slot->data : NULL;

	return *data || !reads_as_pattern(store, slot);
}

uint16_t
xnvi_store_read(struct xnvi_store *store, const struct xnvi_part *part, struct xnvi_cursor *dst)
{
	const struct xnvi_slot *slot = xnvi_slot_find(store, part->offset);
	uint64_t offset = part->offset;
	size_t left = part->nbytes;

	if (!xnvi_store_has_file(store) && slot && slot->data) {
		xnvi_cursor_put(dst, slot->data + offset_in_chunk(offset), left);
		return XNVI_ST_SUCCESS;
	}
	while (left) {
		size_t nbytes;
		uint8_t *buf = xnvi_cursor_next(dst, left, &nbytes);

		if (!xnvi_store_has_file(store)) {
			background_fill(store, slot, buf, offset, nbytes);
		} else if (xnvi_file_load(store->file, buf, nbytes, offset)) {
			return XNVI_ST_READ_FAULT;
		}
		offset += nbytes;
		left -= nbytes;
	}

	return XNVI_ST_SUCCESS;
}

static uint16_t
file_write(struct xnvi_store *store, const struct xnvi_part *part, struct xnvi_cursor *src)
{
	uint64_t offset = part->offset;
	size_t left = part->nbytes;

	while (left) {
		size_t nbytes;
		const void *buf = xnvi_cursor_next(src, left, &nbytes);
		const int err = xnvi_file_store(store->file, buf, nbytes, offset);

		if (err) {
			return xnvi_store_write_status(err);
		}
		offset += nbytes;
		left -= nbytes;
	}

	return marks_release(store, xnvi_slot_find(store, part->offset), part);
}

uint16_t
xnvi_store_write(struct xnvi_store *store, const struct xnvi_part *part, struct xnvi_cursor *src)
{
	struct xnvi_slot *slot;

	if (xnvi_store_has_file(store)) {
		return file_write(store, part, src);
	}
	slot = slot_make(store, part->offset);
	if (!slot || (!slot->data && !slot_fill(store, slot, part))) {
		return XNVI_ST_CAPACITY;
	}
	xnvi_cursor_get(src, slot->data + offset_in_chunk(part->offset), part->nbytes);
	marks_clear(slot, part);

	return XNVI_ST_SUCCESS;
}

/** Get a part in memory: in place, or in the bounce buffer; NULL when the file fails */
static const uint8_t *
peek(struct xnvi_store *store, uint64_t offset, size_t nbytes, uint8_t *bounce)
{
	const struct xnvi_slot *slot = xnvi_slot_find(store, offset);

	if (xnvi_store_has_file(store)) {
		return xnvi_file_load(store->file, bounce, nbytes, offset) ? NULL : bounce;
	}
	if (slot && slot->data) {
		return slot->data + offset_in_chunk(offset);
	}
	background_fill(store, slot, bounce, offset, nbytes);

	return bounce;
}

uint16_t
xnvi_store_compare(struct xnvi_store *store, const struct xnvi_part *part, struct xnvi_cursor *with)
{
	uint8_t bounce[BOUNCE_NBYTES];
	uint64_t offset = part->offset;
	size_t left = part->nbytes;

	while (left) {
		size_t nbytes;
		const void *buf =
		    xnvi_cursor_next(with, left < BOUNCE_NBYTES ? left : BOUNCE_NBYTES, &nbytes);
		const uint8_t *ours = peek(store, offset, nbytes, bounce);

		if (!ours) {
			return XNVI_ST_READ_FAULT;
		}
		if (memcmp(ours, buf, nbytes) != 0) {
			return XNVI_ST_COMPARE;
		}
		offset += nbytes;
		left -= nbytes;
	}

	return XNVI_ST_SUCCESS;
}

uint16_t
xnvi_store_verify(struct xnvi_store *store, const struct xnvi_part *part)
{
	uint8_t bounce[BOUNCE_NBYTES];
	uint64_t offset = part->offset;
	size_t left = part->nbytes;

	while (left) {
		const size_t nbytes = left < BOUNCE_NBYTES ? left : BOUNCE_NBYTES;

		if (!peek(store, offset, nbytes, bounce)) {
			return XNVI_ST_READ_FAULT;
		}
		offset += nbytes;
		left -= nbytes;
	}

	return XNVI_ST_SUCCESS;
}

/** Free the memory of a whole chunk, which then reads as zeroes */
static uint16_t
chunk_free(struct xnvi_store *store, struct xnvi_slot *slot, const struct xnvi_part *part)
{
	if (store->patterned && !slot) {
		slot = slot_make(store, part->offset);
		if (!slot) {
			return XNVI_ST_CAPACITY;
		}
	}
	if (!slot) {
		return XNVI_ST_SUCCESS;
	}
	if (slot->data || reads_as_pattern(store, slot)) {
		count_used(store, (uint64_t)-1);
	}
	xnvi_stripe_forget(part->stripe);
	xnvi_chunks_put(&store->chunks, slot->data);
	slot->data = NULL;
	slot->hole = store->patterned;

	return XNVI_ST_SUCCESS;
}

static uint16_t
chunk_zero(struct xnvi_store *store, struct xnvi_slot *slot, const struct xnvi_part *part)
{
	if (reads_as_pattern(store, slot) && !(slot && slot->data)) {
		slot = slot_make(store, part->offset);
		if (!slot || !slot_fill(store, slot, part)) {
			return XNVI_ST_CAPACITY;
		}
	}
	if (slot && slot->data) {
		memset(slot->data + offset_in_chunk(part->offset), 0, part->nbytes);
	}

	return XNVI_ST_SUCCESS;
}

uint16_t
xnvi_store_zero(struct xnvi_store *store, const struct xnvi_part *part, bool deallocate)
{
	struct xnvi_slot *slot = xnvi_slot_find(store, part->offset);
	const bool is_whole =
	    !offset_in_chunk(part->offset) &&
	    (part->nbytes == XNVI_CHUNK_NBYTES || part->offset + part->nbytes == store->nbytes);
	uint16_t status;

	if (xnvi_store_has_file(store)) {
		status = xnvi_store_zero_file(store, part->offset, part->nbytes);
	} else if (deallocate && is_whole) {
		status = chunk_free(store, slot, part);
	} else {
		status = chunk_zero(store, slot, part);
	}

	return status ? status : marks_release(store, slot, part);
}

uint64_t
xnvi_store_next_used(struct xnvi_store *store, uint64_t offset)
{
	/* The table does not know what a file has allocated, and a pattern is everywhere */
	return store->patterned || xnvi_store_has_file(store) ? offset : next_leaf(store, offset);
}

uint64_t
xnvi_store_used_nbytes(struct xnvi_store *store)
{
	uint64_t nbytes;

	if (xnvi_store_has_file(store)) {
		nbytes = xnvi_store_file_used(store);
	} else {
		nbytes = atomic_load_explicit(&store->nused, memory_order_relaxed)
			 << XNVI_CHUNK_SHIFT;
	}

	return nbytes < store->nbytes ? nbytes : store->nbytes;
}

/* Erasing, opening and closing: the caller is the only user */

/** Report progress; false when the work has to stop */
static bool
progress_report(struct xnvi_progress *progress, uint64_t done, uint64_t total)
{
	if (!progress) {
		return true;
	}
	atomic_store_explicit(&progress->fraction,
			      (unsigned)((double)done * 65535.0 / (double)total),
			      memory_order_relaxed);

	return !atomic_load_explicit(&progress->stop, memory_order_relaxed);
}

static uint32_t
overwrite_pattern(const struct xnvi_overwrite *overwrite, unsigned pass)
{
	return overwrite->invert && pass % 2 ? ~overwrite->pattern : overwrite->pattern;
}

static void
leaf_erase(struct xnvi_store *store, struct xnvi_leaf *leaf, const struct xnvi_overwrite *overwrite)
{
	for (size_t k = 0; leaf && k < XNVI_LEAF_NCHUNKS; ++k) {
		struct xnvi_slot *slot = &leaf->slots[k];

		for (unsigned i = 0; slot->data && overwrite && i < overwrite->npasses; ++i) {
			pattern_fill(slot->data, 0, XNVI_CHUNK_NBYTES,
				     overwrite_pattern(overwrite, i));
		}
		if (overwrite) {
			/* The passes took memory for all of the chunk */
			xnvi_chunks_put(&store->chunks, slot->data);
		}
		free(slot->marks);
	}
	free(leaf);
}

static int
leaves_erase(struct xnvi_store *store, const struct xnvi_overwrite *overwrite,
	     struct xnvi_progress *progress)
{
	const uint64_t nleaves = (uint64_t)store->nnodes << XNVI_NODE_SHIFT;

	for (size_t i = 0; i < store->nnodes; ++i) {
		struct xnvi_node *node =
		    atomic_load_explicit(&store->nodes[i], memory_order_acquire);

		for (size_t j = 0; node && j < XNVI_NODE_NLEAVES; ++j) {
			leaf_erase(
			    store,
			    atomic_exchange_explicit(&node->leaves[j], NULL, memory_order_acq_rel),
			    overwrite);
			if (!progress_report(progress, (i << XNVI_NODE_SHIFT) + j, nleaves)) {
				return -ECANCELED;
			}
		}
		atomic_store_explicit(&store->nodes[i], NULL, memory_order_release);
		free(node);
	}
	xnvi_chunks_free(&store->chunks);

	return 0;
}

static int
file_overwrite(struct xnvi_store *store, const struct xnvi_overwrite *overwrite,
	       struct xnvi_progress *progress, unsigned pass)
{
	const uint64_t total = xnvi_chunk_of(store->nbytes) + 1;
	uint8_t buf[BOUNCE_NBYTES];
	uint64_t offset = 0;

	pattern_fill(buf, 0, sizeof(buf), overwrite_pattern(overwrite, pass));
	while (offset < store->nbytes) {
		const uint64_t left = store->nbytes - offset;
		const size_t nbytes = left < sizeof(buf) ? (size_t)left : sizeof(buf);
		int err;

		if (!progress_report(progress, pass * total + xnvi_chunk_of(offset),
				     overwrite->npasses * total)) {
			return -ECANCELED;
		}
		err = xnvi_file_store(store->file, buf, nbytes, offset);
		if (err) {
			return err;
		}
		offset += nbytes;
	}

	return xnvi_file_sync(store->file);
}

int
xnvi_store_erase(struct xnvi_store *store, const struct xnvi_overwrite *overwrite,
		 struct xnvi_progress *progress)
{
	const unsigned npasses = overwrite ? overwrite->npasses : 0;
	int err = 0;

	if (xnvi_store_has_file(store) && !overwrite) {
		err = xnvi_store_file_clear(store);
	}
	for (unsigned i = overwrite ? overwrite->npasses_done : 0;
	     xnvi_store_has_file(store) && i < npasses && !err; ++i) {
		err = file_overwrite(store, overwrite, progress, i);
		err = err || !store->side ? err : xnvi_side_count_pass(store->side, i + 1);
		if (!err && progress) {
			atomic_store_explicit(&progress->npasses, i + 1, memory_order_relaxed);
		}
	}
	if (xnvi_store_has_file(store)) {
		return err;
	}
	err = leaves_erase(store, overwrite, progress);
	if (err) {
		return err;
	}
	store->patterned = overwrite;
	store->pattern = overwrite ? overwrite_pattern(overwrite, npasses - 1) : 0;
	atomic_store_explicit(&store->nused, overwrite ? xnvi_chunk_of(store->nbytes - 1) + 1 : 0,
			      memory_order_relaxed);
	if (progress) {
		atomic_store_explicit(&progress->npasses, npasses, memory_order_relaxed);
	}

	return 0;
}

void
xnvi_store_drop_marks(struct xnvi_store *store)
{
	if (xnvi_store_has_file(store)) {
		leaves_erase(store, NULL, NULL);
	}
}

int
xnvi_store_init(struct xnvi_store *store, uint64_t nbytes)
{
	const uint64_t nnodes = (nbytes - 1) / NODE_NBYTES + 1;

	store->nbytes = nbytes;
	store->file = XNVI_HANDLE_NONE;
	if (nnodes > SIZE_MAX / sizeof(*store->nodes)) {
		return -ENOMEM;
	}
	store->nnodes = (size_t)nnodes;
	store->nodes = calloc(store->nnodes, sizeof(*store->nodes));

	return store->nodes ? 0 : -ENOMEM;
}

void
xnvi_store_term(struct xnvi_store *store)
{
	leaves_erase(store, NULL, NULL);
	free(store->nodes);
}
