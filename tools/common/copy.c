// SPDX-License-Identifier: BSD-3-Clause
#include <copy.h>
#include <file.h>
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <os/system.h>
#include <os/std.h>
#include <print/text.h>

/** The largest alignment that O_DIRECT needs */
#define DIRECT_NBYTES 4096U
#define WAIT_MS	      100

enum phase {
	PHASE_READ = 0,
	PHASE_WRITE = 1,
};

/** One piece of the data: read, then written. Its buffer and vectors live as long as the run. */
struct io {
	struct run *run;
	uint8_t *buf;
	struct iovec *iov;
	uint64_t offset; ///< Offset from the start of the data
	size_t nbytes;
	size_t done;   ///< Bytes completed in the current phase
	size_t issued; ///< Length of the command in flight, padding included
	enum phase phase;
};

struct run {
	struct tool_copy *copy;
	struct io *ios;
	struct iovec *iovs;
	struct io **ready; ///< Stack of pieces that have something to do next
	uint32_t nready;
	uint32_t nios;
	uint32_t ninflight;
	size_t chunk;	   ///< Bytes per piece
	size_t buf_nbytes; ///< A piece and the padding of the last one
	uint64_t next;	   ///< Offset of the first byte that no piece has
	uint64_t limit;	   ///< Offset of the first byte that no piece is to get
	uint64_t expect;   ///< Offset of the end of the data, as far as it is known
	uint64_t moved;	   ///< Bytes completed
	uint64_t wrote;	   ///< Offset of the first byte that no write was issued for
	uint64_t end;	   ///< Offset at which the input ended
	bool ended;
	size_t read_pad;  ///< The last piece is read, ...
	size_t write_pad; ///< ... or written, in multiples of this
	bool short_io[2]; ///< By phase: completions tell how many bytes were moved
	struct xnvme_queue *queues[2];
	int fds[2];
	int err;
	struct xnvme_err words;
	struct tool_progress progress;
};

static void
pattern_fill(uint8_t *buf, uint64_t offset, size_t nbytes)
{
	for (size_t i = 0; i < nbytes; ++i) {
		buf[i] = (uint8_t)('A' + (offset + i) % 26);
	}
}

/** Remember the first failure; later ones are its consequences */
static void
run_fail(struct run *run, int err, const char *format, uint64_t a, uint64_t b)
{
	if (run->err) {
		return;
	}
	run->err = err < 0 ? err : -EIO;
	run->words = (struct xnvme_err){.err = run->err};
	snprintf(run->words.what, sizeof(run->words.what), format, a, b);
}

/** As run_fail(), for a command that the library refused or the device failed */
static void
run_fail_cmd(struct run *run, const struct io *io, const struct xnvme_cmd_ctx *ctx, int err)
{
	const bool reading = io->phase == PHASE_READ;

	if (run->err) {
		return;
	}
	if (xnvme_cmd_ctx_explain(ctx, &run->words) || !run->words.err) {
		run->words = *xnvme_err_last();
	}
	run->err = run->words.err < 0 ? run->words.err : err < 0 ? err : -EIO;
	run->words.err = run->err;
	if (!run->words.where[0]) {
		snprintf(run->words.where, sizeof(run->words.where),
			 "%s %zu bytes at offset %" PRIu64, reading ? "reading" : "writing",
			 io->nbytes, io->offset);
	}
}

/** The input ended within the piece: no piece gets bytes beyond that */
static void
input_end(struct io *io)
{
	struct run *run = io->run;

	run->ended = true;
	if (io->offset + io->done < run->end) {
		run->end = io->offset + io->done;
	}
	io->nbytes = io->done;
}

/** Fill the piece from the stream; false when there is nothing more */
static bool
stream_fill(struct io *io)
{
	struct run *run = io->run;
	const int64_t got = tool_stream_read(&run->copy->in, io->buf, io->nbytes);

	if (got < 0) {
		run_fail(run, (int)got, "reading the input failed after %" PRIu64 " bytes",
			 io->offset, 0);
		return false;
	}
	if ((size_t)got < io->nbytes && !run->copy->to_end) {
		run_fail(run, -ENODATA, "the input ends after %" PRIu64 " of %" PRIu64 " bytes",
			 io->offset + (uint64_t)got, run->copy->nbytes);
		return false;
	}
	if ((size_t)got < io->nbytes) {
		io->done = (size_t)got;
		input_end(io);
		io->done = 0;
	}

	return got > 0;
}

/** Give the piece its next part of the data; false when there is none left */
static bool
io_assign(struct io *io)
{
	struct run *run = io->run;
	const struct tool_copy *copy = run->copy; // NOLINT: run_alloc() sets io->run
	const uint64_t left = run->ended ? 0 : run->limit - run->next;

	if (!left) {
		return false;
	}
	io->offset = run->next;
	io->nbytes = left < run->chunk ? (size_t)left : run->chunk;
	io->done = 0;
	io->phase = copy->src ? PHASE_READ : PHASE_WRITE;
	if (copy->in.open && !stream_fill(io)) {
		return false;
	}
	run->next += io->nbytes;
	if (!copy->src && !copy->in.open) {
		pattern_fill(io->buf, io->offset, io->nbytes);
	}

	return true;
}

/** Length of the command for what is left of the piece: only the last piece may need padding */
static size_t
io_length(const struct io *io)
{
	const struct run *run = io->run;
	const size_t pad = io->phase == PHASE_READ ? run->read_pad : run->write_pad;
	const size_t left = io->nbytes - io->done;

	if (left % pad == 0 ||
	    (io->offset + io->nbytes < run->expect && io->nbytes == run->chunk)) {
		return left;
	}

	return left + pad - left % pad;
}

static size_t
iov_fill(struct io *io, size_t nbytes)
{
	const size_t iosize = io->run->copy->iosize;
	size_t ofz = 0;
	size_t cnt = 0;

	while (ofz < nbytes) {
		const size_t left = nbytes - ofz;
		const bool last = cnt + 1 == io->run->copy->vec_cnt;
		const size_t len = left < iosize || last ? left : iosize;

		io->iov[cnt].iov_base = io->buf + io->done + ofz;
		io->iov[cnt].iov_len = len;
		ofz += len;
		++cnt;
	}

	return cnt;
}

static int
io_issue(struct io *io, struct xnvme_cmd_ctx *ctx)
{
	struct run *run = io->run;
	const struct tool_copy *copy = run->copy;
	const bool reading = io->phase == PHASE_READ;
	const uint64_t base = reading ? copy->src_offset : copy->dst_offset;
	const uint64_t offset = base + io->offset + io->done;
	const size_t length = io_length(io);
	uint8_t *buf = io->buf + io->done;

	assert(length && io->done + length <= run->buf_nbytes);
	if (!reading && io->offset + io->done + length > run->wrote) {
		run->wrote = io->offset + io->done + length;
	}
	if (!reading && length > io->nbytes - io->done) {
		memset(io->buf + io->nbytes, 0, io->done + length - io->nbytes);
	}
	io->issued = length;

	if (copy->vec_cnt) {
		memset(&ctx->cmd, 0, sizeof(ctx->cmd));
		ctx->cmd.common.opcode = reading ? XNVME_SPEC_FS_OPC_READ : XNVME_SPEC_FS_OPC_WRITE;
		ctx->cmd.common.nsid = xnvme_dev_get_nsid(ctx->dev);
		ctx->cmd.nvm.slba = offset;
		return xnvme_cmd_pass_iov(ctx, io->iov, iov_fill(io, length), length, NULL, 0);
	}
	if (reading) {
		return xnvme_file_pread(ctx, buf, length, (xnvme_off_t)offset);
	}

	return xnvme_file_pwrite(ctx, buf, length, (xnvme_off_t)offset);
}

static void
io_verify(struct io *io)
{
	struct run *run = io->run;

	for (size_t i = 0; i < io->nbytes; ++i) {
		if (io->buf[i] != (uint8_t)('A' + (io->offset + i) % 26)) {
			run_fail(run, -EIO,
				 "data differs from what was written, first at byte %" PRIu64
				 " of %" PRIu64,
				 io->offset + i, run->copy->nbytes);
			return;
		}
	}
}

/** Account for the bytes that a command moved */
static void
io_account(struct io *io, const struct xnvme_cmd_ctx *ctx)
{
	struct run *run = io->run;
	const size_t left = io->nbytes - io->done;
	const uint64_t moved = run->short_io[io->phase] ? ctx->cpl.result : io->issued;

	if (!moved && io->phase == PHASE_READ && run->copy->to_end) {
		input_end(io);
		return;
	}
	if (!moved && io->phase == PHASE_READ) {
		run_fail(run, -ENODATA, "the input ends after %" PRIu64 " of %" PRIu64 " bytes",
			 io->offset + io->done, run->copy->nbytes);
		return;
	}
	if (!moved) {
		run_fail(run, -EIO,
			 "the output took no more after %" PRIu64 " of %" PRIu64 " bytes",
			 io->offset + io->done, run->copy->nbytes);
		return;
	}
	io->done += moved < left ? (size_t)moved : left;
}

/** Pieces arrive in order: with a stream as output there is only one */
static void
stream_write(struct io *io)
{
	struct run *run = io->run;
	size_t done = 0;
	const int err = tool_write_full(run->copy->out.file, io->buf, io->nbytes, &done);

	if (err) {
		run_fail(run, err, "writing the output failed after %" PRIu64 " bytes",
			 io->offset + done, 0);
	}
}

/** Do the next step of the piece; false when it has none left */
static bool
io_next(struct io *io)
{
	struct run *run = io->run;

	if (io->done < io->nbytes) {
		return true;
	}
	if (io->phase == PHASE_READ && run->copy->verify) {
		io_verify(io);
	}
	if (io->phase == PHASE_READ && run->copy->dst && io->nbytes) {
		io->phase = PHASE_WRITE;
		io->done = 0;
		return true;
	}
	if (run->copy->out.open) {
		stream_write(io);
	}
	run->moved += io->nbytes;
	tool_progress_update(&run->progress, run->moved);

	return io_assign(io);
}

static void
run_sync(struct run *run)
{
	const struct tool_copy *copy = run->copy;
	struct io *io = &run->ios[0];
	bool more = io_assign(io);

	while (more && !run->err) {
		struct xnvme_dev *dev = io->phase == PHASE_READ ? copy->src : copy->dst;
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
		const int err = io_issue(io, &ctx);

		if (err || xnvme_cmd_ctx_cpl_status(&ctx)) {
			run_fail_cmd(run, io, &ctx, err);
			return;
		}
		io_account(io, &ctx);
		more = !run->err && io_next(io);
	}
}

/** Neither input nor output is a device */
static void
run_streams(struct run *run)
{
	struct io *io = &run->ios[0];
	bool more = io_assign(io);

	while (more && !run->err) {
		io->done = io->nbytes;
		more = io_next(io);
	}
}

static void
on_complete(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	struct io *io = cb_arg;
	struct run *run = io->run;

	if (xnvme_cmd_ctx_cpl_status(ctx)) {
		run_fail_cmd(run, io, ctx, -EIO);
	} else {
		io_account(io, ctx);
	}
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
	run->ninflight -= 1;
	run->ready[run->nready++] = io;
}

/** Submit the piece; -EBUSY when its queue has to be poked first */
static int
io_submit(struct io *io)
{
	struct run *run = io->run;
	struct xnvme_queue *queue = run->queues[io->phase];
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);
	int err;

	if (!ctx) {
		return -EBUSY;
	}
	xnvme_cmd_ctx_set_cb(ctx, on_complete, io);
	run->ninflight += 1;
	err = io_issue(io, ctx);
	if (!err) {
		return 0;
	}
	run->ninflight -= 1;
	if (err != -EBUSY && err != -EAGAIN) {
		run_fail_cmd(run, io, ctx, err);
	}
	xnvme_queue_put_cmd_ctx(queue, ctx);

	return -EBUSY;
}

/** Submit pieces until all are in flight or a queue is full */
static void
run_submit(struct run *run)
{
	while (!run->err && run->nready) {
		struct io *io = run->ready[run->nready - 1];

		if (io->done == io->nbytes && !io_next(io)) {
			run->nready -= 1;
			continue;
		}
		if (run->err || io_submit(io)) {
			break;
		}
		/* A completion may have been delivered meanwhile, on top of this one */
		for (uint32_t i = run->nready; i-- > 0;) {
			if (run->ready[i] == io) {
				run->ready[i] = run->ready[--run->nready];
				break;
			}
		}
	}
}

/** Poke the queues; sleeps while nothing has completed */
static void
run_wait(struct run *run)
{
	unsigned nfds = 0;
	int ndone = 0;
	int fds[2];

	for (int i = 0; i < 2; ++i) {
		int err = 0;

		if (!run->queues[i] || !xnvme_queue_get_outstanding(run->queues[i])) {
			continue;
		}
		err = xnvme_queue_poke(run->queues[i], 0);
		if (err < 0 && err != -EBUSY && err != -EAGAIN && err != -EINTR) {
			run_fail(run, err, "poking the queue failed", 0, 0);
			/* Commands are still in flight; terminating the queue completes them */
			run->ninflight = 0;
			return;
		}
		ndone += err > 0 ? err : 0;
		if (run->fds[i] >= 0) {
			fds[nfds++] = run->fds[i];
		} else {
			xnvi_thread_yield();
			ndone += 1;
		}
	}
	if (!ndone && nfds) {
		xnvi_events_wait(fds, nfds, WAIT_MS);
	}
}

static int
queue_start(struct run *run, enum phase phase, struct xnvme_dev *dev)
{
	uint16_t capacity = 1;
	int err;

	if (!dev) {
		return 0;
	}
	while (capacity < run->copy->qdepth) {
		capacity = (uint16_t)(capacity * 2);
	}
	err = xnvme_queue_init(dev, capacity, 0, &run->queues[phase]);
	if (err) {
		run->queues[phase] = NULL;
		return tool_fail("setting up a queue", err);
	}
	run->fds[phase] = xnvme_queue_get_completion_fd(run->queues[phase]);

	return 0;
}

static void
run_async(struct run *run)
{
	for (uint32_t i = 0; i < run->nios; ++i) {
		if (io_assign(&run->ios[i])) {
			run->ready[run->nready++] = &run->ios[i];
		}
	}
	for (;;) {
		run_submit(run);
		if (!run->ninflight && (run->err || !run->nready)) {
			break;
		}
		if (!run->ninflight) {
			run_fail(run, -EBUSY, "the queue refuses commands while it is idle", 0, 0);
			break;
		}
		run_wait(run);
	}
}

/** Free everything that the run allocated */
static void
run_term(struct run *run)
{
	struct xnvme_dev *dev = run->copy->src ? run->copy->src : run->copy->dst;

	for (int i = 0; i < 2; ++i) {
		if (run->queues[i]) {
			const int err = xnvme_queue_term(run->queues[i]);

			if (err) {
				run_fail(run, err, "ending the queue failed", 0, 0);
			}
		}
	}
	for (uint32_t i = 0; run->ios && i < run->nios; ++i) {
		if (dev) {
			xnvme_buf_free(dev, run->ios[i].buf);
		} else {
			xnvme_buf_virt_free(run->ios[i].buf);
		}
	}
	free(run->ios);
	free(run->iovs);
	free(run->ready);
}

static int
run_alloc(struct run *run)
{
	const struct tool_copy *copy = run->copy;
	struct xnvme_dev *dev = copy->src ? copy->src : copy->dst;
	const size_t vec_cnt = copy->vec_cnt ? copy->vec_cnt : 1;
	const uint64_t npieces = (copy->nbytes + run->chunk - 1) / run->chunk;

	run->nios = copy->qdepth && dev && !copy->out.open ? copy->qdepth : 1;
	if (!copy->in.open && npieces < run->nios) {
		run->nios = npieces ? (uint32_t)npieces : 1;
	}
	run->ios = calloc(run->nios, sizeof(*run->ios));
	/* One more: a piece stays on the stack while it is being submitted */
	run->ready = calloc(run->nios + 1U, sizeof(struct io *));
	run->iovs = calloc(run->nios, vec_cnt * sizeof(*run->iovs));
	if (!run->ios || !run->ready || !run->iovs) {
		return tool_fail("allocating", -ENOMEM);
	}
	for (uint32_t i = 0; i < run->nios; ++i) {
		run->ios[i].run = run;
		run->ios[i].iov = run->iovs + i * vec_cnt;
		/* Not cleared: that can cost as much as the copy, and each byte is written
		 * first */
		run->ios[i].buf = dev ? xnvme_buf_alloc(dev, run->buf_nbytes)
				      : xnvme_buf_virt_alloc(DIRECT_NBYTES, run->buf_nbytes);
		if (!run->ios[i].buf) {
			return tool_fail("allocating a buffer", errno ? -errno : -ENOMEM);
		}
	}

	return 0;
}

int
tool_copy_range_check(struct xnvme_dev *dev, uint64_t offset, uint64_t nbytes, bool reading)
{
	const struct xnvme_geo *geo = dev ? xnvme_dev_get_geo(dev) : NULL;
	const char *name = reading ? "input" : "output";

	if (nbytes > (uint64_t)INT64_MAX || offset > (uint64_t)INT64_MAX - nbytes) {
		return tool_refuse("offset and size exceed the largest file");
	}
	if (!dev) {
		return 0;
	}
	/* An output file grows. A special file may have data although its size is 0 */
	if (tool_copy_is_file(dev) && (!reading || !geo || !geo->tbytes)) {
		return 0;
	}
	if (!geo || !geo->tbytes) {
		return tool_refuse("the size of the %s is unknown", name);
	}
	if (offset + nbytes > geo->tbytes) {
		return tool_refuse("the %s has %" PRIu64 " bytes, %" PRIu64 " at offset %" PRIu64
				   " are beyond its end",
				   name, geo->tbytes, nbytes, offset);
	}

	return 0;
}

static size_t
read_pad(const struct tool_copy *copy)
{
	if (tool_copy_is_file(copy->src) || !copy->src) {
		return copy->direct ? DIRECT_NBYTES : 1;
	}

	return xnvme_dev_get_geo(copy->src)->nbytes ? xnvme_dev_get_geo(copy->src)->nbytes : 1;
}

/** Report the failure, and which bytes of the output may have changed */
static int
run_report(struct run *run)
{
	const struct tool_copy *copy = run->copy;
	int err;

	if (!run->err) {
		return 0;
	}
	err = tool_explained(copy->what, &run->words);
	if (copy->dst && !run->wrote) {
		xnvi_text_line(stderr, "#   output: nothing was written to it");
	} else if (copy->dst) {
		xnvi_text_line(stderr,
			       "#   output: bytes %" PRIu64 " to %" PRIu64
			       " may be new, the rest is as before",
			       copy->dst_offset, copy->dst_offset + run->wrote - 1);
	}

	return err;
}

/** The handle of an open file, for operations that the library has no command for */
static xnvi_handle
file_of(struct xnvme_dev *dev)
{
	xnvi_handle file;

	memcpy(&file, xnvme_dev_get_be_state(dev), sizeof(file));

	return file;
}

/** Read to the end: the input may be longer or shorter than its size says */
static void
run_tail(struct run *run)
{
	const struct tool_copy *copy = run->copy;
	const uint64_t done = run->ended && run->end < run->moved ? run->end : run->moved;
	struct xnvi_file_info info;

	run->moved = done;
	run->next = done;
	run->limit = INT64_MAX;
	run->expect = UINT64_MAX;
	run->ended = false;
	run->end = UINT64_MAX;
	if (run->read_pad > 1 && done % run->read_pad) {
		/* O_DIRECT cannot read from an offset that is not aligned */
		if (!xnvi_file_info(file_of(copy->src), &info) && info.nbytes > done) {
			run_fail(run, -EBUSY,
				 "the input grew beyond %" PRIu64
				 " bytes while it was read; leave out --direct",
				 done, 0);
		}
		return;
	}
	run_sync(run);
}

static void
run_all(struct run *run)
{
	struct tool_copy *copy = run->copy;
	const bool streams = !copy->src && (copy->in.open || copy->out.open) && !copy->dst;

	run->limit = copy->to_end && copy->in.open ? INT64_MAX : copy->nbytes;
	run->expect = copy->to_end && copy->in.open ? UINT64_MAX : copy->nbytes;
	run->end = UINT64_MAX;
	(streams ? run_streams : copy->qdepth ? run_async : run_sync)(run);
	if (!run->err && copy->to_end && copy->src) {
		run_tail(run);
	}
	if (!run->err && copy->to_end) {
		copy->nbytes = run->moved;
	}
}

/** The output ends where the copy ends, and is on the medium */
static int
dst_finish(struct tool_copy *copy)
{
	int err = 0;

	if (tool_copy_is_file(copy->dst)) {
		err = xnvi_file_trim(file_of(copy->dst), copy->dst_offset + copy->nbytes);
		err = err ? tool_fail("cutting the output to its size", err) : 0;
	}
	if (!err && copy->dst) {
		err = xnvme_file_sync(copy->dst);
		err = err ? tool_fail("flushing the output", err) : 0;
	}

	return err;
}

int
tool_copy_run(struct tool_copy *copy)
{
	const uint64_t chunk = (uint64_t)copy->iosize * (copy->vec_cnt ? copy->vec_cnt : 1);
	struct run run = {.copy = copy, .fds = {-1, -1}};
	size_t pad;
	int err;

	err = tool_copy_range_check(copy->src, copy->src_offset, copy->nbytes, !copy->to_end);
	if (!err) {
		err = tool_copy_range_check(copy->dst, copy->dst_offset, copy->nbytes, false);
	}
	if (err) {
		return err;
	}
	run.short_io[PHASE_READ] = tool_copy_is_file(copy->src);
	run.short_io[PHASE_WRITE] = tool_copy_is_file(copy->dst);
	run.read_pad = read_pad(copy);
	run.write_pad = copy->direct && tool_copy_is_file(copy->dst) ? DIRECT_NBYTES : 1;
	pad = run.read_pad > run.write_pad ? run.read_pad : run.write_pad;
	if (chunk > SIZE_MAX - pad) {
		return tool_refuse("--iosize x --vec-cnt is %llu bytes for one command: that is "
				   "more than this system has memory for",
				   (unsigned long long)chunk);
	}
	run.chunk = (size_t)chunk;
	run.buf_nbytes = run.chunk + pad;

	tool_progress_start(&run.progress, copy->what, copy->nbytes);
	if (copy->nbytes || copy->to_end) {
		err = run_alloc(&run);
	}
	if (!err && copy->qdepth) {
		err = queue_start(&run, PHASE_READ, copy->src);
	}
	if (!err && copy->qdepth) {
		err = queue_start(&run, PHASE_WRITE, copy->dst);
	}
	if (!err && (copy->nbytes || copy->to_end)) {
		run_all(&run);
	}
	run_term(&run);
	tool_progress_finish(&run.progress);
	if (!err) {
		err = run_report(&run);
	}
	if (!err) {
		err = dst_finish(copy);
	}
	assert(err || run.moved == copy->nbytes);

	return err;
}
