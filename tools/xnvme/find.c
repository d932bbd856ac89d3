// SPDX-License-Identifier: BSD-3-Clause
/**
 * Listing devices, describing the library, and finding out what can use a URI
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <find.h>
#include <os/file.h>
#include <os/words.h>
#include <print/emit.h>
#include <subs.h>

int
sub_list(struct xnvme_cli *cli)
{
	return tool_list(cli);
}

int
sub_enum(struct xnvme_cli *cli)
{
	return tool_enum(cli);
}

int
sub_scan(struct xnvme_cli *cli)
{
	return tool_scan(cli);
}

int
sub_info(struct xnvme_cli *cli)
{
	return tool_info(cli);
}

int
sub_library_info(struct xnvme_cli *cli)
{
	struct xnvme_be_attr_list *list = NULL;
	struct xnvi_emit e;
	int err;

	err = xnvme_be_attr_list_bundled(&list);
	if (err) {
		return tool_fail("listing the backends", err);
	}
	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "xnvme_ver", XNVI_EMIT_FLOW);
	xnvi_emit_i64(&e, "major", xnvme_ver_major());
	xnvi_emit_i64(&e, "minor", xnvme_ver_minor());
	xnvi_emit_i64(&e, "patch", xnvme_ver_patch());
	xnvi_emit_end(&e);
	xnvi_emit_list(&e, "xnvme_libconf", XNVI_EMIT_BLOCK);
	for (int i = 0; xnvme_libconf[i]; ++i) {
		xnvi_emit_str(&e, NULL, xnvme_libconf[i]);
	}
	xnvi_emit_end(&e);
	xnvi_emit_list(&e, "xnvme_be_attr_list", XNVI_EMIT_BLOCK);
	for (int i = 0; i < list->count; ++i) {
		xnvi_emit_map(&e, NULL, XNVI_EMIT_FLOW);
		xnvi_emit_str(&e, "name", list->item[i].name);
		xnvi_emit_bool(&e, "enabled", list->item[i].enabled);
		xnvi_emit_end(&e);
	}
	xnvi_emit_end(&e);
	xnvme_buf_virt_free(list);

	return tool_printed(xnvi_emit_term(&e));
}

struct doctor {
	struct xnvi_emit e;
	uint32_t ntried;
	uint32_t nusable;
};

/** Print one result of xnvme_dev_probe() as soon as it is known */
static int
doctor_visit(const struct xnvme_probe *probe, void *cb_args)
{
	struct doctor *doctor = cb_args;
	struct xnvi_emit *e = &doctor->e;

	doctor->ntried += 1;
	doctor->nusable += probe->err == 0;

	xnvi_emit_map(e, NULL, XNVI_EMIT_BLOCK);
	xnvi_emit_str(e, "be", probe->be);
	xnvi_emit_str(e, "async", probe->async);
	xnvi_emit_str(e, "sync", probe->sync);
	xnvi_emit_str(e, "admin", probe->admin);
	xnvi_emit_str(e, "mem", probe->mem);
	xnvi_emit_bool(e, "usable", probe->err == 0);
	if (probe->err) {
		xnvi_emit_str(e, "why",
			      probe->reason[0] ? probe->reason : xnvi_strerror(-probe->err));
		xnvi_emit_str(e, "remedy", probe->remedy[0] ? probe->remedy : NULL);
	}
	xnvi_emit_end(e);

	return 0;
}

static void
doctor_inert(const char *name, const char *by, void *cb_args)
{
	struct xnvi_emit *e = cb_args;

	xnvi_emit_map(e, NULL, XNVI_EMIT_FLOW);
	xnvi_emit_str(e, "name", name);
	xnvi_emit_str(e, "honoured_by", by);
	xnvi_emit_end(e);
}

/** Kind of the path that the URI names; NULL when it is not a path, which the library explains */
static const char *
path_class(const char *uri)
{
	static const char *const names[] = {
	    [XNVI_FILE_REGULAR] = "regular file", [XNVI_FILE_FOLDER] = "directory",
	    [XNVI_FILE_BLOCK] = "block device",	  [XNVI_FILE_CHARACTER] = "character device",
	    [XNVI_FILE_STREAM] = "special file",  [XNVI_FILE_OTHER] = "special file",
	};
	struct xnvi_file_info info;

	return xnvi_path_info(uri, &info) ? NULL : names[info.kind];
}

static const char *
dtype_class(uint32_t dtype)
{
	static const char *const names[] = {
	    "not a path that exists", "NVMe controller", "NVMe namespace", "block device", "file",
	    "in-memory device"};

	return dtype < TOOL_ARRAY_LEN(names) ? names[dtype] : names[0];
}

/** Kind of the URI; that of an open device if one opens, since only that is certain */
static const char *
uri_class(const char *uri, struct xnvme_opts opts)
{
	const char *class = path_class(uri);
	struct xnvme_dev *dev;

	opts.rdonly = 1;
	opts.rdwr = 0;
	dev = xnvme_dev_open(uri, &opts);
	if (!dev) {
		return class ? class : dtype_class(0);
	}
	class = dtype_class(xnvme_dev_get_ident(dev)->dtype);
	xnvme_dev_close(dev);

	return class;
}

int
sub_doctor(struct xnvme_cli *cli)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct doctor doctor = {0};
	int wrtn;
	int err;

	err = xnvme_cli_to_opts(cli, &opts);
	if (err) {
		return tool_fail("reading the options", err);
	}
	xnvi_emit_init(&doctor.e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&doctor.e, "xnvme_doctor", XNVI_EMIT_BLOCK);
	xnvi_emit_str(&doctor.e, "uri", cli->args.uri);
	xnvi_emit_str(&doctor.e, "class", uri_class(cli->args.uri, opts));
	xnvi_emit_list(&doctor.e, "inert_options", XNVI_EMIT_BLOCK);
	xnvme_opts_inert(cli->args.uri, &opts, doctor_inert, &doctor.e);
	xnvi_emit_end(&doctor.e);
	xnvi_emit_list(&doctor.e, "combinations", XNVI_EMIT_BLOCK);

	xnvme_err_clear();
	err = xnvme_dev_probe(cli->args.uri, &opts, doctor_visit, &doctor);

	xnvi_emit_end(&doctor.e);
	xnvi_emit_u64(&doctor.e, "ntried", doctor.ntried);
	xnvi_emit_u64(&doctor.e, "nusable", doctor.nusable);
	xnvi_emit_end(&doctor.e);
	wrtn = xnvi_emit_term(&doctor.e);
	if (err) {
		return tool_fail("probing the URI", err);
	}
	if (wrtn >= 0 && !doctor.nusable) {
		return tool_refuse("no combination of backend and interfaces can use '%s'",
				   cli->args.uri);
	}

	return tool_printed(wrtn);
}
