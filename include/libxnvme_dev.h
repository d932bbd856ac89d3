// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_DEV_H
#define __LIBXNVME_DEV_H

#include <stdint.h>
#include <libxnvme_geo.h>
#include <libxnvme_ident.h>
#include <libxnvme_opts.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_dev;

enum xnvme_enumerate_action {
	XNVME_ENUMERATE_DEV_KEEP_OPEN = 0,
	XNVME_ENUMERATE_DEV_CLOSE = 1,
};

typedef int (*xnvme_enumerate_cb)(struct xnvme_dev *, void *);

int xnvme_enumerate(const char *sys_uri, struct xnvme_opts *opts, xnvme_enumerate_cb cb_func,
		    void *cb_args);

int xnvme_dev_derive_geo(struct xnvme_dev *dev);

const struct xnvme_geo *xnvme_dev_get_geo(const struct xnvme_dev *dev);

const struct xnvme_spec_idfy_ctrlr *xnvme_dev_get_ctrlr(const struct xnvme_dev *dev);

const struct xnvme_spec_idfy_ctrlr *xnvme_dev_get_ctrlr_css(const struct xnvme_dev *dev);

const struct xnvme_spec_idfy_ns *xnvme_dev_get_ns(const struct xnvme_dev *dev);

const struct xnvme_spec_idfy_ns *xnvme_dev_get_ns_css(const struct xnvme_dev *dev);

uint32_t xnvme_dev_get_nsid(const struct xnvme_dev *dev);

uint8_t xnvme_dev_get_csi(const struct xnvme_dev *dev);

const struct xnvme_ident *xnvme_dev_get_ident(const struct xnvme_dev *dev);

const struct xnvme_opts *xnvme_dev_get_opts(const struct xnvme_dev *dev);

const void *xnvme_dev_get_be_state(const struct xnvme_dev *dev);

uint64_t xnvme_dev_get_ssw(const struct xnvme_dev *dev);

struct xnvme_dev *xnvme_dev_open(const char *dev_uri, struct xnvme_opts *opts);

void xnvme_dev_close(struct xnvme_dev *dev);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_DEV_H */
