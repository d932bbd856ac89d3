// SPDX-License-Identifier: BSD-3-Clause
/**
 * The NVM command set
 *
 * A command is checked as a whole against the shape of the namespace, and then executed in parts,
 * each within one chunk and under its stripe. Where a file command changes an LBA partly, that is a
 * part of its own, so that each LBA changes at once. When the shape changes between two parts, the
 * rest is not executed, and the command ends with Format In Progress.
 */
#include <target/private.h>

#include <spec/opcodes.h>

#include <libxnvme_spec_fs.h>

#include <stdlib.h>

#define FLAG_FUA     (1u << 30)
#define FLAG_DEAC    (1u << 25)
#define DTYPE(cdw12) ((cdw12) >> 20 & 0xF)

#define COPY_DESCRIPTOR_NBYTES_MAX 40u

struct shape {
	uint64_t nblocks;
	uint32_t lba_shift;
	uint32_t generation;
};

struct range {
	uint64_t slba;
	uint64_t nblocks;
};

/** How one part is executed */
struct action {
	uint16_t (*run)(struct xnvi_store *store, const struct xnvi_part *part,
			struct xnvi_cursor *cursor);
	bool reads_media; ///< Fails on uncorrectable blocks
	bool skips_holes; ///< Does nothing where nothing was written
	bool is_read;	  ///< Counted as a read in the health log
	bool is_write;
};

static uint16_t
zero_keep(struct xnvi_store *store, const struct xnvi_part *part, struct xnvi_cursor *cursor)
{
	(void)cursor;

	return xnvi_store_zero(store, part, false);
}

static uint16_t
zero_deallocate(struct xnvi_store *store, const struct xnvi_part *part, struct xnvi_cursor *cursor)
{
	(void)cursor;

	return xnvi_store_zero(store, part, true);
}

static uint16_t
verify(struct xnvi_store *store, const struct xnvi_part *part, struct xnvi_cursor *cursor)
{
	(void)cursor;

	return xnvi_store_verify(store, part);
}

static uint16_t
mark(struct xnvi_store *store, const struct xnvi_part *part, struct xnvi_cursor *cursor)
{
	(void)cursor;

	return xnvi_store_mark(store, part);
}

static const struct action g_read = {.run = xnvi_store_read, .reads_media = true, .is_read = true};
static const struct action g_write = {.run = xnvi_store_write, .is_write = true};
static const struct action g_compare = {
    .run = xnvi_store_compare, .reads_media = true, .is_read = true};
static const struct action g_verify = {.run = verify, .reads_media = true, .is_read = true};
static const struct action g_mark = {.run = mark};
static const struct action g_zero = {.run = zero_keep, .skips_holes = true};
static const struct action g_deallocate = {.run = zero_deallocate, .skips_holes = true};

/** Get the current shape; or the status of a closed target */
static uint16_t
shape_get(struct xnvi_target *target, uint64_t lba, struct shape *shape)
{
	struct xnvi_stripe *stripe = xnvi_stripe_of(target, lba);
	const uint16_t status = xnvi_stripe_lock(target, stripe);

	if (status) {
		return status;
	}
	shape->nblocks = target->nblocks;
	shape->lba_shift = target->lba_shift;
	shape->generation = target->generation;
	xnvi_stripe_unlock(stripe);

	return XNVI_ST_SUCCESS;
}

static bool
range_is_valid(const struct shape *shape, const struct range *range)
{
	return range->slba < shape->nblocks && range->nblocks <= shape->nblocks - range->slba;
}

/** Whether the part has an LBA that is not whole, which only file commands have */
static bool
is_partial(const struct shape *shape, const struct xnvi_part *part)
{
	return (part->offset | part->nbytes) & ((1ull << shape->lba_shift) - 1);
}

static uint16_t
part_run(struct xnvi_target_run *run, const struct shape *shape, const struct action *action,
	 const struct xnvi_part *part, struct xnvi_cursor *cursor)
{
	struct xnvi_target *target = run->target;
	uint64_t offset;
	uint16_t status;

	if (target->generation != shape->generation) {
		return XNVI_ST_FORMAT_IN_PROGRESS;
	}
	if ((action->reads_media || is_partial(shape, part)) &&
	    xnvi_store_marked(&target->store, part, &offset)) {
		atomic_fetch_add_explicit(&target->nmedia_errors, 1, memory_order_relaxed);
		run->lba = offset >> shape->lba_shift;
		return XNVI_ST_UNRECOVERED_READ;
	}
	status = action->run(&target->store, part, cursor);
	if (status) {
		run->lba = part->offset >> shape->lba_shift;
		return status;
	}
	part->stripe->read_nbytes += action->is_read ? part->nbytes : 0;
	part->stripe->write_nbytes += action->is_write ? part->nbytes : 0;

	return XNVI_ST_SUCCESS;
}

/** End of the part that begins at `offset`: within its chunk, and of whole LBAs if possible */
static uint64_t
part_end(const struct shape *shape, uint64_t offset, uint64_t end)
{
	const uint64_t lba_mask = (1ull << shape->lba_shift) - 1;
	const uint64_t chunk_end = (offset | (XNVI_CHUNK_NBYTES - 1)) + 1;
	const uint64_t lba_end = (offset | lba_mask) + 1;

	if (offset & lba_mask) {
		return end < lba_end ? end : lba_end;
	}
	if (end >= chunk_end) {
		return chunk_end;
	}

	return end < lba_end ? end : end & ~lba_mask;
}

/** Execute a valid range of bytes, part by part */
static uint16_t
bytes_run(struct xnvi_target_run *run, const struct shape *shape, const struct action *action,
	  uint64_t offset, uint64_t end, struct xnvi_cursor *cursor)
{
	struct xnvi_target *target = run->target;

	while (offset < end) {
		const uint64_t next = part_end(shape, offset, end);
		const struct xnvi_part part = {
		    .stripe = xnvi_stripe_of(target, offset >> shape->lba_shift),
		    .offset = offset,
		    .nbytes = (uint32_t)(next - offset),
		};
		uint16_t status = xnvi_stripe_lock(target, part.stripe);

		if (status) {
			return status;
		}
		status = part_run(run, shape, action, &part, cursor);
		offset = next;
		if (!status && action->skips_holes) {
			offset = xnvi_store_next_used(&target->store, offset);
		}
		if (!status && offset >= end) {
			part.stripe->nreads += action->is_read;
			part.stripe->nwrites += action->is_write;
		}
		xnvi_stripe_unlock(part.stripe);
		if (status) {
			return status;
		}
	}

	return XNVI_ST_SUCCESS;
}

/** Execute a valid range of blocks */
static uint16_t
range_run(struct xnvi_target_run *run, const struct shape *shape, const struct action *action,
	  const struct range *range, struct xnvi_cursor *cursor)
{
	const uint64_t offset = range->slba << shape->lba_shift;

	return bytes_run(run, shape, action, offset, offset + (range->nblocks << shape->lba_shift),
			 cursor);
}

/** Zero a range; in a file as a whole, since a hole of a terabyte is one call, not millions */
static uint16_t
range_zero(struct xnvi_target_run *run, const struct shape *shape, const struct action *action,
	   const struct range *range)
{
	struct xnvi_target *target = run->target;
	uint16_t status;

	if (!xnvi_store_has_file(&target->store) ||
	    range->nblocks << shape->lba_shift <= XNVI_CHUNK_NBYTES) {
		return range_run(run, shape, action, range, NULL);
	}
	status = xnvi_stripes_lock_all(target);
	if (status) {
		return status;
	}
	if (target->generation != shape->generation) {
		status = XNVI_ST_FORMAT_IN_PROGRESS;
	} else {
		status = xnvi_store_zero_file(&target->store, range->slba << shape->lba_shift,
					      range->nblocks << shape->lba_shift);
	}
	if (!status) {
		status = xnvi_store_unmark(&target->store, range->slba << shape->lba_shift,
					   range->nblocks << shape->lba_shift);
	}
	xnvi_stripes_unlock_all(target);

	return status;
}

/** Mark a range; in the side file as a whole, or not at all */
static uint16_t
range_mark(struct xnvi_target_run *run, const struct shape *shape, const struct range *range)
{
	struct xnvi_target *target = run->target;
	uint16_t status = xnvi_stripes_lock_all(target);

	if (status) {
		return status;
	}
	if (target->generation != shape->generation) {
		status = XNVI_ST_FORMAT_IN_PROGRESS;
	} else {
		status = xnvi_store_mark_file(&target->store, range->slba << shape->lba_shift,
					      range->nblocks << shape->lba_shift);
	}
	xnvi_stripes_unlock_all(target);

	return status;
}

/** Make data durable if the command or the feature Volatile Write Cache asks for it */
static uint16_t
write_through(struct xnvi_target_run *run, bool fua)
{
	if (!fua && atomic_load_explicit(&run->target->write_cache, memory_order_relaxed)) {
		return XNVI_ST_SUCCESS;
	}

	return xnvi_store_flush(&run->target->store);
}

/** Get and check the range of a command with slba and nlb at their usual places */
static uint16_t
lba_command(struct xnvi_target_run *run, struct shape *shape, struct range *range)
{
	const uint32_t cdw12 = run->cmd->common.cdw12;
	uint16_t status;

	range->slba = run->cmd->nvm.slba;
	range->nblocks = (cdw12 & 0xFFFF) + 1ull;
	run->lba = range->slba;
	status = shape_get(run->target, range->slba, shape);
	if (status) {
		return status;
	}

	/* PRACT and PRCHK have no effect without protection information */
	return range_is_valid(shape, range) ? XNVI_ST_SUCCESS : XNVI_ST_LBA_RANGE;
}

/** As lba_command(), and check the buffers of a command that transfers the blocks */
static uint16_t
data_command(struct xnvi_target_run *run, struct shape *shape, struct range *range)
{
	uint16_t status = lba_command(run, shape, range);
	const uint64_t nbytes = status ? 0 : range->nblocks << shape->lba_shift;

	if (status) {
		return status;
	}
	if (nbytes > XNVI_MDTS_NBYTES) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, cdw12);
		return XNVI_ST_INVALID_FIELD;
	}

	return xnvi_data_covers(run->data, nbytes) ? XNVI_ST_SUCCESS : XNVI_ST_SGL_LENGTH;
}

static uint16_t
transfer(struct xnvi_target_run *run, const struct action *action)
{
	struct xnvi_cursor cursor = xnvi_cursor_init(run->data);
	struct shape shape;
	struct range range;
	const uint16_t status = data_command(run, &shape, &range);

	return status ? status : range_run(run, &shape, action, &range, &cursor);
}

/** With FUA, blocks are made durable before they are read */
static uint16_t
commit_first(struct xnvi_target_run *run)
{
	return run->cmd->common.cdw12 & FLAG_FUA ? xnvi_store_flush(&run->target->store)
						 : XNVI_ST_SUCCESS;
}

static uint16_t
nvm_read(struct xnvi_target_run *run)
{
	const uint16_t status = commit_first(run);

	return status ? status : transfer(run, &g_read);
}

static uint16_t
nvm_compare(struct xnvi_target_run *run)
{
	const uint16_t status = commit_first(run);

	return status ? status : transfer(run, &g_compare);
}

/** Directives are not supported, so the type has to be 0 */
static bool
has_directive(const struct xnvi_target_run *run)
{
	return DTYPE(run->cmd->common.cdw12);
}

static uint16_t
nvm_write(struct xnvi_target_run *run)
{
	uint16_t status;

	if (has_directive(run)) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, cdw12);
		return XNVI_ST_INVALID_FIELD;
	}
	status = transfer(run, &g_write);

	return status ? status : write_through(run, run->cmd->common.cdw12 & FLAG_FUA);
}

static uint16_t
nvm_flush(struct xnvi_target_run *run)
{
	struct shape shape;
	const uint16_t status = shape_get(run->target, 0, &shape);

	return status ? status : xnvi_store_flush(&run->target->store);
}

static uint16_t
nvm_verify(struct xnvi_target_run *run)
{
	struct shape shape;
	struct range range;
	uint16_t status = lba_command(run, &shape, &range);

	status = status ? status : commit_first(run);

	return status ? status : range_run(run, &shape, &g_verify, &range, NULL);
}

static uint16_t
nvm_write_uncorrectable(struct xnvi_target_run *run)
{
	struct shape shape;
	struct range range;
	const uint16_t status = lba_command(run, &shape, &range);

	if (status) {
		return status;
	}

	return run->target->store.side ? range_mark(run, &shape, &range)
				       : range_run(run, &shape, &g_mark, &range, NULL);
}

static uint16_t
nvm_write_zeroes(struct xnvi_target_run *run)
{
	const uint32_t cdw12 = run->cmd->common.cdw12;
	struct shape shape;
	struct range range;
	uint16_t status = lba_command(run, &shape, &range);

	if (!status) {
		status =
		    range_zero(run, &shape, cdw12 & FLAG_DEAC ? &g_deallocate : &g_zero, &range);
	}

	return status ? status : write_through(run, cdw12 & FLAG_FUA);
}

/** Get the ranges and check each; their sum has 64 bits, so the limits are checked here */
static uint16_t
dsm_ranges(struct xnvi_target_run *run, const struct shape *shape, struct xnvme_spec_dsm_range *dsm,
	   unsigned nranges)
{
	const uint16_t status = xnvi_data_fetch(run, dsm, nranges * sizeof(*dsm));
	uint64_t nblocks = 0;

	if (status) {
		return status;
	}
	for (unsigned i = 0; i < nranges; ++i) {
		const struct range range = {dsm[i].slba, dsm[i].llb};

		nblocks += range.nblocks;
		run->lba = range.slba;
		if (range.nblocks > XNVI_DSM_DMRSL || nblocks > XNVI_DSM_DMSL) {
			return XNVI_ST_SIZE_LIMIT;
		}
		if (range.nblocks && !range_is_valid(shape, &range)) {
			return XNVI_ST_LBA_RANGE;
		}
	}

	return XNVI_ST_SUCCESS;
}

static uint16_t
nvm_dataset_management(struct xnvi_target_run *run)
{
	const unsigned nranges = run->cmd->dsm.nr + 1u;
	struct xnvme_spec_dsm_range dsm[XNVI_DSM_DMRL];
	struct shape shape;
	uint16_t status;

	if (nranges > XNVI_DSM_DMRL) {
		return XNVI_ST_SIZE_LIMIT;
	}
	status = shape_get(run->target, 0, &shape);
	if (!status) {
		status = dsm_ranges(run, &shape, dsm, nranges);
	}
	/* The other attributes are hints */
	for (unsigned i = 0; run->cmd->dsm.ad && i < nranges && !status; ++i) {
		const struct range range = {dsm[i].slba, dsm[i].llb};

		if (range.nblocks) {
			status = range_zero(run, &shape, &g_deallocate, &range);
		}
	}

	return status ? status : write_through(run, false);
}

/** Get and check the source ranges; *nblocks is their sum */
static uint16_t
copy_sources(struct xnvi_target_run *run, const struct shape *shape, struct range *sources,
	     unsigned nsources, uint64_t *nblocks)
{
	const size_t nbytes = run->cmd->scopy.df ? 40 : 32;
	struct xnvi_cursor cursor = xnvi_cursor_init(run->data);

	if (!xnvi_data_covers(run->data, nsources * nbytes)) {
		return XNVI_ST_SGL_LENGTH;
	}
	*nblocks = 0;
	for (unsigned i = 0; i < nsources; ++i) {
		uint8_t descriptor[COPY_DESCRIPTOR_NBYTES_MAX];
		uint16_t nlb;

		/* slba and nlb are at the same place in both formats */
		xnvi_cursor_get(&cursor, descriptor, nbytes);
		memcpy(&sources[i].slba, descriptor + 8, sizeof(sources[i].slba));
		memcpy(&nlb, descriptor + 16, sizeof(nlb));
		sources[i].nblocks = nlb + 1ull;
		*nblocks += sources[i].nblocks;
		run->lba = sources[i].slba;
		if (sources[i].nblocks > XNVI_COPY_MSSRL || *nblocks > XNVI_COPY_MCL) {
			return XNVI_ST_SIZE_LIMIT;
		}
		if (!range_is_valid(shape, &sources[i])) {
			return XNVI_ST_LBA_RANGE;
		}
	}

	return XNVI_ST_SUCCESS;
}

/** Read all sources, then write the destination, so that an overlap copies the old data */
static uint16_t
copy_blocks(struct xnvi_target_run *run, const struct shape *shape, const struct range *sources,
	    unsigned nsources, const struct range *destination)
{
	static const struct action read = {.run = xnvi_store_read, .reads_media = true};
	struct iovec iov = {.iov_len = (size_t)destination->nblocks << shape->lba_shift};
	struct xnvi_cursor in = {&iov, 1, 0};
	struct xnvi_cursor out = {&iov, 1, 0};
	uint16_t status = XNVI_ST_SUCCESS;

	iov.iov_base = malloc(iov.iov_len);
	if (!iov.iov_base) {
		return XNVI_ST_INTERNAL;
	}
	for (unsigned i = 0; i < nsources && !status; ++i) {
		status = range_run(run, shape, &read, &sources[i], &in);
	}
	if (!status) {
		status = range_run(run, shape, &g_write, destination, &out);
	}
	free(iov.iov_base);

	return status;
}

static uint16_t
nvm_copy(struct xnvi_target_run *run)
{
	const struct xnvme_spec_nvm_cmd_scopy *cmd = &run->cmd->scopy;
	const unsigned nsources = cmd->nr + 1u;
	struct range sources[XNVI_COPY_MSRC + 1];
	struct range destination = {.slba = cmd->sdlba};
	struct shape shape;
	uint16_t status;

	if (cmd->df > 1 || has_directive(run)) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, cdw12);
		return XNVI_ST_INVALID_FIELD;
	}
	if (nsources > XNVI_COPY_MSRC + 1) {
		return XNVI_ST_SIZE_LIMIT;
	}
	status = shape_get(run->target, cmd->sdlba, &shape);
	if (!status) {
		status = copy_sources(run, &shape, sources, nsources, &destination.nblocks);
	}
	if (!status && !range_is_valid(&shape, &destination)) {
		run->lba = destination.slba;
		status = XNVI_ST_LBA_RANGE;
	}
	if (!status) {
		status = copy_blocks(run, &shape, sources, nsources, &destination);
	}

	return status ? status : write_through(run, cmd->fua);
}

/** A read past the end of the namespace is short */
static uint16_t
file_read(struct xnvi_target_run *run, const struct shape *shape, uint64_t size, uint64_t nbytes)
{
	struct xnvi_cursor cursor = xnvi_cursor_init(run->data);
	const uint64_t offset = run->cmd->nvm.slba;
	const uint64_t left = offset < size ? size - offset : 0;
	uint16_t status = commit_first(run);

	nbytes = nbytes < left ? nbytes : left;
	if (!status) {
		status = bytes_run(run, shape, &g_read, offset, offset + nbytes, &cursor);
	}
	run->result = status ? 0 : nbytes;

	return status;
}

/** A write past the end writes nothing: a namespace does not become longer */
static uint16_t
file_write(struct xnvi_target_run *run, const struct shape *shape, uint64_t size, uint64_t nbytes)
{
	struct xnvi_cursor cursor = xnvi_cursor_init(run->data);
	const uint64_t offset = run->cmd->nvm.slba;
	uint16_t status;

	if (nbytes && (offset > size || nbytes > size - offset)) {
		return XNVI_ST_LBA_RANGE;
	}
	status = bytes_run(run, shape, &g_write, offset, offset + nbytes, &cursor);
	status = status ? status : write_through(run, run->cmd->common.cdw12 & FLAG_FUA);
	run->result = status ? 0 : nbytes;

	return status;
}

uint16_t
xnvi_target_file(struct xnvi_target_run *run)
{
	const uint64_t nbytes = run->data->nbytes;
	struct shape shape;
	uint64_t size;
	uint16_t status = shape_get(run->target, 0, &shape);

	if (status) {
		return status;
	}
	if (!xnvi_data_covers(run->data, nbytes)) {
		return XNVI_ST_SGL_LENGTH;
	}
	run->lba = run->cmd->nvm.slba >> shape.lba_shift;
	size = shape.nblocks << shape.lba_shift;

	return run->cmd->common.opcode == XNVME_SPEC_FS_OPC_WRITE
		   ? file_write(run, &shape, size, nbytes)
		   : file_read(run, &shape, size, nbytes);
}

#define READS  (XNVI_EFFECT_CSUPP | XNVI_EFFECT_SCOPE_NS)
#define WRITES (READS | XNVI_EFFECT_LBCC)

const struct xnvi_target_op xnvi_target_nvm_ops[] = {
    {XNVME_SPEC_NVM_OPC_FLUSH, XNVI_OP_NS | XNVI_OP_NS_ALL, READS, nvm_flush},
    {XNVME_SPEC_NVM_OPC_WRITE, XNVI_OP_NS, WRITES, nvm_write},
    {XNVME_SPEC_NVM_OPC_READ, XNVI_OP_NS, READS, nvm_read},
    {XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE, XNVI_OP_NS, WRITES, nvm_write_uncorrectable},
    {XNVME_SPEC_NVM_OPC_COMPARE, XNVI_OP_NS, READS, nvm_compare},
    {XNVME_SPEC_NVM_OPC_WRITE_ZEROES, XNVI_OP_NS, WRITES, nvm_write_zeroes},
    {XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, XNVI_OP_NS, WRITES, nvm_dataset_management},
    {XNVI_OPC_VERIFY, XNVI_OP_NS, READS, nvm_verify},
    {XNVME_SPEC_NVM_OPC_SCOPY, XNVI_OP_NS, WRITES, nvm_copy},
};

const size_t xnvi_target_nvm_nops = sizeof(xnvi_target_nvm_ops) / sizeof(*xnvi_target_nvm_ops);
