// SPDX-License-Identifier: BSD-3-Clause
/**
 * A sorted list of ranges that neither overlap nor touch
 *
 * A list is never changed. Adding or removing makes a new list, so that the old one can be kept
 * until the new one is saved.
 */
#ifndef XNVI_TARGET_RANGES_H
#define XNVI_TARGET_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** From `first` to `end`, exclusive; first < end */
struct xnvi_range {
	uint64_t first;
	uint64_t end;
};

struct xnvi_ranges {
	struct xnvi_range *items; ///< May be NULL when the list is empty
	size_t n;
};

/** Make the list with a range added; 0 or -ENOMEM */
int xnvi_ranges_with(const struct xnvi_ranges *list, struct xnvi_range range,
		     struct xnvi_ranges *out);

/** Make the list with a range removed; 0 or -ENOMEM */
int xnvi_ranges_without(const struct xnvi_ranges *list, struct xnvi_range range,
			struct xnvi_ranges *out);

/** Whether a range of the list overlaps `range` */
bool xnvi_ranges_meet(const struct xnvi_ranges *list, struct xnvi_range range);

void xnvi_ranges_free(struct xnvi_ranges *list);

#endif /* XNVI_TARGET_RANGES_H */
