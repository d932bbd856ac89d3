// SPDX-License-Identifier: BSD-3-Clause
/**
 * From argv to struct xnvme_cli_args, by the options that the sub-command lists
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <print/text.h>
#include <options.h>

/** State of one parse */
struct parse {
	struct xnvme_cli *cli;
	struct xnvi_cli_run *run;
	const struct xnvme_cli_sub *sub;
	size_t nopts;
	size_t posa; ///< Next entry of sub->opts to look at for a positional
};

static int complain(const struct parse *parse, const char *format, ...)
    __attribute__((format(XNVI_PRINTF, 2, 3)));

static int
complain(const struct parse *parse, const char *format, ...)
{
	char before[XNVI_CLI_TOOL_NAME_NBYTES + 128];
	va_list ap;

	snprintf(before, sizeof(before), "%s%s%s: ", xnvi_cli_tool_name(parse->cli),
		 parse->sub ? " " : "", parse->sub ? parse->sub->name : "");
	va_start(ap, format);
	xnvi_text_vline(stderr, before, format, ap);
	va_end(ap);

	return -EINVAL;
}

static bool
is_option(const struct xnvme_cli_sub_opt *entry)
{
	return entry->type == XNVME_CLI_LFLG || entry->type == XNVME_CLI_LOPT ||
	       entry->type == XNVME_CLI_LREQ;
}

/** The entry of the option called `name`, of length `len`, in the sub-command */
static const struct xnvme_cli_sub_opt *
option_find(const struct parse *parse, const char *name, size_t len)
{
	for (size_t i = 0; i < parse->nopts; ++i) {
		const struct xnvme_cli_sub_opt *entry = &parse->sub->opts[i];
		const struct xnvi_cli_row *row = xnvi_cli_row_get(entry->opt);

		if (row && is_option(entry) && strlen(row->attr.name) == len &&
		    memcmp(row->attr.name, name, len) == 0) {
			return entry;
		}
	}

	return NULL;
}

/** Set the flag of an option that sub-commands need not list; false when `name` is not one */
static bool
global_set(struct xnvi_cli_run *run, const struct xnvme_cli_sub *sub, const char *name)
{
	if (strcmp(name, "-h") == 0) {
		run->help = true;
		return true;
	}
	for (size_t i = 0; i < XNVI_CLI_NGLOBALS; ++i) {
		const struct xnvi_cli_global *global = &xnvi_cli_globals[i];

		if (strncmp(name, "--", 2) == 0 && strcmp(name + 2, global->name) == 0 &&
		    xnvi_cli_global_applies(global, sub)) {
			*(bool *)((char *)run + global->flag) = true;
			return true;
		}
	}

	return false;
}

static int
unknown_option(const struct parse *parse, const char *arg)
{
	const char *name = arg + strspn(arg, "-");
	const size_t len = strcspn(arg, "=");
	const char *best = NULL;
	size_t distance = SIZE_MAX;
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(name, "="), name);
	for (size_t i = 0; i < parse->nopts; ++i) {
		const struct xnvi_cli_row *row = xnvi_cli_row_get(parse->sub->opts[i].opt);

		if (row && is_option(&parse->sub->opts[i])) {
			xnvi_cli_nearest(word, row->attr.name, &best, &distance);
		}
	}
	for (size_t i = 0; i < XNVI_CLI_NGLOBALS; ++i) {
		if (xnvi_cli_global_applies(&xnvi_cli_globals[i], parse->sub)) {
			xnvi_cli_nearest(word, xnvi_cli_globals[i].name, &best, &distance);
		}
	}

	xnvi_cli_usage_sub(stderr, parse->cli, parse->sub);
	fputs("\n", stderr);
	if (best) {
		return complain(parse, "unknown option %.*s, did you mean --%s?", (int)len, arg,
				best);
	}

	return complain(parse, "unknown option %.*s", (int)len, arg);
}

static int
option_store(struct parse *parse, const struct xnvme_cli_sub_opt *entry, const char *text)
{
	const struct xnvi_cli_row *row = xnvi_cli_row_get(entry->opt);
	const char *dashes = entry->type == XNVME_CLI_POSA ? "" : "--";
	char accepted[128];
	int err;

	err = xnvi_cli_value_store(row, text, &parse->cli->args);
	if (err) {
		xnvi_cli_accepted_str(row, accepted, sizeof(accepted));
		return complain(parse, "%s%s: '%s' is %s (accepted: %s)", dashes, row->attr.name,
				text, err == -ERANGE ? "out of range" : "not a valid value",
				accepted);
	}
	parse->cli->given[entry->opt] = 1;

	return 0;
}

static int
positional_parse(struct parse *parse, const char *arg)
{
	for (; parse->posa < parse->nopts; ++parse->posa) {
		const struct xnvme_cli_sub_opt *entry = &parse->sub->opts[parse->posa];

		if (entry->type == XNVME_CLI_POSA && xnvi_cli_row_get(entry->opt)) {
			++parse->posa;
			return option_store(parse, entry, arg);
		}
	}

	return complain(parse, "unexpected argument '%s', see '%s %s --help'", arg,
			xnvi_cli_tool_name(parse->cli), parse->sub->name);
}

/** Parse argv[*idx], an option, and its value, which may be the next one */
static int
option_parse(struct parse *parse, int argc, char **argv, int *idx)
{
	const char *arg = argv[*idx];
	const char *equals = strchr(arg, '=');
	const size_t len = equals ? (size_t)(equals - arg) : strlen(arg);
	const struct xnvme_cli_sub_opt *entry = NULL;

	if (strncmp(arg, "--", 2) == 0) {
		entry = option_find(parse, arg + 2, len - 2);
	}
	if (!entry) {
		return global_set(parse->run, parse->sub, arg) ? 0 : unknown_option(parse, arg);
	}
	if (entry->type == XNVME_CLI_LFLG) {
		if (equals) {
			return complain(parse, "%.*s takes no value", (int)len, arg);
		}
		xnvi_cli_flag_store(xnvi_cli_row_get(entry->opt), &parse->cli->args);
		parse->cli->given[entry->opt] = 1;
		return 0;
	}
	if (equals) {
		return option_store(parse, entry, equals + 1);
	}
	/* When a value was forgotten, the next option is not the value; write --name=--value */
	if (*idx + 1 >= argc || strncmp(argv[*idx + 1], "--", 2) == 0) {
		return complain(parse, "%s needs a value of kind %s", arg,
				xnvi_cli_kind_str(xnvi_cli_row_get(entry->opt)));
	}
	*idx += 1;

	return option_store(parse, entry, argv[*idx]);
}

static int
required_check(const struct parse *parse)
{
	int err = 0;

	for (size_t i = 0; i < parse->nopts; ++i) {
		const struct xnvme_cli_sub_opt *entry = &parse->sub->opts[i];
		const struct xnvi_cli_row *row = xnvi_cli_row_get(entry->opt);

		if (!row || parse->cli->given[entry->opt]) {
			continue;
		}
		if (entry->type == XNVME_CLI_POSA) {
			err = complain(parse, "missing argument: %s, see '%s %s --help'",
				       row->attr.name, xnvi_cli_tool_name(parse->cli),
				       parse->sub->name);
		} else if (entry->type == XNVME_CLI_LREQ) {
			err = complain(parse, "missing required option: --%s %s", row->attr.name,
				       xnvi_cli_kind_str(row));
		}
	}

	return err;
}

static int
arguments_parse(struct parse *parse, int argc, char **argv)
{
	bool only_positionals = false;
	int err = 0;

	for (int i = 2; i < argc; ++i) {
		const char *arg = argv[i];

		if (!only_positionals && strcmp(arg, "--") == 0) {
			only_positionals = true;
			continue;
		}
		if (!only_positionals && arg[0] == '-' && arg[1] != '\0') {
			err = option_parse(parse, argc, argv, &i);
		} else {
			err = positional_parse(parse, arg);
		}
		if (err) {
			return err;
		}
	}

	return 0;
}

static struct xnvme_cli_sub *
sub_find(struct xnvme_cli *cli, const char *name)
{
	for (int i = 0; i < cli->nsubs; ++i) {
		if (cli->subs[i].name && strcmp(cli->subs[i].name, name) == 0) {
			return &cli->subs[i];
		}
	}

	return NULL;
}

static int
unknown_sub(const struct parse *parse, const char *name)
{
	const struct xnvme_cli *cli = parse->cli;
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (int i = 0; i < cli->nsubs; ++i) {
		if (cli->subs[i].name) {
			xnvi_cli_nearest(name, cli->subs[i].name, &best, &distance);
		}
	}
	xnvi_cli_usage_tool(stderr, cli);
	fputs("\n", stderr);
	if (best) {
		return complain(parse, "unknown sub-command '%s', did you mean '%s'?", name, best);
	}

	return complain(parse, "unknown sub-command '%s'", name);
}

/** Asked first: a command line that is wrong elsewhere still gets its help */
static bool
help_wanted(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; ++i) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			return true;
		}
	}

	return false;
}

int
xnvi_cli_parse(struct xnvme_cli *cli, struct xnvi_cli_run *run, int argc, char **argv)
{
	struct parse parse = {.cli = cli, .run = run};
	int err;

	cli->argc = argc;
	cli->argv = argv;
	cli->sub = NULL;
	memset(cli->given, 0, sizeof(cli->given));

	run->help = argc < 2 || help_wanted(argc, argv);
	if (argc < 2) {
		return 0;
	}
	if (argv[1][0] == '-' && global_set(run, NULL, argv[1])) {
		/* --json alone asks for no output: print what can be asked for */
		run->help = run->help || !run->version;
		return 0;
	}

	cli->sub = sub_find(cli, argv[1]);
	if (!cli->sub) {
		return run->help ? 0 : unknown_sub(&parse, argv[1]);
	}
	if (run->help) {
		return 0;
	}
	parse.sub = cli->sub;
	parse.nopts = xnvi_cli_sub_nopts(cli->sub);

	err = arguments_parse(&parse, argc, argv);
	if (!err && !run->version) {
		err = required_check(&parse);
	}

	return err;
}
