// SPDX-License-Identifier: BSD-3-Clause
#include <target/ranges.h>

#include <errno.h>
#include <stdlib.h>

/** Room for all ranges of a list and one more */
static int
ranges_alloc(const struct xnvi_ranges *list, struct xnvi_ranges *out)
{
	out->n = 0;
	out->items = calloc(list->n + 1, sizeof(*out->items));

	return out->items ? 0 : -ENOMEM;
}

static void
append(struct xnvi_ranges *out, uint64_t first, uint64_t end)
{
	if (first < end) {
		out->items[out->n++] = (struct xnvi_range){first, end};
	}
}

int
xnvi_ranges_with(const struct xnvi_ranges *list, struct xnvi_range range, struct xnvi_ranges *out)
{
	const int err = ranges_alloc(list, out);
	size_t i = 0;

	if (err) {
		return err;
	}
	for (; i < list->n && list->items[i].end < range.first; ++i) {
		append(out, list->items[i].first, list->items[i].end);
	}
	for (; i < list->n && list->items[i].first <= range.end; ++i) {
		range.first =
		    list->items[i].first < range.first ? list->items[i].first : range.first;
		range.end = list->items[i].end > range.end ? list->items[i].end : range.end;
	}
	append(out, range.first, range.end);
	for (; i < list->n; ++i) {
		append(out, list->items[i].first, list->items[i].end);
	}

	return 0;
}

int
xnvi_ranges_without(const struct xnvi_ranges *list, struct xnvi_range range,
		    struct xnvi_ranges *out)
{
	const int err = ranges_alloc(list, out);

	if (err) {
		return err;
	}
	for (size_t i = 0; i < list->n; ++i) {
		const struct xnvi_range item = list->items[i];

		if (item.end <= range.first || item.first >= range.end) {
			append(out, item.first, item.end);
			continue;
		}
		append(out, item.first, range.first);
		append(out, range.end, item.end);
	}

	return 0;
}

bool
xnvi_ranges_meet(const struct xnvi_ranges *list, struct xnvi_range range)
{
	size_t low = 0;
	size_t high = list->n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (list->items[mid].end <= range.first) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}

	return low < list->n && list->items[low].first < range.end;
}

void
xnvi_ranges_free(struct xnvi_ranges *list)
{
	free(list->items);
	list->items = NULL;
	list->n = 0;
}
