// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory and locks of targets, and calling the handler of a command
 */
#include <target/private.h>

#define CACHE_LINE_NBYTES 64u
#define SPINS_MAX	  128

void *
xnvi_target_alloc(size_t nbytes)
{
	const size_t rounded = (nbytes + CACHE_LINE_NBYTES - 1) & ~(size_t)(CACHE_LINE_NBYTES - 1);

	return xnvi_heap_alloc(CACHE_LINE_NBYTES, rounded);
}

void
xnvi_target_free(void *mem)
{
	xnvi_heap_free(mem);
}

void
xnvi_spin_wait(unsigned *nspins)
{
	/* The holder may be preempted, or in a system call on a file */
	if (++*nspins < SPINS_MAX) {
		xnvi_cpu_relax();
		return;
	}
	*nspins = 0;
	xnvi_thread_yield();
}

uint16_t
xnvi_stripe_lock(struct xnvi_target *target, struct xnvi_stripe *stripe)
{
	unsigned nspins = 0;

	while (!xnvi_stripe_try_lock(stripe)) {
		if (atomic_load_explicit(&stripe->state, memory_order_acquire) ==
		    XNVI_STRIPE_CLOSED) {
			return (uint16_t)atomic_load_explicit(&target->closed_status,
							      memory_order_relaxed);
		}
		xnvi_spin_wait(&nspins);
	}

	return XNVI_ST_SUCCESS;
}

uint16_t
xnvi_stripes_lock_all(struct xnvi_target *target)
{
	for (unsigned i = 0; i < XNVI_NSTRIPES; ++i) {
		const uint16_t status = xnvi_stripe_lock(target, &target->stripes[i]);

		if (!status) {
			continue;
		}
		while (i--) {
			xnvi_stripe_unlock(&target->stripes[i]);
		}
		return status;
	}

	return XNVI_ST_SUCCESS;
}

static void
stripes_set(struct xnvi_target *target, enum xnvi_stripe_state state)
{
	for (unsigned i = 0; i < XNVI_NSTRIPES; ++i) {
		atomic_store_explicit(&target->stripes[i].state, state, memory_order_release);
	}
}

void
xnvi_stripes_unlock_all(struct xnvi_target *target)
{
	stripes_set(target, XNVI_STRIPE_FREE);
}

void
xnvi_stripes_close(struct xnvi_target *target, uint16_t status)
{
	atomic_store_explicit(&target->closed_status, status, memory_order_relaxed);
	stripes_set(target, XNVI_STRIPE_CLOSED);
}

void
xnvi_stripes_open(struct xnvi_target *target)
{
	stripes_set(target, XNVI_STRIPE_FREE);
}

uint32_t
xnvi_lba_shift_of(uint32_t lba_nbytes)
{
	for (uint32_t i = 0; i < XNVI_LBA_NFORMATS; ++i) {
		if (lba_nbytes == 1u << (XNVI_LBA_SHIFT_MIN + i)) {
			return XNVI_LBA_SHIFT_MIN + i;
		}
	}

	return 0;
}

void
xnvi_target_set_shape(struct xnvi_target *target, uint32_t lba_shift)
{
	target->lba_shift = lba_shift;
	target->nblocks = target->store.nbytes >> lba_shift;
	target->generation++;
	for (unsigned i = 0; i < XNVI_NSTRIPES; ++i) {
		xnvi_stripe_forget(&target->stripes[i]);
	}
}

void
xnvi_target_add_ops(const struct xnvi_target_op **map, const struct xnvi_target_op *ops,
		    size_t nops)
{
	for (size_t i = 0; i < nops; ++i) {
		map[ops[i].opcode] = &ops[i];
	}
}

/** Make the checks that are common to all commands, then execute the command */
static uint16_t
run_op(struct xnvi_target_run *run, const struct xnvi_target_op *op)
{
	const struct xnvme_spec_cmd_common *cmd = &run->cmd->common;

	if (!op) {
		return XNVI_ST_INVALID_OPCODE;
	}
	if (cmd->fuse) {
		return XNVI_ST_INVALID_FIELD;
	}
	if ((op->flags & XNVI_OP_NS) && cmd->nsid != XNVI_TARGET_NSID &&
	    !((op->flags & XNVI_OP_NS_ALL) && cmd->nsid == XNVI_NSID_ALL)) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, nsid);
		return XNVI_ST_INVALID_NS;
	}

	return op->run(run);
}

static void
complete(struct xnvi_target_run *run, uint16_t status, struct xnvme_spec_cpl *cpl)
{
	if (status) {
		xnvi_errlog_add(run->target, run, status);
		status |= XNVI_ST_MORE;
	}
	cpl->result = run->result;
	cpl->status.val = status;
}

static const struct xnvi_target_data g_no_data;

static void
io_any(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd,
       const struct xnvi_target_data *data, struct xnvme_spec_cpl *cpl)
{
	struct xnvi_target_run run = {
	    .target = target,
	    .cmd = cmd,
	    .data = data ? data : &g_no_data,
	    .eloc = UINT16_MAX,
	};

	complete(&run, run_op(&run, target->io_ops[cmd->common.opcode]), cpl);
}

/** Execute a plain read or write the short way; false when the command needs thought */
static inline bool
io_plain(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd, const struct iovec *iov)
{
	uint16_t op;

	/* Compare opcode and fused operation at once; the bits above are PSDT and reserved */
	memcpy(&op, cmd, sizeof(op));
	op &= 0x3FF;
	if (cmd->common.nsid != XNVI_TARGET_NSID) {
		return false;
	}
	/* A flag makes cdw12 more than a chunk has blocks, so the short way refuses it */
	if (op == XNVME_SPEC_NVM_OPC_READ) {
		return xnvi_target_read_lbas(target, cmd->nvm.slba, cmd->common.cdw12,
					     iov->iov_base, iov->iov_len);
	}

	return op == XNVME_SPEC_NVM_OPC_WRITE &&
	       xnvi_target_write_lbas(target, cmd->nvm.slba, cmd->common.cdw12, iov->iov_base,
				      iov->iov_len);
}

void
xnvi_target_io(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd,
	       const struct xnvi_target_data *data, struct xnvme_spec_cpl *cpl)
{
	if (data && data->iovcnt && io_plain(target, cmd, data->iov)) {
		cpl->result = 0;
		cpl->status.val = 0;
	} else {
		io_any(target, cmd, data, cpl);
	}
}

void
xnvi_target_bytes(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd,
		  const struct xnvi_target_data *data, struct xnvme_spec_cpl *cpl)
{
	struct xnvi_target_run run = {
	    .target = target,
	    .cmd = cmd,
	    .data = data,
	    .eloc = UINT16_MAX,
	};

	complete(&run, xnvi_target_file(&run), cpl);
}

/** Status by which most commands are refused now, or success; the admin mutex is held */
static uint16_t
sanitize_refusal(const struct xnvi_target *target)
{
	if (target->sanitize.running) {
		return XNVI_ST_SANITIZE_IN_PROGRESS;
	}

	return target->sanitize.failed ? XNVI_ST_SANITIZE_FAILED : XNVI_ST_SUCCESS;
}

void
xnvi_target_admin(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd,
		  const struct xnvi_target_data *data, struct xnvme_spec_cpl *cpl)
{
	const struct xnvi_target_op *op = target->admin_ops[cmd->common.opcode];
	struct xnvi_target_run run = {
	    .target = target,
	    .cmd = cmd,
	    .data = data ? data : &g_no_data,
	    .eloc = UINT16_MAX,
	};
	uint16_t status = XNVI_ST_SUCCESS;

	xnvi_mutex_lock(&target->admin);
	if (op && !(op->flags & XNVI_OP_SANITIZE_OK)) {
		status = sanitize_refusal(target);
	}
	if (!status) {
		status = run_op(&run, op);
	}
	complete(&run, status, cpl);
	xnvi_mutex_unlock(&target->admin);
}
