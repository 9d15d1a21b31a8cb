/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a BMC sends its log: no standard place but event subscriptions of the Syslog kind, so each
 * vendor's own is read as well.  The neutral form is "HOST:PORT", only of receivers in use.
 */
#include <errno.h>
#include "bmc/read.h"

static int add(json_t *list, const char *host, json_int_t port)
{
	bool v6;

	if (!host || !*host || !strcmp(host, "0.0.0.0") || !strcmp(host, "::"))
		return 0;
	v6 = strchr(host, ':') && *host != '[';
	return json_array_append_new(list,
				     json_sprintf(v6 ? "[%s]:%d" : "%s:%d", host,
						  port > 0 && port < 65536 ? (int)port : 514));
}

static int from_hpe(const json_t *protocol, json_t *list)
{
	const json_t *hpe = ms_at(protocol, "/Oem/Hpe");

	if (!ms_bool(hpe, "/RemoteSyslogEnabled", false))
		return 0;
	return add(list, bmc_text(hpe, "/RemoteSyslogServer"),
		   ms_int(hpe, "/RemoteSyslogPort", 514));
}

static int from_supermicro(struct bmc_reading *rd, json_t *list, struct ms_err *err)
{
	json_auto_t *raw = NULL;
	int r = bmc_follow(rd->bmc, bmc_manager(rd->bmc), "/Oem/Supermicro/Syslog", &raw, err);

	if (r <= 0)
		return r;
	if (ms_bool(raw, "/EnableSyslog", false) &&
	    add(list, bmc_text(raw, "/SyslogServer"), ms_int(raw, "/SyslogPortNumber", 514)))
		return ms_nomem(err);
	return 1;
}

/* SysLog.1.* among the attributes of the iDRAC itself. */
static int from_dell(struct bmc_reading *rd, json_t *list, struct ms_err *err)
{
	json_auto_t *raw = NULL;
	const json_t *one, *values;
	const char *uri = NULL;
	size_t i;
	int r;

	json_array_foreach(ms_at(bmc_manager(rd->bmc), "/Links/Oem/Dell/DellAttributes"), i, one)
		if (strstr(ms_str(one, "/@odata.id", ""), "/iDRAC."))
			uri = ms_str(one, "/@odata.id", NULL);
	r = uri ? bmc_read(rd->bmc, uri, &raw, err) : 0;
	if (r <= 0)
		return r;
	values = ms_at(raw, "/Attributes");
	if (!ms_streq(ms_str(values, "/SysLog.1.SysLogEnable", NULL), "Enabled"))
		return 1;
	for (i = 1; i <= 3; i++) {
		char pointer[32];

		snprintf(pointer, sizeof(pointer), "/SysLog.1.Server%zu", i);
		if (add(list, bmc_text(values, pointer), ms_int(values, "/SysLog.1.Port", 514)))
			return ms_nomem(err);
	}
	return 1;
}

/* EventDestinations with a Syslog protocol: "syslog://host:514", or only the host. */
static int from_events(struct bmc_reading *rd, json_t *list, struct ms_err *err)
{
	json_auto_t *service = NULL, *all = NULL;
	const json_t *one;
	size_t i;
	int r = bmc_follow(rd->bmc, ms_redfish_root(rd->bmc->redfish), "/EventService", &service,
			   err);

	if (r > 0)
		r = bmc_members(rd->bmc, service, "/Subscriptions", &all, err);
	json_array_foreach(all, i, one) {
		const char *to = ms_str(one, "/Destination", ""), *scheme = strstr(to, "://");
		char host[256], *port;

		if (!ms_starts(ms_str(one, "/Protocol", ""), "Syslog"))
			continue;
		to = scheme ? scheme + 3 : to;
		snprintf(host, sizeof(host), "%.*s", (int)strcspn(to, "/"), to);
		port = strrchr(host, ':');
		if (port && !strchr(port, ']'))
			*port++ = '\0';
		if (add(list, host, port ? strtol(port, NULL, 10) : 514))
			return ms_nomem(err);
	}
	return r;
}

int bmc_syslog(struct bmc_reading *rd, const json_t *protocol, json_t *out, struct ms_err *err)
{
	json_auto_t *list = json_array();
	const json_t *manager = bmc_manager(rd->bmc);
	int r;

	if (ms_at(protocol, "/Oem/Hpe"))
		r = from_hpe(protocol, list) ? ms_nomem(err) : 1;
	else if (ms_at(manager, "/Oem/Supermicro/Syslog"))
		r = from_supermicro(rd, list, err);
	else if (ms_at(manager, "/Links/Oem/Dell/DellAttributes"))
		r = from_dell(rd, list, err);
	else
		r = from_events(rd, list, err);
	if (r < 0)
		return r;
	return r && json_object_set(out, "syslog", list) ? ms_nomem(err) : 0;
}
