// SPDX-License-Identifier: BSD-3-Clause
/**
 * Text made from the option table: usage, manual page, shell completion
 */
#include <string.h>
#include <libxnvme_ver.h>
#include <options.h>

#define USAGE_COLUMNS 96

/** Write the spelling of an option or argument into `buf` */
static void
option_spell(const struct xnvme_cli_sub_opt *entry, const struct xnvi_cli_row *row, char *buf,
	     size_t buf_nbytes)
{
	if (entry->type == XNVME_CLI_POSA) {
		snprintf(buf, buf_nbytes, "%s", row->attr.name);
	} else if (entry->type == XNVME_CLI_LFLG) {
		snprintf(buf, buf_nbytes, "--%s", row->attr.name);
	} else {
		snprintf(buf, buf_nbytes, "--%s %s", row->attr.name, xnvi_cli_kind_str(row));
	}
}

static bool
is_title(const struct xnvme_cli_sub_opt *entry)
{
	return entry->type == XNVME_CLI_SKIP || entry->type == XNVME_CLI_CHANGES;
}

static bool
is_required(const struct xnvme_cli_sub_opt *entry)
{
	return entry->type == XNVME_CLI_LREQ || entry->type == XNVME_CLI_POSA;
}

/** A sub-command may list --help itself, which is printed only once, with the global options */
static bool
is_global(const struct xnvi_cli_row *row)
{
	return row->attr.opt == XNVME_CLI_OPT_HELP;
}

static int
synopsis_word(FILE *stream, int column, int indent, const char *word)
{
	const int len = (int)strlen(word);

	if (column + 1 + len > USAGE_COLUMNS) {
		fprintf(stream, "\n%*s%s", indent, "", word);
		return indent + len;
	}
	fprintf(stream, " %s", word);

	return column + 1 + len;
}

static void
synopsis(FILE *stream, const struct xnvme_cli *cli, const struct xnvme_cli_sub *sub)
{
	const size_t nopts = xnvi_cli_sub_nopts(sub);
	int column = fprintf(stream, "Usage: %s %s", xnvi_cli_tool_name(cli), sub->name);
	const int indent = 7;
	char spelled[128];
	char word[136];

	/* Positional arguments first, then required options, then the others */
	for (int pass = 0; pass < 3; ++pass) {
		for (size_t i = 0; i < nopts; ++i) {
			const struct xnvme_cli_sub_opt *entry = &sub->opts[i];
			const struct xnvi_cli_row *row = xnvi_cli_row_get(entry->opt);
			const int want = entry->type == XNVME_CLI_POSA ? 0
					 : is_required(entry)	       ? 1
								       : 2;

			if (!row || is_title(entry) || is_global(row) || want != pass) {
				continue;
			}
			option_spell(entry, row, spelled, sizeof(spelled));
			snprintf(word, sizeof(word), want == 2 ? "[%s]" : "%s", spelled);
			column = synopsis_word(stream, column, indent, word);
		}
	}
	if (xnvi_cli_sub_changes(sub)) {
		column = synopsis_word(stream, column, indent, "[--force]");
		column = synopsis_word(stream, column, indent, "[--dry-run]");
	}
	synopsis_word(stream, column, indent, "[--json]");
	fputc('\n', stream);
}

static void
option_line(FILE *stream, const struct xnvme_cli_sub_opt *entry, const struct xnvi_cli_row *row)
{
	char spelled[128];
	char accepted[128];

	option_spell(entry, row, spelled, sizeof(spelled));
	fprintf(stream, "  %-24s  %s", spelled, row->attr.descr);
	if (entry->type != XNVME_CLI_LFLG && row->dest != XNVI_CLI_DEST_STR) {
		xnvi_cli_accepted_str(row, accepted, sizeof(accepted));
		fprintf(stream, " (%s)", accepted);
	}
	fputs(entry->type == XNVME_CLI_LREQ ? " [required]\n" : "\n", stream);
}

static void
globals_list(FILE *stream, bool changes)
{
	for (size_t i = 0; i < XNVI_CLI_NGLOBALS; ++i) {
		if (xnvi_cli_globals[i].changes == changes) {
			fprintf(stream, "  --%-22s  %s\n", xnvi_cli_globals[i].name,
				xnvi_cli_globals[i].descr);
		}
	}
}

static void
globals_usage(FILE *stream, const struct xnvme_cli_sub *sub)
{
	if (xnvi_cli_sub_changes(sub)) {
		fputs("\nOptions of sub-commands that change a device\n", stream);
		globals_list(stream, true);
	}
	fputs("\nOptions of every sub-command\n", stream);
	globals_list(stream, false);
}

void
xnvi_cli_usage_sub(FILE *stream, const struct xnvme_cli *cli, const struct xnvme_cli_sub *sub)
{
	const size_t nopts = xnvi_cli_sub_nopts(sub);
	const char *descr =
	    sub->descr_long && *sub->descr_long ? sub->descr_long : sub->descr_short;
	bool titled = false;

	synopsis(stream, cli, sub);
	if (descr && *descr) {
		fprintf(stream, "\n%s\n", descr);
	}
	for (size_t i = 0; i < nopts; ++i) {
		const struct xnvme_cli_sub_opt *entry = &sub->opts[i];
		const struct xnvi_cli_row *row = xnvi_cli_row_get(entry->opt);

		if (!row || is_global(row) || entry->type == XNVME_CLI_CHANGES) {
			continue;
		}
		if (is_title(entry)) {
			fprintf(stream, "\n%s\n", row->attr.name);
			titled = true;
			continue;
		}
		fputs(titled ? "" : "\nOptions\n", stream);
		titled = true;
		option_line(stream, entry, row);
	}
	globals_usage(stream, sub);
}

void
xnvi_cli_usage_tool(FILE *stream, const struct xnvme_cli *cli)
{
	const char *tool = xnvi_cli_tool_name(cli);

	if (cli->title && *cli->title) {
		fprintf(stream, "%s%s%s\n\n", cli->title, cli->descr_short ? " - " : "",
			cli->descr_short ? cli->descr_short : "");
	}
	fprintf(stream, "Usage: %s SUB-COMMAND [ARGUMENTS] [OPTIONS]\n", tool);
	fputs("\nSub-commands\n", stream);
	for (int i = 0; i < cli->nsubs; ++i) {
		const struct xnvme_cli_sub *sub = &cli->subs[i];

		if (sub->name) {
			fprintf(stream, "  %-18s  %s\n", sub->name,
				sub->descr_short ? sub->descr_short : "");
		}
	}
	globals_usage(stream, NULL);
	fprintf(stream, "\nSee '%s SUB-COMMAND --help' for the options of a sub-command.\n", tool);
}

static void
completion_case(FILE *stream, const struct xnvme_cli_sub *sub)
{
	const size_t nopts = xnvi_cli_sub_nopts(sub);

	fprintf(stream, "\t%s) opts=\"", sub->name);
	for (size_t i = 0; i < nopts; ++i) {
		const struct xnvme_cli_sub_opt *entry = &sub->opts[i];
		const struct xnvi_cli_row *row = xnvi_cli_row_get(entry->opt);

		if (row && !is_title(entry) && !is_global(row) && entry->type != XNVME_CLI_POSA) {
			fprintf(stream, "--%s ", row->attr.name);
		}
	}
	for (size_t i = 0; i < XNVI_CLI_NGLOBALS; ++i) {
		if (xnvi_cli_global_applies(&xnvi_cli_globals[i], sub)) {
			fprintf(stream, "%s--%s", i ? " " : "", xnvi_cli_globals[i].name);
		}
	}
	fputs("\" ;;\n", stream);
}

void
xnvi_cli_completion(FILE *stream, const struct xnvme_cli *cli)
{
	const char *tool = xnvi_cli_tool_name(cli);

	fprintf(stream,
		"# bash completion of %s; made by '%s --help-completion'\n"
		"_%s_complete() {\n"
		"\tlocal cur=\"${COMP_WORDS[COMP_CWORD]}\" opts=\"\"\n"
		"\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		"\t\tCOMPREPLY=($(compgen -W \"",
		tool, tool, tool);
	for (int i = 0; i < cli->nsubs; ++i) {
		fprintf(stream, "%s%s", i ? " " : "", cli->subs[i].name);
	}
	fputs(" --help --version\" -- \"$cur\"))\n\t\treturn\n\tfi\n"
	      "\tcase \"${COMP_WORDS[1]}\" in\n",
	      stream);
	for (int i = 0; i < cli->nsubs; ++i) {
		completion_case(stream, &cli->subs[i]);
	}
	fprintf(stream,
		"\tesac\n"
		"\tif [ \"${cur#-}\" != \"$cur\" ]; then\n"
		"\t\tCOMPREPLY=($(compgen -W \"$opts\" -- \"$cur\"))\n"
		"\telse\n"
		"\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
		"\tfi\n"
		"}\n"
		"complete -o filenames -F _%s_complete %s\n",
		tool, tool);
}

/** Print text so that man(7) takes hyphens literally, and a leading dot not for a request */
static void
man_text(FILE *stream, const char *text)
{
	if (*text == '.' || *text == '\'') {
		fputs("\\&", stream);
	}
	for (; *text; ++text) {
		if (*text == '-' || *text == '\\') {
			fputc('\\', stream);
			fputc(*text == '-' ? '-' : 'e', stream);
		} else {
			fputc(*text, stream);
		}
	}
}

static void
man_globals(FILE *stream, bool changes)
{
	for (size_t i = 0; i < XNVI_CLI_NGLOBALS; ++i) {
		if (xnvi_cli_globals[i].changes == changes) {
			fputs(".TP\n.B \\-\\-", stream);
			man_text(stream, xnvi_cli_globals[i].name);
			fputc('\n', stream);
			man_text(stream, xnvi_cli_globals[i].descr);
			fputc('\n', stream);
		}
	}
}

static void
man_sub(FILE *stream, const struct xnvme_cli_sub *sub)
{
	const size_t nopts = xnvi_cli_sub_nopts(sub);
	char spelled[128];
	char accepted[128];

	fputs(".SS ", stream);
	man_text(stream, sub->name);
	fputc('\n', stream);
	man_text(stream, sub->descr_long && *sub->descr_long ? sub->descr_long
			 : sub->descr_short		     ? sub->descr_short
							     : "");
	fputc('\n', stream);
	for (size_t i = 0; i < nopts; ++i) {
		const struct xnvme_cli_sub_opt *entry = &sub->opts[i];
		const struct xnvi_cli_row *row = xnvi_cli_row_get(entry->opt);

		if (!row || is_title(entry) || is_global(row)) {
			continue;
		}
		option_spell(entry, row, spelled, sizeof(spelled));
		fputs(".TP\n.B ", stream);
		man_text(stream, spelled);
		fputc('\n', stream);
		man_text(stream, row->attr.descr);
		if (entry->type != XNVME_CLI_LFLG) {
			xnvi_cli_accepted_str(row, accepted, sizeof(accepted));
			fputs("; ", stream);
			man_text(stream, accepted);
		}
		fputs(is_required(entry) ? "; required\n" : "\n", stream);
	}
	if (xnvi_cli_sub_changes(sub)) {
		man_globals(stream, true);
	}
}

void
xnvi_cli_man(FILE *stream, const struct xnvme_cli *cli)
{
	const char *tool = xnvi_cli_tool_name(cli);
	const char *descr = cli->descr_short ? cli->descr_short : "";

	fprintf(stream, ".TH %s 1 \"\" \"libxnvme %d.%d.%d\"\n.SH NAME\n%s \\- ", tool,
		xnvme_ver_major(), xnvme_ver_minor(), xnvme_ver_patch(), tool);
	man_text(stream, descr);
	fprintf(stream, "\n.SH SYNOPSIS\n.B %s\nSUB\\-COMMAND [ARGUMENTS] [OPTIONS]\n", tool);
	fputs(".SH DESCRIPTION\n", stream);
	man_text(stream, cli->descr_long && *cli->descr_long ? cli->descr_long : descr);
	fputs("\n.PP\nEvery sub\\-command takes:\n", stream);
	man_globals(stream, false);
	fputs(".SH SUB\\-COMMANDS\n", stream);
	for (int i = 0; i < cli->nsubs; ++i) {
		man_sub(stream, &cli->subs[i]);
	}
	fputs(".SH EXIT STATUS\n0 on success; 2 when the command line was refused; 1 for every "
	      "other failure.\n",
	      stream);
}
