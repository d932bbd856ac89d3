// SPDX-License-Identifier: BSD-3-Clause
/**
 * A sorted list of ranges that neither overlap nor touch
 *
 * A list is never changed. Adding or removing makes a new one, so that the old list can be kept
 * until the new one is where it has to be.
 */
#ifndef XNVI_TARGET_RANGES_H
#define XNVI_TARGET_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** From `first` up to and without `end`; first < end */
struct xnvi_range {
	uint64_t first;
	uint64_t end;
};

struct xnvi_ranges {
	struct xnvi_range *items; ///< May be NULL when there are none
	size_t n;
};

/** The list with a range added; 0 or -ENOMEM */
int xnvi_ranges_with(const struct xnvi_ranges *list, struct xnvi_range range,
		     struct xnvi_ranges *out);

/** The list with a range removed; 0 or -ENOMEM */
int xnvi_ranges_without(const struct xnvi_ranges *list, struct xnvi_range range,
			struct xnvi_ranges *out);

/** True when a range of the list and `range` have something in common */
bool xnvi_ranges_meet(const struct xnvi_ranges *list, struct xnvi_range range);

void xnvi_ranges_free(struct xnvi_ranges *list);

#endif /* XNVI_TARGET_RANGES_H */
