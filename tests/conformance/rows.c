// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: the devices, and the rows that xnvme_dev_probe() finds for each */
#include <conformance/conf.h>

#include <stdio.h>

struct conf_dev conf_devs[CONF_MAX_DEVS];
int conf_ndevs;

int
conf_add_dev(const char *label, const char *uri)
{
	struct conf_dev *cdev = &conf_devs[conf_ndevs];
	const struct xnvme_geo *geo;
	struct xnvme_caps caps;
	struct xnvme_dev *dev;
	int err;

	if (conf_ndevs == CONF_MAX_DEVS) {
		return -ENOSPC;
	}
	dev = xnvme_dev_open(uri, NULL);
	if (!dev) {
		return -errno;
	}
	geo = xnvme_dev_get_geo(dev);
	err = xnvme_dev_get_caps(dev, &caps);
	memset(cdev, 0, sizeof(*cdev));
	snprintf(cdev->label, sizeof(cdev->label), "%s", label);
	snprintf(cdev->uri, sizeof(cdev->uri), "%s", uri);
	cdev->is_file = geo->nbytes == 1;
	if (cdev->is_file) {
		snprintf(cdev->path, sizeof(cdev->path), "%.*s", (int)strcspn(uri, "?"), uri);
	}
	cdev->has_controller = caps.admin;
	cdev->has_uncorrectable = xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE) > 0;
	cdev->zoned = geo->type == XNVME_GEO_ZONED;
	cdev->appends = xnvme_dev_can(dev, XNVME_SPEC_ZND_OPC_APPEND) > 0;
	cdev->extended = geo->lba_extended;
	cdev->tuple = geo->pi_type && geo->nbytes_oob == xnvme_pi_size(geo->pi_format);
	cdev->metadata = caps.metadata;
	cdev->copies_fmt_zero = geo->pi_format == XNVME_SPEC_NVM_NS_16B_GUARD;
	/* A device in memory is one per open, unless it has a name */
	cdev->in_memory = strcmp(xnvme_dev_get_opts(dev)->be, "ramdisk") == 0;
	cdev->shared = !cdev->in_memory || strstr(uri, "name=");
	cdev->lba_nbytes = geo->lba_nbytes;
	cdev->nlbas = geo->tbytes >> geo->ssw;
	xnvme_dev_close(dev);
	conf_ndevs += !err;

	return err;
}

/** The device itself is not at fault where every backend says that it does not serve such a one */
static int
on_candidate(const struct xnvme_probe *probe, void *arg)
{
	*(bool *)arg = *(bool *)arg || probe->err != -ENOTSUP;

	return 0;
}

/** A build need not have a backend for files */
static int
add_file(void)
{
	bool served = false;
	char path[300];
	int err;

	snprintf(path, sizeof(path), "%s/file", conf_env.dir);
	err = sys_file_make(path, CONF_DEV_NBYTES);
	if (!err) {
		err = xnvme_dev_probe(path, NULL, on_candidate, &served);
	}
	if (!err && !served) {
		return 0;
	}
	conf_env.can |= NEED_FILES;

	return err ? err : conf_add_dev("file", path);
}

int
conf_add_default_devs(void)
{
	int err;

	conf_env.can |= conf_system_grants();
	conf_env.can |= SIZE_MAX > UINT32_MAX ? NEED_SIZE64 : 0;
	if (conf_ndevs) {
		conf_env.can |= NEED_FILES;
		return 0;
	}
	err = conf_add_dev("ram", "ram:64MiB?name=conf");
	if (!err) {
		err = conf_add_dev("ram4k", "ram:64MiB?lba_nbytes=4096");
	}
	if (!err) {
		err = add_file();
	}

	return err ? err : conf_system_devs();
}

void
conf_reset_dev(const struct conf_dev *dev)
{
	if (dev->path[0]) {
		(void)sys_file_make(dev->path, dev->nlbas * dev->lba_nbytes);
	}
}

struct gather {
	struct conf_row *rows;
	int nmax;
	int n;
	const struct conf_dev *dev;
	const char *be;
	const char *async;
};

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	struct gather *all = arg;
	struct conf_row *row = &all->rows[all->n];

	if (probe->err || !probe->async || (all->be && strcmp(all->be, probe->be) != 0) ||
	    (all->async && strcmp(all->async, probe->async) != 0)) {
		return 0;
	}
	if (all->n == all->nmax) {
		return -ENOSPC;
	}
	memset(row, 0, sizeof(*row));
	row->dev = all->dev;
	snprintf(row->label, sizeof(row->label), "%s:%s", all->dev->label, probe->async);
	snprintf(row->be, sizeof(row->be), "%s", probe->be);
	snprintf(row->async, sizeof(row->async), "%s", probe->async);
	snprintf(row->sync, sizeof(row->sync), "%s", probe->sync);
	snprintf(row->admin, sizeof(row->admin), "%s", probe->admin);
	snprintf(row->mem, sizeof(row->mem), "%s", probe->mem);
	row->moves_data = strcmp(probe->async, "nil") != 0;
	row->blind =
	    conf_env.under_tsan && !row->dev->has_controller && strcmp(probe->async, "posix") == 0;
	all->n++;

	return 0;
}

int
conf_rows(struct conf_row *rows, int nmax, const char *be, const char *async)
{
	struct gather all = {.rows = rows, .nmax = nmax, .be = be, .async = async};

	if (nmax < 1 + conf_ndevs) {
		return -ENOSPC;
	}
	memset(rows, 0, (size_t)(1 + conf_ndevs) * sizeof(*rows));
	snprintf(rows[0].label, sizeof(rows[0].label), "library");
	rows[0].moves_data = true;
	for (all.n = 1; all.n <= conf_ndevs; ++all.n) {
		struct conf_row *row = &rows[all.n];

		row->dev = &conf_devs[all.n - 1];
		row->moves_data = true;
		snprintf(row->label, sizeof(row->label), "%s", row->dev->label);
	}
	for (int i = 0; i < conf_ndevs; ++i) {
		int err;

		all.dev = &conf_devs[i];
		err = xnvme_dev_probe(all.dev->uri, NULL, on_probe, &all);
		if (err) {
			return err;
		}
	}

	return all.n;
}
