// SPDX-License-Identifier: BSD-3-Clause
/**
 * Choosing a backend and its interfaces
 *
 * The options be, async, sync, admin, mem and dev name ids. For an option that is not given, the
 * first row of the backend that serves the class of the URI is used. Every backend that serves the
 * class is tried in order. When none opens, the most specific refusal is reported.
 */
#include <core/dev.h>
#include <core/err.h>

#include <stdlib.h>

#define LAYER "select"

static const char *const g_role_names[XNVI_ROLE_COUNT] = {
    [XNVI_ROLE_DEV] = "dev", [XNVI_ROLE_ADMIN] = "admin", [XNVI_ROLE_SYNC] = "sync",
    [XNVI_ROLE_MEM] = "mem", [XNVI_ROLE_ASYNC] = "async",
};

/** One backend with one table per role */
struct choice {
	const char *be;
	const void *ops[XNVI_ROLE_COUNT];
};

const char *
xnvi_row_id(const struct xnvi_row *row)
{
	/* The first member of every table is its id, see backend.h */
	return *(const char *const *)row->ops;
}

bool
xnvi_family_is_built(const char *name)
{
	for (size_t i = 0; i < xnvi_nrows; ++i) {
		if (strcmp(xnvi_rows[i].be, name) == 0) {
			return true;
		}
	}

	return false;
}

/** Index into xnvi_families by name or alias, -1 when unknown */
static int
family_find(const char *name)
{
	for (size_t i = 0; i < xnvi_nfamilies; ++i) {
		if (strcmp(xnvi_families[i].name, name) == 0 ||
		    (xnvi_families[i].alias && strcmp(xnvi_families[i].alias, name) == 0)) {
			return (int)i;
		}
	}

	return -1;
}

static const char *
wanted_id(const struct xnvme_opts *opts, enum xnvi_role role)
{
	switch (role) {
	case XNVI_ROLE_DEV:
		return opts->dev;
	case XNVI_ROLE_ADMIN:
		return opts->admin;
	case XNVI_ROLE_SYNC:
		return opts->sync;
	case XNVI_ROLE_MEM:
		return opts->mem;
	case XNVI_ROLE_ASYNC:
		return opts->async;
	case XNVI_ROLE_COUNT:
		break;
	}

	return NULL;
}

/** List the ids of a backend for a role and a class: "thrpool, emu, posix" */
static void
list_ids(const char *be, enum xnvi_role role, uint32_t cls, char *buf, size_t nbytes)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < xnvi_nrows && len < nbytes; ++i) {
		const struct xnvi_row *row = &xnvi_rows[i];

		if (row->role == role && (row->classes & cls) && strcmp(row->be, be) == 0) {
			len += (size_t)snprintf(buf + len, nbytes - len, "%s%s", len ? ", " : "",
						xnvi_row_id(row));
		}
	}
}

/** Whether an id is one of "thrpool, emu, posix" */
static bool
is_listed(const char *id, const char *ids)
{
	const size_t len = strlen(id);
	const char *at = len ? strstr(ids, id) : NULL;

	while (at && !((at == ids || at[-1] == ' ') && strchr(",", at[len]))) {
		at = strstr(at + len, id);
	}

	return at;
}

static int
refuse_id(const char *be, enum xnvi_role role, uint32_t cls, const char *id)
{
	char ids[128];
	char all[128];
	char hint[160];

	list_ids(be, role, cls, ids, sizeof(ids));
	snprintf(hint, sizeof(hint), "use one of: %s", ids);
	list_ids(be, role, UINT32_MAX, all, sizeof(all));
	if (!is_listed(id, all)) {
		return xnvi_err(-ENOTSUP, LAYER, id, hint,
				"backend '%s' has no interface '%s' for %s", be, id,
				g_role_names[role]);
	}

	return xnvi_err(-ENOTSUP, LAYER, id, hint, "%s '%s' does not serve %s on backend '%s'",
			g_role_names[role], id, xnvi_class_name(cls), be);
}

/** Whether a row that the caller did not name works here */
static bool
row_is_usable(const struct xnvi_row *row)
{
	const struct xnvi_async_ops *ops = row->ops;

	return row->role != XNVI_ROLE_ASYNC || !ops->usable || ops->usable();
}

/** Pick the tables of one backend; 0, or -ENOTSUP with the refused id explained */
static int
choose(const char *be, uint32_t cls, const struct xnvme_opts *opts, struct choice *choice)
{
	memset(choice, 0, sizeof(*choice));
	choice->be = be;

	for (int role = 0; role < XNVI_ROLE_COUNT; ++role) {
		const char *id = wanted_id(opts, (enum xnvi_role)role);

		for (size_t i = 0; i < xnvi_nrows && !choice->ops[role]; ++i) {
			const struct xnvi_row *row = &xnvi_rows[i];

			if ((int)row->role == role && (row->classes & cls) &&
			    strcmp(row->be, be) == 0 &&
			    (id ? strcmp(id, xnvi_row_id(row)) == 0 : row_is_usable(row))) {
				choice->ops[role] = row->ops;
			}
		}
		if (!choice->ops[role]) {
			return id ? refuse_id(be, (enum xnvi_role)role, cls, id)
				  : xnvi_err(-ENOTSUP, LAYER, be, "",
					     "backend '%s' does not serve %s", be,
					     xnvi_class_name(cls));
		}
	}

	return 0;
}

/** Whether a backend has anything for the class */
static bool
serves(const char *be, uint32_t cls)
{
	for (size_t i = 0; i < xnvi_nrows; ++i) {
		const struct xnvi_row *row = &xnvi_rows[i];

		if (row->role == XNVI_ROLE_DEV && (row->classes & cls) &&
		    strcmp(row->be, be) == 0) {
			return true;
		}
	}

	return false;
}

static int
open_choice(struct xnvme_dev *dev, const struct choice *choice, const struct xnvi_uri *uri)
{
	const uint64_t mark = xnvi_err_mark();
	int err;

	dev->be = choice->be;
	dev->ops = choice->ops[XNVI_ROLE_DEV];
	dev->admin = choice->ops[XNVI_ROLE_ADMIN];
	dev->sync = choice->ops[XNVI_ROLE_SYNC];
	dev->mem = choice->ops[XNVI_ROLE_MEM];
	dev->async = choice->ops[XNVI_ROLE_ASYNC];
	memset(dev->be_state, 0, sizeof(dev->be_state));

	err = dev->ops->open(dev, uri); // NOLINT: choose() fills every role

	return err ? xnvi_err_slot(mark, err, LAYER, uri->path, "opening the device") : 0;
}

/** Rank refusals by how much they say: permission > busy > a failed open > unsupported > no match
 */
static int
rank_of_err(int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		return 4;
	case -EBUSY:
		return 3;
	case -ENOTSUP:
		return 1;
	default:
		return 2;
	}
}

/** Make the hint "use one of: linux, fbsd, ...", with every backend */
static void
list_families(char *hint, size_t nbytes)
{
	size_t len = (size_t)snprintf(hint, nbytes, "use one of: ");

	for (size_t i = 0; i < xnvi_nfamilies && len < nbytes; ++i) {
		len += (size_t)snprintf(hint + len, nbytes - len, "%s%s", i ? ", " : "",
					xnvi_families[i].name);
	}
}

int
xnvi_family_check(const struct xnvme_opts *opts, int *family)
{
	char hint[160];

	*family = -1;
	if (!opts->be) {
		return 0;
	}
	*family = family_find(opts->be);
	if (*family < 0) {
		list_families(hint, sizeof(hint));
		return xnvi_err(-EINVAL, LAYER, opts->be, hint, "unknown backend '%s'", opts->be);
	}
	if (!xnvi_family_is_built(xnvi_families[*family].name)) {
		const char *remedy = xnvi_families[*family].remedy;

		return xnvi_err(-ENOTSUP, LAYER, opts->be,
				remedy[0] ? remedy
					  : "leave opts.be unset: the URI selects the backend",
				"backend '%s' is not part of this build", opts->be);
	}

	return 0;
}

int
xnvi_select_open(struct xnvme_dev *dev, const struct xnvi_uri *uri)
{
	const struct xnvme_err before = *xnvme_err_last();
	const uint64_t mark = xnvi_err_mark();
	struct xnvme_err best = {.err = 0};
	const char *unfit = NULL;
	bool is_open_to_all;
	int family;
	int err;

	err = xnvi_family_check(&dev->opts, &family);
	if (err) {
		return err;
	}
	is_open_to_all = family < 0 && !dev->opts.dev;

	for (int i = 0; i < (int)xnvi_nfamilies; ++i) {
		struct choice choice;

		if ((family >= 0 && i != family) || !xnvi_family_is_built(xnvi_families[i].name)) {
			continue;
		}
		/* Words for a refusal cost more than the rest, and a later backend may open it */
		if (is_open_to_all && !serves(xnvi_families[i].name, uri->cls)) {
			unfit = unfit ? unfit : xnvi_families[i].name;
			continue;
		}
		err = choose(xnvi_families[i].name, uri->cls, &dev->opts, &choice);
		if (!err) {
			err = open_choice(dev, &choice, uri);
		}
		if (!err) {
			if (xnvi_err_mark() != mark) {
				xnvi_err_restore(&before);
			}
			return 0;
		}
		/* The refusal of a backend that does not serve this class is of no interest */
		if (!best.err || rank_of_err(err) > rank_of_err(best.err) ||
		    (choice.ops[XNVI_ROLE_DEV] && rank_of_err(err) == rank_of_err(best.err))) {
			best = *xnvme_err_last();
			best.err = err;
		}
	}

	if (!best.err) {
		return xnvi_err(-ENOTSUP, LAYER, unfit, "", "backend '%s' does not serve %s", unfit,
				xnvi_class_name(uri->cls));
	}

	return xnvi_err(best.err, best.layer, best.where[0] ? best.where : uri->path, best.hint,
			"%s", best.what);
}

const struct xnvme_be_attr *
xnvme_be_attr_get(int idx)
{
	static _Thread_local struct xnvme_be_attr attr;

	if (idx < 0 || idx >= (int)xnvi_nfamilies) {
		return xnvi_err_ptr(xnvi_err(-EINVAL, LAYER, "idx", "count from 0",
					     "there is no backend number %d of %zu", idx,
					     xnvi_nfamilies));
	}
	memset(&attr, 0, sizeof(attr));
	attr.name = xnvi_families[idx].name;
	attr.enabled = xnvi_family_is_built(attr.name);

	return &attr;
}

int
xnvme_be_attr_list_bundled(struct xnvme_be_attr_list **list)
{
	const size_t nbytes = sizeof(**list) + xnvi_nfamilies * sizeof(struct xnvme_be_attr);

	if (!list) {
		return XNVI_NULL("list");
	}
	*list = xnvme_buf_virt_alloc(sizeof(void *), nbytes);
	if (!*list) {
		return -errno;
	}
	memset(*list, 0, nbytes);
	(*list)->capacity = (uint32_t)xnvi_nfamilies;
	(*list)->count = (int)xnvi_nfamilies;
	for (int i = 0; i < (int)xnvi_nfamilies; ++i) {
		(*list)->item[i] = *xnvme_be_attr_get(i);
	}

	return 0;
}
