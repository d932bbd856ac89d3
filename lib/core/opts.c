// SPDX-License-Identifier: BSD-3-Clause
/**
 * Options of a device: defaults, checks, and which backends honour each
 */
#include <core/dev.h>
#include <core/err.h>
#include <core/uri.h>

#include <stddef.h>
#include <string.h>

void
xnvme_opts_set_defaults(struct xnvme_opts *opts)
{
	if (!opts) {
		return;
	}

	opts->rdwr = 1;
	opts->nsid = 1;
	opts->create_mode = 0600;
	opts->admin_timeout = 60000000;
	opts->command_timeout = 30000000;
}

struct xnvme_opts
xnvme_opts_default(void)
{
	struct xnvme_opts opts;

	/* Padding too, so that callers can compare options as memory */
	memset(&opts, 0, sizeof(opts));
	xnvme_opts_set_defaults(&opts);

	return opts;
}

/** Classes of URIs that drivers in user space serve, over PCI or a network */
#define DRIVERS (XNVI_CLASS_PCI | XNVI_CLASS_FABRICS)
#define ANY	UINT32_MAX

#define ROW(field_, classes_, elsewhere_, by_)                                                     \
	{                                                                                          \
		.name = #field_, .offset = offsetof(struct xnvme_opts, field_),                    \
		.nbytes = sizeof(((struct xnvme_opts *)0)->field_), .elsewhere = (elsewhere_),     \
		.classes = (classes_), .by = (by_)                                                 \
	}

/** In the order of the structure; a test checks that no field is missing */
const struct xnvi_opts_row xnvi_opts_rows[] = {
    ROW(be, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(dev, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(mem, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(sync, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(async, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(admin, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(nsid, DRIVERS, XNVI_OPTS_INERT, "drivers in user space"),
    ROW(rdonly, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(wronly, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(rdwr, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(create, ANY, XNVI_OPTS_REFUSE, "files; an existing file is not created"),
    ROW(truncate, XNVI_CLASS_FILE, XNVI_OPTS_REFUSE, "files"),
    ROW(direct, ANY, XNVI_OPTS_REFUSE, "every backend; memory has no page cache"),
    ROW(create_mode, ANY, XNVI_OPTS_REFUSE, "files; an existing file keeps its permissions"),
    ROW(poll_io, ANY, XNVI_OPTS_QUEUE, "async io_uring, io_uring_cmd and libaio"),
    ROW(poll_sq, ANY, XNVI_OPTS_QUEUE, "async io_uring and io_uring_cmd"),
    ROW(register_files, ANY, XNVI_OPTS_QUEUE, "async io_uring and io_uring_cmd"),
    ROW(register_buffers, ANY, XNVI_OPTS_QUEUE, "async io_uring"),
    ROW(css, DRIVERS, XNVI_OPTS_INERT, "drivers in user space"),
    ROW(use_cmb_sqs, DRIVERS, XNVI_OPTS_INERT, "drivers in user space"),
    ROW(shm_id, DRIVERS, XNVI_OPTS_INERT, "backend spdk"),
    ROW(main_core, DRIVERS, XNVI_OPTS_INERT, "backend spdk"),
    ROW(core_mask, DRIVERS, XNVI_OPTS_INERT, "backend spdk"),
    ROW(adrfam, XNVI_CLASS_FABRICS, XNVI_OPTS_INERT, "backend spdk, for fabrics targets"),
    ROW(subnqn, XNVI_CLASS_FABRICS, XNVI_OPTS_INERT, "backend spdk, for fabrics targets"),
    ROW(hostnqn, XNVI_CLASS_FABRICS, XNVI_OPTS_INERT, "backend spdk, for fabrics targets"),
    ROW(admin_timeout, ANY, XNVI_OPTS_REFUSE, "every backend that has a controller"),
    ROW(command_timeout, ANY, XNVI_OPTS_REFUSE, "every backend"),
    ROW(spdk_fabrics, XNVI_CLASS_FABRICS, XNVI_OPTS_INERT, "backend spdk, for fabrics targets"),
    ROW(keep_alive_timeout_ms, XNVI_CLASS_FABRICS, XNVI_OPTS_INERT,
	"backend spdk, for fabrics targets"),
};

const size_t xnvi_nopts_rows = sizeof(xnvi_opts_rows) / sizeof(xnvi_opts_rows[0]);

/** Whether the option is neither zero nor the default */
static bool
is_set(const struct xnvi_opts_row *row, const struct xnvme_opts *opts)
{
	static const uint8_t zeroes[sizeof(*opts)];
	const struct xnvme_opts defaults = xnvme_opts_default();
	const uint8_t *value = (const uint8_t *)opts + row->offset;

	return memcmp(value, zeroes, row->nbytes) != 0 &&
	       memcmp(value, (const uint8_t *)&defaults + row->offset, row->nbytes) != 0;
}

int
xnvi_opts_check_class(const struct xnvme_opts *opts, uint32_t cls)
{
	for (size_t i = 0; i < xnvi_nopts_rows; ++i) {
		const struct xnvi_opts_row *row = &xnvi_opts_rows[i];

		if (row->elsewhere == XNVI_OPTS_REFUSE && !(row->classes & cls) &&
		    is_set(row, opts)) {
			return xnvi_err(-ENOTSUP, "opts", row->name, "clear the option",
					"%s is honoured by %s, not by %s", row->name, row->by,
					xnvi_class_name(cls));
		}
	}

	return 0;
}

int
xnvme_opts_inert(const char *uri, const struct xnvme_opts *opts, xnvme_opts_inert_cb cb,
		 void *cb_arg)
{
	struct xnvi_uri parsed;
	int err;

	if (!uri || !opts || !cb) {
		return XNVI_NULL("uri, opts or cb");
	}
	err = xnvi_uri_parse(uri, opts, &parsed);
	if (err) {
		return err;
	}
	for (size_t i = 0; i < xnvi_nopts_rows; ++i) {
		const struct xnvi_opts_row *row = &xnvi_opts_rows[i];

		if (row->elsewhere == XNVI_OPTS_INERT && !(row->classes & parsed.cls) &&
		    is_set(row, opts)) {
			cb(row->name, row->by, cb_arg);
		}
	}

	return 0;
}

int
xnvi_opts_check(const struct xnvme_opts *opts)
{
	if (opts->rdonly && opts->wronly) {
		return xnvi_err(-EINVAL, "opts", "rdonly, wronly", "set one of them",
				"rdonly and wronly exclude each other");
	}
	if (opts->rdonly && opts->truncate) {
		return xnvi_err(-EINVAL, "opts", "rdonly, truncate", "clear truncate",
				"truncate needs write access");
	}
	if (opts->create_mode & ~07777U) {
		return xnvi_err(-EINVAL, "opts", "create_mode", "use an octal mode such as 0600",
				"create_mode 0%o has bits beyond 07777", opts->create_mode);
	}

	return 0;
}

int
xnvi_opts_check_queue(const struct xnvme_dev *dev)
{
	if (dev->opts.register_files && !(dev->async->caps & XNVI_ASYNC_FILES)) {
		return xnvi_err(-ENOTSUP, "opts", "register_files",
				"clear the option, or use async io_uring",
				"async '%s' registers no descriptor", dev->async->id);
	}
	if (dev->opts.register_buffers && !(dev->async->caps & XNVI_ASYNC_BUFFERS)) {
		return xnvi_err(-ENOTSUP, "opts", "register_buffers",
				"clear the option, or use async io_uring",
				"async '%s' registers no buffers", dev->async->id);
	}

	return 0;
}
