// SPDX-License-Identifier: BSD-3-Clause
/**
 * Devices, for core: opening, the registry, choosing a backend, options
 */
#ifndef XNVI_CORE_DEV_H
#define XNVI_CORE_DEV_H

#include <core/state.h>
#include <core/uri.h>

/** As xnvme_dev_open(), with a parser for the URI */
struct xnvme_dev *xnvi_dev_open(const char *dev_uri, struct xnvme_opts *opts,
				xnvi_uri_parser parse);

/** Begin to call the slot `service` of the backend; until the device is freed */
void xnvi_dev_serve(struct xnvme_dev *dev);

/** Count one queue more or less on a device; -ENODEV, explained, when the device was closed */
int xnvi_dev_ref(struct xnvme_dev *dev);
void xnvi_dev_unref(struct xnvme_dev *dev);

/** Whether the device is open */
bool xnvi_dev_is_live(const struct xnvme_dev *dev);

/* --- Choosing a backend, and checking options ------------------------------------------------ */

/** The id of a row's table */
const char *xnvi_row_id(const struct xnvi_row *row);

/** Whether the backend is part of this build */
bool xnvi_family_is_built(const char *name);

/**
 * Find the backend that opts.be names
 *
 * @param family Index into xnvi_families; -1 when opts.be is NULL
 *
 * @return 0; -EINVAL for an unknown name; -ENOTSUP when it is not built, explained
 */
int xnvi_family_check(const struct xnvme_opts *opts, int *family);

/** Choose backend and interfaces for `uri`, set the tables of the device, and open it */
int xnvi_select_open(struct xnvme_dev *dev, const struct xnvi_uri *uri);

/** What happens where an option cannot be honoured */
enum xnvi_opts_elsewhere {
	XNVI_OPTS_INERT,  ///< No effect: it names a resource of another backend
	XNVI_OPTS_REFUSE, ///< xnvme_dev_open() fails: it changes the meaning of commands
	XNVI_OPTS_QUEUE,  ///< xnvme_queue_init() fails: likewise
};

/** A field of struct xnvme_opts */
struct xnvi_opts_row {
	const char *name;
	uint16_t offset;
	uint8_t nbytes;
	uint8_t elsewhere; ///< enum xnvi_opts_elsewhere
	uint32_t classes;  ///< Classes of URIs that honour it, or on which it changes nothing
	const char *by;	   ///< Which interfaces or backends honour it, in words
};

extern const struct xnvi_opts_row xnvi_opts_rows[];
extern const size_t xnvi_nopts_rows;

/** Refuse combinations that contradict each other; -EINVAL with the option named */
int xnvi_opts_check(const struct xnvme_opts *opts);

/** Refuse an option that this class cannot honour, XNVI_OPTS_REFUSE; -ENOTSUP with the option */
int xnvi_opts_check_class(const struct xnvme_opts *opts, uint32_t cls);

/** Refuse options that the async interface does not honour; -ENOTSUP with the option named */
int xnvi_opts_check_queue(const struct xnvme_dev *dev);

#endif /* XNVI_CORE_DEV_H */
