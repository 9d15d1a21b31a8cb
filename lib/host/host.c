/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine, or a folder and a record that stand for one. */
#include "host/host-private.h"

#include <errno.h>
#include <fcntl.h>

/* ---- a test's tree without a record: no netlink -------------------------------------------------
 */

static int refuse(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
		  struct ms_buf *replies, struct ms_err *err)
{
	int r = ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			"%s: no netlink under another root than /", request->what);

	(void)ctx;
	(void)bytes;
	(void)replies;
	ms_hint(err, "set MSCTL_NETLINK to a file of recorded exchanges, or unset MSCTL_ROOT");
	return r;
}

/* ---- opening
 * --------------------------------------------------------------------------------------- */

static const char *word_of(const char *given, const char *name)
{
	const char *text = given ? given : getenv(name);

	return text && *text ? text : NULL;
}

static int open_root(struct ms_host *host, const char *root, struct ms_err *err)
{
	MS_AUTO_FREE char *real = root ? realpath(root, NULL) : NULL;
	int r;

	if (root && !real) {
		r = ms_fail_errno(err, -errno, "cannot open %s", root);
		ms_hint(err, "MSCTL_ROOT is the folder that stands for /");
		return r;
	}
	if (!real || !strcmp(real, "/")) {
		host->root = strdup("");
		return host->root ? 0 : ms_nomem(err);
	}
	host->root_fd = open(real, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (host->root_fd < 0)
		return ms_fail_errno(err, -errno, "cannot open %s", real);
	host->root = ms_take(real);
	return 0;
}

static int open_netlink(struct ms_host *host, const char *play, const char *record,
			struct ms_err *err)
{
	struct ms_nl_ops ops = { .exchange = refuse };
	void *ctx = NULL;
	int r;

	if (play)
		return ms_nl_play_new(play, &host->ops, &host->ops_ctx, err);
	if (host->root_fd >= 0) {
		host->ops = ops;
		return 0;
	}
	r = ms_nl_kernel_new(host->loop, &ops, &ctx, err);
	if (r < 0)
		return r;
	if (record)
		return ms_nl_record_new(record, &ops, ctx, &host->ops, &host->ops_ctx, err);
	host->ops = ops;
	host->ops_ctx = ctx;
	return 0;
}

int ms_host_open(const struct ms_host_opts *opts, struct ms_host **ret_host, struct ms_err *err)
{
	static const struct ms_host_opts none = { 0 };
	struct ms_host *host = calloc(1, sizeof(*host));
	const char *play;
	int r;

	if (!host)
		return ms_nomem(err);
	opts = opts ? opts : &none;
	host->root_fd = -1;
	host->loop = opts->loop;
	ms_gate_init(&host->gate, 1);
	play = word_of(opts->netlink, "MSCTL_NETLINK");
	r = open_root(host, word_of(opts->root, "MSCTL_ROOT"), err);
	if (!r)
		r = open_netlink(host, play, word_of(opts->record, "MSCTL_NETLINK_RECORD"), err);
	if (r < 0) {
		ms_host_close(host);
		return r;
	}
	host->here = host->root_fd < 0 && !play;
	*ret_host = host;
	return 0;
}

static void drop_netlink(struct ms_host *host)
{
	if (host->ops.free)
		host->ops.free(host->ops_ctx);
	host->ops = (struct ms_nl_ops){ 0 };
	host->ops_ctx = NULL;
}

void ms_host_close(struct ms_host *host)
{
	if (!host)
		return;
	drop_netlink(host);
	if (host->root_fd >= 0)
		close(host->root_fd);
	free(host->root);
	free(host);
}

int ms_host_finish(struct ms_host *host, struct ms_err *err)
{
	return host->ops.finish ? host->ops.finish(host->ops_ctx, err) : 0;
}

bool ms_host_is_here(const struct ms_host *host)
{
	return host->here;
}

void ms_host_use_netlink(struct ms_host *host, const struct ms_nl_ops *ops, void *ctx)
{
	drop_netlink(host);
	host->ops = *ops;
	host->ops_ctx = ctx;
	host->n_families = 0;
	host->here = false;
}
