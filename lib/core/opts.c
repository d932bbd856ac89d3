// SPDX-License-Identifier: BSD-3-Clause
#include <core/dev.h>
#include <core/err.h>

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
	struct xnvme_opts opts = {0};

	xnvme_opts_set_defaults(&opts);

	return opts;
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
