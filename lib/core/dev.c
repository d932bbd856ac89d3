// SPDX-License-Identifier: BSD-3-Clause
/**
 * Opening and closing devices, and the getters
 *
 * Live devices are in a registry, so that closing a device twice, or one that was never open, is
 * refused instead of touching freed memory. A device that is closed while queues are live on it
 * remains until the last of them is terminated.
 */
#include <core/buf.h>
#include <core/dev.h>
#include <core/geo.h>
#include <core/err.h>
#include <core/pool.h>

#include <stdlib.h>

static struct xnvi_registry g_devs = XNVI_REGISTRY(struct xnvme_dev, live);

#define LAYER "dev"

static void
registry_lock(void)
{
	xnvi_mutex_lock(&g_devs.lock);
}

static void
registry_unlock(void)
{
	xnvi_mutex_unlock(&g_devs.lock);
}

/**
 * A child of fork(2) finds the registry whole and unlocked, whatever other threads were doing
 *
 * From the first queue on, since what a child inherits and gives back are queues.
 */
static int
registry_watch_forks(void)
{
	static struct xnvi_fork_hook hook = {
	    .prepare = registry_lock,
	    .parent = registry_unlock,
	    .child = registry_unlock,
	};

	return xnvi_fork_hook(&hook);
}

static void
registry_add(struct xnvme_dev *dev)
{
	registry_lock();
	xnvi_registry_add(&g_devs, dev);
	registry_unlock();
}

/** Whether the device is open, with the registry's lock held */
static bool
is_open(const struct xnvme_dev *dev)
{
	return xnvi_registry_has(&g_devs, dev) && !dev->closing;
}

bool
xnvi_dev_is_live(const struct xnvme_dev *dev)
{
	bool live;

	registry_lock();
	live = is_open(dev);
	registry_unlock();

	return live;
}

int
xnvi_dev_ref(struct xnvme_dev *dev)
{
	int err = registry_watch_forks();

	if (err) {
		return xnvi_err_sys(err, LAYER, "", "pthread_atfork");
	}
	registry_lock();
	if (is_open(dev)) {
		dev->nqueues++;
	} else {
		err = xnvi_err(-ENODEV, LAYER, "", "open the device again",
			       "the device was closed meanwhile");
	}
	registry_unlock();

	return err;
}

static uint64_t
serve(struct xnvi_service *entry, uint64_t now_ns)
{
	struct xnvme_dev *dev = (void *)((uint8_t *)entry - offsetof(struct xnvme_dev, service));

	return dev->ops->service(dev, now_ns);
}

void
xnvi_dev_serve(struct xnvme_dev *dev)
{
	dev->service = (struct xnvi_service){.run = serve};
	xnvi_service_add(&dev->service);
}

static void
dev_free(struct xnvme_dev *dev)
{
	xnvi_service_remove(&dev->service);
	if (dev->pool) {
		xnvi_pool_term(dev->pool);
	}
	if (dev->ops) {
		dev->ops->close(dev);
	}
	xnvi_bufs_term(dev->bufs);
	xnvi_mutex_term(&dev->lock);
	free(dev->idfy);
	free(dev);
}

void
xnvi_dev_unref(struct xnvme_dev *dev)
{
	bool last;

	registry_lock();
	last = --dev->nqueues == 0 && dev->closing;
	if (last) {
		xnvi_registry_remove(&g_devs, dev);
	}
	registry_unlock();

	if (last) {
		dev_free(dev);
	}
}

static int
dev_apply_query(struct xnvme_dev *dev, const struct xnvi_uri *uri)
{
	const char *exclusive = xnvi_uri_opt(uri, "exclusive");
	const char *threads = xnvi_uri_opt(uri, "threads");
	uint64_t claims = 0;
	uint64_t value = 0;
	int err;

	if (exclusive && xnvi_parse_u64(exclusive, 0, 1, &claims)) {
		return xnvi_err(-EINVAL, "uri", exclusive, "use ?exclusive=1",
				"exclusive '%s' is neither 0 nor 1", exclusive);
	}
	dev->exclusive = claims != 0;

	if (threads) {
		err = xnvi_parse_u64(threads, 1, 1023, &value);
		if (err) {
			return xnvi_err(-EINVAL, "uri", threads, "use ?threads=4",
					"threads '%s' is not a number in 1..1023", threads);
		}
	}
	dev->nthreads = (uint32_t)value;

	return 0;
}

/** Set the access mode: rdonly and wronly win over rdwr, which is a default */
static void
dev_apply_access(struct xnvme_dev *dev)
{
	struct xnvme_opts *opts = &dev->opts;

	if (opts->rdonly || opts->wronly) {
		opts->rdwr = 0;
	} else {
		opts->rdwr = 1;
	}
	dev->refuse_writes = opts->rdonly;
	dev->refuse_reads = opts->wronly;
}

static void
dev_fill_ids(struct xnvme_dev *dev)
{
	dev->opts.be = dev->be;
	dev->opts.dev = dev->ops->id;
	dev->opts.admin = dev->admin->id;
	dev->opts.sync = dev->sync->id;
	dev->opts.mem = dev->mem->id;
	dev->opts.async = dev->async->id;
}

static int
dev_claim(struct xnvme_dev *dev, bool all)
{
	const uint64_t mark = xnvi_err_mark();
	int err;

	if (!dev->ops->claim) {
		return 0;
	}
	xnvi_mutex_lock(&dev->lock);
	err = dev->ops->claim(dev, all);
	xnvi_mutex_unlock(&dev->lock);

	return err ? xnvi_err_slot(mark, err, LAYER, dev->ident.uri, "claiming") : 0;
}

static int
dev_open(struct xnvme_dev *dev, const char *text, xnvi_uri_parser parse)
{
	struct xnvi_uri uri;
	int err;

	err = xnvi_opts_check(&dev->opts);
	if (err) {
		return err;
	}
	err = parse(text, &dev->opts, &uri);
	if (err) {
		return err;
	}
	err = xnvi_opts_check_class(&dev->opts, uri.cls);
	if (err) {
		return err;
	}
	err = dev_apply_query(dev, &uri);
	if (err) {
		return err;
	}
	dev->cls = uri.cls;
	dev->nsid = dev->opts.nsid;
	dev->ident.nsid = dev->opts.nsid;
	dev->ident.csi = XNVME_SPEC_CSI_NVM;
	memcpy(dev->ident.uri, text, strnlen(text, sizeof(dev->ident.uri) - 1));

	err = xnvi_select_open(dev, &uri);
	if (err) {
		dev->ops = NULL;
		return err;
	}
	dev_fill_ids(dev);
	err = dev->exclusive ? dev_claim(dev, false) : 0;

	return err ? err : xnvi_bufs_init(dev);
}

struct xnvme_dev *
xnvi_dev_open(const char *dev_uri, struct xnvme_opts *opts, xnvi_uri_parser parse)
{
	struct xnvme_dev *dev;
	int err;

	dev = calloc(1, sizeof(*dev));
	if (!dev) {
		return xnvi_err_ptr(
		    xnvi_err(-ENOMEM, LAYER, dev_uri, "free memory", "no memory for the device"));
	}
	err = xnvi_mutex_init(&dev->lock);
	if (err) {
		free(dev);
		return xnvi_err_ptr(xnvi_err_sys(err, LAYER, dev_uri, "a lock for the device"));
	}
	if (opts && !opts->rdonly && !opts->wronly && !opts->rdwr) {
		opts->rdwr = 1;
	}
	if (opts && opts->create && !opts->create_mode) {
		opts->create_mode = 0600;
	}
	dev->opts = opts ? *opts : xnvme_opts_default();
	dev_apply_access(dev);

	err = dev_open(dev, dev_uri, parse);
	if (err) {
		dev_free(dev);
		return xnvi_err_ptr(err);
	}
	if (dev->ops->service) {
		xnvi_dev_serve(dev);
	}
	registry_add(dev);

	return dev;
}

struct xnvme_dev *
xnvme_dev_open(const char *dev_uri, struct xnvme_opts *opts)
{
	return xnvi_dev_open(dev_uri, opts, xnvi_uri_parse);
}

void
xnvme_dev_close(struct xnvme_dev *dev)
{
	bool free_now = false;

	if (!dev) {
		return;
	}
	registry_lock();
	if (!is_open(dev)) {
		xnvi_err(-EINVAL, LAYER, "", "close each device once", "not an open device");
	} else if (dev->nqueues) {
		dev->closing = true;
	} else {
		xnvi_registry_remove(&g_devs, dev);
		free_now = true;
	}
	registry_unlock();

	if (free_now) {
		dev_free(dev);
	}
}

int
xnvme_dev_claim(struct xnvme_dev *dev)
{
	return dev ? dev_claim(dev, false) : XNVI_NULL("dev");
}

int
xnvme_dev_claim_all(struct xnvme_dev *dev)
{
	return dev ? dev_claim(dev, true) : XNVI_NULL("dev");
}

const struct xnvme_ident *
xnvme_dev_get_ident(const struct xnvme_dev *dev)
{
	if (!dev) {
		return xnvi_err_ptr(XNVI_NULL("dev"));
	}
	xnvi_dev_ready((struct xnvme_dev *)dev);

	return &dev->ident;
}

const struct xnvme_opts *
xnvme_dev_get_opts(const struct xnvme_dev *dev)
{
	return dev ? &dev->opts : xnvi_err_ptr(XNVI_NULL("dev"));
}

const void *
xnvme_dev_get_be_state(const struct xnvme_dev *dev)
{
	return dev ? dev->be_state : xnvi_err_ptr(XNVI_NULL("dev"));
}

/** Target of the getters when identifying failed: empty, and errno says why */
static const struct xnvme_geo g_no_geo;
static struct xnvi_idfy g_no_idfy; /* not const: in .bss it takes no room */

static bool
ready(const struct xnvme_dev *dev)
{
	const int err = dev ? xnvi_dev_ready((struct xnvme_dev *)dev) : XNVI_NULL("dev");

	if (err) {
		errno = -err;
	}

	return !err;
}

const struct xnvme_geo *
xnvme_dev_get_geo(const struct xnvme_dev *dev)
{
	if (!ready(dev)) {
		return &g_no_geo;
	}
	if (dev->ident.dtype == XNVI_DTYPE_FILE) {
		xnvi_geo_follow_file((struct xnvme_dev *)dev);
	}

	return &dev->geo;
}

const struct xnvme_spec_idfy_ctrlr *
xnvme_dev_get_ctrlr(const struct xnvme_dev *dev)
{
	return ready(dev) ? &dev->idfy->ctrlr : &g_no_idfy.ctrlr;
}

const struct xnvme_spec_idfy_ctrlr *
xnvme_dev_get_ctrlr_css(const struct xnvme_dev *dev)
{
	return ready(dev) ? &dev->idfy->ctrlr_css : &g_no_idfy.ctrlr_css;
}

const struct xnvme_spec_idfy_ns *
xnvme_dev_get_ns(const struct xnvme_dev *dev)
{
	return ready(dev) ? &dev->idfy->ns : &g_no_idfy.ns;
}

const struct xnvme_spec_idfy_ns *
xnvme_dev_get_ns_css(const struct xnvme_dev *dev)
{
	return ready(dev) ? &dev->idfy->ns_css : &g_no_idfy.ns_css;
}

uint32_t
xnvme_dev_get_nsid(const struct xnvme_dev *dev)
{
	if (!dev) {
		xnvi_err_ptr(XNVI_NULL("dev"));
		return 0;
	}

	return dev->nsid;
}

uint8_t
xnvme_dev_get_csi(const struct xnvme_dev *dev)
{
	return ready(dev) ? dev->ident.csi : 0xff;
}

uint64_t
xnvme_dev_get_ssw(const struct xnvme_dev *dev)
{
	return ready(dev) ? dev->ssw : 0;
}
