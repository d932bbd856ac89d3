// SPDX-License-Identifier: BSD-3-Clause
/**
 * Printing: parsed arguments, lists of devices, times, remarks
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <libxnvme_pp.h>
#include <print/emit.h>
#include <core/err.h>
#include <print/text.h>
#include <print/structs.h>
#include <print/term.h>
#include <options.h>

/** A number of any width */
static uint64_t
number_of(const struct xnvi_cli_row *row, const struct xnvme_cli_args *args)
{
	const char *from = (const char *)args + row->offset;
	struct xnvme_opts_css css;
	uint64_t value64;
	uint32_t value32;

	if (row->dest == XNVI_CLI_DEST_CSS) {
		memcpy(&css, from, sizeof(css));
		return css.value;
	}
	if (row->nbytes == sizeof(value64)) {
		memcpy(&value64, from, sizeof(value64));
		return value64;
	}
	if (row->nbytes == sizeof(value32)) {
		memcpy(&value32, from, sizeof(value32));
		return value32;
	}

	return *(const uint8_t *)from;
}

static void
arg_emit(struct xnvi_emit *e, const struct xnvi_cli_row *row, const struct xnvme_cli_args *args)
{
	const char *from = (const char *)args + row->offset;
	const char *text = NULL;
	bool truth = false;

	switch (row->dest) {
	case XNVI_CLI_DEST_STR:
		memcpy(&text, from, sizeof(text));
		xnvi_emit_str(e, row->attr.name, text);
		return;
	case XNVI_CLI_DEST_BOOL:
		memcpy(&truth, from, sizeof(truth));
		xnvi_emit_bool(e, row->attr.name, truth);
		return;
	case XNVI_CLI_DEST_CSS:
		xnvi_emit_hex(e, row->attr.name, number_of(row, args));
		return;
	case XNVI_CLI_DEST_NONE:
		return;
	case XNVI_CLI_DEST_NUM:
		break;
	}

	if (row->attr.vtype == XNVME_CLI_OPT_VTYPE_HEX) {
		xnvi_emit_hex(e, row->attr.name, number_of(row, args));
	} else {
		xnvi_emit_u64(e, row->attr.name, number_of(row, args));
	}
}

int
xnvi_cli_args_fpr(FILE *stream, const struct xnvme_cli_args *args, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	xnvi_emit_map(&e, NULL, XNVI_EMIT_BLOCK);
	if (!args) {
		xnvi_emit_str(&e, "xnvme_cli_args", NULL);
	} else {
		xnvi_emit_map(&e, "xnvme_cli_args", XNVI_EMIT_BLOCK);
		for (unsigned opt = XNVME_CLI_OPT_NONE + 1; opt < XNVME_CLI_OPT_END; ++opt) {
			const struct xnvi_cli_row *row = xnvi_cli_row_get(opt);

			/* Two options have the name "uri"; a sub-command has one of them */
			if (row && opt == XNVME_CLI_OPT_SYS_URI) {
				xnvi_emit_str(&e, "sys_uri", args->sys_uri);
			} else if (row && opt != XNVME_CLI_OPT_SEEK) {
				/* --seek has no member of its own */
				arg_emit(&e, row, args);
			}
		}
		xnvi_emit_end(&e);
	}
	xnvi_emit_end(&e);

	return xnvi_print_term(&e);
}

/** The option takes a number, and is on the command line */
static bool
is_given_number(const struct xnvme_cli *cli, const struct xnvme_cli_sub_opt *entry,
		const struct xnvi_cli_row *row)
{
	return row && entry->type != XNVME_CLI_LFLG && entry->type != XNVME_CLI_SKIP &&
	       entry->type != XNVME_CLI_CHANGES && cli->given[entry->opt] &&
	       row->dest != XNVI_CLI_DEST_STR && row->dest != XNVI_CLI_DEST_NONE;
}

int
xnvme_cli_numbers_fpr(FILE *stream, const struct xnvme_cli *cli)
{
	int n = 0;

	if (!stream || !cli || !cli->sub) {
		return xnvi_err(-EINVAL, "cli", __func__, "call it in a handler, with its cli",
				"stream or cli is NULL, or no sub-command is running");
	}
	for (size_t i = 0; i < xnvi_cli_sub_nopts(cli->sub); ++i) {
		const struct xnvme_cli_sub_opt *entry = &cli->sub->opts[i];
		const struct xnvi_cli_row *row = xnvi_cli_row_get(entry->opt);

		if (!is_given_number(cli, entry, row)) {
			continue;
		}
		if (!n++) {
			fprintf(stream, "# %s %s:", xnvi_cli_tool_name(cli), cli->sub->name);
		}
		fprintf(stream, "%s --%s 0x%" PRIx64 " (%" PRIu64 ")", n > 1 ? "," : "",
			row->attr.name, number_of(row, &cli->args), number_of(row, &cli->args));
	}
	if (n) {
		fputc('\n', stream);
	}

	return n;
}

void
xnvme_cli_args_pr(struct xnvme_cli_args *args, int opts)
{
	xnvi_cli_args_fpr(stdout, args, opts);
}

void
xnvme_cli_pinf(const char *format, ...)
{
	char text[4096] = "";
	const char *mark = "# ";
	char *line = text;
	char *end;
	va_list ap;

	if (!format) {
		return;
	}
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		xnvi_text_line(stdout, "%s%s", mark, line);
		mark = "";
		line = end + 1;
	}
	xnvi_text_line(stdout, "%s%s", mark, line);
	fflush(stdout);
}

uint64_t
xnvme_cli_timer_start(struct xnvme_cli *cli)
{
	return xnvme_timer_start(&cli->timer);
}

uint64_t
xnvme_cli_timer_stop(struct xnvme_cli *cli)
{
	return xnvme_timer_stop(&cli->timer);
}

void
xnvme_cli_timer_bw_pr(struct xnvme_cli *cli, const char *prefix, size_t nbytes)
{
	const double secs = xnvme_timer_elapsed(&cli->timer);
	const double mib = (double)nbytes / (double)(1 << 20);
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, NULL, XNVI_EMIT_BLOCK);
	xnvi_emit_map(&e, prefix ? prefix : "timer", XNVI_EMIT_FLOW);
	xnvi_emit_double(&e, "elapsed", secs, 4);
	xnvi_emit_double(&e, "mb", mib, 2);
	xnvi_emit_double(&e, "mbsec", secs > 0 ? mib / secs : 0.0, 2);
	xnvi_emit_end(&e);
	xnvi_emit_end(&e);
	xnvi_print_term(&e);
}

int
xnvme_cli_enumeration_alloc(struct xnvme_cli_enumeration **list, uint32_t capacity)
{
	const size_t entry_nbytes = sizeof(struct xnvme_ident);
	struct xnvme_cli_enumeration *created;

	if (!list || !capacity) {
		return XNVI_NULL("list or capacity");
	}
	created = capacity > (SIZE_MAX - sizeof(*created)) / entry_nbytes
		      ? NULL
		      : calloc(1, sizeof(*created) + capacity * entry_nbytes);
	if (!created) {
		return xnvi_err(-ENOMEM, "cli", "capacity", "use a smaller capacity",
				"no memory for a list of %u devices", capacity);
	}
	created->capacity = capacity;
	*list = created;

	return 0;
}

void
xnvme_cli_enumeration_free(struct xnvme_cli_enumeration *list)
{
	free(list);
}

int
xnvme_cli_enumeration_append(struct xnvme_cli_enumeration *list, const struct xnvme_ident *entry)
{
	if (!list || !entry) {
		return XNVI_NULL("list or entry");
	}
	if (list->nentries >= list->capacity) {
		return xnvi_err(-ENOMEM, "cli", "list", "allocate a list of a larger capacity",
				"the list is full: it has room for %u devices", list->capacity);
	}
	list->entries[list->nentries++] = *entry;

	return 0;
}

static void
ident_emit(struct xnvi_emit *e, const struct xnvme_ident *ident)
{
	xnvi_emit_map(e, NULL, XNVI_EMIT_FLOW);
	xnvi_emit_strn(e, "uri", ident->uri, sizeof(ident->uri));
	xnvi_emit_hex(e, "dtype", ident->dtype);
	xnvi_emit_hex(e, "nsid", ident->nsid);
	xnvi_emit_hex(e, "csi", ident->csi);
	xnvi_emit_chars(e, "subnqn", ident->subnqn, sizeof(ident->subnqn));
	xnvi_emit_end(e);
}

static bool
ident_same(const struct xnvme_ident *a, const struct xnvme_ident *b)
{
	return a->nsid == b->nsid && a->csi == b->csi && a->dtype == b->dtype &&
	       strncmp(a->uri, b->uri, sizeof(a->uri)) == 0;
}

static bool
ident_is_first(const struct xnvme_cli_enumeration *list, uint32_t idx)
{
	for (uint32_t i = 0; i < idx; ++i) {
		if (ident_same(&list->entries[i], &list->entries[idx])) {
			return false;
		}
	}

	return true;
}

/** Print every entry in full (`full`), or the URI of each device once */
static int
enumeration_print(FILE *stream, const struct xnvme_cli_enumeration *list, int opts, bool full)
{
	const struct xnvme_ident *entry;
	struct xnvi_emit e;

	if (!stream) {
		return XNVI_NULL("stream");
	}
	xnvi_emit_init(&e, stream, opts);
	xnvi_emit_map(&e, NULL, XNVI_EMIT_BLOCK);
	if (!list) {
		xnvi_emit_str(&e, "xnvme_cli_enumeration", NULL);
		xnvi_emit_end(&e);
		return xnvi_print_term(&e);
	}

	if (full) {
		xnvi_emit_map(&e, "xnvme_cli_enumeration", XNVI_EMIT_BLOCK);
		xnvi_emit_u64(&e, "capacity", list->capacity);
		xnvi_emit_u64(&e, "nentries", list->nentries);
		xnvi_emit_list(&e, "entries", XNVI_EMIT_BLOCK);
	} else {
		xnvi_emit_list(&e, "xnvme_cli_enumeration", XNVI_EMIT_BLOCK);
	}
	for (uint32_t i = 0; i < list->nentries; ++i) {
		entry = &list->entries[i];
		if (full) {
			ident_emit(&e, entry);
		} else if (ident_is_first(list, i)) {
			xnvi_emit_map(&e, NULL, XNVI_EMIT_BLOCK);
			xnvi_emit_strn(&e, "uri", entry->uri, sizeof(entry->uri));
			xnvi_emit_end(&e);
		}
	}
	xnvi_emit_end(&e);
	if (full) {
		xnvi_emit_end(&e);
	}
	xnvi_emit_end(&e);

	return xnvi_print_term(&e);
}

int
xnvme_cli_enumeration_fpr(FILE *stream, struct xnvme_cli_enumeration *list, int opts)
{
	return enumeration_print(stream, list, opts, true);
}

int
xnvme_cli_enumeration_fpp(FILE *stream, struct xnvme_cli_enumeration *list, int opts)
{
	return enumeration_print(stream, list, opts, false);
}

int
xnvme_cli_enumeration_pr(struct xnvme_cli_enumeration *list, int opts)
{
	return xnvme_cli_enumeration_fpr(stdout, list, opts);
}

int
xnvme_cli_enumeration_pp(struct xnvme_cli_enumeration *list, int opts)
{
	return xnvme_cli_enumeration_fpp(stdout, list, opts);
}
