// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: opening, closing, terminating, in every order */
#include <conformance/conf.h>

#define STDERR	  2
#define NROUNDS	  1000
#define NWARM	  20
#define NINFLIGHT 64

static void
open_use_close(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	void *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, row->dev->lba_nbytes);

	GOOD(op_async(queue, &op));
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** How many more threads there are; one that was joined may be seen a moment longer */
static int
threads_above(int limit)
{
	const uint64_t deadline_ms = sys_time_ms() + 5000;

	while (sys_count_threads() > limit && sys_time_ms() < deadline_ms) {
		sys_thread_yield();
	}

	return sys_count_threads() > limit ? sys_count_threads() - limit : 0;
}

static void
open_close_1000_times_leaks_nothing(const struct conf_row *row)
{
	int nfds, nthreads;
	size_t nbytes;

	for (int i = 0; i < NWARM; ++i) {
		open_use_close(row);
	}
	nfds = sys_count_descriptors();
	nthreads = sys_count_threads();
	nbytes = sys_heap_nbytes();
	for (int i = 0; i < NROUNDS; ++i) {
		open_use_close(row);
	}
	EQ(sys_count_descriptors(), nfds);
	EQ(threads_above(nthreads), 0);
	CHECK(sys_heap_nbytes() <= nbytes + sys_heap_slack_nbytes());
}

/** A message to a closed stream must not reach a file that the library opened */
static void
streams_are_still_closed(const char *after)
{
	for (int fd = 0; fd <= STDERR; ++fd) {
		if (sys_stream_is_open(fd)) {
			conf_fail(__FILE__, __LINE__, "descriptor %d is in use after %s", fd,
				  after);
		}
	}
}

static void
standard_streams_that_are_closed_stay_closed(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;
	uint8_t *buf;

	for (int fd = 0; fd <= STDERR; ++fd) {
		sys_stream_close(fd);
	}
	dev = row_open(row);
	streams_are_still_closed("open");
	CHECK(xnvme_dev_get_geo(dev));
	streams_are_still_closed("deriving geometry");
	queue = row_queue(dev, 4);
	streams_are_still_closed("making a queue");
	CHECK(xnvme_queue_get_completion_fd(queue) > STDERR);
	streams_are_still_closed("making the completion descriptor");
	buf = row_buf(dev, nbytes);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes);
		const struct op flush = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);

		GOOD(op_by(way, dev, queue, &read));
		GOOD(op_by(way, dev, queue, &flush));
		streams_are_still_closed("a command");
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
	streams_are_still_closed("close");
}

/** A queue outlives the close of its device, which then goes with the queue */
static void
close_with_live_queue_waits_for_its_end(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_queue *other = NULL;
	uint8_t *buf = row_buf(dev, nbytes);
	const struct op op = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes);

	xnvme_dev_close(dev);
	GOOD(op_async(queue, &op));
	xnvme_dev_close(dev);
	EQ(xnvme_queue_init(dev, 4, 0, &other), -EINVAL);
	CHECK(!other);
	EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(dev);
	xnvme_buf_virt_free(buf);
}

/** What has been given back is recognised, and not freed twice */
static void
second_close_and_second_term_are_refused(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	struct xnvme_queue *other = NULL;

	EQ(xnvme_queue_term(queue), 0);
	EQ(xnvme_queue_term(queue), -EINVAL);
	xnvme_dev_close(dev);
	xnvme_dev_close(dev);
	EQ(xnvme_queue_init(dev, 4, 0, &other), -EINVAL);
	CHECK(!other);
}

/** No command is lost when its queue is terminated, and none is called back twice */
static void
term_completes_what_is_in_flight_once(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, NINFLIGHT);
	const uint64_t share = row->dev->nlbas * row->dev->lba_nbytes / NINFLIGHT;
	const uint32_t lba_nbytes = row->dev->lba_nbytes;
	struct xnvme_caps caps;
	uint8_t *data, *back;
	const uint32_t nsid = xnvme_dev_get_nsid(dev);
	unsigned ncb = 0;
	size_t nblocks, nbytes;

	EQ(xnvme_dev_get_caps(dev, &caps), 0);
	nbytes = (size_t)XNVME_MIN_U64(XNVME_MIN_U64(share, MIB), caps.data_nbytes_max);
	nblocks = nbytes / lba_nbytes;
	nbytes = nblocks * lba_nbytes;
	data = row_buf(dev, nbytes * NINFLIGHT);
	pattern(data, nbytes * NINFLIGHT, 7);
	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	for (unsigned i = 0; i < NINFLIGHT; ++i) {
		EQ(xnvme_nvm_write(get_ctx(queue), nsid, i * nblocks, (uint16_t)(nblocks - 1),
				   data + i * nbytes, NULL),
		   0);
	}
	EQ(xnvme_queue_term(queue), 0);
	EQ(ncb, NINFLIGHT);
	back = row_buf(dev, nbytes);
	for (unsigned i = 0; row->moves_data && i < NINFLIGHT; ++i) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		EQ(xnvme_nvm_read(&ctx, nsid, i * nblocks, (uint16_t)(nblocks - 1), back, NULL), 0);
		SAME(back, data + i * nbytes, nbytes);
	}
	xnvme_buf_free(dev, back);
	xnvme_buf_free(dev, data);
	row_close(dev, NULL);
}

/** A program that the caller starts inherits no descriptor of the library */
static void
descriptors_are_close_on_exec(const struct conf_row *row)
{
	const int before = sys_count_inheritable();
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;

	dev = row_open(row);
	queue = row_queue(dev, 4);
	CHECK(xnvme_queue_get_completion_fd(queue) >= 0);
	EQ(sys_count_inheritable(), before);
	row_close(dev, queue);
}

/** Nobody has to ask for the geometry before the first command */
static void
first_io_before_get_geo_works(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	uint8_t *data = row_buf(dev, nbytes);
	uint8_t *back = row_buf(dev, nbytes);

	pattern(data, nbytes, 3);
	EQ(xnvme_nvm_write(&ctx, xnvme_dev_get_nsid(dev), 8, 0, data, NULL), 0);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	EQ(xnvme_nvm_read(&ctx, xnvme_dev_get_nsid(dev), 8, 0, back, NULL), 0);
	SAME(back, data, nbytes);
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, back);
	row_close(dev, NULL);
}

static void
first_async_io_before_get_geo_works(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 1);
	uint8_t *data = row_buf(dev, nbytes);
	uint8_t *back = row_buf(dev, nbytes);
	struct xnvme_cmd_ctx *ctx;
	unsigned ncb = 0;

	pattern(data, nbytes, 4);
	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	ctx = get_ctx(queue);
	EQ(xnvme_nvm_write(ctx, xnvme_dev_get_nsid(dev), 9, 0, data, NULL), 0);
	EQ(xnvme_queue_drain(queue), 1);
	ctx = get_ctx(queue);
	EQ(xnvme_nvm_read(ctx, xnvme_dev_get_nsid(dev), 9, 0, back, NULL), 0);
	EQ(xnvme_queue_drain(queue), 1);
	EQ(ncb, 2);
	SAME(back, data, nbytes);
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, back);
	row_close(dev, queue);
}

static void
identify_agrees_with_geometry(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);
	const struct xnvme_spec_idfy_ns *ns = xnvme_dev_get_ns(dev);
	const unsigned format = ns->flbas.format | (unsigned)ns->flbas.format_msb << 4;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const uint32_t nbytes = row->dev->lba_nbytes - (row->dev->extended ? geo->nbytes_oob : 0);
	struct xnvme_spec_idfy *idfy = row_buf(dev, sizeof(*idfy));

	EQ(geo->type, row->dev->zoned ? XNVME_GEO_ZONED : XNVME_GEO_CONVENTIONAL);
	EQ(1ULL << ns->lbaf[format].ds, nbytes);
	EQ(1ULL << geo->ssw, nbytes);
	EQ(geo->lba_nbytes, row->dev->lba_nbytes);
	EQ(xnvme_dev_get_ssw(dev), geo->ssw);
	EQ(ns->nsze, geo->tbytes >> geo->ssw);
	EQ(geo->tbytes, row->dev->nlbas * nbytes);
	EQ(geo->nbytes, row->dev->is_file ? 1 : nbytes);
	CHECK(geo->mdts_nbytes >= 4096);
	EQ(xnvme_adm_idfy_ns(&ctx, xnvme_dev_get_nsid(dev), idfy), 0);
	SAME(idfy, ns, sizeof(*ns));
	ctx = xnvme_cmd_ctx_from_dev(dev);
	EQ(xnvme_adm_idfy_ctrlr(&ctx, idfy), 0);
	SAME(idfy, xnvme_dev_get_ctrlr(dev), sizeof(*idfy));
	EQ(xnvme_dev_get_csi(dev), row->dev->zoned	      ? XNVME_SPEC_CSI_ZONED
				   : row->dev->has_controller ? XNVME_SPEC_CSI_NVM
							      : XNVME_SPEC_CSI_FS);
	EQ(xnvme_dev_get_ident(dev)->nsid, xnvme_dev_get_nsid(dev));
	EQ(strcmp(xnvme_dev_get_ident(dev)->uri, row->dev->uri), 0);
	EQ(xnvme_dev_derive_geo(dev), 0);
	EQ(xnvme_dev_get_geo(dev)->tbytes, row->dev->nlbas * nbytes);
	xnvme_buf_free(dev, idfy);
	row_close(dev, NULL);
}

static void
opts_of_a_device_name_what_was_chosen(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	const struct xnvme_opts *opts = xnvme_dev_get_opts(dev);

	EQ(strcmp(opts->be, row->be), 0);
	EQ(strcmp(opts->async, row->async), 0);
	EQ(strcmp(opts->sync, row->sync), 0);
	EQ(strcmp(opts->admin, row->admin), 0);
	EQ(strcmp(opts->mem, row->mem), 0);
	CHECK(opts->dev);
	EQ(opts->rdwr, 1);
	row_close(dev, NULL);
}

/** The interface that is chosen by default is one that transfers */
static void
default_async_moves_data(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 8);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *data = row_buf(dev, nbytes);
	uint8_t *back = row_buf(dev, nbytes);
	const struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, 5, 0, data, nbytes);
	const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 5, 0, back, nbytes);

	CHECK(strcmp(xnvme_dev_get_opts(dev)->async, "nil") != 0);
	pattern(data, nbytes, 5);
	GOOD(op_async(queue, &write));
	GOOD(op_sync(dev, &read));
	SAME(back, data, nbytes);
	memset(back, 0, nbytes);
	GOOD(op_async(queue, &read));
	SAME(back, data, nbytes);
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, back);
	row_close(dev, queue);
}

static void
two_opens_reach_the_same_data(const struct conf_row *row)
{
	struct xnvme_dev *first = row_open(row);
	struct xnvme_dev *second = row_open(row);
	struct xnvme_queue *queue = row_queue(first, 2);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *data = row_buf(first, nbytes);
	uint8_t *back = row_buf(second, nbytes);
	const struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, 6, 0, data, nbytes);
	const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 6, 0, back, nbytes);

	pattern(data, nbytes, 6);
	GOOD(op_async(queue, &write));
	GOOD(op_sync(second, &read));
	SAME(back, data, nbytes);
	xnvme_buf_free(first, data);
	row_close(first, queue);
	GOOD(op_sync(second, &read));
	xnvme_buf_free(second, back);
	row_close(second, NULL);
}

static void
environment_junk_is_refused_in_words(const struct conf_row *row)
{
	static const char *const junk[] = {
	    "abc", "", "0", "-1", "1024", "4 ", "99999999999999999999"};

	for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); ++i) {
		struct xnvme_opts opts = row_opts(row);
		struct xnvme_queue *queue = NULL;
		struct xnvme_dev *dev;

		if (!junk[i][0] && sys_env_set("XNVME_BE_CBI_ASYNC_THRPOOL_NTHREADS", "")) {
			continue;
		}
		EQ(sys_env_set("XNVME_BE_CBI_ASYNC_THRPOOL_NTHREADS", junk[i]), 0);
		opts.async = "thrpool";
		dev = xnvme_dev_open(row->dev->uri, &opts);
		CHECK(dev);
		xnvme_err_clear();
		EQ(xnvme_queue_init(dev, 4, 0, &queue), -EINVAL);
		CHECK(!queue);
		CHECK(strstr(xnvme_err_last()->where, "NTHREADS"));
		CHECK(xnvme_err_last()->what[0] && xnvme_err_last()->hint[0]);
		xnvme_dev_close(dev);
	}
	EQ(sys_env_set("XNVME_BE_CBI_ASYNC_THRPOOL_NTHREADS", "2"), 0);
	open_use_close(row);
}

const struct conf_case conf_cases_lifecycle[] = {
    CONF_CASE(standard_streams_that_are_closed_stay_closed, SCOPE_ROW, 0),
    CONF_CASE(open_close_1000_times_leaks_nothing, SCOPE_ROW, 0),
    CONF_CASE(close_with_live_queue_waits_for_its_end, SCOPE_ROW, 0),
    CONF_CASE(second_close_and_second_term_are_refused, SCOPE_ROW, 0),
    CONF_CASE(term_completes_what_is_in_flight_once, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(descriptors_are_close_on_exec, SCOPE_ROW, 0),
    CONF_CASE(first_io_before_get_geo_works, SCOPE_DEV, NEED_LBAS),
    CONF_CASE(first_async_io_before_get_geo_works, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(identify_agrees_with_geometry, SCOPE_DEV, 0),
    CONF_CASE(opts_of_a_device_name_what_was_chosen, SCOPE_ROW, 0),
    CONF_CASE(default_async_moves_data, SCOPE_DEV, NEED_LBAS),
    CONF_CASE(two_opens_reach_the_same_data, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_SHARED),
    CONF_CASE(environment_junk_is_refused_in_words, SCOPE_DEV, 0),
    {0},
};
