// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: what holds for one entry point holds for all of them
 *
 * Most commands take a short way that the entry points share with the mechanism, and every check is
 * made there again. So each check runs through each entry point.
 */
#include <conformance/conf.h>

#include <stdio.h>

#define CAPACITY 4

/** A command by one of the entry points; `nbytes` are whole LBAs */
struct call {
	struct xnvme_cmd_ctx *ctx;
	uint32_t nsid;
	uint64_t slba;
	uint32_t lba_nbytes;
	uint8_t *buf;
	uint32_t nbytes;
	bool in_flight; ///< The command is one in flight: do not write it
};

static uint16_t
nlb_of(const struct call *call)
{
	return (uint16_t)(call->nbytes / call->lba_nbytes - 1);
}

static int
nvm_read(const struct call *call)
{
	return xnvme_nvm_read(call->ctx, call->nsid, call->slba, nlb_of(call), call->buf, NULL);
}

static int
nvm_write(const struct call *call)
{
	return xnvme_nvm_write(call->ctx, call->nsid, call->slba, nlb_of(call), call->buf, NULL);
}

static int
file_pread(const struct call *call)
{
	return xnvme_file_pread(call->ctx, call->buf, call->nbytes,
				(xnvme_off_t)(call->slba * call->lba_nbytes));
}

static int
file_pwrite(const struct call *call)
{
	return xnvme_file_pwrite(call->ctx, call->buf, call->nbytes,
				 (xnvme_off_t)(call->slba * call->lba_nbytes));
}

static void
prepare(const struct call *call, uint8_t opcode)
{
	if (!call->ctx || call->in_flight) {
		return;
	}
	call->ctx->cmd.common.opcode = opcode;
	call->ctx->cmd.common.nsid = call->nsid;
	if (opcode == XNVME_SPEC_FS_OPC_READ || opcode == XNVME_SPEC_FS_OPC_WRITE) {
		call->ctx->cmd.nvm.slba = call->slba * call->lba_nbytes;
		return;
	}
	call->ctx->cmd.nvm.slba = call->slba;
	call->ctx->cmd.nvm.nlb = nlb_of(call);
}

static int
pass(const struct call *call, uint8_t opcode)
{
	prepare(call, opcode);

	return xnvme_cmd_pass(call->ctx, call->buf, call->nbytes, NULL, 0);
}

static int
pass_read(const struct call *call)
{
	return pass(call, XNVME_SPEC_NVM_OPC_READ);
}

static int
pass_write(const struct call *call)
{
	return pass(call, XNVME_SPEC_NVM_OPC_WRITE);
}

static int
pass_file_read(const struct call *call)
{
	return pass(call, XNVME_SPEC_FS_OPC_READ);
}

static int
pass_file_write(const struct call *call)
{
	return pass(call, XNVME_SPEC_FS_OPC_WRITE);
}

/* The vectors have to last as long as the command: each context has its own, by its number */
static struct iovec g_iovs[CAPACITY + 2][2];
static unsigned g_niovs;

static struct iovec *
vectors(const struct call *call, size_t n)
{
	struct iovec *iov = g_iovs[g_niovs++ % (CAPACITY + 2)];

	iov[0].iov_base = call->buf;
	iov[0].iov_len = n == 1 ? call->nbytes : call->nbytes / 2;
	iov[1].iov_base = call->buf ? call->buf + call->nbytes / 2 : NULL;
	iov[1].iov_len = call->nbytes - call->nbytes / 2;

	return iov;
}

static int
iov_read(const struct call *call)
{
	prepare(call, XNVME_SPEC_NVM_OPC_READ);

	return xnvme_cmd_pass_iov(call->ctx, vectors(call, 1), 1, call->nbytes, NULL, 0);
}

static int
iov_write(const struct call *call)
{
	prepare(call, XNVME_SPEC_NVM_OPC_WRITE);

	return xnvme_cmd_pass_iov(call->ctx, vectors(call, 1), 1, call->nbytes, NULL, 0);
}

static int
iov2_read(const struct call *call)
{
	prepare(call, XNVME_SPEC_NVM_OPC_READ);

	return xnvme_cmd_pass_iov(call->ctx, vectors(call, 2), 2, call->nbytes, NULL, 0);
}

static int
passv_read(const struct call *call)
{
	prepare(call, XNVME_SPEC_NVM_OPC_READ);

	return xnvme_cmd_passv(call->ctx, vectors(call, 1), 1, call->nbytes, NULL, 0, 0);
}

static int
passv_write(const struct call *call)
{
	prepare(call, XNVME_SPEC_NVM_OPC_WRITE);

	return xnvme_cmd_passv(call->ctx, vectors(call, 1), 1, call->nbytes, NULL, 0, 0);
}

static int
passv2_write(const struct call *call)
{
	prepare(call, XNVME_SPEC_NVM_OPC_WRITE);

	return xnvme_cmd_passv(call->ctx, vectors(call, 2), 2, call->nbytes, NULL, 0, 0);
}

/** The queue of the batches: that of the context, but for cases where it has none */
static struct xnvme_queue *g_queue;

static int
batch(const struct call *call, uint8_t opcode)
{
	const struct xnvme_cmd_io io = {
	    .ctx = call->ctx,
	    .dbuf = call->buf,
	    .dbuf_nbytes = call->nbytes,
	};
	int res;

	prepare(call, opcode);
	res = xnvme_cmd_pass_batch(g_queue, &io, 1);

	return res == 1 ? 0 : res;
}

static int
batch_read(const struct call *call)
{
	return batch(call, XNVME_SPEC_NVM_OPC_READ);
}

static int
batch_write(const struct call *call)
{
	return batch(call, XNVME_SPEC_NVM_OPC_WRITE);
}

static const struct entry {
	const char *name;
	int (*func)(const struct call *call);
	bool writes;
	bool queue_only; ///< Takes no context of a device
	bool bytes;	 ///< Counts bytes, so a range past 2^63 of them cannot be told
} g_entries[] = {
    {"nvm_read", nvm_read, false, false, false},
    {"nvm_write", nvm_write, true, false, false},
    {"file_pread", file_pread, false, false, true},
    {"file_pwrite", file_pwrite, true, false, true},
    {"cmd_pass, read", pass_read, false, false, false},
    {"cmd_pass, write", pass_write, true, false, false},
    {"cmd_pass, file read", pass_file_read, false, false, true},
    {"cmd_pass, file write", pass_file_write, true, false, true},
    {"cmd_pass_iov, read", iov_read, false, false, false},
    {"cmd_pass_iov, write", iov_write, true, false, false},
    {"cmd_pass_iov, two vectors", iov2_read, false, false, false},
    {"cmd_passv, read", passv_read, false, false, false},
    {"cmd_passv, write", passv_write, true, false, false},
    {"cmd_passv, two vectors", passv2_write, true, false, false},
    {"cmd_pass_batch, read", batch_read, false, true, false},
    {"cmd_pass_batch, write", batch_write, true, true, false},
};

#define NENTRIES (sizeof(g_entries) / sizeof(g_entries[0]))

/** Fails the case unless an entry point returned this, and names the entry point */
static void
check_err(const struct entry *entry, int err, int expected, const char *what, int line)
{
	if (err != expected) {
		conf_fail(__FILE__, line, "%s, %s: is %d, expected %d (%s)", entry->name, what, err,
			  expected, xnvme_err_last()->what);
	}
}

#define ERR_IS(entry, err, expected, what) check_err((entry), (err), (expected), (what), __LINE__)

/** What the cases have in common */
struct bench {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf; ///< Room for a command of each context
	struct call call;
	unsigned ncb;
};

static void
begin_as(struct bench *bench, const struct conf_row *row, bool rdonly, bool wronly)
{
	struct xnvme_opts opts = row_opts(row);

	opts.rdonly = rdonly;
	opts.wronly = wronly;
	opts.rdwr = !rdonly && !wronly;
	bench->dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(bench->dev);
	bench->queue = g_queue = row_queue(bench->dev, CAPACITY);
	EQ(xnvme_queue_set_cb(bench->queue, cb_count, &bench->ncb), 0);
	bench->call = (struct call){
	    .nsid = xnvme_dev_get_nsid(bench->dev),
	    .lba_nbytes = row->dev->lba_nbytes,
	    .nbytes = 2 * row->dev->lba_nbytes,
	};
	bench->buf = row_buf(bench->dev, (CAPACITY + 2) * (size_t)bench->call.nbytes);
	bench->call.buf = bench->buf;
	/* The short way is open from here on */
	CHECK(xnvme_dev_get_geo(bench->dev)->lba_nbytes);
}

/** From here on, commands use the `k`th buffer */
static void
use(struct bench *bench, unsigned k)
{
	bench->call.buf = bench->buf + (size_t)k * bench->call.nbytes;
}

static void
begin(struct bench *bench, const struct conf_row *row)
{
	begin_as(bench, row, false, false);
}

static void
end(struct bench *bench)
{
	xnvme_buf_free(bench->dev, bench->buf);
	row_close(bench->dev, bench->queue);
}

static void
every_entry_point_moves_the_same_bytes(const struct conf_row *row)
{
	struct bench bench = {0};
	uint8_t *data;

	begin(&bench, row);
	data = row_buf(bench.dev, bench.call.nbytes);
	for (unsigned i = 0; i < NENTRIES * 2; ++i) {
		const struct entry *entry = &g_entries[i / 2];
		struct xnvme_cmd_ctx sync = xnvme_cmd_ctx_from_dev(bench.dev);

		if (i % 2 && entry->queue_only) {
			continue;
		}
		bench.call.slba = 2 * i + 1;
		bench.call.ctx = &sync;
		pattern(data, bench.call.nbytes, i);
		memcpy(bench.buf, data, bench.call.nbytes);
		if (!entry->writes) {
			EQ(nvm_write(&bench.call), 0);
			memset(bench.buf, 0, bench.call.nbytes);
		}
		sync = xnvme_cmd_ctx_from_dev(bench.dev);
		bench.call.ctx = i % 2 ? &sync : get_ctx(bench.queue);
		ERR_IS(entry, entry->func(&bench.call), 0, "a plain command");
		EQ(xnvme_queue_drain(bench.queue), i % 2 ? 0 : 1);
		if (entry->bytes) {
			EQ(bench.call.ctx->cpl.result, bench.call.nbytes);
		}
		if (entry->writes) {
			memset(bench.buf, 0, bench.call.nbytes);
			sync = xnvme_cmd_ctx_from_dev(bench.dev);
			bench.call.ctx = &sync;
			EQ(nvm_read(&bench.call), 0);
		}
		SAME(bench.buf, data, bench.call.nbytes);
	}
	xnvme_buf_free(bench.dev, data);
	end(&bench);
}

/** Contexts that may not be submitted, each by its way of becoming one */
static void
every_entry_point_refuses_contexts_that_are_not_held(const struct conf_row *row)
{
	struct bench bench = {0};
	struct xnvme_queue *other;

	begin(&bench, row);
	other = row_queue(bench.dev, CAPACITY);
	for (unsigned i = 0; i < NENTRIES; ++i) {
		const struct entry *entry = &g_entries[i];
		struct xnvme_cmd_ctx *ctx = get_ctx(bench.queue);
		struct xnvme_cmd_ctx copy = *ctx, garbage;
		struct xnvme_spec_cmd cmd;

		bench.call.ctx = &copy;
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "a copy");
		memset(&garbage, 0, sizeof(garbage));
		memset(garbage.be_rsvd, 0x5a, sizeof(garbage.be_rsvd));
		bench.call.ctx = &garbage;
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "garbage");
		bench.call.ctx = NULL;
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "NULL");

		bench.call.ctx = ctx;
		ctx->async.queue = other;
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "a context of another queue");
		EQ(xnvme_queue_put_cmd_ctx(other, ctx), -EINVAL);
		ctx->async.queue = bench.queue;
		xnvme_cmd_ctx_clear(ctx);
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "a context without its links");
		EQ(xnvme_queue_put_cmd_ctx(bench.queue, ctx), 0);
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "a context that was put");
		EQ(xnvme_queue_put_cmd_ctx(bench.queue, ctx), -EINVAL);

		CHECK(get_ctx(bench.queue) == ctx);
		xnvme_cmd_ctx_set_cb(ctx, NULL, NULL);
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "no callback");
		xnvme_cmd_ctx_set_cb(ctx, cb_count, &bench.ncb);
		bench.call.buf = NULL;
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "no buffer");
		bench.call.buf = bench.buf;
		EQ(xnvme_queue_get_outstanding(bench.queue), 0);
		ERR_IS(entry, entry->func(&bench.call), 0, "a good command");
		cmd = ctx->cmd;
		bench.call.in_flight = true;
		bench.call.slba += 8;
		ERR_IS(entry, entry->func(&bench.call), -EINVAL, "a context in flight");
		bench.call.slba -= 8;
		bench.call.in_flight = false;
		SAME(&ctx->cmd, &cmd, sizeof(cmd));
		EQ(xnvme_queue_put_cmd_ctx(bench.queue, ctx), -EINVAL);
		EQ(xnvme_queue_drain(bench.queue), 1);
	}
	EQ(bench.ncb, NENTRIES);
	EQ(xnvme_queue_term(other), 0);
	end(&bench);
}

/** Helpers that fill in a command and then pass it do not touch one that is in flight */
static void
helpers_leave_a_command_in_flight_alone(const struct conf_row *row)
{
	struct xnvme_spec_dsm_range range = {0};
	struct xnvme_spec_nvm_scopy_fmt_zero copy = {0};
	struct bench bench = {0};
	struct xnvme_spec_cmd cmd;
	struct xnvme_cmd_ctx *ctx;
	uint8_t *other;

	begin(&bench, row);
	other = bench.buf + bench.call.nbytes;
	bench.call.ctx = ctx = get_ctx(bench.queue);
	EQ(nvm_read(&bench.call), 0);
	cmd = ctx->cmd;
	EQ(xnvme_nvm_write_zeroes(ctx, 1, 7, 3), -EINVAL);
	EQ(xnvme_nvm_write_uncorrectable(ctx, 1, 7, 3), -EINVAL);
	EQ(xnvme_nvm_compare(ctx, 1, 7, 0, other, NULL), -EINVAL);
	EQ(xnvme_nvm_dsm(ctx, 1, &range, 0, true, false, false), -EINVAL);
	EQ(xnvme_nvm_scopy(ctx, 1, 9, &copy, 0, XNVME_NVM_SCOPY_FMT_ZERO), -EINVAL);
	EQ(xnvme_nvm_mgmt_recv(ctx, 1, 1, 2, other, 512), -EINVAL);
	EQ(xnvme_nvm_mgmt_send(ctx, 1, 1, 2, other, 512), -EINVAL);
	EQ(xnvme_znd_mgmt_send(ctx, 1, 5, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET,
			       XNVME_SPEC_ZND_MGMT_OPEN_WITH_ZRWA, NULL),
	   -EINVAL);
	EQ(xnvme_znd_append(ctx, 1, 5, 0, other, NULL), -EINVAL);
	EQ(xnvme_kvs_delete(ctx, 1, other, 4), -EINVAL);
	EQ(xnvme_adm_idfy_ctrlr(ctx, (void *)other), -EINVAL);
	EQ(xnvme_adm_gfeat(ctx, 1, 7, 0, NULL, 0), -EINVAL);
	EQ(xnvme_adm_format(ctx, 1, 3, 0, 0, 0, 0, 0), -EINVAL);
	SAME(&ctx->cmd, &cmd, sizeof(cmd));
	EQ(xnvme_queue_drain(bench.queue), 1);
	end(&bench);
}

/** What a program does to the command after it was submitted does not move the data */
static void
command_in_flight_goes_where_it_was_sent(const struct conf_row *row)
{
	struct bench bench = {0};
	struct xnvme_cmd_ctx sync;
	uint8_t *data;

	begin(&bench, row);
	data = row_buf(bench.dev, bench.call.nbytes);
	for (unsigned i = 0; i < NENTRIES; ++i) {
		const struct entry *entry = &g_entries[i];

		if (!entry->writes) {
			continue;
		}
		pattern(data, bench.call.nbytes, i);
		memcpy(bench.buf, data, bench.call.nbytes);
		bench.call.slba = 4 * i;
		bench.call.ctx = get_ctx(bench.queue);
		ERR_IS(entry, entry->func(&bench.call), 0, "a write");
		bench.call.ctx->cmd.nvm.slba += 2048;
		bench.call.ctx->cmd.nvm.nlb = 0;
		EQ(xnvme_queue_drain(bench.queue), 1);
		memset(bench.buf, 0, bench.call.nbytes);
		sync = xnvme_cmd_ctx_from_dev(bench.dev);
		bench.call.ctx = &sync;
		EQ(nvm_read(&bench.call), 0);
		SAME(bench.buf, data, bench.call.nbytes);
	}
	xnvme_buf_free(bench.dev, data);
	end(&bench);
}

static void
every_entry_point_is_ebusy_when_the_queue_is_full(const struct conf_row *row)
{
	struct bench bench = {0};

	begin(&bench, row);
	for (unsigned i = 0; i < NENTRIES; ++i) {
		const struct entry *entry = &g_entries[i];
		struct xnvme_cmd_ctx *extra;

		for (unsigned k = 0; k < CAPACITY; ++k) {
			use(&bench, k);
			bench.call.ctx = get_ctx(bench.queue);
			ERR_IS(entry, entry->func(&bench.call), 0, "room");
		}
		use(&bench, CAPACITY);
		bench.call.ctx = extra = get_ctx(bench.queue);
		CHECK(!xnvme_queue_get_cmd_ctx(bench.queue));
		ERR_IS(entry, entry->func(&bench.call), -EBUSY, "full");
		EQ(xnvme_queue_get_outstanding(bench.queue), CAPACITY);
		EQ(xnvme_queue_drain(bench.queue), CAPACITY);
		ERR_IS(entry, entry->func(&bench.call), 0, "room again");
		EQ(xnvme_queue_drain(bench.queue), 1);
		(void)extra;
	}
	end(&bench);
}

/** Entry points in a copy of the process, on a queue with `nbusy` commands in flight */
static void
in_child(struct bench *bench, unsigned nbusy)
{
	bench->call.ctx = get_ctx(bench->queue);
	for (unsigned i = 0; i < NENTRIES; ++i) {
		const struct entry *entry = &g_entries[i];

		ERR_IS(entry, entry->func(&bench->call), -EOWNERDEAD, nbusy ? "full" : "idle");
		EQ(xnvme_queue_get_outstanding(bench->queue), nbusy);
	}
	sys_exit_now(0);
}

static void
every_entry_point_of_an_inherited_queue_is_eownerdead(const struct conf_row *row)
{
	struct bench bench = {0};

	begin(&bench, row);
	for (unsigned nbusy = 0; nbusy <= CAPACITY; nbusy += CAPACITY) {
		int pid;

		for (unsigned i = 0; i < nbusy; ++i) {
			use(&bench, i);
			bench.call.ctx = get_ctx(bench.queue);
			EQ(nvm_read(&bench.call), 0);
		}
		pid = sys_fork();
		if (pid == 0) {
			in_child(&bench, nbusy);
		}
		CHECK(pid > 0);
		EQ(sys_fork_wait(pid), 0);
		EQ(xnvme_queue_drain(bench.queue), nbusy);
	}
	end(&bench);
}

struct closing {
	struct bench bench;
	unsigned ncb;
};

static void
on_closing(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct closing *closing = arg;

	closing->ncb++;
	closing->bench.call.ctx = ctx;
	for (unsigned i = 0; i < NENTRIES; ++i) {
		ERR_IS(&g_entries[i], g_entries[i].func(&closing->bench.call), -ESHUTDOWN,
		       "terminating");
	}
}

static void
every_entry_point_while_terminating_is_eshutdown(const struct conf_row *row)
{
	struct closing closing = {0};
	struct bench *bench = &closing.bench;

	begin(bench, row);
	EQ(xnvme_queue_set_cb(bench->queue, on_closing, &closing), 0);
	for (unsigned k = 0; k < CAPACITY; ++k) {
		use(bench, k);
		bench->call.ctx = get_ctx(bench->queue);
		EQ(nvm_read(&bench->call), 0);
	}
	EQ(xnvme_queue_term(bench->queue), 0);
	EQ(closing.ncb, CAPACITY);
	xnvme_buf_free(bench->dev, bench->buf);
	row_close(bench->dev, NULL);
}

static void
every_entry_point_wakes_a_sleeper(const struct conf_row *row)
{
	struct bench bench = {0};
	int fd;

	begin(&bench, row);
	fd = xnvme_queue_get_completion_fd(bench.queue);
	CHECK(fd >= 0);
	for (unsigned i = 0; i < NENTRIES; ++i) {
		const struct entry *entry = &g_entries[i];
		const unsigned ncb = bench.ncb;

		bench.call.ctx = get_ctx(bench.queue);
		ERR_IS(entry, entry->func(&bench.call), 0, "the descriptor in use");
		while (bench.ncb == ncb) {
			EQ(sys_event_is_set(fd, 10000), 1);
			CHECK(xnvme_queue_poke(bench.queue, 0) >= 0);
		}
		fd_becomes_quiet(bench.queue, fd);
	}
	end(&bench);
}

/** The outcome of a command, with the callback's context or the sync return value */
static struct outcome
outcome_of(struct bench *bench, const struct entry *entry, bool sync)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(bench->dev);
	struct outcome out;
	int err;

	bench->call.ctx = sync ? &ctx : get_ctx(bench->queue);
	err = entry->func(&bench->call);
	if (!sync && !err) {
		EQ(xnvme_queue_drain(bench->queue), 1);
	}
	out = op_outcome(bench->call.ctx, sync ? 0 : err);
	if (!sync && err) {
		EQ(xnvme_queue_put_cmd_ctx(bench->queue, bench->call.ctx), 0);
	}
	if (sync && err && !out.sct && !out.sc) {
		out.err = err;
	}

	return out;
}

/** What the long way says of a range, each entry point says too: two vectors take the long way */
static void
every_entry_point_agrees_about_the_end(const struct conf_row *row)
{
	const uint64_t nlbas = row->dev->nlbas;
	const uint64_t starts[] = {0,	      1,	  nlbas - 2,  nlbas - 1,      nlbas,
				   nlbas + 1, 1ULL << 40, 1ULL << 62, UINT64_MAX - 1, UINT64_MAX};
	struct bench bench = {0};

	begin(&bench, row);
	for (size_t s = 0; s < sizeof(starts) / sizeof(starts[0]); ++s) {
		for (unsigned i = 0; i < NENTRIES * 2; ++i) {
			const struct entry *entry = &g_entries[i / 2];
			const struct entry *oracle = &g_entries[10];
			struct outcome expected, out;

			if (entry->writes || entry->bytes || (i % 2 && entry->queue_only)) {
				continue;
			}
			bench.call.slba = starts[s];
			expected = outcome_of(&bench, oracle, i % 2);
			out = outcome_of(&bench, entry, i % 2);
			if (out.err != expected.err || out.sct != expected.sct ||
			    out.sc != expected.sc) {
				conf_fail(__FILE__, __LINE__,
					  "%s, slba 0x%llx: is %d, %x/%02x, expected %d, %x/%02x",
					  entry->name, (unsigned long long)starts[s], out.err,
					  out.sct, out.sc, expected.err, expected.sct, expected.sc);
			}
		}
	}
	end(&bench);
}

static void
every_entry_point_keeps_to_the_access_mode(const struct conf_row *row)
{
	for (unsigned i = 0; i < NENTRIES * 4; ++i) {
		const struct entry *entry = &g_entries[i / 4];
		const bool is_sync = i % 2, rdonly = i & 2;
		const bool allowed = entry->writes != rdonly;
		struct xnvme_cmd_ctx sync;
		struct bench bench = {0};

		if (is_sync && entry->queue_only) {
			continue;
		}
		begin_as(&bench, row, rdonly, !rdonly);
		sync = xnvme_cmd_ctx_from_dev(bench.dev);
		bench.call.ctx = is_sync ? &sync : get_ctx(bench.queue);
		ERR_IS(entry, entry->func(&bench.call), allowed ? 0 : -EPERM,
		       rdonly ? "read-only" : "write-only");
		EQ(xnvme_queue_drain(bench.queue), !is_sync && allowed);
		end(&bench);
	}
}

/** Fields that only a controller honours are not lost on the short way */
static void
every_entry_point_hears_fields_of_the_command(const struct conf_row *row)
{
	struct bench bench = {0};

	begin(&bench, row);
	for (unsigned i = 0; i < NENTRIES * 2; ++i) {
		const struct entry *entry = &g_entries[i / 2];
		struct xnvme_cmd_ctx sync = xnvme_cmd_ctx_from_dev(bench.dev);

		if (i % 2 && entry->queue_only) {
			continue;
		}
		/* File commands have no directives, and are never fused */
		for (unsigned field = 0; field < 2 && !entry->bytes; ++field) {
			sync = xnvme_cmd_ctx_from_dev(bench.dev);
			bench.call.ctx = i % 2 ? &sync : get_ctx(bench.queue);
			if (field) {
				bench.call.ctx->cmd.common.fuse = 1;
			} else {
				bench.call.ctx->cmd.nvm.dtype = 2;
			}
			ERR_IS(entry, entry->func(&bench.call), -ENOTSUP,
			       field ? "fused" : "a directive");
			if (!(i % 2)) {
				EQ(xnvme_queue_put_cmd_ctx(bench.queue, bench.call.ctx), 0);
			}
			EQ(xnvme_queue_get_outstanding(bench.queue), 0);
		}
		/* FUA is done, more often than there is room: each command gives its slot back */
		for (unsigned k = 0; k < CAPACITY + 1; ++k) {
			sync = xnvme_cmd_ctx_from_dev(bench.dev);
			bench.call.ctx = i % 2 ? &sync : get_ctx(bench.queue);
			bench.call.ctx->cmd.nvm.fua = 1;
			ERR_IS(entry, entry->func(&bench.call), 0, "FUA");
			EQ(xnvme_queue_drain(bench.queue), i % 2 ? 0 : 1);
		}
	}
	end(&bench);
}

static int
by_pass(struct xnvme_cmd_ctx *ctx, struct iovec *data, size_t nbytes, struct iovec *meta)
{
	return xnvme_cmd_pass(ctx, data->iov_base, nbytes, meta->iov_base, meta->iov_len);
}

static int
by_iov(struct xnvme_cmd_ctx *ctx, struct iovec *data, size_t nbytes, struct iovec *meta)
{
	return xnvme_cmd_pass_iov(ctx, data, 1, nbytes, meta->iov_base, meta->iov_len);
}

static int
by_passv(struct xnvme_cmd_ctx *ctx, struct iovec *data, size_t nbytes, struct iovec *meta)
{
	return xnvme_cmd_passv(ctx, data, 1, nbytes, meta, meta->iov_base || meta->iov_len,
			       meta->iov_len);
}

static int
by_batch(struct xnvme_cmd_ctx *ctx, struct iovec *data, size_t nbytes, struct iovec *meta)
{
	const struct xnvme_cmd_io io = {ctx, data->iov_base, nbytes, meta->iov_base, meta->iov_len,
					0};
	const int res = xnvme_cmd_pass_batch(g_queue, &io, 1);

	return res == 1 ? 0 : res;
}

/** Ways to pass a command whose lengths the caller states */
static const struct way {
	const char *name;
	int (*func)(struct xnvme_cmd_ctx *ctx, struct iovec *data, size_t nbytes,
		    struct iovec *meta);
	bool vector;
	bool queue_only;
} g_ways[] = {
    {"cmd_pass", by_pass, false, false},
    {"cmd_pass_iov", by_iov, true, false},
    {"cmd_passv", by_passv, true, false},
    {"cmd_pass_batch", by_batch, false, true},
};

/** What is wrong with the lengths of a read of two LBAs, by the difference from good ones */
static const struct wrong {
	const char *name;
	int vector, nbytes; ///< Bytes more than good
	bool has_meta;
	size_t meta_nbytes;
	int err;
} g_wrongs[] = {
    {"metadata", 0, 0, true, 16, -ENOTSUP},
    {"metadata without a length", 0, 0, true, 0, -ENOTSUP},
    {"a length without metadata", 0, 0, false, 16, -ENOTSUP},
    {"another length", 512, 512, false, 0, -EINVAL},
    {"a vector that is too long", 512, 0, false, 0, -EINVAL},
    {"a vector that is too short", -512, 0, false, 0, -EINVAL},
};

/** What the ways above cannot say: more than one vector, and metadata of the helpers */
static void
check_other_lengths(struct bench *bench, struct xnvme_cmd_ctx *ctx)
{
	const struct call *call = &bench->call;
	struct iovec two[2] = {{call->buf, call->nbytes}, {call->buf, 512}};

	prepare(call, XNVME_SPEC_NVM_OPC_READ);
	EQ(xnvme_cmd_pass_iov(ctx, two, 2, call->nbytes, NULL, 0), -EINVAL);
	EQ(xnvme_cmd_passv(ctx, two, 2, call->nbytes, NULL, 0, 0), -EINVAL);
	EQ(xnvme_nvm_read(ctx, call->nsid, 0, nlb_of(call), call->buf, call->buf), -ENOTSUP);
	EQ(xnvme_nvm_write(ctx, call->nsid, 0, nlb_of(call), call->buf, call->buf), -ENOTSUP);
	EQ(xnvme_queue_get_outstanding(bench->queue), 0);
}

static void
every_entry_point_compares_lengths(const struct conf_row *row)
{
	struct bench bench = {0};

	begin(&bench, row);
	for (unsigned i = 0; i < 4 * sizeof(g_wrongs) / sizeof(g_wrongs[0]) * 2; ++i) {
		const struct way *way = &g_ways[i / 2 % 4];
		const struct wrong *wrong = &g_wrongs[i / 8];
		struct xnvme_cmd_ctx sync = xnvme_cmd_ctx_from_dev(bench.dev);
		struct iovec data = {bench.buf, bench.call.nbytes + (size_t)wrong->vector};
		struct iovec meta = {wrong->has_meta ? bench.buf : NULL, wrong->meta_nbytes};
		int err;

		if ((i % 2 && way->queue_only) ||
		    (!way->vector && wrong->vector != wrong->nbytes)) {
			continue;
		}
		bench.call.ctx = i % 2 ? &sync : get_ctx(bench.queue);
		prepare(&bench.call, XNVME_SPEC_NVM_OPC_READ);
		err = way->func(bench.call.ctx, &data, bench.call.nbytes + (size_t)wrong->nbytes,
				&meta);
		if (err != wrong->err) {
			conf_fail(__FILE__, __LINE__, "%s, %s: is %d, expected %d", way->name,
				  wrong->name, err, wrong->err);
		}
		EQ(xnvme_queue_get_outstanding(bench.queue), 0);
		if (!(i % 2)) {
			EQ(xnvme_queue_put_cmd_ctx(bench.queue, bench.call.ctx), 0);
		}
	}
	for (unsigned i = 0; i < 2; ++i) {
		struct xnvme_cmd_ctx sync = xnvme_cmd_ctx_from_dev(bench.dev);

		bench.call.ctx = i ? &sync : get_ctx(bench.queue);
		check_other_lengths(&bench, bench.call.ctx);
	}
	end(&bench);
}

static void
no_entry_point_takes_bytes_beyond_2_63(const struct conf_row *row)
{
	const uint64_t top = 1ULL << 63;
	struct bench bench = {0};

	begin(&bench, row);
	for (unsigned i = 0; i < 2; ++i) {
		struct xnvme_cmd_ctx sync = xnvme_cmd_ctx_from_dev(bench.dev);
		struct xnvme_cmd_ctx *ctx = i ? &sync : get_ctx(bench.queue);
		uint8_t *buf = bench.buf;

		EQ(xnvme_file_pread(ctx, buf, 1024, (xnvme_off_t)(top - 512)), -EINVAL);
		EQ(xnvme_file_pwrite(ctx, buf, 1024, (xnvme_off_t)(top - 512)), -EINVAL);
		EQ(xnvme_file_pread(ctx, buf, 1024, -1), -EINVAL);
		EQ(xnvme_file_pread(ctx, buf, (size_t)(top - 1), 512), -EINVAL);
		EQ(xnvme_file_pwrite(ctx, buf, (size_t)top, 0), -EINVAL);
		bench.call.ctx = ctx;
		bench.call.slba = top / bench.call.lba_nbytes - 1;
		EQ(pass_file_read(&bench.call), -EINVAL);
		EQ(pass_file_write(&bench.call), -EINVAL);
		prepare(&bench.call, XNVME_SPEC_FS_OPC_READ);
		ctx->cmd.nvm.slba = 0;
		EQ(xnvme_cmd_pass(ctx, buf, (size_t)top, NULL, 0), -EINVAL);
		EQ(xnvme_queue_get_outstanding(bench.queue), 0);
	}
	end(&bench);
}

const struct conf_case conf_cases_entry[] = {
    CONF_CASE(every_entry_point_moves_the_same_bytes, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(every_entry_point_refuses_contexts_that_are_not_held, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(helpers_leave_a_command_in_flight_alone, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(command_in_flight_goes_where_it_was_sent, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_NO_CONTROLLER),
    CONF_CASE(every_entry_point_is_ebusy_when_the_queue_is_full, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(every_entry_point_of_an_inherited_queue_is_eownerdead, SCOPE_ROW,
	      NEED_FORK | NEED_LBAS),
    CONF_CASE(every_entry_point_while_terminating_is_eshutdown, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(every_entry_point_wakes_a_sleeper, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(every_entry_point_agrees_about_the_end, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(every_entry_point_keeps_to_the_access_mode, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(every_entry_point_hears_fields_of_the_command, SCOPE_ROW,
	      NEED_LBAS | NEED_NO_CONTROLLER),
    CONF_CASE(every_entry_point_compares_lengths, SCOPE_ROW, NEED_LBAS | NEED_NO_METADATA),
    CONF_CASE(no_entry_point_takes_bytes_beyond_2_63, SCOPE_ROW, NEED_LBAS | NEED_SIZE64),
    {0},
};
