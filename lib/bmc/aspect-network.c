/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ntp.set and syslog.set: members of the BMC's own configuration.  NTP has a standard place
 * (ManagerNetworkProtocol) that HPE lacks; syslog has none but event subscriptions, so each
 * vendor's place is a row.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

static const char *const speaks_ntp[] = { "/ntp", NULL };
static const char *const speaks_syslog[] = { "/syslog", NULL };

static json_t *view_network(const json_t *facts, const json_t *want)
{
	json_t *view = bmc_view_members(facts, "/network", want), *part;

	if (view && json_object_get(want, "ntp")) {
		part = bmc_view_members(facts, "/network/ntp", json_object_get(want, "ntp"));
		if (json_object_set_new(view, "ntp", part))
			return json_decref(view), NULL;
	}
	return view;
}

/* ---- NTP ---- */

static int want_ntp(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	json_t *servers = json_object_get(draft->spec, "ntp");
	const json_t *network = bmc_draft_section(draft, "network", "/spec/ntp");

	if (!network)
		return 0;
	if (!json_object_get(network, "ntp")) {
		bmc_draft_refuse(draft, MS_UNSUPPORTED, "/spec/ntp",
				 "this BMC shows no NTP settings");
		return 0;
	}
	return bmc_draft_add(draft, aspect, NULL,
			     json_pack("{s:{s:b,s:O}}", "ntp", "enabled",
				       json_array_size(servers) > 0, "servers", servers),
			     err);
}

/* The list, filled up with "" over what stands in further slots now. */
static json_t *padded(const json_t *servers, size_t slots)
{
	json_t *list = json_copy((json_t *)servers);

	while (list && json_array_size(list) < slots)
		if (json_array_append_new(list, json_string("")))
			return json_decref(list), NULL;
	return list;
}

static int ntp_holds(struct bmc *bmc, const json_t *want, bool *ret_holds, struct ms_err *err)
{
	json_auto_t *facts = NULL;
	int r = bmc_look(bmc, NULL, "network", &facts, err);

	*ret_holds = !r && ms_step_holds(json_object_get(facts, "network"), want);
	return r;
}

static int ntp_standard(struct bmc *bmc, const json_t *protocol, const json_t *want,
			struct ms_err *err)
{
	const char *uri = ms_str(protocol, "/@odata.id", "");
	size_t slots = json_array_size(ms_at(protocol, "/NTP/NTPServers"));
	bool holds;
	int r = bmc_patch(bmc, uri,
			  json_pack("{s:{s:O,s:O}}", "NTP", "ProtocolEnabled",
				    ms_at(want, "/ntp/enabled"), "NTPServers",
				    ms_at(want, "/ntp/servers")),
			  60, err);

	if (!r)
		r = ntp_holds(bmc, want, &holds, err);
	/* A shorter list leaves the rest of the slots as they were on some: then they are emptied
	 * by name. */
	if (r || holds || slots <= json_array_size(ms_at(want, "/ntp/servers")))
		return r;
	return bmc_patch(bmc, uri,
			 json_pack("{s:{s:o}}", "NTP", "NTPServers",
				   padded(ms_at(want, "/ntp/servers"), slots)),
			 60, err);
}

/* iLO takes servers by hand only while DHCP does not bring them. */
static int hpe_no_dhcp(struct bmc *bmc, struct ms_err *err)
{
	json_auto_t *all = NULL;
	size_t i;
	json_t *one;
	int r = bmc_members(bmc, bmc_manager(bmc), "/EthernetInterfaces", &all, err);

	json_array_foreach(all, i, one)
		if (r >= 0 && ms_bool(one, "/Oem/Hpe/DHCPv4/UseNTPServers", false))
			r = bmc_patch(bmc, ms_str(one, "/@odata.id", ""),
				      json_pack("{s:{s:{s:{s:b}}}}", "Oem", "Hpe", "DHCPv4",
						"UseNTPServers", 0),
				      60, err);
	return r < 0 ? r : 0;
}

static int ntp_hpe(struct bmc *bmc, const json_t *want, struct ms_err *err)
{
	const char *uri = ms_str(bmc_manager(bmc), "/Oem/Hpe/Links/DateTimeService/@odata.id",
				 NULL);
	int r;

	if (!uri)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "this BMC has no place for NTP servers");
	r = hpe_no_dhcp(bmc, err);
	return r ? r
		 : bmc_patch(bmc, uri,
			     json_pack("{s:o}", "StaticNTPServers",
				       padded(ms_at(want, "/ntp/servers"), 2)),
			     60, err);
}

static int act_ntp(struct bmc_device *device, const json_t *want, const json_t *now,
		   struct ms_err *err)
{
	json_auto_t *protocol = NULL;
	int r = bmc_follow(device->bmc, bmc_manager(device->bmc), "/NetworkProtocol", &protocol,
			   err);

	(void)now;
	if (r < 0)
		return r;
	return json_is_object(json_object_get(protocol, "NTP"))
		       ? ntp_standard(device->bmc, protocol, want, err)
		       : ntp_hpe(device->bmc, want, err);
}

/* ---- syslog ---- */

/* HOST[:PORT] into its parts; the port of RFC 5426 when there is none.  False when it does not fit.
 */
static bool split_receiver(const char *text, char *host, size_t size, int *ret_port)
{
	const char *colon = strrchr(text, ':'), *bracket = strchr(text, ']');
	bool has_port = colon && (bracket ? colon > bracket : colon == strchr(text, ':'));
	size_t len = has_port ? (size_t)(colon - text) : strlen(text);

	*ret_port = has_port ? (int)strtol(colon + 1, NULL, 10) : 514;
	if (*text == '[' && bracket) {
		text++;
		len = (size_t)(bracket - text);
	}
	if (len >= size || *ret_port < 1 || *ret_port > 65535)
		return false;
	snprintf(host, size, "%.*s", (int)len, text);
	return true;
}

/* As status.bmc.network.syslog has them: "HOST:PORT". */
static json_t *receivers_of(struct bmc_draft *draft)
{
	json_t *list = json_array(), *text;
	char host[256], pointer[64];
	size_t i;
	int port;

	json_array_foreach(json_object_get(draft->spec, "syslog"), i, text) {
		snprintf(pointer, sizeof pointer, "/spec/syslog/%zu", i);
		if (!split_receiver(json_string_value(text) ? json_string_value(text) : "", host,
				    sizeof host, &port))
			bmc_draft_refuse(draft, MS_INPUT, pointer, "not HOST[:PORT]: \"%s\"",
					 json_string_value(text));
		else if (json_array_append_new(
				 list,
				 json_sprintf(strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port)))
			return json_decref(list), NULL;
	}
	return list;
}

static int want_syslog(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	const json_t *network = bmc_draft_section(draft, "network", "/spec/syslog");
	json_auto_t *list = receivers_of(draft);
	size_t most = !strcmp(draft->vendor, "dell")					      ? 3
		      : !strcmp(draft->vendor, "hpe") || !strcmp(draft->vendor, "supermicro") ? 1
											      : 64;

	if (!network)
		return 0;
	if (!json_object_get(network, "syslog")) {
		bmc_draft_refuse(draft, MS_UNSUPPORTED, "/spec/syslog",
				 "this BMC shows no remote syslog");
		return 0;
	}
	if (json_array_size(list) < json_array_size(json_object_get(draft->spec, "syslog")))
		return 0;
	if (json_array_size(list) > most) {
		bmc_draft_refuse(draft, MS_UNSUPPORTED, "/spec/syslog",
				 "this BMC takes at most %zu syslog receiver%s", most,
				 most > 1 ? "s" : "");
		return 0;
	}
	return bmc_draft_add(draft, aspect, NULL, json_pack("{s:O}", "syslog", list), err);
}

static const char *receiver(const json_t *want, size_t index, char *host, size_t size,
			    int *ret_port)
{
	const char *text = json_string_value(
		json_array_get(json_object_get(want, "syslog"), index));

	*ret_port = 514;
	*host = '\0';
	if (text)
		split_receiver(text, host, size, ret_port);
	return host;
}

static int syslog_hpe(struct bmc *bmc, const char *uri, const json_t *want, struct ms_err *err)
{
	char host[256];
	int port;

	receiver(want, 0, host, sizeof host, &port);
	return bmc_patch(bmc, uri,
			 json_pack("{s:{s:{s:b,s:s,s:i}}}", "Oem", "Hpe", "RemoteSyslogEnabled",
				   *host != '\0', "RemoteSyslogServer", host, "RemoteSyslogPort",
				   port),
			 60, err);
}

static int syslog_supermicro(struct bmc *bmc, const char *uri, const json_t *want,
			     struct ms_err *err)
{
	char host[256];
	int port;

	receiver(want, 0, host, sizeof host, &port);
	if (!*host)
		return bmc_patch(bmc, uri, json_pack("{s:b}", "EnableSyslog", 0), 60, err);
	return bmc_patch(bmc, uri,
			 json_pack("{s:b,s:s,s:i}", "EnableSyslog", 1, "SyslogServer", host,
				   "SyslogPortNumber", port),
			 60, err);
}

static int syslog_dell(struct bmc *bmc, const char *uri, const json_t *want, struct ms_err *err)
{
	char one[256], two[256], three[256];
	int port, other, last;

	receiver(want, 0, one, sizeof one, &port);
	receiver(want, 1, two, sizeof two, &other);
	receiver(want, 2, three, sizeof three, &last);
	if ((*two && other != port) || (*three && last != port))
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "this BMC has one port for all its syslog receivers");
	return bmc_patch(bmc, uri,
			 json_pack("{s:{s:s,s:s,s:s,s:s,s:i}}", "Attributes",
				   "SysLog.1.SysLogEnable", *one ? "Enabled" : "Disabled",
				   "SysLog.1.Server1", one, "SysLog.1.Server2", two,
				   "SysLog.1.Server3", three, "SysLog.1.Port", port),
			 60, err);
}

static const char *dell_uri(struct bmc *bmc)
{
	size_t i;
	json_t *one;

	json_array_foreach(ms_at(bmc_manager(bmc), "/Links/Oem/Dell/DellAttributes"), i, one)
		if (strstr(ms_str(one, "/@odata.id", ""), "/iDRAC."))
			return ms_str(one, "/@odata.id", NULL);
	return NULL;
}

/* Subscriptions of the Syslog kinds: those that nobody wants go, those that are missing come. */
static int drop_subscriptions(struct bmc *bmc, const json_t *service, const json_t *want,
			      struct ms_err *err)
{
	json_auto_t *all = NULL;
	size_t i, k;
	json_t *one, *text;
	int r = bmc_members(bmc, service, "/Subscriptions", &all, err);

	json_array_foreach(all, i, one) {
		bool wanted = false;

		if (r < 0 || !ms_starts(ms_str(one, "/Protocol", ""), "Syslog"))
			continue;
		json_array_foreach(json_object_get(want, "syslog"), k, text)
			wanted |= strstr(ms_str(one, "/Destination", ""),
					 json_string_value(text)) != NULL;
		if (!wanted)
			r = ms_redfish_delete(bmc->redfish, ms_str(one, "/@odata.id", ""), err);
	}
	return r < 0 ? r : 0;
}

static int add_subscription(struct bmc *bmc, const char *uri, const char *text, struct ms_err *err)
{
	json_auto_t *body = json_pack("{s:o,s:s,s:s}", "Destination",
				      json_sprintf("syslog://%s", text), "Protocol", "SyslogUDP",
				      "Context", "msctl");
	struct ms_redfish_reply reply = { 0 };
	int r = body ? ms_redfish_post(bmc->redfish, uri, body, &reply, err) : ms_nomem(err);

	ms_redfish_reply_release(&reply);
	return r;
}

static int syslog_events(struct bmc *bmc, const json_t *want, const json_t *now, struct ms_err *err)
{
	json_auto_t *service = NULL;
	const char *uri;
	size_t i, k;
	json_t *text, *have;
	int r = bmc_follow(bmc, ms_redfish_root(bmc->redfish), "/EventService", &service, err);

	uri = ms_str(service, "/Subscriptions/@odata.id", NULL);
	if (r >= 0 && !uri)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "this BMC has no place for syslog receivers");
	if (r >= 0)
		r = drop_subscriptions(bmc, service, want, err);
	json_array_foreach(json_object_get(want, "syslog"), i, text) {
		bool there = false;

		json_array_foreach(json_object_get(now, "syslog"), k, have)
			there |= json_equal(have, text);
		if (r >= 0 && !there)
			r = add_subscription(bmc, uri, json_string_value(text), err);
	}
	return r < 0 ? r : 0;
}

static int act_syslog(struct bmc_device *device, const json_t *want, const json_t *now,
		      struct ms_err *err)
{
	struct bmc *bmc = device->bmc;
	json_auto_t *protocol = NULL;
	const char *uri;
	int r = bmc_follow(bmc, bmc_manager(bmc), "/NetworkProtocol", &protocol, err);

	if (r < 0)
		return r;
	if (ms_at(protocol, "/Oem/Hpe"))
		return syslog_hpe(bmc, ms_str(protocol, "/@odata.id", ""), want, err);
	uri = ms_str(bmc_manager(bmc), "/Oem/Supermicro/Syslog/@odata.id", NULL);
	if (uri)
		return syslog_supermicro(bmc, uri, want, err);
	uri = dell_uri(bmc);
	return uri ? syslog_dell(bmc, uri, want, err) : syslog_events(bmc, want, now, err);
}

const struct bmc_aspect bmc_aspect_ntp = {
	.action = "ntp.set",
	.label = "NTP",
	.risk = "none",
	.speaks = speaks_ntp,
	.section = "network",
	.undo = true,
	.want = want_ntp,
	.view = view_network,
	.act = act_ntp,
};
const struct bmc_aspect bmc_aspect_syslog = {
	.action = "syslog.set",
	.label = "BMC",
	.risk = "none",
	.speaks = speaks_syslog,
	.section = "network",
	.undo = true,
	.want = want_syslog,
	.view = view_network,
	.act = act_syslog,
};
