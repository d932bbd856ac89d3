// SPDX-License-Identifier: BSD-3-Clause
/**
 * The numeric options, row by row: range, width, help and print
 *
 * The ranges are those of the command field, or of the library call, that a value ends in. Members
 * are looked at between neighbours that are not zero, so that a store of another width shows.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <support/cli.h>
#include <support/doc.h>
#include <support/test.h>

enum type {
	NUM = 0,
	TRUTH = 1, ///< bool: false for 0 only
	CSS = 2,   ///< struct xnvme_opts_css
};

struct row {
	enum xnvme_cli_opt opt;
	const char *name;
	int base;
	enum type type;
	size_t offset;
	size_t nbytes;
	uint64_t min;
	uint64_t max;
};

#define ROW(OPT, NAME, BASE, TYPE, MEMBER, MIN, MAX)                                               \
	{                                                                                          \
		XNVME_CLI_OPT_##OPT, NAME, BASE, TYPE, offsetof(struct xnvme_cli_args, MEMBER),    \
		    sizeof(((struct xnvme_cli_args *)NULL)->MEMBER), MIN, MAX                      \
	}

// clang-format off
static const struct row rows[] = {
	ROW(CDW00, "cdw0", 16, NUM, cdw[0], 0, UINT32_MAX),
	ROW(CDW01, "cdw1", 16, NUM, cdw[1], 0, UINT32_MAX),
	ROW(CDW02, "cdw2", 16, NUM, cdw[2], 0, UINT32_MAX),
	ROW(CDW03, "cdw3", 16, NUM, cdw[3], 0, UINT32_MAX),
	ROW(CDW04, "cdw4", 16, NUM, cdw[4], 0, UINT32_MAX),
	ROW(CDW05, "cdw5", 16, NUM, cdw[5], 0, UINT32_MAX),
	ROW(CDW06, "cdw6", 16, NUM, cdw[6], 0, UINT32_MAX),
	ROW(CDW07, "cdw7", 16, NUM, cdw[7], 0, UINT32_MAX),
	ROW(CDW08, "cdw8", 16, NUM, cdw[8], 0, UINT32_MAX),
	ROW(CDW09, "cdw9", 16, NUM, cdw[9], 0, UINT32_MAX),
	ROW(CDW10, "cdw10", 16, NUM, cdw[10], 0, UINT32_MAX),
	ROW(CDW11, "cdw11", 16, NUM, cdw[11], 0, UINT32_MAX),
	ROW(CDW12, "cdw12", 16, NUM, cdw[12], 0, UINT32_MAX),
	ROW(CDW13, "cdw13", 16, NUM, cdw[13], 0, UINT32_MAX),
	ROW(CDW14, "cdw14", 16, NUM, cdw[14], 0, UINT32_MAX),
	ROW(CDW15, "cdw15", 16, NUM, cdw[15], 0, UINT32_MAX),
	ROW(DATA_NBYTES, "data-nbytes", 10, NUM, data_nbytes, 0, SIZE_MAX),
	ROW(META_NBYTES, "meta-nbytes", 10, NUM, meta_nbytes, 0, SIZE_MAX),
	ROW(LBAFL, "lbafl", 16, NUM, lbafl, 0, 0xf),
	ROW(SLBA, "slba", 16, NUM, slba, 0, UINT64_MAX),
	ROW(ELBA, "elba", 16, NUM, elba, 0, UINT64_MAX),
	ROW(LBA, "lba", 16, NUM, lba, 0, UINT64_MAX),
	ROW(NLB, "nlb", 10, NUM, nlb, 0, UINT16_MAX),
	ROW(UUID, "uuid", 16, NUM, uuid, 0, 0x7f),
	ROW(NSID, "nsid", 16, NUM, nsid, 0, UINT32_MAX),
	ROW(CNS, "cns", 16, NUM, cns, 0, UINT8_MAX),
	ROW(CSI, "csi", 16, NUM, csi, 0, UINT8_MAX),
	ROW(INDEX, "index", 16, NUM, index, 0, UINT64_MAX),
	ROW(SETID, "setid", 16, NUM, setid, 0, UINT16_MAX),
	ROW(CNTID, "cntid", 16, NUM, cntid, 0, UINT16_MAX),
	ROW(LID, "lid", 16, NUM, lid, 0, UINT8_MAX),
	ROW(LSP, "lsp", 16, NUM, lsp, 0, 0x7f),
	ROW(LPO_NBYTES, "lpo-nbytes", 10, NUM, lpo_nbytes, 0, UINT64_MAX),
	ROW(RAE, "rae", 16, NUM, rae, 0, 1),
	ROW(CLEAR, "clear", 16, TRUTH, clear, 0, 1),
	ROW(LBAFU, "lbafu", 16, NUM, lbafu, 0, 3),
	ROW(SES, "ses", 16, NUM, ses, 0, 7),
	ROW(SEL, "sel", 16, NUM, sel, 0, 7),
	ROW(MSET, "mset", 16, NUM, mset, 0, 1),
	ROW(AUSE, "ause", 16, TRUTH, ause, 0, 1),
	ROW(OVRPAT, "ovrpat", 16, NUM, ovrpat, 0, UINT32_MAX),
	ROW(OWPASS, "owpass", 16, NUM, owpass, 0, 0xf),
	ROW(OIPBP, "oipbp", 16, TRUTH, oipbp, 0, 1),
	ROW(NODAS, "nodas", 16, TRUTH, nodas, 0, 1),
	ROW(SANACT, "sanact", 16, NUM, sanact, 0, 7),
	ROW(ZSA, "zsa", 16, NUM, zsa, 0, UINT8_MAX),
	ROW(PI, "pi", 16, NUM, pi, 0, 7),
	ROW(PIL, "pil", 16, NUM, pil, 0, 1),
	ROW(FID, "fid", 16, NUM, fid, 0, UINT8_MAX),
	ROW(FEAT, "feat", 16, NUM, feat, 0, UINT32_MAX),
	ROW(SEED, "seed", 10, NUM, seed, 0, UINT32_MAX),
	ROW(LIMIT, "limit", 10, NUM, limit, 0, UINT32_MAX),
	ROW(IOSIZE, "iosize", 10, NUM, iosize, 1, 1U << 30),
	ROW(QDEPTH, "qdepth", 10, NUM, qdepth, 1, 4096),
	ROW(DIRECT, "direct", 10, TRUTH, direct, 0, UINT32_MAX),
	ROW(STATUS, "status", 10, NUM, status, 0, UINT32_MAX),
	ROW(SAVE, "save", 10, TRUTH, save, 0, 1),
	ROW(RESET, "reset", 10, NUM, reset, 0, UINT32_MAX),
	ROW(VERBOSE, "verbose", 10, TRUTH, verbose, 0, 1),
	ROW(COUNT, "count", 10, NUM, count, 0, UINT64_MAX),
	ROW(OFFSET, "offset", 10, NUM, offset, 0, UINT64_MAX),
	ROW(SEEK, "seek", 10, NUM, sdlba, 0, UINT64_MAX),
	ROW(OPCODE, "opcode", 16, NUM, opcode, 0, UINT8_MAX),
	ROW(FLAGS, "flags", 16, NUM, flags, 0, UINT64_MAX),
	ROW(ALL, "all", 16, TRUTH, all, 0, 1),
	ROW(SHM_ID, "shm_id", 10, NUM, shm_id, 0, UINT32_MAX),
	ROW(MAIN_CORE, "main_core", 16, NUM, main_core, 0, UINT32_MAX),
	ROW(USE_CMB_SQS, "use_cmb_sqs", 10, NUM, use_cmb_sqs, 0, UINT32_MAX),
	ROW(CSS, "css", 16, CSS, css, 0, UINT32_MAX),
	ROW(POLL_IO, "poll_io", 10, NUM, poll_io, 0, UINT8_MAX),
	ROW(POLL_SQ, "poll_sq", 10, NUM, poll_sq, 0, UINT8_MAX),
	ROW(REGISTER_FILES, "register_files", 10, NUM, register_files, 0, UINT8_MAX),
	ROW(REGISTER_BUFFERS, "register_buffers", 10, NUM, register_buffers, 0, UINT8_MAX),
	ROW(TRUNCATE, "truncate", 10, NUM, truncate, 0, UINT8_MAX),
	ROW(RDONLY, "rdonly", 10, NUM, rdonly, 0, UINT8_MAX),
	ROW(WRONLY, "wronly", 10, NUM, wronly, 0, UINT8_MAX),
	ROW(RDWR, "rdwr", 10, NUM, rdwr, 0, UINT8_MAX),
	ROW(CREATE, "create", 10, NUM, create, 0, UINT8_MAX),
	ROW(CREATE_MODE, "create_mode", 16, NUM, create_mode, 0, 0xfff),
	ROW(DEV_NSID, "dev-nsid", 16, NUM, dev_nsid, 0, UINT32_MAX),
	ROW(VEC_CNT, "vec-cnt", 10, NUM, vec_cnt, 1, 1024),
	ROW(DTYPE, "dtype", 16, NUM, dtype, 0, UINT8_MAX),
	ROW(DSPEC, "dspec", 16, NUM, dspec, 0, UINT16_MAX),
	ROW(DOPER, "doper", 16, NUM, doper, 0, UINT8_MAX),
	ROW(ENDIR, "endir", 16, NUM, endir, 0, 1),
	ROW(TGTDIR, "tgtdir", 16, NUM, tgtdir, 0, UINT8_MAX),
	ROW(NSR, "nsr", 16, NUM, nsr, 0, UINT16_MAX),
	ROW(AD, "ad", 10, TRUTH, ad, 0, 1),
	ROW(IDW, "idw", 10, TRUTH, idw, 0, 1),
	ROW(IDR, "idr", 10, TRUTH, idr, 0, 1),
	ROW(LLB, "llb", 10, NUM, llb, 0, UINT32_MAX),
	ROW(LSI, "lsi", 16, NUM, lsi, 0, UINT16_MAX),
	ROW(PID, "pid", 16, NUM, pid, 0, UINT16_MAX),
	ROW(KV_STORE_UPDATE, "only-update", 10, TRUTH, kv_store_update, 0, 1),
	ROW(KV_STORE_ADD, "only-add", 10, TRUTH, kv_store_add, 0, 1),
	ROW(KV_STORE_COMPRESS, "compress", 10, TRUTH, kv_store_compress, 0, 1),
	ROW(PRACT, "pract", 10, TRUTH, pract, 0, UINT32_MAX),
	ROW(PRCHK, "prchk", 16, NUM, prchk, 0, 7),
	ROW(APPTAG, "apptag", 16, NUM, apptag, 0, UINT16_MAX),
	ROW(APPTAG_MASK, "apptag_mask", 16, NUM, apptag_mask, 0, UINT16_MAX),
	ROW(SDLBA, "sdlba", 16, NUM, sdlba, 0, UINT64_MAX),
};
// clang-format on

#define FILL 0xa5

/** A number as it is written in the row's base */
static const char *
spell(const struct row *row, uint64_t value)
{
	static char text[2][32];
	static int turn;

	turn = !turn;
	snprintf(text[turn], sizeof(text[turn]), row->base == 16 ? "0x%" PRIx64 : "%" PRIu64,
		 value);

	return text[turn];
}

/** Arguments whose members all have the bits of FILL, but for pointers, which are followed */
static void
args_fill(struct xnvme_cli_args *args)
{
	memset(args, FILL, sizeof(*args));
	/* No other value is one of a bool */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		if (rows[i].type == TRUTH) {
			memset((char *)args + rows[i].offset, true, rows[i].nbytes);
		}
	}
	args->css.given = true;
	args->dev = NULL;
	args->uri = args->sys_uri = args->subnqn = args->hostnqn = args->cmd_input =
	    args->cmd_output = args->data_input = args->data_output = args->meta_input =
		args->meta_output = args->be = args->mem = args->sync = args->async = args->admin =
		    args->core_mask = args->adrfam = args->kv_key = args->kv_val = "";
}

/** Run with the value given, among members that are not zero */
static int
run_row(const struct row *row, const char *text)
{
	setup();
	args_fill(&cli.args);
	sub_add(row->opt, XNVME_CLI_LOPT);

	return run_value(row->name, text, false);
}

/** What the member has to be, beside neighbours that are as before */
static void
expect(const struct row *row, uint64_t value, struct xnvme_cli_args *args)
{
	const struct xnvme_opts_css css = {.value = (uint32_t)value, .given = 1};
	const uint32_t value32 = (uint32_t)value;
	const uint8_t value8 = (uint8_t)value;
	const bool truth = value != 0;
	const void *from = row->type == CSS	? (const void *)&css
			   : row->type == TRUTH ? (const void *)&truth
			   : row->nbytes == 8	? (const void *)&value
			   : row->nbytes == 4	? (const void *)&value32
						: (const void *)&value8;

	args_fill(args);
	memcpy((char *)args + row->offset, from, row->nbytes);
}

static void
check_accepted(const struct row *row, uint64_t value)
{
	struct xnvme_cli_args args;

	if (run_row(row, spell(row, value)) != 0) {
		test_fail(__FILE__, __LINE__, "--%s %s is refused: %s", row->name,
			  spell(row, value), errors);
		return;
	}
	expect(row, value, &args);
	if (memcmp(&args, &cli.args, sizeof(args)) != 0) {
		test_fail(__FILE__, __LINE__, "--%s %s is stored wrongly", row->name,
			  spell(row, value));
	}
	CHECK_EQ(handler_ncalls, 1);
}

/** Before a change, tools repeat every number that was given, whatever member keeps it */
static void
numbers_are_repeated_in_both_bases(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
		const uint64_t value = rows[i].type != TRUTH && rows[i].max >= 0x16 ? 0x16 : 1;
		char wanted[128];
		struct sys_memory memory;
		char *text;

		CHECK(sys_memory_open(&memory));
		CHECK_EQ(run_row(&rows[i], spell(&rows[i], value)), 0);
		/* The arguments of that run are gone */
		cli.argc = 0;
		CHECK_EQ(xnvme_cli_numbers_fpr(memory.stream, &cli), 1);
		text = sys_memory_close(&memory);
		CHECK(text);
		snprintf(wanted, sizeof(wanted), "# xnvme try: --%s 0x%" PRIx64 " (%" PRIu64 ")\n",
			 rows[i].name, value, value);
		if (!strstr(text, wanted)) {
			test_fail(__FILE__, __LINE__, "--%s is repeated as '%s'", rows[i].name,
				  text);
		}
		free(text);
	}
}

static void
check_refused(const struct row *row, const char *text)
{
	struct xnvme_cli_args args;
	char words[128];

	if (run_row(row, text) != -1 || handler_ncalls || cli.given[row->opt]) {
		test_fail(__FILE__, __LINE__, "--%s %s is not refused", row->name, text);
		return;
	}
	args_fill(&args);
	CHECK_MEM(&args, &cli.args, sizeof(args));
	snprintf(words, sizeof(words), "--%s: '%s' is out of range (accepted: base %d, ", row->name,
		 text, row->base);
	if (!said(words) || !said(spell(row, row->min)) || !said(spell(row, row->max))) {
		test_fail(__FILE__, __LINE__, "--%s %s: message is '%s'", row->name, text, errors);
	}
}

static void
every_number_is_taken_from_its_minimum_to_its_maximum(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
		const struct row *row = &rows[i];

		check_accepted(row, row->min);
		check_accepted(row, row->min + 1);
		check_accepted(row, row->max - 1);
		check_accepted(row, row->max);
		if (row->min) {
			check_refused(row, spell(row, row->min - 1));
		}
		if (row->max < UINT64_MAX) {
			check_refused(row, spell(row, row->max + 1));
		} else {
			check_refused(row, row->base == 16 ? "0x10000000000000000"
							   : "18446744073709551616");
		}
	}
}

static void
every_byte_of_a_wide_number_is_kept(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
		const struct row *row = &rows[i];
		const uint64_t pattern = UINT64_C(0x123456789abcdef0);

		for (int nbits = 9; nbits <= 64; ++nbits) {
			const uint64_t value = pattern >> (64 - nbits);

			if (value > UINT8_MAX && value >= row->min && value <= row->max) {
				check_accepted(row, value);
			}
		}
	}
}

static void
every_numeric_option_is_in_the_table(void)
{
	size_t found = 0;

	for (unsigned opt = 1; opt < XNVME_CLI_OPT_END; ++opt) {
		const struct xnvme_cli_opt_attr *attr = xnvme_cli_get_opt_attr(opt);

		found += attr && opt != XNVME_CLI_OPT_HELP &&
			 (attr->vtype == XNVME_CLI_OPT_VTYPE_NUM ||
			  attr->vtype == XNVME_CLI_OPT_VTYPE_HEX);
	}
	CHECK_EQ(found, ARRAY_LEN(rows));
}

/** The help of a sub-command with all numeric options, which are of the given type */
static char *
help_text(enum xnvme_cli_opt_type type)
{
	char *argv[] = {(char *)(uintptr_t) "tool", (char *)(uintptr_t) "try",
			(char *)(uintptr_t) "--help", NULL};
	FILE *kept = sys_temp_stream();
	char *text = calloc(1, 1 << 20);
	int before;

	setup();
	for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
		sub_add(rows[i].opt, type);
	}
	before = sys_stream_redirect(stdout, kept);
	xnvme_cli_run(&cli, 3, argv, 0);
	sys_stream_restore(stdout, before);
	rewind(kept);
	text[fread(text, 1, (1 << 20) - 1, kept)] = '\0';
	fclose(kept);

	return text;
}

static void
the_help_of_every_numeric_option_has_its_range(void)
{
	static const enum xnvme_cli_opt_type types[] = {XNVME_CLI_LOPT, XNVME_CLI_LREQ,
							XNVME_CLI_POSA};

	for (size_t t = 0; t < ARRAY_LEN(types); ++t) {
		char *text = help_text(types[t]);

		for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
			const struct row *row = &rows[i];
			char begin[64];
			char range[128];
			char *line;

			snprintf(begin, sizeof(begin),
				 types[t] == XNVME_CLI_POSA ? "\n  %s " : "\n  --%s ", row->name);
			snprintf(range, sizeof(range), "(base %d, %s to %s", row->base,
				 spell(row, row->min), spell(row, row->max));
			line = strstr(text, begin);
			if (line) {
				line[strcspn(line + 1, "\n") + 1] = '\0';
			}
			if (!line || !strstr(line, range)) {
				test_fail(__FILE__, __LINE__, "the help of %s lacks %s: %s",
					  row->name, range, line ? line : "");
			}
			if (line) {
				line[strlen(line)] = '\n';
			}
		}
		free(text);
	}
}

/** What xnvme_cli_args_pr() prints of the arguments */
static void
args_read(struct doc *doc, bool json)
{
	static char text[65536];
	FILE *kept = sys_temp_stream();
	const int before = sys_stream_redirect(stdout, kept);

	xnvme_cli_args_pr(&cli.args, json ? XNVME_PR_JSON : XNVME_PR_DEF);
	sys_stream_restore(stdout, before);
	rewind(kept);
	text[fread(text, 1, sizeof(text) - 1, kept)] = '\0';
	fclose(kept);
	doc_read(doc, text, json);
}

static void
every_number_is_printed_as_it_was_given(void)
{
	for (int json = 0; json < 2; ++json) {
		struct doc doc;
		char leaf[96];

		setup();
		for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
			sub_add(rows[i].opt, XNVME_CLI_LOPT);
		}
		for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
			CHECK_EQ(run_value(rows[i].name, spell(&rows[i], rows[i].max), true), 0);
		}
		args_read(&doc, json);
		CHECK(!doc.error);
		for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
			if (rows[i].type == TRUTH) {
				snprintf(leaf, sizeof(leaf), "xnvme_cli_args.%s=b:true",
					 rows[i].name);
			} else {
				snprintf(leaf, sizeof(leaf), "xnvme_cli_args.%s=n:%" PRIu64,
					 rows[i].name, rows[i].max);
			}
			/* --seek shares a member, which is printed once */
			if (rows[i].opt != XNVME_CLI_OPT_SEEK && !doc_has(&doc, leaf)) {
				test_fail(__FILE__, __LINE__, "not printed: %s", leaf);
			}
		}
		doc_term(&doc);
	}
}

static void
texts_of_any_length_are_kept_and_printed(void)
{
	static const struct {
		enum xnvme_cli_opt opt;
		const char *name;
		size_t offset;
	} texts[] = {
#define TEXT(OPT, NAME, MEMBER) {XNVME_CLI_OPT_##OPT, NAME, offsetof(struct xnvme_cli_args, MEMBER)}
	    TEXT(URI, "uri", uri),
	    TEXT(BE, "be", be),
	    TEXT(MEM, "mem", mem),
	    TEXT(SYNC, "sync", sync),
	    TEXT(ASYNC, "async", async),
	    TEXT(ADMIN, "admin", admin),
	    TEXT(CORE_MASK, "core_mask", core_mask),
	    TEXT(ADRFAM, "adrfam", adrfam),
	    TEXT(SUBNQN, "subnqn", subnqn),
	    TEXT(HOSTNQN, "hostnqn", hostnqn),
	    TEXT(CMD_INPUT, "cmd-input", cmd_input),
	    TEXT(CMD_OUTPUT, "cmd-output", cmd_output),
	    TEXT(DATA_INPUT, "data-input", data_input),
	    TEXT(DATA_OUTPUT, "data-output", data_output),
	    TEXT(META_INPUT, "meta-input", meta_input),
	    TEXT(META_OUTPUT, "meta-output", meta_output),
	    TEXT(KV_KEY, "key", kv_key),
	    TEXT(KV_VAL, "value", kv_val),
	};
	static const char *const values[] = {"x", "two words", "io_uring_cmd", "it's \"it\" "};
	struct doc doc;
	char leaf[128];

	for (size_t i = 0; i < ARRAY_LEN(texts); ++i) {
		for (size_t j = 0; j < ARRAY_LEN(values); ++j) {
			const char *stored;

			setup();
			sub_add(texts[i].opt, XNVME_CLI_LOPT);
			CHECK_EQ(run_value(texts[i].name, values[j], j % 2), 0);
			memcpy(&stored, (char *)&cli.args + texts[i].offset, sizeof(stored));
			CHECK_STR(stored, values[j]);
			args_read(&doc, j % 2);
			CHECK(!doc.error);
			snprintf(leaf, sizeof(leaf), "xnvme_cli_args.%s=s:%s", texts[i].name,
				 values[j]);
			if (!doc_has(&doc, leaf)) {
				test_fail(__FILE__, __LINE__, "not printed: %s", leaf);
			}
			doc_term(&doc);
		}
	}
}

/** Half a name, a name and a letter, another first or last letter: none of them is the option */
static void
an_option_is_known_by_its_whole_name(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
		const size_t len = strlen(rows[i].name);
		char name[64];

		for (int variant = 0; variant < 4; ++variant) {
			snprintf(name, sizeof(name), "%s", rows[i].name);
			if (variant == 0) {
				name[len - 1] = '\0';
			} else if (variant == 1) {
				snprintf(name, sizeof(name), "%sz", rows[i].name);
			} else {
				name[variant == 2 ? 0 : len - 1] = 'Z';
			}
			setup();
			sub_add(rows[i].opt, XNVME_CLI_LOPT);
			if (run_value(name, spell(&rows[i], rows[i].max), variant % 2) != -1 ||
			    !said("unknown option")) {
				test_fail(__FILE__, __LINE__, "--%s is taken for --%s", name,
					  rows[i].name);
			}
		}
	}
}

/** Options for opening go to struct xnvme_opts, whose members are of other widths */
static void
options_for_opening_keep_their_value_and_no_neighbour_changes(void)
{
#define OPTS(NAME, VALUE, MEMBER)                                                                  \
	{                                                                                          \
		NAME, VALUE, offsetof(struct xnvme_opts, MEMBER),                                  \
		    sizeof(((struct xnvme_opts *)NULL)->MEMBER)                                    \
	}
	static const struct {
		const char *name;
		uint64_t value;
		size_t offset;
		size_t nbytes;
	} cases[] = {
	    OPTS("dev-nsid", 0x12345678, nsid),
	    OPTS("rdonly", 0xfe, rdonly),
	    OPTS("wronly", 0xfe, wronly),
	    OPTS("rdwr", 0xfe, rdwr),
	    OPTS("create", 0xfe, create),
	    OPTS("truncate", 0xfe, truncate),
	    OPTS("create_mode", 0xfed, create_mode),
	    OPTS("poll_io", 0xfe, poll_io),
	    OPTS("poll_sq", 0xfe, poll_sq),
	    OPTS("register_files", 0xfe, register_files),
	    OPTS("register_buffers", 0xfe, register_buffers),
	    OPTS("use_cmb_sqs", 0x12345678, use_cmb_sqs),
	    OPTS("shm_id", 0x12345678, shm_id),
	    OPTS("main_core", 0x12345678, main_core),
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); ++i) {
		const uint32_t value32 = (uint32_t)cases[i].value;
		const uint8_t value8 = (uint8_t)cases[i].value;
		const bool wide = cases[i].nbytes == sizeof(value32);
		struct xnvme_opts opts, wanted;
		const struct row *row = NULL;

		for (size_t j = 0; j < ARRAY_LEN(rows); ++j) {
			row = strcmp(rows[j].name, cases[i].name) == 0 ? &rows[j] : row;
		}
		CHECK(row);
		setup();
		sub_add(row->opt, XNVME_CLI_LOPT);
		CHECK_EQ(run_value(row->name, spell(row, cases[i].value), false), 0);
		memset(&opts, FILL, sizeof(opts));
		memset(&wanted, FILL, sizeof(wanted));
		memcpy((char *)&wanted + cases[i].offset,
		       wide ? (const void *)&value32 : (const void *)&value8, cases[i].nbytes);
		/* A mode that is named excludes the default one */
		wanted.rdwr = row->opt == XNVME_CLI_OPT_RDWR ? wanted.rdwr : 0;
		CHECK_EQ(xnvme_cli_to_opts(&cli, &opts), 0);
		if (memcmp(&opts, &wanted, sizeof(opts)) != 0) {
			test_fail(__FILE__, __LINE__, "--%s %s is handed on wrongly", row->name,
				  spell(row, cases[i].value));
		}
	}
}

static const struct test tests[] = {
    TEST_CASE(every_numeric_option_is_in_the_table),
    TEST_CASE(every_number_is_taken_from_its_minimum_to_its_maximum),
    TEST_CASE(every_byte_of_a_wide_number_is_kept),
    TEST_CASE(the_help_of_every_numeric_option_has_its_range),
    TEST_CASE(every_number_is_printed_as_it_was_given),
    TEST_CASE(numbers_are_repeated_in_both_bases),
    TEST_CASE(texts_of_any_length_are_kept_and_printed),
    TEST_CASE(an_option_is_known_by_its_whole_name),
    TEST_CASE(options_for_opening_keep_their_value_and_no_neighbour_changes),
};

int
main(int argc, char **argv)
{
	return test_main(tests, ARRAY_LEN(tests), argc, argv);
}
