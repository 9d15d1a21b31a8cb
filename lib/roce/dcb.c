/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DCB netlink: what is asked, and what comes back (net/dcb/dcbnl.c of Linux says what the headers
 * do not). */
#include "roce/dcb.h"

#include <errno.h>
#include <linux/rtnetlink.h>

static void begin(struct ms_nl_request *request, uint16_t type, uint8_t command, const char *netdev,
		  const char *what)
{
	struct dcbmsg header = { .cmd = command };

	ms_nl_request_init(request, NETLINK_ROUTE, type, 0, &header, sizeof(header), "%s of %s",
			   what, netdev);
	ms_nl_put_text(request, DCB_ATTR_IFNAME, netdev);
}

/* ---- reading ---- */

/* A structure of another size is one that this program does not know. */
static bool take(const struct nlattr *attr, void *into, size_t size)
{
	const void *data = ms_nl_data(attr, size);

	if (data)
		memcpy(into, data, size);
	return data != NULL;
}

static void take_apps(const struct nlattr *table, struct roce_dcb *dcb)
{
	const struct nlattr *attr;

	dcb->has_apps = table != NULL;
	ms_nl_each(attr, table) {
		if (ms_nl_type(attr) != DCB_ATTR_IEEE_APP)
			continue;
		if (dcb->n_apps == ROCE_APPS_MAX)
			dcb->cut = true;
		else if (take(attr, &dcb->apps[dcb->n_apps], sizeof(dcb->apps[0])))
			dcb->n_apps++;
	}
}

static int take_all(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *top[DCB_ATTR_MAX + 1], *ieee[DCB_ATTR_IEEE_MAX + 1];
	struct roce_dcb *dcb = ctx;

	(void)err;
	if (!ms_nl_header(reply, sizeof(struct dcbmsg)))
		return 0;
	ms_nl_parse(reply, sizeof(struct dcbmsg), top, DCB_ATTR_MAX);
	ms_nl_parse_nested(top[DCB_ATTR_IEEE], ieee, DCB_ATTR_IEEE_MAX);
	dcb->has_ets = take(ieee[DCB_ATTR_IEEE_ETS], &dcb->ets, sizeof(dcb->ets));
	dcb->has_pfc = take(ieee[DCB_ATTR_IEEE_PFC], &dcb->pfc, sizeof(dcb->pfc));
	dcb->has_rates = take(ieee[DCB_ATTR_IEEE_MAXRATE], &dcb->rates, sizeof(dcb->rates));
	dcb->has_buffer = take(ieee[DCB_ATTR_DCB_BUFFER], &dcb->buffer, sizeof(dcb->buffer));
	dcb->has_dcbx = take(top[DCB_ATTR_DCBX], &dcb->dcbx, sizeof(dcb->dcbx));
	take_apps(ieee[DCB_ATTR_IEEE_APP_TABLE], dcb);
	return 0;
}

int roce_dcb_get(struct ms_host *host, const char *netdev, struct roce_dcb *ret_dcb,
		 struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;

	*ret_dcb = (struct roce_dcb){ 0 };
	begin(&request, RTM_GETDCB, DCB_CMD_IEEE_GET, netdev, "DCB");
	return ms_nl_talk(host, &request, take_all, ret_dcb, err);
}

/* ---- setting ---- */

struct outcome { int attr, error; };

/* The error of the driver stands in one octet: a negative errno, cut to eight bits.  That of DCBX
 * is 0 or 1. */
static int take_outcome(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *top[DCB_ATTR_MAX + 1];
	struct outcome *outcome = ctx;
	int8_t said;

	(void)err;
	if (!ms_nl_header(reply, sizeof(struct dcbmsg)))
		return 0;
	ms_nl_parse(reply, sizeof(struct dcbmsg), top, DCB_ATTR_MAX);
	said = (int8_t)ms_nl_u8(top[outcome->attr], 0);
	if (said)
		outcome->error = said < 0 ? said : -EINVAL;
	return 0;
}

static int send(struct ms_host *host, struct ms_nl_request *request, int attr, const char *netdev,
		struct ms_err *err)
{
	struct outcome outcome = { .attr = attr };
	int r = ms_nl_talk(host, request, take_outcome, &outcome, err);

	if (r < 0 || !outcome.error)
		return r;
	ms_fail(err, outcome.error, outcome.error == -EOPNOTSUPP ? MS_UNSUPPORTED : MS_FAILED,
		"%s: the driver refused it: %s", request->what, strerror(-outcome.error));
	ms_hint(err, "dmesg | grep %s", netdev);
	return outcome.error;
}

static const char *word_of(int attr)
{
	switch (attr) {
	case DCB_ATTR_IEEE_ETS: return "ETS";
	case DCB_ATTR_IEEE_PFC: return "PFC";
	case DCB_ATTR_IEEE_MAXRATE: return "maximum rates";
	default: return "buffers";
	}
}

int roce_dcb_set(struct ms_host *host, const char *netdev, int attr, const void *value, size_t len,
		 struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;
	struct nlattr *nest;

	begin(&request, RTM_SETDCB, DCB_CMD_IEEE_SET, netdev, word_of(attr));
	nest = ms_nl_nest(&request, DCB_ATTR_IEEE);
	ms_nl_put(&request, attr, value, len);
	ms_nl_nest_end(&request, nest);
	return send(host, &request, DCB_ATTR_IEEE, netdev, err);
}

static int send_apps(struct ms_host *host, const char *netdev, uint8_t command,
		     const struct dcb_app *apps, size_t n, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;
	struct nlattr *ieee, *table;

	begin(&request, RTM_SETDCB, command, netdev, "APP entries");
	ieee = ms_nl_nest(&request, DCB_ATTR_IEEE);
	table = ms_nl_nest(&request, DCB_ATTR_IEEE_APP_TABLE);
	for (size_t i = 0; i < n; i++)
		ms_nl_put(&request, DCB_ATTR_IEEE_APP, &apps[i], sizeof(apps[i]));
	ms_nl_nest_end(&request, table);
	ms_nl_nest_end(&request, ieee);
	return send(host, &request, DCB_ATTR_IEEE, netdev, err);
}

int roce_dcb_add_apps(struct ms_host *host, const char *netdev, const struct dcb_app *apps,
		      size_t n, struct ms_err *err)
{
	return n ? send_apps(host, netdev, DCB_CMD_IEEE_SET, apps, n, err) : 0;
}

int roce_dcb_remove_apps(struct ms_host *host, const char *netdev, const struct dcb_app *apps,
			 size_t n, struct ms_err *err)
{
	return n ? send_apps(host, netdev, DCB_CMD_IEEE_DEL, apps, n, err) : 0;
}

int roce_dcb_set_dcbx(struct ms_host *host, const char *netdev, uint8_t mode, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;

	begin(&request, RTM_SETDCB, DCB_CMD_SDCBX, netdev, "DCBX mode");
	ms_nl_put_u8(&request, DCB_ATTR_DCBX, mode);
	return send(host, &request, DCB_ATTR_DCBX, netdev, err);
}
