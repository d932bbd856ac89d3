// SPDX-License-Identifier: BSD-3-Clause
/**
 * Log pages: fetched as a whole, into a buffer that holds all that the printer reads
 */
#include <errno.h>
#include <print/emit.h>
#include <subs.h>

#define LOG_NBYTES_DEFAULT 4096

/** One page to fetch, and how to print it; `print` reads at most data_nbytes */
struct log_page {
	const char *what;
	uint8_t lid;
	uint8_t lsp;
	uint8_t rae;
	uint16_t lsi;
	uint32_t nsid;
	uint64_t lpo_nbytes;
	uint64_t data_nbytes;
	uint32_t limit;
	int (*print)(const struct log_page *page, const void *data, int opts);
};

static int
log_fetch(struct xnvme_cli *cli, const struct log_page *page, void *data)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(cli->args.dev);
	int err;

	ctx.cmd.log.lsi = page->lsi;
	err = xnvme_adm_log(&ctx, page->lid, page->lsp, page->lpo_nbytes, page->nsid, page->rae,
			    data, (uint32_t)page->data_nbytes);

	return tool_cmd_check(page->what, &ctx, err);
}

static int
log_run(struct xnvme_cli *cli, const struct log_page *page)
{
	struct xnvme_dev *dev = cli->args.dev;
	void *data;
	int err;

	if (!page->data_nbytes || page->data_nbytes % 4 || page->data_nbytes > UINT32_MAX - 3) {
		return tool_refuse("a log page is fetched in dwords: %llu bytes are refused",
				   (unsigned long long)page->data_nbytes);
	}
	data = tool_buf_alloc(dev, (size_t)page->data_nbytes);
	if (!data) {
		return -ENOMEM;
	}
	err = log_fetch(cli, page, data);
	if (!err && cli->args.data_output) {
		err = tool_buf_to_file(data, (size_t)page->data_nbytes, cli->args.data_output);
	}
	if (!err) {
		err = page->print(page, data, xnvme_cli_pr_opts(cli));
	}
	xnvme_buf_free(dev, data);

	return err;
}

static int
raw_print(const struct log_page *page, const void *data, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, opts);
	xnvi_emit_map(&e, "xnvme_log", XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "lid", page->lid);
	xnvi_emit_u64(&e, "lpo_nbytes", page->lpo_nbytes);
	xnvi_emit_u64(&e, "data_nbytes", page->data_nbytes);
	tool_hexdump_emit(&e, "data", data, (size_t)page->data_nbytes);
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}

int
sub_log(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	const bool sized = cli->given[XNVME_CLI_OPT_DATA_NBYTES];
	const struct log_page page = {
	    .what = "Get Log Page",
	    .lid = (uint8_t)args->lid,
	    .lsp = (uint8_t)args->lsp,
	    .rae = (uint8_t)args->rae,
	    .nsid = cli->given[XNVME_CLI_OPT_NSID] ? args->nsid : UINT32_MAX,
	    .lpo_nbytes = args->lpo_nbytes,
	    .data_nbytes = sized ? args->data_nbytes : LOG_NBYTES_DEFAULT,
	    .print = raw_print,
	};

	return log_run(cli, &page);
}

static int
erri_print(const struct log_page *page, const void *data, int opts)
{
	return tool_printed(xnvme_spec_log_erri_pr(data, (int)page->limit, opts));
}

int
sub_log_erri(struct xnvme_cli *cli)
{
	const struct xnvme_spec_idfy_ctrlr *ctrlr = xnvme_dev_get_ctrlr(cli->args.dev);
	const uint32_t nentries_max = ctrlr ? ctrlr->elpe + 1U : 1;
	const uint32_t nentries = cli->given[XNVME_CLI_OPT_LIMIT] ? cli->args.limit : nentries_max;
	const struct log_page page = {
	    .what = "Get Log Page: Error Information",
	    .lid = XNVME_SPEC_LOG_ERRI,
	    .nsid = cli->given[XNVME_CLI_OPT_NSID] ? cli->args.nsid : UINT32_MAX,
	    .data_nbytes = (uint64_t)nentries * sizeof(struct xnvme_spec_log_erri_entry),
	    .limit = nentries,
	    .print = erri_print,
	};

	if (!nentries || nentries > nentries_max) {
		return tool_refuse("--limit %u: the device keeps 1 to %u error entries", nentries,
				   nentries_max);
	}

	return log_run(cli, &page);
}

static int
health_print(const struct log_page *page, const void *data, int opts)
{
	(void)page;

	return tool_printed(xnvme_spec_log_health_pr(data, opts));
}

int
sub_log_health(struct xnvme_cli *cli)
{
	const struct log_page page = {
	    .what = "Get Log Page: SMART / Health Information",
	    .lid = XNVME_SPEC_LOG_HEALTH,
	    .nsid = cli->given[XNVME_CLI_OPT_NSID] ? cli->args.nsid : UINT32_MAX,
	    .data_nbytes = sizeof(struct xnvme_spec_log_health_entry),
	    .print = health_print,
	};

	return log_run(cli, &page);
}

static int
fdp_config_print(const struct log_page *page, const void *data, int opts)
{
	const struct xnvme_spec_log_fdp_conf *conf = data;

	/* The printer follows the sizes in the page, so it needs the whole page */
	if (page->data_nbytes < sizeof(*conf) || conf->size > page->data_nbytes) {
		return tool_refuse("the log page has %u bytes; ask for them with --data-nbytes",
				   page->data_nbytes < sizeof(*conf) ? (unsigned)sizeof(*conf)
								     : conf->size);
	}

	return tool_printed(xnvme_spec_log_fdp_conf_pr(conf, opts));
}

int
sub_log_fdp_config(struct xnvme_cli *cli)
{
	const struct log_page page = {
	    .what = "Get Log Page: FDP Configurations",
	    .lid = XNVME_SPEC_LOG_FDPCONF,
	    .lsi = (uint16_t)cli->args.lsi,
	    .nsid = cli->args.nsid,
	    .data_nbytes = cli->args.data_nbytes,
	    .print = fdp_config_print,
	};

	return log_run(cli, &page);
}

static int
ruhu_print(const struct log_page *page, const void *data, int opts)
{
	const struct xnvme_spec_log_ruhu *ruhu = data;
	const uint32_t nhandles = ruhu->nruh < page->limit ? ruhu->nruh : page->limit;

	return tool_printed(xnvme_spec_log_ruhu_pr(ruhu, (int)nhandles, opts));
}

int
sub_log_ruhu(struct xnvme_cli *cli)
{
	const struct log_page page = {
	    .what = "Get Log Page: Reclaim Unit Handle Usage",
	    .lid = XNVME_SPEC_LOG_FDPRUHU,
	    .lsi = (uint16_t)cli->args.lsi,
	    .nsid = cli->args.nsid,
	    .data_nbytes = sizeof(struct xnvme_spec_log_ruhu) +
			   (uint64_t)cli->args.limit * sizeof(struct xnvme_spec_ruhu_desc),
	    .limit = cli->args.limit,
	    .print = ruhu_print,
	};

	if (page.limit > UINT16_MAX) {
		return tool_refuse("--limit: there are at most 65535 reclaim unit handles");
	}

	return log_run(cli, &page);
}

static int
fdp_stats_print(const struct log_page *page, const void *data, int opts)
{
	(void)page;

	return tool_printed(xnvme_spec_log_fdp_stats_pr(data, opts));
}

int
sub_log_fdp_stats(struct xnvme_cli *cli)
{
	const struct log_page page = {
	    .what = "Get Log Page: FDP Statistics",
	    .lid = XNVME_SPEC_LOG_FDPSTATS,
	    .lsi = (uint16_t)cli->args.lsi,
	    .nsid = cli->args.nsid,
	    .data_nbytes = sizeof(struct xnvme_spec_log_fdp_stats),
	    .print = fdp_stats_print,
	};

	return log_run(cli, &page);
}

static int
fdp_events_print(const struct log_page *page, const void *data, int opts)
{
	const struct xnvme_spec_log_fdp_events *events = data;
	const uint32_t nevents = events->nevents < page->limit ? events->nevents : page->limit;

	return tool_printed(xnvme_spec_log_fdp_events_pr(events, (int)nevents, opts));
}

int
sub_log_fdp_events(struct xnvme_cli *cli)
{
	const struct log_page page = {
	    .what = "Get Log Page: FDP Events",
	    .lid = XNVME_SPEC_LOG_FDPEVENTS,
	    .lsp = (uint8_t)cli->args.lsp,
	    .lsi = (uint16_t)cli->args.lsi,
	    .nsid = cli->args.nsid,
	    .data_nbytes = sizeof(struct xnvme_spec_log_fdp_events) +
			   (uint64_t)cli->args.limit * sizeof(struct xnvme_spec_fdp_event),
	    .limit = cli->args.limit,
	    .print = fdp_events_print,
	};

	/* The page has room for 63 events */
	if (page.limit > 63) {
		return tool_refuse("--limit: the log page holds at most 63 events");
	}

	return log_run(cli, &page);
}
