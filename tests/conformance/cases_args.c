// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: NULL and impossible arguments get an answer, never a signal */
#include <conformance/conf.h>

#include <stdio.h>

static void
null_arguments_of_dev(const struct conf_row *row)
{
	struct xnvme_caps caps;

	(void)row;
	xnvme_dev_close(NULL);
	EQ(xnvme_dev_derive_geo(NULL), -EINVAL);
	errno = 0;
	EQ(xnvme_dev_get_geo(NULL)->type, XNVME_GEO_UNKNOWN);
	EQ(errno, EINVAL);
	EQ(xnvme_dev_get_ctrlr(NULL)->vid, 0);
	EQ(xnvme_dev_get_ctrlr_css(NULL)->vid, 0);
	EQ(xnvme_dev_get_ns(NULL)->nsze, 0);
	EQ(xnvme_dev_get_ns_css(NULL)->nsze, 0);
	EQ(xnvme_dev_get_nsid(NULL), 0);
	EQ(xnvme_dev_get_csi(NULL), 0xff);
	CHECK(!xnvme_dev_get_ident(NULL));
	CHECK(!xnvme_dev_get_opts(NULL));
	CHECK(!xnvme_dev_get_be_state(NULL));
	EQ(xnvme_dev_get_ssw(NULL), 0);
	CHECK(!xnvme_dev_open(NULL, NULL));
	EQ(errno, EINVAL);
	EQ(xnvme_dev_get_caps(NULL, &caps), -EINVAL);
	EQ(xnvme_dev_can(NULL, 0), -EINVAL);
	EQ(xnvme_enumerate("1GB", NULL, NULL, NULL), -EINVAL);
	EQ(xnvme_scan(NULL, NULL, NULL, NULL), -EINVAL);
	EQ(xnvme_controller_reset(NULL), -EINVAL);
	EQ(xnvme_subsystem_reset(NULL), -EINVAL);
	EQ(xnvme_namespace_rescan(NULL), -EINVAL);
	EQ(xnvme_controller_get_registers(NULL, NULL), -EINVAL);
}

static void
null_arguments_of_queue(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	struct xnvme_queue *other = NULL;
	struct xnvme_queue_stats stats;

	EQ(xnvme_queue_init(NULL, 2, 0, &other), -EINVAL);
	EQ(xnvme_queue_init(dev, 2, 0, NULL), -EINVAL);
	EQ(xnvme_queue_init(NULL, 2, 0, NULL), -EINVAL);
	EQ(xnvme_queue_get_capacity(NULL), 0);
	EQ(xnvme_queue_get_outstanding(NULL), 0);
	EQ(xnvme_queue_term(NULL), -EINVAL);
	EQ(xnvme_queue_poke(NULL, 0), -EINVAL);
	EQ(xnvme_queue_drain(NULL), -EINVAL);
	EQ(xnvme_queue_wait(NULL), -EINVAL);
	errno = 0;
	CHECK(!xnvme_queue_get_cmd_ctx(NULL));
	EQ(errno, EINVAL);
	CHECK(!xnvme_cmd_ctx_from_queue(NULL));
	EQ(xnvme_queue_put_cmd_ctx(NULL, NULL), -EINVAL);
	EQ(xnvme_queue_put_cmd_ctx(queue, NULL), -EINVAL);
	EQ(xnvme_queue_set_cb(NULL, cb_count, NULL), -EINVAL);
	EQ(xnvme_queue_set_cb(queue, NULL, NULL), -EINVAL);
	EQ(xnvme_queue_get_completion_fd(NULL), -EINVAL);
	EQ(xnvme_queue_get_stats(NULL, &stats), -EINVAL);
	EQ(xnvme_queue_get_stats(queue, NULL), -EINVAL);
	row_close(dev, queue);
}

static void
null_arguments_of_cmd(const struct conf_row *row)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(NULL);
	struct xnvme_cmd_ctx none = {0};
	struct xnvme_cmd_ctx async = {.opts = 2};
	struct xnvme_err words;
	uint8_t buf[512];
	struct iovec iov = {buf, sizeof(buf)};

	(void)row;
	xnvme_cmd_ctx_clear(NULL);
	EQ(xnvme_cmd_pass(NULL, buf, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass(&ctx, buf, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass(&none, buf, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass(&async, buf, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass_iov(NULL, &iov, 1, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass_iov(&ctx, &iov, 1, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass_iov(&ctx, NULL, 1, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass_iov(&async, NULL, 0, 0, NULL, 0), -EINVAL);
	EQ(xnvme_cmd_passv(NULL, &iov, 1, sizeof(buf), NULL, 0, 0), -EINVAL);
	EQ(xnvme_cmd_passv(&ctx, NULL, 1, sizeof(buf), NULL, 0, 0), -EINVAL);
	EQ(xnvme_cmd_pass_admin(NULL, buf, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass_admin(&ctx, buf, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_pass_admin(&none, buf, sizeof(buf), NULL, 0), -EINVAL);
	EQ(xnvme_cmd_ctx_explain(NULL, &words), -EINVAL);
	EQ(xnvme_cmd_ctx_explain(&ctx, NULL), -EINVAL);
}

/** A context that leads nowhere, and none at all */
static void
null_arguments_of_nvm(const struct conf_row *row)
{
	struct xnvme_cmd_ctx nowhere = xnvme_cmd_ctx_from_dev(NULL);
	struct xnvme_cmd_ctx *ctxs[] = {NULL, &nowhere};
	uint8_t buf[4096] = {0};

	(void)row;
	for (int i = 0; i < 2; ++i) {
		struct xnvme_cmd_ctx *ctx = ctxs[i];

		EQ(xnvme_nvm_read(ctx, 1, 0, 0, buf, NULL), -EINVAL);
		EQ(xnvme_nvm_write(ctx, 1, 0, 0, buf, NULL), -EINVAL);
		EQ(xnvme_nvm_write_uncorrectable(ctx, 1, 0, 0), -EINVAL);
		EQ(xnvme_nvm_write_zeroes(ctx, 1, 0, 0), -EINVAL);
		EQ(xnvme_nvm_scopy(ctx, 1, 0, (void *)buf, 0, XNVME_NVM_SCOPY_FMT_ZERO), -EINVAL);
		EQ(xnvme_nvm_dsm(ctx, 1, (void *)buf, 0, true, false, false), -EINVAL);
		EQ(xnvme_nvm_mgmt_recv(ctx, 1, 1, 0, buf, 64), -EINVAL);
		EQ(xnvme_nvm_mgmt_send(ctx, 1, 1, 0, buf, 64), -EINVAL);
		EQ(xnvme_nvm_compare(ctx, 1, 0, 0, buf, NULL), -EINVAL);
		xnvme_prep_nvm(ctx, 2, 1, 0, 0);
	}
}

static void
null_arguments_of_adm(const struct conf_row *row)
{
	struct xnvme_cmd_ctx nowhere = xnvme_cmd_ctx_from_dev(NULL);
	struct xnvme_cmd_ctx *ctxs[] = {NULL, &nowhere};
	uint8_t buf[4096] = {0};

	(void)row;
	for (int i = 0; i < 2; ++i) {
		struct xnvme_cmd_ctx *ctx = ctxs[i];
		struct xnvme_spec_idfy *idfy = (void *)buf;

		EQ(xnvme_adm_idfy(ctx, 1, 0, 1, 0, 0, idfy), -EINVAL);
		EQ(xnvme_adm_idfy_ctrlr(ctx, idfy), -EINVAL);
		EQ(xnvme_adm_idfy_ctrlr_csi(ctx, 0, idfy), -EINVAL);
		EQ(xnvme_adm_idfy_ns(ctx, 1, idfy), -EINVAL);
		EQ(xnvme_adm_idfy_ns_csi(ctx, 1, 0, idfy), -EINVAL);
		EQ(xnvme_adm_log(ctx, 2, 0, 0, 1, 0, buf, 512), -EINVAL);
		EQ(xnvme_adm_gfeat(ctx, 1, 1, 0, NULL, 0), -EINVAL);
		EQ(xnvme_adm_sfeat(ctx, 1, 1, 0, 0, NULL, 0), -EINVAL);
		EQ(xnvme_adm_format(ctx, 1, 0, 0, 0, 0, 0, 0), -EINVAL);
		EQ(xnvme_nvm_sanitize(ctx, 2, false, 0, 1, false, false), -EINVAL);
		EQ(xnvme_adm_dir_send(ctx, 1, 0, 0, 0, 0), -EINVAL);
		EQ(xnvme_adm_dir_recv(ctx, 1, 0, 0, 0, buf, 64), -EINVAL);
		xnvme_prep_adm_idfy(ctx, 1, 0, 1, 0, 0);
		xnvme_prep_adm_log(ctx, 2, 0, 0, 1, 0, 512);
		xnvme_prep_adm_gfeat(ctx, 1, 1, 0);
		xnvme_prep_adm_sfeat(ctx, 1, 1, 0, 0);
	}
}

/** A missing buffer, or one of odd length, is refused before the command is built */
static void
null_and_odd_buffers_of_adm(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	uint8_t *buf = row_buf(dev, 4096);

	EQ(xnvme_adm_idfy(&ctx, 1, 0, 1, 0, 0, NULL), -EINVAL);
	EQ(xnvme_adm_idfy_ctrlr(&ctx, NULL), -EINVAL);
	EQ(xnvme_adm_idfy_ctrlr_csi(&ctx, 0, NULL), -EINVAL);
	EQ(xnvme_adm_idfy_ns(&ctx, 1, NULL), -EINVAL);
	EQ(xnvme_adm_idfy_ns_csi(&ctx, 1, 0, NULL), -EINVAL);
	EQ(xnvme_adm_log(&ctx, 2, 0, 0, 1, 0, NULL, 512), -EINVAL);
	for (uint32_t nbytes = 0; nbytes < 4; ++nbytes) {
		EQ(xnvme_adm_log(&ctx, 2, 0, 0, 1, 0, buf, nbytes), -EINVAL);
	}
	EQ(xnvme_adm_log(&ctx, 2, 0, 0, 1, 0, buf, 514), -EINVAL);
	EQ(xnvme_adm_log(&ctx, 2, 0, 2, 1, 0, buf, 512), -EINVAL);
	EQ(xnvme_cmd_pass_admin(&ctx, NULL, 4096, NULL, 0), -EINVAL);
	xnvme_buf_free(dev, buf);
	row_close(dev, NULL);
}

static void
null_arguments_of_file(const struct conf_row *row)
{
	struct xnvme_cmd_ctx nowhere = xnvme_file_get_cmd_ctx(NULL);
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_cmd_ctx ctx = xnvme_file_get_cmd_ctx(dev);
	uint8_t buf[16];

	CHECK(!xnvme_file_open(NULL, NULL));
	EQ(xnvme_file_close(NULL), 0);
	EQ(xnvme_file_pread(NULL, buf, sizeof(buf), 0), -EINVAL);
	EQ(xnvme_file_pread(&nowhere, buf, sizeof(buf), 0), -EINVAL);
	EQ(xnvme_file_pread(&ctx, NULL, row->dev->lba_nbytes, 0), -EINVAL);
	EQ(xnvme_file_pread(&ctx, buf, sizeof(buf), -1), -EINVAL);
	EQ(xnvme_file_pwrite(NULL, buf, sizeof(buf), 0), -EINVAL);
	EQ(xnvme_file_pwrite(&nowhere, buf, sizeof(buf), 0), -EINVAL);
	EQ(xnvme_file_pwrite(&ctx, NULL, row->dev->lba_nbytes, 0), -EINVAL);
	EQ(xnvme_file_pwrite(&ctx, buf, sizeof(buf), -1), -EINVAL);
	EQ(xnvme_file_pwrite(&ctx, buf, sizeof(buf), INT64_MAX), -EINVAL);
	/* On a 32-bit host that is a length like any other, of a buffer that cannot be */
	if (SIZE_MAX > UINT32_MAX) {
		EQ(xnvme_file_pwrite(&ctx, buf, SIZE_MAX, 0), -EINVAL);
	}
	EQ(xnvme_file_sync(NULL), -EINVAL);
	row_close(dev, NULL);
}

/** Sizes and alignments that no allocator can serve are errors, not small buffers */
static void
impossible_allocations_are_refused(const struct conf_row *row)
{
	static const size_t alignments[] = {0, 3, 5, 48, SIZE_MAX};
	struct xnvme_dev *dev = row_open(row);
	uint64_t phys = 7;
	void *buf;

	for (size_t i = 0; i < sizeof(alignments) / sizeof(alignments[0]); ++i) {
		errno = 0;
		CHECK(!xnvme_buf_virt_alloc(alignments[i], 64));
		EQ(errno, EINVAL);
	}
	CHECK(!xnvme_buf_virt_alloc(4096, 0));
	EQ(errno, EINVAL);
	for (size_t off = 0; off < 3; ++off) {
		CHECK(!xnvme_buf_virt_alloc(4096, SIZE_MAX - off * 4095));
		EQ(errno, ENOMEM);
		CHECK(!xnvme_buf_alloc(dev, SIZE_MAX - off * 4095));
		EQ(errno, ENOMEM);
	}
	CHECK(!xnvme_buf_alloc(dev, 0));
	EQ(errno, EINVAL);
	CHECK(!xnvme_buf_alloc(NULL, 64));
	CHECK(!xnvme_buf_phys_alloc(NULL, 64, &phys));
	CHECK(!xnvme_buf_realloc(NULL, NULL, 64));
	CHECK(!xnvme_buf_phys_realloc(NULL, NULL, 64, NULL));
	buf = xnvme_buf_phys_alloc(dev, 100, NULL);
	CHECK(buf && (uintptr_t)buf % 4096 == 0);
	memset(buf, 1, 100);
	EQ(xnvme_buf_vtophys(NULL, buf, &phys), -EINVAL);
	EQ(xnvme_buf_vtophys(dev, NULL, &phys), -EINVAL);
	EQ(xnvme_buf_vtophys(dev, buf, NULL), -EINVAL);
	EQ(xnvme_buf_vtophys(dev, buf, &phys), -ENOSYS);
	errno = 0;
	CHECK(!xnvme_buf_realloc(dev, buf, 200));
	EQ(errno, ENOSYS);
	EQ(((uint8_t *)buf)[99], 1);
	xnvme_buf_free(NULL, buf);
	xnvme_buf_free(dev, NULL);
	xnvme_buf_phys_free(dev, buf);
	xnvme_buf_virt_free(NULL);
	row_close(dev, NULL);
}

static void
mapping_memory_that_needs_none_is_enosys(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	void *mem = xnvme_buf_virt_alloc(4096, 4096);

	CHECK(mem);
	EQ(xnvme_mem_map(dev, mem, 4096), -ENOSYS);
	EQ(xnvme_mem_unmap(dev, mem), -ENOSYS);
	EQ(xnvme_mem_map(NULL, mem, 4096), -EINVAL);
	EQ(xnvme_mem_map(dev, NULL, 4096), -EINVAL);
	EQ(xnvme_mem_map(dev, mem, 0), -EINVAL);
	EQ(xnvme_mem_unmap(NULL, mem), -EINVAL);
	EQ(xnvme_mem_unmap(dev, NULL), -EINVAL);
	xnvme_buf_virt_free(mem);
	row_close(dev, NULL);
}

static void
null_arguments_of_buf(const struct conf_row *row)
{
	uint8_t a[8] = {0}, b[8] = {1};
	char none[300];

	(void)row;
	snprintf(none, sizeof(none), "%s/none/file", conf_env.dir);
	EQ(xnvme_buf_fill(NULL, 8, "zero"), -EINVAL);
	EQ(xnvme_buf_fill(a, 8, NULL), -EINVAL);
	EQ(xnvme_buf_fill(a, 8, ""), -EINVAL);
	EQ(xnvme_buf_fill(a, 8, none), -ENOENT);
	CHECK(!xnvme_buf_clear(NULL, 8));
	EQ(xnvme_buf_memcpy(NULL, a, 8), -EINVAL);
	EQ(xnvme_buf_memcpy(a, NULL, 8), -EINVAL);
	EQ(xnvme_buf_memcpy(NULL, NULL, 0), 0);
	EQ(xnvme_buf_diff(a, b, 8), 1);
	EQ(xnvme_buf_diff(NULL, NULL, 8), 0);
	EQ(xnvme_buf_diff(a, NULL, 8), 8);
	EQ(xnvme_buf_diff(NULL, a, 8), 8);
	EQ(xnvme_buf_to_file(NULL, 8, none), -EINVAL);
	EQ(xnvme_buf_to_file(a, 8, NULL), -EINVAL);
	EQ(xnvme_buf_to_file(a, 8, none), conf_env.can & NEED_FILES ? -ENOENT : -ENOTSUP);
	EQ(xnvme_buf_from_file(NULL, 8, none), -EINVAL);
	EQ(xnvme_buf_from_file(a, 8, NULL), -EINVAL);
}

static void
null_arguments_of_ident_be_and_err(const struct conf_row *row)
{
	struct xnvme_be_attr_list *list = NULL;
	struct xnvme_ident ident;

	(void)row;
	EQ(xnvme_ident_from_uri(NULL, &ident), -EINVAL);
	EQ(xnvme_ident_from_uri("1GB", NULL), -EINVAL);
	EQ(xnvme_ident_from_uri("1GB", &ident), 0);
	EQ(strcmp(ident.uri, "1GB"), 0);
	EQ(xnvme_be_attr_list_bundled(NULL), -EINVAL);
	EQ(xnvme_be_attr_list_bundled(&list), 0);
	CHECK(list && list->count > 0);
	for (int i = 0; i < list->count; ++i) {
		EQ(strcmp(xnvme_be_attr_get(i)->name, list->item[i].name), 0);
		EQ(xnvme_be_attr_get(i)->enabled, list->item[i].enabled);
	}
	CHECK(!xnvme_be_attr_get(-1));
	CHECK(!xnvme_be_attr_get(list->count));
	xnvme_buf_virt_free(list);
	xnvme_err_clear();
	EQ(xnvme_err_last()->err, 0);
	EQ(xnvme_err_last()->what[0], 0);
	CHECK(xnvme_err_fpr(NULL, NULL, 0) < 0);
}

static bool
is_range(struct xnvme_lba_range range, uint64_t slba, uint64_t elba, uint64_t nbytes)
{
	return range.attr.is_valid && range.slba == slba && range.elba == elba &&
	       range.naddrs == elba - slba + 1 && range.nbytes == nbytes;
}

static void
ranges_of_lbas_are_checked(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);
	const uint64_t unit = geo->nbytes;
	const uint64_t n = geo->tbytes / unit;
	FILE *stream = sys_temp_stream();
	struct xnvme_lba_range range = xnvme_lba_range_from_slba_naddrs(dev, 0, 4);

	CHECK(stream);
	CHECK(is_range(range, 0, 3, 4 * unit));
	CHECK(xnvme_lba_range_fpr(stream, &range, 0) > 0);
	CHECK(xnvme_lba_range_fpr(stream, NULL, 0) != 0);
	CHECK(xnvme_lba_range_fpr(NULL, &range, 0) < 0);
	fclose(stream);
	CHECK(is_range(xnvme_lba_range_from_slba_elba(dev, n - 1, n - 1), n - 1, n - 1, unit));
	CHECK(is_range(xnvme_lba_range_from_offset_nbytes(dev, unit, 2 * unit), 1, 2, 2 * unit));
	CHECK(!xnvme_lba_range_from_slba_elba(dev, n - 1, n).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_elba(dev, 1, 0).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_elba(dev, 0, UINT64_MAX).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_naddrs(dev, 0, 0).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_naddrs(dev, 1, UINT64_MAX).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_naddrs(dev, UINT64_MAX, 2).attr.is_valid);
	CHECK(!xnvme_lba_range_from_offset_nbytes(dev, 0, 0).attr.is_valid);
	CHECK(!xnvme_lba_range_from_offset_nbytes(dev, n * unit, unit).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_elba(NULL, 0, 0).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_naddrs(NULL, 0, 1).attr.is_valid);
	CHECK(!xnvme_lba_range_from_offset_nbytes(NULL, 0, 512).attr.is_valid);
	CHECK(!xnvme_lba_range_from_zdescr(dev, NULL).attr.is_valid);
	CHECK(!xnvme_lba_range_from_zdescr(NULL, NULL).attr.is_valid);
	row_close(dev, NULL);
}

const struct conf_case conf_cases_args[] = {
    CONF_CASE(null_arguments_of_dev, SCOPE_ONCE, 0),
    CONF_CASE(null_arguments_of_queue, SCOPE_ROW, 0),
    CONF_CASE(null_arguments_of_cmd, SCOPE_ONCE, 0),
    CONF_CASE(null_arguments_of_nvm, SCOPE_ONCE, 0),
    CONF_CASE(null_arguments_of_adm, SCOPE_ONCE, 0),
    CONF_CASE(null_and_odd_buffers_of_adm, SCOPE_DEV, 0),
    CONF_CASE(null_arguments_of_file, SCOPE_DEV, 0),
    CONF_CASE(null_arguments_of_buf, SCOPE_ONCE, 0),
    CONF_CASE(null_arguments_of_ident_be_and_err, SCOPE_ONCE, 0),
    CONF_CASE(impossible_allocations_are_refused, SCOPE_DEV, 0),
    CONF_CASE(mapping_memory_that_needs_none_is_enosys, SCOPE_DEV, 0),
    CONF_CASE(ranges_of_lbas_are_checked, SCOPE_DEV, 0),
    {0},
};
