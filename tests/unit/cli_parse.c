// SPDX-License-Identifier: BSD-3-Clause
/**
 * The command-line parser, against a table of what 0.7.5 calls its options and where their values
 * go
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <support/cli.h>
#include <support/test.h>

enum type {
	VALUE = 0,
	TRUTH = 1,
	TEXT = 2,
	SELECT = 3,
};

struct expected {
	enum xnvme_cli_opt opt;
	const char *name;
	enum xnvme_cli_opt_value_type vtype;
	enum type type;
	size_t offset;
	size_t nbytes;
};

/* What a size_t holds, and one more */
#if SIZE_MAX > UINT32_MAX
#define MEMORY_MAX    "18446744073709551615"
#define MEMORY_BEYOND "18446744073709551616"
#else
#define MEMORY_MAX    "4294967295"
#define MEMORY_BEYOND "4294967296"
#endif

#define MEMBER(m) offsetof(struct xnvme_cli_args, m), sizeof(((struct xnvme_cli_args *)NULL)->m)

static const struct expected expected[] = {
    {XNVME_CLI_OPT_CDW00, "cdw0", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[0])},
    {XNVME_CLI_OPT_CDW01, "cdw1", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[1])},
    {XNVME_CLI_OPT_CDW02, "cdw2", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[2])},
    {XNVME_CLI_OPT_CDW03, "cdw3", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[3])},
    {XNVME_CLI_OPT_CDW04, "cdw4", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[4])},
    {XNVME_CLI_OPT_CDW05, "cdw5", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[5])},
    {XNVME_CLI_OPT_CDW06, "cdw6", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[6])},
    {XNVME_CLI_OPT_CDW07, "cdw7", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[7])},
    {XNVME_CLI_OPT_CDW08, "cdw8", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[8])},
    {XNVME_CLI_OPT_CDW09, "cdw9", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[9])},
    {XNVME_CLI_OPT_CDW10, "cdw10", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[10])},
    {XNVME_CLI_OPT_CDW11, "cdw11", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[11])},
    {XNVME_CLI_OPT_CDW12, "cdw12", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[12])},
    {XNVME_CLI_OPT_CDW13, "cdw13", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[13])},
    {XNVME_CLI_OPT_CDW14, "cdw14", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[14])},
    {XNVME_CLI_OPT_CDW15, "cdw15", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cdw[15])},
    {XNVME_CLI_OPT_CMD_INPUT, "cmd-input", XNVME_CLI_OPT_VTYPE_FILE, TEXT, MEMBER(cmd_input)},
    {XNVME_CLI_OPT_CMD_OUTPUT, "cmd-output", XNVME_CLI_OPT_VTYPE_FILE, TEXT, MEMBER(cmd_output)},
    {XNVME_CLI_OPT_DATA_NBYTES, "data-nbytes", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(data_nbytes)},
    {XNVME_CLI_OPT_DATA_INPUT, "data-input", XNVME_CLI_OPT_VTYPE_FILE, TEXT, MEMBER(data_input)},
    {XNVME_CLI_OPT_DATA_OUTPUT, "data-output", XNVME_CLI_OPT_VTYPE_FILE, TEXT, MEMBER(data_output)},
    {XNVME_CLI_OPT_META_NBYTES, "meta-nbytes", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(meta_nbytes)},
    {XNVME_CLI_OPT_META_INPUT, "meta-input", XNVME_CLI_OPT_VTYPE_FILE, TEXT, MEMBER(meta_input)},
    {XNVME_CLI_OPT_META_OUTPUT, "meta-output", XNVME_CLI_OPT_VTYPE_FILE, TEXT, MEMBER(meta_output)},
    {XNVME_CLI_OPT_LBAFL, "lbafl", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(lbafl)},
    {XNVME_CLI_OPT_SLBA, "slba", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(slba)},
    {XNVME_CLI_OPT_ELBA, "elba", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(elba)},
    {XNVME_CLI_OPT_LBA, "lba", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(lba)},
    {XNVME_CLI_OPT_NLB, "nlb", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(nlb)},
    {XNVME_CLI_OPT_URI, "uri", XNVME_CLI_OPT_VTYPE_URI, TEXT, MEMBER(uri)},
    {XNVME_CLI_OPT_SYS_URI, "uri", XNVME_CLI_OPT_VTYPE_URI, TEXT, MEMBER(sys_uri)},
    {XNVME_CLI_OPT_UUID, "uuid", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(uuid)},
    {XNVME_CLI_OPT_NSID, "nsid", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(nsid)},
    {XNVME_CLI_OPT_CNS, "cns", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cns)},
    {XNVME_CLI_OPT_CSI, "csi", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(csi)},
    {XNVME_CLI_OPT_INDEX, "index", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(index)},
    {XNVME_CLI_OPT_SETID, "setid", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(setid)},
    {XNVME_CLI_OPT_CNTID, "cntid", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(cntid)},
    {XNVME_CLI_OPT_LID, "lid", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(lid)},
    {XNVME_CLI_OPT_LSP, "lsp", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(lsp)},
    {XNVME_CLI_OPT_LPO_NBYTES, "lpo-nbytes", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(lpo_nbytes)},
    {XNVME_CLI_OPT_RAE, "rae", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(rae)},
    {XNVME_CLI_OPT_CLEAR, "clear", XNVME_CLI_OPT_VTYPE_HEX, TRUTH, MEMBER(clear)},
    {XNVME_CLI_OPT_LBAFU, "lbafu", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(lbafu)},
    {XNVME_CLI_OPT_SES, "ses", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(ses)},
    {XNVME_CLI_OPT_SEL, "sel", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(sel)},
    {XNVME_CLI_OPT_MSET, "mset", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(mset)},
    {XNVME_CLI_OPT_AUSE, "ause", XNVME_CLI_OPT_VTYPE_HEX, TRUTH, MEMBER(ause)},
    {XNVME_CLI_OPT_OVRPAT, "ovrpat", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(ovrpat)},
    {XNVME_CLI_OPT_OWPASS, "owpass", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(owpass)},
    {XNVME_CLI_OPT_OIPBP, "oipbp", XNVME_CLI_OPT_VTYPE_HEX, TRUTH, MEMBER(oipbp)},
    {XNVME_CLI_OPT_NODAS, "nodas", XNVME_CLI_OPT_VTYPE_HEX, TRUTH, MEMBER(nodas)},
    {XNVME_CLI_OPT_SANACT, "sanact", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(sanact)},
    {XNVME_CLI_OPT_ZSA, "zsa", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(zsa)},
    {XNVME_CLI_OPT_PI, "pi", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(pi)},
    {XNVME_CLI_OPT_PIL, "pil", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(pil)},
    {XNVME_CLI_OPT_FID, "fid", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(fid)},
    {XNVME_CLI_OPT_FEAT, "feat", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(feat)},
    {XNVME_CLI_OPT_SEED, "seed", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(seed)},
    {XNVME_CLI_OPT_LIMIT, "limit", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(limit)},
    {XNVME_CLI_OPT_IOSIZE, "iosize", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(iosize)},
    {XNVME_CLI_OPT_QDEPTH, "qdepth", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(qdepth)},
    {XNVME_CLI_OPT_DIRECT, "direct", XNVME_CLI_OPT_VTYPE_NUM, TRUTH, MEMBER(direct)},
    {XNVME_CLI_OPT_STATUS, "status", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(status)},
    {XNVME_CLI_OPT_SAVE, "save", XNVME_CLI_OPT_VTYPE_NUM, TRUTH, MEMBER(save)},
    {XNVME_CLI_OPT_RESET, "reset", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(reset)},
    {XNVME_CLI_OPT_VERBOSE, "verbose", XNVME_CLI_OPT_VTYPE_NUM, TRUTH, MEMBER(verbose)},
    {XNVME_CLI_OPT_HELP, "help", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(help)},
    {XNVME_CLI_OPT_COUNT, "count", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(count)},
    {XNVME_CLI_OPT_OFFSET, "offset", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(offset)},
    {XNVME_CLI_OPT_OPCODE, "opcode", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(opcode)},
    {XNVME_CLI_OPT_FLAGS, "flags", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(flags)},
    {XNVME_CLI_OPT_ALL, "all", XNVME_CLI_OPT_VTYPE_HEX, TRUTH, MEMBER(all)},
    {XNVME_CLI_OPT_BE, "be", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(be)},
    {XNVME_CLI_OPT_MEM, "mem", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(mem)},
    {XNVME_CLI_OPT_SYNC, "sync", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(sync)},
    {XNVME_CLI_OPT_ASYNC, "async", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(async)},
    {XNVME_CLI_OPT_ADMIN, "admin", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(admin)},
    {XNVME_CLI_OPT_SHM_ID, "shm_id", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(shm_id)},
    {XNVME_CLI_OPT_MAIN_CORE, "main_core", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(main_core)},
    {XNVME_CLI_OPT_CORE_MASK, "core_mask", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(core_mask)},
    {XNVME_CLI_OPT_USE_CMB_SQS, "use_cmb_sqs", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(use_cmb_sqs)},
    {XNVME_CLI_OPT_CSS, "css", XNVME_CLI_OPT_VTYPE_HEX, SELECT, MEMBER(css)},
    {XNVME_CLI_OPT_POLL_IO, "poll_io", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(poll_io)},
    {XNVME_CLI_OPT_POLL_SQ, "poll_sq", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(poll_sq)},
    {XNVME_CLI_OPT_REGISTER_FILES, "register_files", XNVME_CLI_OPT_VTYPE_NUM, VALUE,
     MEMBER(register_files)},
    {XNVME_CLI_OPT_REGISTER_BUFFERS, "register_buffers", XNVME_CLI_OPT_VTYPE_NUM, VALUE,
     MEMBER(register_buffers)},
    {XNVME_CLI_OPT_TRUNCATE, "truncate", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(truncate)},
    {XNVME_CLI_OPT_RDONLY, "rdonly", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(rdonly)},
    {XNVME_CLI_OPT_WRONLY, "wronly", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(wronly)},
    {XNVME_CLI_OPT_RDWR, "rdwr", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(rdwr)},
    {XNVME_CLI_OPT_CREATE, "create", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(create)},
    {XNVME_CLI_OPT_CREATE_MODE, "create_mode", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(create_mode)},
    {XNVME_CLI_OPT_ADRFAM, "adrfam", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(adrfam)},
    {XNVME_CLI_OPT_DEV_NSID, "dev-nsid", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(dev_nsid)},
    {XNVME_CLI_OPT_VEC_CNT, "vec-cnt", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(vec_cnt)},
    {XNVME_CLI_OPT_SUBNQN, "subnqn", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(subnqn)},
    {XNVME_CLI_OPT_HOSTNQN, "hostnqn", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(hostnqn)},
    {XNVME_CLI_OPT_DTYPE, "dtype", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(dtype)},
    {XNVME_CLI_OPT_DSPEC, "dspec", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(dspec)},
    {XNVME_CLI_OPT_DOPER, "doper", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(doper)},
    {XNVME_CLI_OPT_ENDIR, "endir", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(endir)},
    {XNVME_CLI_OPT_TGTDIR, "tgtdir", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(tgtdir)},
    {XNVME_CLI_OPT_NSR, "nsr", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(nsr)},
    {XNVME_CLI_OPT_AD, "ad", XNVME_CLI_OPT_VTYPE_NUM, TRUTH, MEMBER(ad)},
    {XNVME_CLI_OPT_IDW, "idw", XNVME_CLI_OPT_VTYPE_NUM, TRUTH, MEMBER(idw)},
    {XNVME_CLI_OPT_IDR, "idr", XNVME_CLI_OPT_VTYPE_NUM, TRUTH, MEMBER(idr)},
    {XNVME_CLI_OPT_LLB, "llb", XNVME_CLI_OPT_VTYPE_NUM, VALUE, MEMBER(llb)},
    {XNVME_CLI_OPT_LSI, "lsi", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(lsi)},
    {XNVME_CLI_OPT_PID, "pid", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(pid)},
    {XNVME_CLI_OPT_KV_KEY, "key", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(kv_key)},
    {XNVME_CLI_OPT_KV_VAL, "value", XNVME_CLI_OPT_VTYPE_STR, TEXT, MEMBER(kv_val)},
    {XNVME_CLI_OPT_KV_STORE_UPDATE, "only-update", XNVME_CLI_OPT_VTYPE_NUM, TRUTH,
     MEMBER(kv_store_update)},
    {XNVME_CLI_OPT_KV_STORE_ADD, "only-add", XNVME_CLI_OPT_VTYPE_NUM, TRUTH, MEMBER(kv_store_add)},
    {XNVME_CLI_OPT_KV_STORE_COMPRESS, "compress", XNVME_CLI_OPT_VTYPE_NUM, TRUTH,
     MEMBER(kv_store_compress)},
    {XNVME_CLI_OPT_PRACT, "pract", XNVME_CLI_OPT_VTYPE_NUM, TRUTH, MEMBER(pract)},
    {XNVME_CLI_OPT_PRCHK, "prchk", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(prchk)},
    {XNVME_CLI_OPT_APPTAG, "apptag", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(apptag)},
    {XNVME_CLI_OPT_APPTAG_MASK, "apptag_mask", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(apptag_mask)},
    {XNVME_CLI_OPT_SDLBA, "sdlba", XNVME_CLI_OPT_VTYPE_HEX, VALUE, MEMBER(sdlba)},
};

/** --help is answered by the library, whatever an array of options says about it */
static bool
takes_value(const struct expected *exp)
{
	return exp->opt != XNVME_CLI_OPT_HELP;
}

/** The value 1, or the string "x", stored where the option belongs, and nothing else */
static void
expect_args(const struct expected *exp, const char *text, struct xnvme_cli_args *args)
{
	const struct xnvme_opts_css css = {.value = 1, .given = 1};
	const uint64_t value64 = 1;
	const uint32_t value32 = 1;
	const uint8_t value8 = 1;
	const bool truth = true;
	const void *from = &value64;

	if (exp->type == TEXT) {
		from = &text;
	} else if (exp->type == SELECT) {
		from = &css;
	} else if (exp->type == TRUTH) {
		from = &truth;
	} else if (exp->nbytes == 4) {
		from = &value32;
	} else if (exp->nbytes == 1) {
		from = &value8;
	}
	memset(args, 0, sizeof(*args));
	memcpy((char *)args + exp->offset, from, exp->nbytes);
}

static void
check_good(const struct expected *exp, const char *text, bool joined)
{
	struct xnvme_cli_args args;
	const char *stored = NULL;

	setup();
	sub_add(exp->opt, XNVME_CLI_LOPT);
	if (run_value(exp->name, text, joined) != 0) {
		test_fail(__FILE__, __LINE__, "--%s '%s' is refused: %s", exp->name, text, errors);
		return;
	}
	if (exp->type == TEXT) {
		memcpy(&stored, (char *)&cli.args + exp->offset, sizeof(stored));
		CHECK_STR(stored, text);
	}
	expect_args(exp, stored, &args);
	if (memcmp(&args, &cli.args, sizeof(args)) != 0) {
		test_fail(__FILE__, __LINE__, "--%s '%s' is stored wrongly", exp->name, text);
		return;
	}
	for (int opt = 0; opt < XNVME_CLI_OPT_END; ++opt) {
		CHECK_EQ(cli.given[opt] != 0, opt == (int)exp->opt);
	}
	CHECK_EQ(handler_ncalls, 1);
}

static void
check_bad(const char *name, enum xnvme_cli_opt opt, const char *text)
{
	char option[64];

	for (int joined = 0; joined < 2; ++joined) {
		setup();
		sub_add(opt, XNVME_CLI_LOPT);
		if (run_value(name, text, joined) != -1 || handler_ncalls) {
			test_fail(__FILE__, __LINE__, "--%s '%s' is not refused", name, text);
			return;
		}
		snprintf(option, sizeof(option), "--%s", name);
		if (!said(option) || cli.given[opt]) {
			test_fail(__FILE__, __LINE__, "--%s '%s': message is '%s'", name, text,
				  errors);
			return;
		}
	}
}

static void
every_option_has_its_name_and_kind_of_0_7_5(void)
{
	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		const struct xnvme_cli_opt_attr *attr = xnvme_cli_get_opt_attr(expected[i].opt);

		CHECK(attr);
		CHECK_STR(attr->name, expected[i].name);
		CHECK_EQ(attr->vtype, expected[i].vtype);
		CHECK_EQ(attr->opt, expected[i].opt);
		CHECK(attr->descr && *attr->descr);
	}
	CHECK(!xnvme_cli_get_opt_attr(XNVME_CLI_OPT_NONE));
	CHECK(!xnvme_cli_get_opt_attr(XNVME_CLI_OPT_END));
	CHECK(!xnvme_cli_get_opt_attr((enum xnvme_cli_opt) - 1));
	CHECK_EQ(xnvme_cli_get_opt_attr(XNVME_CLI_OPT_ORCH_TITLE)->vtype, XNVME_CLI_OPT_VTYPE_SKIP);
}

static void
every_option_stores_its_value_in_its_member_and_nowhere_else(void)
{
	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		const struct expected *exp = &expected[i];

		for (int joined = 0; takes_value(exp) && joined < 2; ++joined) {
			check_good(exp, exp->type == TEXT ? "x" : "1", joined);
			if (exp->vtype == XNVME_CLI_OPT_VTYPE_HEX) {
				check_good(exp, "0x1", joined);
				check_good(exp, "0X01", joined);
			}
		}
	}
}

static void
every_numeric_option_refuses_what_is_no_number_of_its_kind(void)
{
	static const char *const junk[] = {
	    "",	    "-1",   "+1",  " 1",  "1 ",
	    "zz",   "g",    "0x",  "0xg", "1.5",
	    "1x",   "0x-1", "--1", "1,",  "1\n",
	    "0x1 ", "1e3",  "0b1", "1KB", "1Kib",
	    "1kk",  "1 k",  "K",   "0xK", "0x10000000000000000",
	};
	static const char *const junk_dec[] = {"a", "18446744073709551616", "17179869184G",
					       "16777216T"};
	static const char *const junk_hex[] = {"1K", "1k", "0x1k", "1Ki", "x1"};

	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		const struct expected *exp = &expected[i];
		const bool hex = exp->vtype == XNVME_CLI_OPT_VTYPE_HEX;

		if (exp->type == TEXT || !takes_value(exp)) {
			if (takes_value(exp)) {
				check_bad(exp->name, exp->opt, "");
			}
			continue;
		}
		for (size_t j = 0; j < ARRAY_LEN(junk); ++j) {
			/* 1e3 and 0b1 are numbers of base 16 */
			if (!hex || (strcmp(junk[j], "1e3") && strcmp(junk[j], "0b1"))) {
				check_bad(exp->name, exp->opt, junk[j]);
			}
		}
		for (size_t j = 0; !hex && j < ARRAY_LEN(junk_dec); ++j) {
			check_bad(exp->name, exp->opt, junk_dec[j]);
		}
		for (size_t j = 0; hex && j < ARRAY_LEN(junk_hex); ++j) {
			check_bad(exp->name, exp->opt, junk_hex[j]);
		}
	}
}

static void
a_number_beyond_its_destination_is_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		const struct expected *exp = &expected[i];
		const bool hex = exp->vtype == XNVME_CLI_OPT_VTYPE_HEX;

		if (exp->type == TEXT || exp->nbytes == 8 || !takes_value(exp)) {
			continue;
		}
		check_bad(exp->name, exp->opt, hex ? "0x100000000" : "4294967296");
	}
}

static void
ranges_follow_the_command_or_the_call(void)
{
	static const struct {
		enum xnvme_cli_opt opt;
		const char *name;
		const char *good;
		const char *bad;
	} cases[] = {
	    {XNVME_CLI_OPT_NLB, "nlb", "65535", "65536"},
	    {XNVME_CLI_OPT_NLB, "nlb", "0", "64K"},
	    {XNVME_CLI_OPT_QDEPTH, "qdepth", "1", "0"},
	    {XNVME_CLI_OPT_QDEPTH, "qdepth", "4096", "4097"},
	    {XNVME_CLI_OPT_IOSIZE, "iosize", "1", "0"},
	    {XNVME_CLI_OPT_IOSIZE, "iosize", "1G", "1073741825"},
	    {XNVME_CLI_OPT_VEC_CNT, "vec-cnt", "1", "0"},
	    {XNVME_CLI_OPT_VEC_CNT, "vec-cnt", "1024", "100000000"},
	    {XNVME_CLI_OPT_PRCHK, "prchk", "7", "8"},
	    {XNVME_CLI_OPT_LSP, "lsp", "7f", "80"},
	    {XNVME_CLI_OPT_RAE, "rae", "1", "2"},
	    {XNVME_CLI_OPT_CNS, "cns", "0xff", "0x100"},
	    {XNVME_CLI_OPT_FID, "fid", "ff", "100"},
	    {XNVME_CLI_OPT_OPCODE, "opcode", "ff", "100"},
	    {XNVME_CLI_OPT_CNTID, "cntid", "ffff", "10000"},
	    {XNVME_CLI_OPT_LBAFL, "lbafl", "f", "10"},
	    {XNVME_CLI_OPT_LBAFU, "lbafu", "3", "4"},
	    {XNVME_CLI_OPT_NSID, "nsid", "0xffffffff", "0x100000000"},
	    {XNVME_CLI_OPT_SLBA, "slba", "0xffffffffffffffff", "0x10000000000000000"},
	    {XNVME_CLI_OPT_DATA_NBYTES, "data-nbytes", MEMORY_MAX, MEMORY_BEYOND},
	    {XNVME_CLI_OPT_KV_KEY, "key", "0123456789abcdef", "0123456789abcdefg"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); ++i) {
		setup();
		sub_add(cases[i].opt, XNVME_CLI_LOPT);
		CHECK_EQ(run_value(cases[i].name, cases[i].good, false), 0);
		check_bad(cases[i].name, cases[i].opt, cases[i].bad);
		CHECK(said("accepted: "));
	}
}

static void
sizes_take_binary_suffixes(void)
{
	static const struct {
		const char *text;
		uint64_t value;
	} cases[] = {
	    {"0", 0},		{"007", 7},	    {"4K", 4096},
	    {"4Ki", 4096},	{"4KiB", 4096},	    {"3M", 3ULL << 20},
	    {"2G", 2ULL << 30}, {"1T", 1ULL << 40}, {"16777215T", 16777215ULL << 40},
	    {"4k", 4096},	{"4kiB", 4096},	    {"3m", 3ULL << 20},
	    {"2g", 2ULL << 30}, {"1t", 1ULL << 40}, {"0x10", 16},
	    {"0X1f", 31},	{"0x10k", 16384},   {"0xffffffffffffffff", UINT64_MAX},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); ++i) {
		setup();
		sub_add(XNVME_CLI_OPT_OFFSET, XNVME_CLI_LOPT);
		CHECK_EQ(run_value("offset", cases[i].text, false), 0);
		CHECK_EQ(cli.args.offset, cases[i].value);
	}
}

static void
long_strings_are_refused_at_their_limit(void)
{
	static char text[4200];

	memset(text, 'v', 4096);
	setup();
	sub_add(XNVME_CLI_OPT_KV_VAL, XNVME_CLI_LOPT);
	CHECK_EQ(run_value("value", text, false), 0);
	text[4096] = 'v';
	check_bad("value", XNVME_CLI_OPT_KV_VAL, text);
}

static void
an_unknown_option_is_refused_with_usage_and_the_nearest_name(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_SLBA, XNVME_CLI_LOPT);
	sub_add(XNVME_CLI_OPT_DATA_OUTPUT, XNVME_CLI_LOPT);
	CHECK_EQ(run("try --bogus"), -1);
	CHECK(said("unknown option --bogus"));
	CHECK(said("Usage: tool try"));
	CHECK(!said("did you mean"));
	CHECK_EQ(run("try --sbla 0x0"), -1);
	CHECK(said("unknown option --sbla, did you mean --slba?"));
	CHECK_EQ(run("try --data-out=x"), -1);
	CHECK(said("unknown option --data-out, did you mean --data-output?"));
	CHECK_EQ(run("try --jsn"), -1);
	CHECK(said("did you mean --json?"));
	CHECK_EQ(run("try -z"), -1);
	CHECK(said("unknown option -z"));
	CHECK_EQ(run("try --"), 0);
	CHECK_EQ(run("try --=1"), -1);
	/* An option of the library that this sub-command does not take is as unknown as any */
	CHECK_EQ(run("try --nsid 1"), -1);
	CHECK(said("unknown option --nsid"));
	CHECK_EQ(handler_ncalls, 1);
}

static void
an_unknown_sub_command_is_refused_with_the_nearest_name(void)
{
	setup();
	CHECK_EQ(run("trx"), -1);
	CHECK(said("unknown sub-command 'trx', did you mean 'try'?"));
	CHECK_EQ(run("xxxxxxxx"), -1);
	CHECK(said("unknown sub-command 'xxxxxxxx'"));
	CHECK(said("Sub-commands"));
	CHECK_EQ(run("--bogus"), -1);
	CHECK_EQ(handler_ncalls, 0);
}

static void
what_is_required_and_missing_is_named(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_URI, XNVME_CLI_POSA);
	sub_add(XNVME_CLI_OPT_SLBA, XNVME_CLI_LREQ);
	sub_add(XNVME_CLI_OPT_NLB, XNVME_CLI_LREQ);
	sub_add(XNVME_CLI_OPT_NSID, XNVME_CLI_LOPT);
	CHECK_EQ(run("try"), -1);
	CHECK(said("missing argument: uri"));
	CHECK(said("missing required option: --slba 0xNUM"));
	CHECK(said("missing required option: --nlb NUM"));
	CHECK_EQ(run("try 1GB --slba 0"), -1);
	CHECK(!said("uri") && !said("--slba") && said("--nlb"));
	CHECK_EQ(run("try 1GB --slba 0 --nlb"), -1);
	CHECK(said("--nlb needs a value of kind NUM"));
	CHECK_EQ(run("try 1GB --slba --nlb 1"), -1);
	CHECK(said("--slba needs a value"));
	CHECK_EQ(handler_ncalls, 0);
	CHECK_EQ(run("try 1GB --slba 0 --nlb 1"), 0);
	CHECK_EQ(handler_ncalls, 1);
}

static void
positionals_are_taken_in_order_and_no_more_of_them(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_POSA_TITLE, XNVME_CLI_SKIP);
	sub_add(XNVME_CLI_OPT_URI, XNVME_CLI_POSA);
	sub_add(XNVME_CLI_OPT_DATA_NBYTES, XNVME_CLI_POSA);
	sub_add(XNVME_CLI_OPT_NON_POSA_TITLE, XNVME_CLI_SKIP);
	sub_add(XNVME_CLI_OPT_NSID, XNVME_CLI_LOPT);
	CHECK_EQ(run("try file --nsid 2 4K"), 0);
	CHECK_STR(cli.args.uri, "file");
	CHECK_EQ(cli.args.data_nbytes, 4096);
	CHECK_EQ(cli.args.nsid, 2);
	CHECK_EQ(run("try file 4K more"), -1);
	CHECK(said("unexpected argument 'more'"));
	CHECK_EQ(run("try file junk"), -1);
	CHECK(said("data-nbytes: 'junk'"));
	CHECK_EQ(run("try -- --file 1"), 0);
	CHECK_STR(cli.args.uri, "--file");
	CHECK_EQ(run("try - 1"), 0);
	CHECK_STR(cli.args.uri, "-");
	/* Titles are no options, whatever they are called */
	CHECK_EQ(run("try file 1 --Options 1"), -1);
}

static void
flags_take_no_value(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_DIRECT, XNVME_CLI_LFLG);
	sub_add(XNVME_CLI_OPT_RESET, XNVME_CLI_LFLG);
	CHECK_EQ(run("try --direct --reset"), 0);
	CHECK_EQ(cli.args.direct, 1);
	CHECK_EQ(cli.args.reset, 1);
	CHECK_EQ(run("try --direct=1"), -1);
	CHECK(said("--direct takes no value"));
	CHECK_EQ(run("try --direct 1"), -1);
	CHECK(said("unexpected argument '1'"));
}

static void
direct_with_a_value_is_false_for_zero_only(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_DIRECT, XNVME_CLI_LOPT);
	CHECK_EQ(run("try --direct 7"), 0);
	CHECK_EQ(cli.args.direct, true);
	CHECK_EQ(run("try --direct 0"), 0);
	CHECK_EQ(cli.args.direct, false);
	CHECK_EQ(cli.given[XNVME_CLI_OPT_DIRECT], 1);
}

static void
the_last_of_several_values_counts(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_NSID, XNVME_CLI_LOPT);
	CHECK_EQ(run("try --nsid 1 --nsid=2"), 0);
	CHECK_EQ(cli.args.nsid, 2);
	CHECK_EQ(run("try --nsid 1 --nsid=x"), -1);
}

static void
a_sub_command_may_list_every_option(void)
{
	char line[16384] = "try";
	size_t len = strlen(line);

	setup();
	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		/* It and URI are both called "uri" */
		if (expected[i].opt == XNVME_CLI_OPT_SYS_URI || !takes_value(&expected[i])) {
			continue;
		}
		sub_add(expected[i].opt, XNVME_CLI_LOPT);
		len += (size_t)snprintf(line + len, sizeof(line) - len, " --%s %s",
					expected[i].name, expected[i].type == TEXT ? "x" : "1");
	}
	CHECK_EQ(run(line), 0);
	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		CHECK_EQ(cli.given[expected[i].opt] != 0,
			 expected[i].opt != XNVME_CLI_OPT_SYS_URI && takes_value(&expected[i]));
	}
	CHECK_EQ(cli.given[XNVME_CLI_OPT_SDLBA], 1);
}

static void
the_array_of_options_may_be_full_and_is_not_written(void)
{
	struct xnvme_cli_sub before;

	setup();
	for (size_t i = 0; i < ARRAY_LEN(sub.opts); ++i) {
		sub.opts[i].opt = XNVME_CLI_OPT_ORCH_TITLE;
		sub.opts[i].type = XNVME_CLI_SKIP;
	}
	sub.opts[ARRAY_LEN(sub.opts) - 1].opt = XNVME_CLI_OPT_NSID;
	sub.opts[ARRAY_LEN(sub.opts) - 1].type = XNVME_CLI_LOPT;
	memcpy(&before, &sub, sizeof(sub));
	CHECK_EQ(run("try --nsid 3"), 0);
	CHECK_EQ(cli.args.nsid, 3);
	CHECK_EQ(run("try --help"), 0);
	CHECK_EQ(run("try --bogus"), -1);
	CHECK_MEM(&before, &sub, sizeof(sub));
}

static void
unknown_ids_in_the_array_are_skipped(void)
{
	setup();
	sub_add((enum xnvme_cli_opt)125, XNVME_CLI_LREQ);
	sub_add((enum xnvme_cli_opt)100000, XNVME_CLI_POSA);
	sub_add(XNVME_CLI_OPT_NSID, XNVME_CLI_LOPT);
	CHECK_EQ(run("try --nsid 3"), 0);
	CHECK_EQ(run("try --help"), 0);
	CHECK_EQ(run("try word"), -1);
}

static void
to_opts_copies_what_was_given_and_nothing_else(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_opts before;

	/* Byte by byte, for the padding differs from one struct to the next */
	memcpy(&before, &opts, sizeof(opts));
	setup();
	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		sub_add(expected[i].opt, XNVME_CLI_LOPT);
	}
	CHECK_EQ(run("try --nsid 5"), 0);
	CHECK_EQ(xnvme_cli_to_opts(&cli, &opts), 0);
	CHECK_MEM(&opts, &before, sizeof(opts));

	CHECK_EQ(run("try --be a --mem b --sync c --async d --admin e --dev-nsid 9 --create 1 "
		     "--truncate 1 --direct 256 --create_mode 1a4 --poll_io 1 --poll_sq 2 "
		     "--register_files 3 --register_buffers 4 --css 6 --use_cmb_sqs 7 --shm_id 8 "
		     "--main_core a --core_mask f --adrfam g --subnqn h --hostnqn i"),
		 0);
	CHECK_EQ(xnvme_cli_to_opts(&cli, &opts), 0);
	CHECK_STR(opts.be, "a");
	CHECK_STR(opts.mem, "b");
	CHECK_STR(opts.sync, "c");
	CHECK_STR(opts.async, "d");
	CHECK_STR(opts.admin, "e");
	CHECK_EQ(opts.nsid, 9);
	CHECK_EQ(opts.create, 1);
	CHECK_EQ(opts.truncate, 1);
	CHECK_EQ(opts.direct, 1);
	CHECK_EQ(opts.create_mode, 0644);
	CHECK_EQ(opts.poll_io, 1);
	CHECK_EQ(opts.poll_sq, 2);
	CHECK_EQ(opts.register_files, 3);
	CHECK_EQ(opts.register_buffers, 4);
	CHECK_EQ(opts.css.value, 6);
	CHECK_EQ(opts.css.given, 1);
	CHECK_EQ(opts.use_cmb_sqs, 7);
	CHECK_EQ(opts.shm_id, 8);
	CHECK_EQ(opts.main_core, 10);
	CHECK_STR(opts.core_mask, "f");
	CHECK_STR(opts.adrfam, "g");
	CHECK_STR(opts.subnqn, "h");
	CHECK_STR(opts.hostnqn, "i");
	CHECK_EQ(opts.rdwr, 1);
	CHECK_EQ(opts.command_timeout, before.command_timeout);
	CHECK_EQ(opts.admin_timeout, before.admin_timeout);
	CHECK_EQ(xnvme_cli_to_opts(NULL, &opts), -EINVAL);
	CHECK_EQ(xnvme_cli_to_opts(&cli, NULL), -EINVAL);
}

static void
usage_names_every_option(void)
{
	char *text = NULL;
	char option[64];
	FILE *kept = sys_temp_stream();
	size_t len;
	int before;
	char *argv[] = {(char *)(uintptr_t) "/usr/bin/tool", (char *)(uintptr_t) "try",
			(char *)(uintptr_t) "--help", NULL};

	setup();
	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		sub_add(expected[i].opt, XNVME_CLI_LOPT);
	}
	before = sys_stream_redirect(stdout, kept);
	CHECK_EQ(xnvme_cli_run(&cli, 3, argv, 0), 0);
	sys_stream_restore(stdout, before);
	rewind(kept);
	text = calloc(1, 1 << 20);
	len = fread(text, 1, (1 << 20) - 1, kept);
	fclose(kept);
	CHECK(len > 0);
	CHECK(strstr(text, "Usage: tool try"));
	for (size_t i = 0; i < ARRAY_LEN(expected); ++i) {
		snprintf(option, sizeof(option), "--%s ", expected[i].name);
		if (!strstr(text, option)) {
			test_fail(__FILE__, __LINE__, "usage lacks %s", option);
		}
	}
	CHECK(strstr(text, "--json"));
	free(text);
}

static const struct test tests[] = {
    TEST_CASE(every_option_has_its_name_and_kind_of_0_7_5),
    TEST_CASE(every_option_stores_its_value_in_its_member_and_nowhere_else),
    TEST_CASE(every_numeric_option_refuses_what_is_no_number_of_its_kind),
    TEST_CASE(a_number_beyond_its_destination_is_refused),
    TEST_CASE(ranges_follow_the_command_or_the_call),
    TEST_CASE(sizes_take_binary_suffixes),
    TEST_CASE(long_strings_are_refused_at_their_limit),
    TEST_CASE(an_unknown_option_is_refused_with_usage_and_the_nearest_name),
    TEST_CASE(an_unknown_sub_command_is_refused_with_the_nearest_name),
    TEST_CASE(what_is_required_and_missing_is_named),
    TEST_CASE(positionals_are_taken_in_order_and_no_more_of_them),
    TEST_CASE(flags_take_no_value),
    TEST_CASE(direct_with_a_value_is_false_for_zero_only),
    TEST_CASE(the_last_of_several_values_counts),
    TEST_CASE(a_sub_command_may_list_every_option),
    TEST_CASE(the_array_of_options_may_be_full_and_is_not_written),
    TEST_CASE(unknown_ids_in_the_array_are_skipped),
    TEST_CASE(to_opts_copies_what_was_given_and_nothing_else),
    TEST_CASE(usage_names_every_option),
};

int
main(int argc, char **argv)
{
	return test_main(tests, ARRAY_LEN(tests), argc, argv);
}
