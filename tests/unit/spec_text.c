// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the printers of the specification print, to the letter, for real and for hostile records
 */
#include <support/test.h>
#include <support/capture.h>
#include <support/doc.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <libxnvme_pp.h>
#include <libxnvme_spec.h>
#include <libxnvme_spec_fs.h>

#define CHECK_PRINTS(call, expected)                                                               \
	do {                                                                                       \
		char *text_;                                                                       \
		int res_;                                                                          \
		bool same_;                                                                        \
		capture_begin();                                                                   \
		res_ = (call);                                                                     \
		text_ = capture_end();                                                             \
		same_ = !strcmp(text_, expected) && res_ == (int)strlen(text_);                    \
		if (!same_) {                                                                      \
			test_fail(__FILE__, __LINE__, "returned %d, printed\n%s", res_, text_);    \
		}                                                                                  \
		free(text_);                                                                       \
		if (!same_) {                                                                      \
			return;                                                                    \
		}                                                                                  \
	} while (0)

/** Print, and count the lines that start with `prefix` */
#define CHECK_NLINES(call, prefix, nlines)                                                         \
	do {                                                                                       \
		char *text_;                                                                       \
		size_t nfound_;                                                                    \
		capture_begin();                                                                   \
		(void)(call);                                                                      \
		text_ = capture_end();                                                             \
		nfound_ = count_lines(text_, prefix);                                              \
		free(text_);                                                                       \
		CHECK_EQ(nfound_, nlines);                                                         \
	} while (0)

static size_t
count_lines(const char *text, const char *prefix)
{
	size_t count = 0;

	for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
		count += !strncmp(line, prefix, strlen(prefix));
	}

	return count;
}

static void
a_namespace_prints_as_in_0_7_5(void)
{
	struct xnvme_spec_idfy_ns ns = {
	    .nsze = 0x200000,
	    .ncap = 0x200000,
	    .nuse = 0x1000,
	    .nlbaf = 1,
	    .nsfeat = {.thin_prov = 1, .optimal_performance = 1},
	    .flbas = {.format = 1},
	    .mc = {.pointer = 1},
	    .dpc = {.val = 0x1f},
	    .nvmcap = {1, 2},
	    .mssrl = 128,
	    .mcl = 1024,
	    .msrc = 127,
	    .nguid = {0xde, 0xad},
	    .eui64 = 7,
	    .lbaf = {{.ms = 0, .ds = 9, .rp = 1}, {.ms = 8, .ds = 12}},
	};

	CHECK_PRINTS(xnvme_spec_idfy_ns_pr(&ns, XNVME_PR_DEF),
		     "xnvme_spec_idfy_ns:\n"
		     "  nsze: 2097152\n"
		     "  ncap: 2097152\n"
		     "  nuse: 4096\n"
		     "  nlbaf: 1\n"
		     "  nsfeat:\n"
		     "    thin_prov: 1\n"
		     "    ns_atomic_write_unit: 0\n"
		     "    dealloc_or_unwritten_error: 0\n"
		     "    guid_never_reused: 0\n"
		     "    optimal_performance: 1\n"
		     "    reserved1: 0\n"
		     "  flbas:\n"
		     "    format_lsb: 1\n"
		     "    extended: 0\n"
		     "    format_msb: 0\n"
		     "    reserved2: 0\n"
		     "  mc:\n"
		     "    extended: 0\n"
		     "    pointer: 1\n"
		     "    reserved3: 0\n"
		     "  dpc: 0x1f\n"
		     "  dps: 0x0\n"
		     "  nsrescap: 0x0\n"
		     "  fpi: 0x0\n"
		     "  dlfeat: 0x0\n"
		     "  nawun: 0x0\n"
		     "  nawupf: 0x0\n"
		     "  nacwu: 0x0\n"
		     "  nabsn: 0x0\n"
		     "  nabspf: 0x0\n"
		     "  noiob: 0x0\n"
		     "  nvmcap:\n"
		     "    - 1\n"
		     "    - 2\n"
		     "  npwg: 0x0\n"
		     "  npwa: 0x0\n"
		     "  npdg: 0x0\n"
		     "  npda: 0x0\n"
		     "  nows: 0x0\n"
		     "  mssrl: 128\n"
		     "  mcl: 1024\n"
		     "  msrc: 127\n"
		     "  anagrpid: 0x0\n"
		     "  nsattr: 0x0\n"
		     "  nvmsetid: 0x0\n"
		     "  endgid: 0x0\n"
		     "  nguid: [0xde, 0xad, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, "
		     "0x0, 0x0, 0x0]\n"
		     "  eui64: 7\n"
		     "  lbaf:\n"
		     "    - {ms: 0, ds: 9, rp: 1}\n"
		     "    - {ms: 8, ds: 12, rp: 0}\n");
}

static void
a_controller_prints_as_in_0_7_5_without_its_slips(void)
{
	static const char *const leaves[] = {
	    "xnvme_spec_idfy_ctrlr.vid=n:6966",
	    "xnvme_spec_idfy_ctrlr.sn=s:deadbeef",
	    "xnvme_spec_idfy_ctrlr.mn=s:QEMU NVMe Ctrl",
	    "xnvme_spec_idfy_ctrlr.fr=s:8.0.0",
	    "xnvme_spec_idfy_ctrlr.ieee=s:525400",
	    "xnvme_spec_idfy_ctrlr.ver=n:66560",
	    "xnvme_spec_idfy_ctrlr.lpa.celp=n:1",
	    "xnvme_spec_idfy_ctrlr.lpa.val=n:2",
	    "xnvme_spec_idfy_ctrlr.tnvmcap[0]=n:5",
	    "xnvme_spec_idfy_ctrlr.oncs.dsm=n:1",
	    "xnvme_spec_idfy_ctrlr.oncs.copy=n:0",
	    "xnvme_spec_idfy_ctrlr.acwu=n:3",
	    "xnvme_spec_idfy_ctrlr.cdfs.format0=n:1",
	    "xnvme_spec_idfy_ctrlr.maxcna=n:9",
	    "xnvme_spec_idfy_ctrlr.subnqn=s:nqn.2019-08.org.qemu:deadbeef",
	};
	struct xnvme_spec_idfy_ctrlr ctrlr = {
	    .vid = 0x1b36,
	    .ieee = {0x00, 0x54, 0x52},
	    .ver = {.val = 0x10400},
	    .lpa = {.celp = 1},
	    .tnvmcap = {5},
	    .oncs = {.dsm = 1},
	    .acwu = 3,
	    .cdfs = {.format0 = 1},
	    .maxcna = 9,
	};
	struct doc doc;
	char *text;
	bool found = true;

	memcpy(ctrlr.sn, "deadbeef            ", sizeof(ctrlr.sn));
	memcpy(ctrlr.mn, "QEMU NVMe Ctrl                          ", sizeof(ctrlr.mn));
	memcpy(ctrlr.fr, "8.0.0   ", sizeof(ctrlr.fr));
	memcpy(ctrlr.subnqn, "nqn.2019-08.org.qemu:deadbeef", 30);
	capture_begin();
	xnvme_spec_idfy_ctrlr_pr(&ctrlr, XNVME_PR_DEF);
	text = capture_end();
	doc_read(&doc, text, false);
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); ++i) {
		if (!doc_has(&doc, leaves[i])) {
			test_fail(__FILE__, __LINE__, "no %s", leaves[i]);
			found = false;
		}
	}
	free(text);
	doc_term(&doc);
	CHECK(found && !doc.error);
}

static void
strings_of_a_hostile_controller_stay_in_their_quotes(void)
{
	struct xnvme_spec_idfy_ctrlr ctrlr = {0};
	char *text;
	bool clean;

	memset(ctrlr.sn, 'S', sizeof(ctrlr.sn));
	memcpy(ctrlr.mn, "\x1b]0;evil\a'\nvid: 0x666", 22);
	memset(ctrlr.subnqn, 'Q', sizeof(ctrlr.subnqn));
	memset(ctrlr.reserved_1024, 'X', sizeof(ctrlr.reserved_1024));
	capture_begin();
	xnvme_spec_idfy_ctrlr_pr(&ctrlr, XNVME_PR_DEF);
	text = capture_end();
	clean = strstr(text, "  sn: 'SSSSSSSSSSSSSSSSSSSS'\n") &&
		strstr(text, "  mn: \"\\x1b]0;evil\\x07'\\nvid: 0x666\"\n") &&
		!strchr(text, '\x1b') && !strstr(text, "QX");
	if (!clean) {
		test_fail(__FILE__, __LINE__, "printed\n%s", text);
	}
	free(text);
}

static void
counts_of_a_hostile_device_are_clamped(void)
{
	struct xnvme_spec_idfy_ns ns = {.nlbaf = 255};
	struct xnvme_spec_kvs_idfy_ns kvs = {.nkvf = 255};
	struct xnvme_spec_nvm_scopy_source_range srange = {0};
	struct xnvme_spec_znd_log_changes changes = {.nidents = 0xfffe};
	uint16_t *sgs = calloc(2048, sizeof(*sgs));

	CHECK(sgs);
	sgs[0] = UINT16_MAX;
	CHECK_NLINES(xnvme_spec_idfy_ns_pr(&ns, 0), "    - {ms", 64);
	CHECK_NLINES(xnvme_spec_kvs_idfy_ns_pr(&kvs, 0), "    - {kml", 16);
	CHECK_NLINES(xnvme_spec_nvm_scopy_source_range_pr(&srange, 255, 0), "    - {slba", 128);
	CHECK_NLINES(xnvme_spec_znd_log_changes_pr(&changes, 0), "    - 0x0", ZND_CHANGES_LEN);
	changes.nidents = 0xffff; /* more than fit: the list means nothing */
	CHECK_PRINTS(xnvme_spec_znd_log_changes_pr(&changes, 0),
		     "xnvme_spec_znd_log_changes:\n  nidents: 65535\n  idents: []\n");
	CHECK_NLINES(xnvme_spec_drecv_sgs_pr((void *)sgs, 0), "  sid: [0, 0", 1);
	free(sgs);
}

static void
key_value_formats_are_zero_based(void)
{
	struct xnvme_spec_kvs_idfy_ns ns = {
	    .nsze = 1, .nuse = 2, .nkvf = 1, .kvf = {{.kml = 16, .vml = 4096}, {.mnk = 3}}};

	CHECK_PRINTS(xnvme_spec_kvs_idfy_ns_pr(&ns, 0),
		     "xnvme_spec_kvs_idfy_ns:\n"
		     "  nsze: 1\n"
		     "  nuse: 2\n"
		     "  nkvf: 1\n"
		     "  kvf:\n"
		     "    - {kml: 16, fopt: 0x0, vml: 4096, mnk: 0}\n"
		     "    - {kml: 0, fopt: 0x0, vml: 0, mnk: 3}\n");
}

/** Two configurations of two and one handles, each with its own size */
static void
fill_fdp_conf(uint8_t *log)
{
	log[0] = 1;	       /* ncfg, zero-based */
	log[2] = 1;	       /* version */
	log[4] = 16 + 72 + 72; /* size */
	log[16] = 72;	       /* ds */
	log[18] = 0x82;	       /* fdpa */
	log[20] = 1;	       /* nrg */
	log[24] = 2;	       /* nruh */
	log[16 + 64] = 1;      /* ruht */
	log[16 + 68] = 2;
	log[88] = 72;
	log[88 + 8] = 1;
	log[88 + 64] = 3;
}

static void
fdp_configurations_are_walked_by_their_own_size(void)
{
	uint8_t log[160] = {0};

	fill_fdp_conf(log);
	CHECK_PRINTS(xnvme_spec_log_fdp_conf_pr((void *)log, 0),
		     "xnvme_spec_log_fdp_conf:\n"
		     "  ncfg: 1\n"
		     "  version: 1\n"
		     "  size: 160\n"
		     "  config_desc:\n"
		     "    - ds: 72\n"
		     "      fdp attributes: {rgif: 2, fdpvwc: 0, fdpcv: 1, val: 0x82}\n"
		     "      vss: 0\n"
		     "      nrg: 1\n"
		     "      nruh: 2\n"
		     "      maxpids: 0\n"
		     "      nns: 0\n"
		     "      runs: 0\n"
		     "      erutl: 0\n"
		     "      ruht: [1, 2]\n"
		     "    - ds: 72\n"
		     "      fdp attributes: {rgif: 0, fdpvwc: 0, fdpcv: 0, val: 0x0}\n"
		     "      vss: 0\n"
		     "      nrg: 0\n"
		     "      nruh: 1\n"
		     "      maxpids: 0\n"
		     "      nns: 0\n"
		     "      runs: 0\n"
		     "      erutl: 0\n"
		     "      ruht: [3]\n");
}

static void
fdp_configurations_that_lie_end_the_list(void)
{
	static const struct {
		size_t offset;
		uint8_t value;
		size_t ndescs;
	} rows[] = {
	    {16, 72, 2},    /* as it is */
	    {88, 0, 1},	    /* ds that does not advance */
	    {88, 63, 1},    /* ds below the fixed part */
	    {88, 73, 1},    /* ds beyond the log */
	    {4, 159, 1},    /* the log ends within the descriptor */
	    {4, 79, 0},	    /* ... within the first */
	    {4, 0, 0},	    /* a log without its own head */
	    {1, 255, 2},    /* ncfg beyond the log */
	    {88 + 9, 1, 2}, /* nruh beyond the descriptor */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		uint8_t *log = calloc(1, 160);

		CHECK(log);
		fill_fdp_conf(log);
		log[rows[i].offset] = rows[i].value;
		CHECK_NLINES(xnvme_spec_log_fdp_conf_pr((void *)log, 0),
			     "    - ds:", rows[i].ndescs);
		free(log);
	}
}

static void
fdp_configurations_of_ones_read_no_more_than_their_head(void)
{
	uint8_t *log = malloc(4096);

	CHECK(log);
	memset(log, 0xff, 4096);
	CHECK_PRINTS(xnvme_spec_log_fdp_conf_pr((void *)log, 0), "xnvme_spec_log_fdp_conf:\n"
								 "  ncfg: 65535\n"
								 "  version: 255\n"
								 "  size: 4294967295\n"
								 "  config_desc: []\n");
	free(log);
}

static void
lists_end_at_the_limit_and_at_the_count(void)
{
	uint8_t ruhs[16 + 32 * 4] = {[14] = 2};
	uint8_t ruhu[8 + 8 * 4] = {[0] = 2, [8] = 0xab};
	uint8_t events[64 + 64 * 4] = {[0] = 2};
	uint8_t erri[64 * 4] = {0};

	CHECK_NLINES(xnvme_spec_ruhs_pr((void *)ruhs, 4, 0), "    - {pi", 2);
	CHECK_NLINES(xnvme_spec_ruhs_pr((void *)ruhs, 1, 0), "    - {pi", 1);
	CHECK_NLINES(xnvme_spec_log_fdp_events_pr((void *)events, 4, 0), "    - {type", 2);
	CHECK_NLINES(xnvme_spec_log_fdp_events_pr((void *)events, 1, 0), "    - {type", 1);
	CHECK_NLINES(xnvme_spec_log_erri_pr((void *)erri, 4, 0), "  - {ecnt", 4);
	CHECK_PRINTS(xnvme_spec_log_ruhu_pr((void *)ruhu, 4, 0),
		     "xnvme_spec_log_ruhu:\n  nruh: 2\n  ruhu_desc:\n    - 0xab\n    - 0x0\n");
	CHECK_PRINTS(xnvme_spec_log_erri_pr((void *)erri, 0, 0), "xnvme_spec_log_erri: []\n");
}

static void
temperatures_are_celsius_and_counters_128_bits_wide(void)
{
	struct xnvme_spec_log_health_entry log = {
	    .comp_temp = 303, .temp_sens = {0}, .mdi_errs = {[8] = 1}};
	char *text;
	bool good;

	capture_begin();
	xnvme_spec_log_health_pr(&log, 0);
	text = capture_end();
	good = strstr(text, "  comp_temp: 30\n") && strstr(text, "  temp_sens1: -273\n") &&
	       strstr(text, "  mdi_errs: 18446744073709551616\n");
	free(text);
	CHECK(good);
}

static void
command_sets_print_only_the_vectors_in_use(void)
{
	struct xnvme_spec_idfy_cs cs = {.iocsc = {[0] = {.nvm = 1}, [3] = {.val = 5}}};

	CHECK_PRINTS(xnvme_spec_idfy_cs_pr(&cs, 0),
		     "xnvme_spec_idfy_cs:\n"
		     "  - {iocsci: 0, val: 0x1, nvm: 1, kv: 0, zns: 0}\n"
		     "  - {iocsci: 3, val: 0x5, nvm: 1, kv: 0, zns: 1}\n");
}

static void
every_feature_prints_its_fields(void)
{
	static const struct {
		uint8_t fid;
		uint32_t val;
		const char *expected;
	} rows[] = {
	    {1, 0x04030205, "val: 0x4030205, ab: 5, lpw: 2, mpw: 3, hpw: 4}\n"},
	    {2, 0x23, "val: 0x23, ps: 3, wh: 1}\n"},
	    {3, 0x7f, "val: 0x7f, num: 63}\n"},
	    {4, 0x520157, "val: 0x520157, tmpth: 343, tmpsel: 2, thsel: 5}\n"},
	    {5, 0x1000a, "val: 0x1000a, tler: 10, dulbe: 1}\n"},
	    {6, 1, "val: 0x1, wce: 1}\n"},
	    {7, 0x3f003e, "val: 0x3f003e, nsqa: 62, ncqa: 63}\n"},
	    {0x1d, 0x301, "val: 0x301, fdpe: 1, fdpci: 3}\n"},
	    {0x1e, 0x4, "val: 0x4, nevents: 4}\n"},
	    {0xc0, 0x4, "name: 'Vendor Specific Feature', val: 0x4}\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		const struct xnvme_spec_feat feat = {.val = rows[i].val};
		char *text;
		const char *tail;
		bool same;

		capture_begin();
		xnvme_spec_feat_pr(rows[i].fid, feat, XNVME_PR_TERSE);
		text = capture_end();
		tail = strstr(text, rows[i].expected);
		same = tail && strlen(tail) == strlen(rows[i].expected);
		if (!same) {
			test_fail(__FILE__, __LINE__, "printed %s", text);
		}
		free(text);
		CHECK(same);
	}
	CHECK_PRINTS(xnvme_spec_feat_pr(7, (struct xnvme_spec_feat){.val = 0x10002}, 0),
		     "xnvme_spec_feat:\n"
		     "  fid: 0x7\n"
		     "  name: 'Number of Queues'\n"
		     "  val: 0x10002\n"
		     "  nsqa: 2\n"
		     "  ncqa: 1\n");
}

static void
fdp_events_print_as_many_as_the_feature_says(void)
{
	uint8_t buf[4] = {0, 1, 3, 0};

	CHECK_PRINTS(xnvme_spec_feat_fdp_events_pr(buf, (struct xnvme_spec_feat){.val = 2}, 0),
		     "xnvme_spec_feat_fdp_events:\n"
		     "  nevents: 2\n"
		     "  event_desc:\n"
		     "    - {type: 0x0, ee: 1}\n"
		     "    - {type: 0x3, ee: 0}\n");
	CHECK_PRINTS(xnvme_spec_feat_fdp_events_pr(buf, (struct xnvme_spec_feat){.val = 0}, 0),
		     "xnvme_spec_feat_fdp_events:\n  nevents: 0\n  event_desc: []\n");
}

static void
a_command_prints_as_dwords_or_by_name(void)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.nvm.slba = 0x100;
	cmd.nvm.nlb = 7;
	cmd.nvm.fua = 1;
	cmd.common.opcode = XNVME_SPEC_NVM_OPC_SCOPY;
	cmd.common.nsid = 1;
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 0), "  - '", 16);
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 0), "  - '00000000000000000000000000011001'\n", 1);
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 1), "  - 0x19\n", 1);
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 1), "  - 0x", 16);
	CHECK_PRINTS(
	    xnvme_spec_cmd_pr(&cmd, 2),
	    "xnvme_spec_cmd: {opcode: 0x19, fuse: 0x0, psdt: 0x0, cid: 0x0, nsid: 0x1, cdw02: "
	    "0x0, cdw03: 0x0, mptr: 0x0, dptr: {prp1: 0x0, prp2: 0x0}, ndt: 0x100, ndm: 0x0, "
	    "cdw12: 0x40000007, cdw13: 0x0, cdw14: 0x0, cdw15: 0x0}\n");
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 3), "    name: 'Copy'\n", 1);
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 3), "    name: 'Directive Send'\n", 1);
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 3), "    sdlba: 0x100\n", 1);

	cmd.common.opcode = XNVME_SPEC_ZND_OPC_APPEND;
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 3), "    zslba: 0x100\n", 1);
	cmd.common.opcode = XNVME_SPEC_FS_OPC_READ;
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 3), "    name: 'File Read'\n", 1);
	cmd.common.opcode = XNVME_SPEC_KV_OPC_EXIST;
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 3), "  kv:\n", 1);
	cmd.common.opcode = 0xff;
	CHECK_NLINES(xnvme_spec_cmd_pr(&cmd, 3), "    name", 0);
}

static void
a_zone_prints_alone_and_embedded(void)
{
	struct xnvme_spec_znd_descr descr = {
	    .zt = XNVME_SPEC_ZND_TYPE_SEQWR,
	    .zs = XNVME_SPEC_ZND_STATE_CLOSED,
	    .za = {.val = 0x05},
	    .zcap = 4096,
	    .zslba = 0x1000,
	    .wp = 0x1234,
	};

	CHECK_PRINTS(xnvme_spec_znd_descr_pr(&descr, 0), "xnvme_spec_znd_descr:\n"
							 "  zslba: 0x1000\n"
							 "  wp: 0x1234\n"
							 "  zcap: 4096\n"
							 "  zt: 0x2\n"
							 "  zs: ZND_STATE_CLOSED\n"
							 "  za: '0b00000101'\n");
	CHECK_PRINTS(xnvme_spec_znd_descr_fpr_yaml(stdout, &descr, 0, ", "),
		     "zslba: 0x1000, wp: 0x1234, zcap: 4096, zt: 0x2, zs: ZND_STATE_CLOSED, "
		     "za: '0b00000101'");
	descr.zs = 7;
	CHECK_PRINTS(xnvme_spec_znd_descr_fpr_yaml(stdout, &descr, 2, "\n"),
		     "  zslba: 0x1000\n  wp: 0x1234\n  zcap: 4096\n  zt: 0x2\n  zs: ENOSYS\n"
		     "  za: '0b00000101'");
	CHECK_EQ(xnvme_spec_znd_descr_fpr_yaml(stdout, NULL, 0, ", "), -EINVAL);
	CHECK_EQ(xnvme_spec_znd_descr_fpr_yaml(stdout, &descr, -1, ", "), -EINVAL);
	CHECK_EQ(xnvme_spec_znd_descr_fpr_yaml(stdout, &descr, 0, NULL), -EINVAL);
}

static void
a_zone_format_is_a_piece_without_newline(void)
{
	struct xnvme_spec_znd_idfy_lbafe lbafe = {.zsze = 4096, .zdes = 1};

	CHECK_PRINTS(xnvme_spec_znd_idfy_lbafe_fpr(stdout, &lbafe, 0), "{zsze: 4096, zdes: 1}");
	CHECK_PRINTS(xnvme_spec_znd_idfy_lbafe_fpr(stdout, &lbafe, XNVME_PR_JSON),
		     "{\"zsze\": 4096, \"zdes\": 1}");
	CHECK_PRINTS(xnvme_spec_znd_idfy_lbafe_fpr(stdout, NULL, 0), "~");
}

static void
streams_print_their_parameters(void)
{
	uint8_t sgs[6] = {2, 0, 1, 0, 5, 0};
	struct xnvme_spec_streams_dir_rp srp = {.msl = 16, .nssc = {.val = 1}, .nso = 2};

	CHECK_PRINTS(xnvme_spec_drecv_sgs_pr((void *)sgs, 0),
		     "xnvme_spec_streams_dir_rp:\n  open_sc: 2\n  sid: [1, 5]\n");
	CHECK_PRINTS(
	    xnvme_spec_drecv_srp_pr(&srp, XNVME_PR_TERSE),
	    "xnvme_spec_streams_dir_rp: {msl: 16, nssa: 0, nsso: 0, multi_host: 1, sws: 0, "
	    "sgs: 0, nsa: 0, nso: 2}\n");
	CHECK_PRINTS(xnvme_spec_drecv_sar_pr((struct xnvme_spec_alloc_resource){.val = 3}, 0),
		     "xnvme_spec_alloc_resource:\n  nsa: 3\n");
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(a_namespace_prints_as_in_0_7_5),
	    TEST_CASE(a_controller_prints_as_in_0_7_5_without_its_slips),
	    TEST_CASE(strings_of_a_hostile_controller_stay_in_their_quotes),
	    TEST_CASE(counts_of_a_hostile_device_are_clamped),
	    TEST_CASE(key_value_formats_are_zero_based),
	    TEST_CASE(fdp_configurations_are_walked_by_their_own_size),
	    TEST_CASE(fdp_configurations_that_lie_end_the_list),
	    TEST_CASE(fdp_configurations_of_ones_read_no_more_than_their_head),
	    TEST_CASE(lists_end_at_the_limit_and_at_the_count),
	    TEST_CASE(temperatures_are_celsius_and_counters_128_bits_wide),
	    TEST_CASE(command_sets_print_only_the_vectors_in_use),
	    TEST_CASE(every_feature_prints_its_fields),
	    TEST_CASE(fdp_events_print_as_many_as_the_feature_says),
	    TEST_CASE(a_command_prints_as_dwords_or_by_name),
	    TEST_CASE(a_zone_prints_alone_and_embedded),
	    TEST_CASE(a_zone_format_is_a_piece_without_newline),
	    TEST_CASE(streams_print_their_parameters),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
