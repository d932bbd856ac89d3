// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <find.h>

/** Capacity of the list, more than a system has; devices beyond it are reported as a failure */
#define FOUND_MAX 4096

struct found {
	struct xnvme_cli_enumeration *list;
	int err;
};

static int
found_open(struct xnvme_dev *dev, void *cb_args)
{
	struct found *found = cb_args;

	if (!found->err) {
		found->err = xnvme_cli_enumeration_append(found->list, xnvme_dev_get_ident(dev));
	}

	return XNVME_ENUMERATE_DEV_CLOSE;
}

static int
found_ident(const struct xnvme_ident *ident, void *cb_args)
{
	struct found *found = cb_args;

	found->err = xnvme_cli_enumeration_append(found->list, ident);

	return found->err;
}

enum find_how {
	FIND_ENUM = 0,
	FIND_LIST = 1,
	FIND_SCAN = 2,
};

static int
find(struct xnvme_cli *cli, enum find_how how)
{
	struct xnvme_opts opts = xnvme_opts_default();
	const char *sys_uri = cli->args.sys_uri ? cli->args.sys_uri : cli->args.uri;
	struct found found = {0};
	int err;

	err = xnvme_cli_to_opts(cli, &opts);
	if (!err) {
		err = xnvme_cli_enumeration_alloc(&found.list, FOUND_MAX);
	}
	if (err) {
		return tool_fail("preparing the list of devices", err);
	}
	/* Listing works without write permission */
	opts.rdonly = 1;
	opts.rdwr = 0;

	if (how == FIND_SCAN) {
		err = xnvme_scan(sys_uri, &opts, found_ident, &found);
	} else {
		err = xnvme_enumerate(sys_uri, &opts, found_open, &found);
	}
	err = found.err ? found.err : err;
	if (err) {
		err = tool_fail("looking for devices", err);
	} else if (how == FIND_LIST) {
		err = tool_printed(xnvme_cli_enumeration_pp(found.list, xnvme_cli_pr_opts(cli)));
	} else {
		err = tool_printed(xnvme_cli_enumeration_pr(found.list, xnvme_cli_pr_opts(cli)));
	}
	xnvme_cli_enumeration_free(found.list);

	return err;
}

int
tool_enum(struct xnvme_cli *cli)
{
	return find(cli, FIND_ENUM);
}

int
tool_list(struct xnvme_cli *cli)
{
	return find(cli, FIND_LIST);
}

int
tool_scan(struct xnvme_cli *cli)
{
	return find(cli, FIND_SCAN);
}

int
tool_info(struct xnvme_cli *cli)
{
	const int err = xnvme_dev_derive_geo(cli->args.dev);

	if (err) {
		return tool_fail("identifying the device", err);
	}

	return tool_printed(xnvme_dev_pr(cli->args.dev, xnvme_cli_pr_opts(cli)));
}
