// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: options are honoured or refused, never dropped */
#include <conformance/conf.h>

#include <stdio.h>

static void
check_refused(const char *uri, struct xnvme_opts *opts, int expected, const char *word)
{
	struct xnvme_dev *dev;

	xnvme_err_clear();
	dev = xnvme_dev_open(uri, opts);
	if (dev || errno != expected || xnvme_err_last()->err != -expected ||
	    !strstr(xnvme_err_last()->what, word)) {
		conf_fail(__FILE__, __LINE__,
			  "%s: %s, errno %d, err %d, what '%s'; expected %d, '%s'", uri,
			  dev ? "opened" : "refused", errno, xnvme_err_last()->err,
			  xnvme_err_last()->what, expected, word);
	}
	/* errno is positive, and there is something to try */
	CHECK(errno > 0);
	CHECK(xnvme_err_last()->hint[0]);
}

static void
unknown_ids_are_refused_by_name(const struct conf_row *row)
{
	const int nfds = sys_count_descriptors();

	for (int i = 0; i < 6; ++i) {
		struct xnvme_opts opts = xnvme_opts_default();
		const char **fields[] = {&opts.be,    &opts.async, &opts.sync,
					 &opts.admin, &opts.mem,   &opts.dev};

		*fields[i] = "bogus";
		check_refused(row->dev->uri, &opts, i ? ENOTSUP : EINVAL, "bogus");
		*fields[i] = "";
		check_refused(row->dev->uri, &opts, i ? ENOTSUP : EINVAL, "''");
	}
	EQ(sys_count_descriptors(), nfds);
}

static void
ids_of_another_device_class_are_refused(const struct conf_row *row)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.be = row->dev->in_memory ? "linux" : "ramdisk";
	xnvme_err_clear();
	CHECK(!xnvme_dev_open(row->dev->uri, &opts));
	EQ(errno, ENOTSUP);
	CHECK(strstr(xnvme_err_last()->what, opts.be));
	opts = xnvme_opts_default();
	opts.sync = row->dev->in_memory ? "psync" : "ramdisk";
	check_refused(row->dev->uri, &opts, ENOTSUP, opts.sync);
	opts = xnvme_opts_default();
	opts.admin = row->dev->in_memory ? "file_as_ns" : "ramdisk";
	check_refused(row->dev->uri, &opts, ENOTSUP, opts.admin);
	opts = xnvme_opts_default();
	opts.be = "spdk";
	check_refused(row->dev->uri, &opts, ENOTSUP, "spdk");
}

static void
contradictions_are_refused(const struct conf_row *row)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.rdonly = 1;
	opts.wronly = 1;
	check_refused(row->dev->uri, &opts, EINVAL, "rdonly");
	opts = xnvme_opts_default();
	opts.rdonly = 1;
	opts.truncate = 1;
	check_refused(row->dev->uri, &opts, EINVAL, "truncate");
	opts = xnvme_opts_default();
	opts.create = 1;
	opts.create_mode = 0100644;
	check_refused(row->dev->uri, &opts, EINVAL, "create_mode");
}

/** The URI decides on the backend also where the caller names an interface */
static void
async_alone_still_chooses_by_what_the_uri_is(const struct conf_row *row)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_cmd_ctx ctx;
	struct xnvme_dev *dev;
	uint8_t *buf;

	opts.async = row->async;
	dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(dev);
	EQ(strcmp(xnvme_dev_get_opts(dev)->be, row->be), 0);
	EQ(strcmp(xnvme_dev_get_opts(dev)->sync, row->sync), 0);
	buf = row_buf(dev, row->dev->lba_nbytes);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	EQ(xnvme_nvm_read(&ctx, xnvme_dev_get_nsid(dev), 0, 0, buf, NULL), 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, NULL);
}

static void
create_truncate_and_mode_are_honoured(const struct conf_row *row)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;
	char path[300];

	(void)row;
	sys_file_mask_none();
	snprintf(path, sizeof(path), "%s/created", conf_env.dir);
	CHECK(!xnvme_dev_open(path, &opts));
	EQ(errno, ENOENT);
	opts.create = 1;
	opts.create_mode = 0640;
	dev = xnvme_dev_open(path, &opts);
	CHECK(dev);
	xnvme_dev_close(dev);
	CHECK(sys_lacks(SYS_PERMISSIONS) || sys_file_mode(path) == 0640);
	EQ(sys_file_resize(path, 4096), 0);
	opts = xnvme_opts_default();
	dev = xnvme_dev_open(path, &opts);
	CHECK(dev);
	EQ(xnvme_dev_get_geo(dev)->tbytes, 4096);
	xnvme_dev_close(dev);
	opts.truncate = 1;
	dev = xnvme_dev_open(path, &opts);
	CHECK(dev);
	EQ(xnvme_dev_get_geo(dev)->tbytes, 0);
	xnvme_dev_close(dev);
	EQ(sys_file_remove(path), 0);
	/* Looking never creates */
	EQ(xnvme_dev_probe(path, &opts, NULL, NULL), -EINVAL);
	CHECK(!sys_file_exists(path));
}

static void
open_fills_in_access_mode_and_defaults(const struct conf_row *row)
{
	struct xnvme_opts opts = {0};
	struct xnvme_dev *dev = xnvme_dev_open(row->dev->uri, &opts);
	const struct xnvme_opts defaults = xnvme_opts_default();

	CHECK(dev);
	EQ(opts.rdwr, 1);
	EQ(xnvme_dev_get_opts(dev)->rdwr, 1);
	row_close(dev, NULL);
	opts = (struct xnvme_opts){.rdonly = 1};
	dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(dev);
	EQ(xnvme_dev_get_opts(dev)->rdwr, 0);
	EQ(xnvme_dev_get_opts(dev)->rdonly, 1);
	row_close(dev, NULL);
	EQ(defaults.rdwr, 1);
	EQ(defaults.nsid, 1);
	EQ(defaults.create_mode, 0600);
	EQ(defaults.admin_timeout, 60000000);
	EQ(defaults.command_timeout, 30000000);
	if (sizeof(void *) == 8) {
		EQ(sizeof(defaults), 136);
	}
	xnvme_opts_set_defaults(NULL);
}

/** opts.direct is never dropped in silence */
static void
direct_is_honoured_or_refused(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_dev *dev;
	const int *fd;

	opts.direct = 1;
	xnvme_err_clear();
	dev = xnvme_dev_open(row->dev->uri, &opts);
	if (!dev) {
		EQ(errno, EINVAL);
		CHECK(strstr(xnvme_err_last()->what, "O_DIRECT"));
		return;
	}
	EQ(xnvme_dev_get_opts(dev)->direct, 1);
	fd = xnvme_dev_get_be_state(dev);
	/* Memory and nodes that take commands only have no cache to go past */
	CHECK(*fd < 0 || sys_descriptor_is_direct(*fd));
	row_close(dev, NULL);
}

static void
registering_is_honoured_or_refused(const struct conf_row *row)
{
	const bool honoured[] = {
	    strncmp(row->async, "io_uring", 8) == 0,
	    strcmp(row->async, "io_uring") == 0,
	};

	for (int i = 0; i < 2; ++i) {
		struct xnvme_opts opts = row_opts(row);
		struct xnvme_queue *queue = NULL;
		struct xnvme_dev *dev;
		int err;

		opts.register_files = i == 0;
		opts.register_buffers = i == 1;
		dev = xnvme_dev_open(row->dev->uri, &opts);
		CHECK(dev);
		xnvme_err_clear();
		err = xnvme_queue_init(dev, 4, 0, &queue);
		EQ(err, honoured[i] ? 0 : -ENOTSUP);
		if (err) {
			EQ(xnvme_err_last()->err, err);
			EQ(strcmp(xnvme_err_last()->where,
				  i ? "register_buffers" : "register_files"),
			   0);
			CHECK(!queue && xnvme_err_last()->hint[0]);
		}
		row_close(dev, queue);
	}
}

static void
be_state_begins_with_the_descriptor(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	const int *fd = xnvme_dev_get_be_state(dev);

	CHECK(fd);
	EQ(row->dev->in_memory ? *fd == -1 : sys_descriptor_is_open(*fd), 1);
	row_close(dev, NULL);
}

static void
success_leaves_the_last_error_alone(const struct conf_row *row)
{
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	struct op read, flush;
	uint8_t *buf;

	xnvme_err_clear();
	dev = row_open(row);
	EQ(xnvme_err_last()->err, 0);
	EQ(xnvme_dev_get_geo(dev)->type,
	   row->dev->zoned ? XNVME_GEO_ZONED : XNVME_GEO_CONVENTIONAL);
	EQ(xnvme_err_last()->err, 0);
	queue = row_queue(dev, 4);
	buf = row_buf(dev, xnvme_dev_get_geo(dev)->lba_nbytes);
	read = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, xnvme_dev_get_geo(dev)->lba_nbytes);
	flush = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);
	GOOD(op_sync(dev, &read));
	GOOD(op_async(queue, &read));
	GOOD(op_async(queue, &flush));
	CHECK(xnvme_dev_can(dev, OPC_UNKNOWN) == XNVME_CAPS_NONE);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
	EQ(xnvme_err_last()->err, 0);
	EQ(xnvme_err_last()->what[0], 0);
}

const struct conf_case conf_cases_opts[] = {
    CONF_CASE(unknown_ids_are_refused_by_name, SCOPE_DEV, 0),
    CONF_CASE(ids_of_another_device_class_are_refused, SCOPE_DEV, 0),
    CONF_CASE(contradictions_are_refused, SCOPE_DEV, 0),
    CONF_CASE(async_alone_still_chooses_by_what_the_uri_is, SCOPE_ROW, 0),
    CONF_CASE(create_truncate_and_mode_are_honoured, SCOPE_ONCE, NEED_FILES),
    CONF_CASE(open_fills_in_access_mode_and_defaults, SCOPE_DEV, 0),
    CONF_CASE(direct_is_honoured_or_refused, SCOPE_ROW, 0),
    CONF_CASE(registering_is_honoured_or_refused, SCOPE_ROW, 0),
    CONF_CASE(be_state_begins_with_the_descriptor, SCOPE_DEV, 0),
    CONF_CASE(success_leaves_the_last_error_alone, SCOPE_ROW, 0),
    {0},
};
