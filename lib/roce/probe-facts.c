/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sysfs says of the RDMA port that carries a connection: its GIDs and counters. */
#include "host/host.h"
#include "roce/probe.h"

#define PORT "/sys/class/infiniband/%s/ports/%u"

static void add_counters(struct ms_host *host, const char *folder, json_t *counters)
{
	char **names = NULL;
	struct ms_err ignored = MS_ERR_INIT;
	int64_t value;

	if (ms_host_list(host, folder, &names, &ignored) < 0)
		return;
	for (char **name = names; *name; name++)
		if (strcmp(*name, "lifespan") &&
		    ms_host_number(host, MS_PATH("%s/%s", folder, *name), &value))
			json_object_set_new(counters, *name, json_integer(value));
	ms_strv_free(names);
}

json_t *probe_counters(const char *device, unsigned port)
{
	struct ms_err ignored = MS_ERR_INIT;
	struct ms_host *host = NULL;
	json_t *counters = json_object();

	if (!counters || ms_host_open(NULL, &host, &ignored) < 0)
		return counters;
	add_counters(host, MS_PATH(PORT "/counters", device, port), counters);
	add_counters(host, MS_PATH(PORT "/hw_counters", device, port), counters);
	ms_host_close(host);
	return counters;
}

json_t *probe_counters_delta(const json_t *before, const json_t *after)
{
	json_t *delta = json_object(), *value;
	const char *name;

	json_object_foreach((json_t *)after, name, value) {
		json_int_t more = json_integer_value(value) -
				  json_integer_value(json_object_get(before, name));

		if (more)
			json_object_set_new(delta, name, json_integer(more));
	}
	return delta;
}

void probe_mac(const char *netdev, char mac[static 18])
{
	struct ms_err ignored = MS_ERR_INIT;
	struct ms_host *host = NULL;

	*mac = 0;
	if (ms_host_open(NULL, &host, &ignored) < 0)
		return;
	ms_host_word(host, MS_PATH("/sys/class/net/%s/address", netdev), mac, 18);
	ms_host_close(host);
}

json_t *probe_gid(const char *device, unsigned port, unsigned index)
{
	struct ms_err ignored = MS_ERR_INIT;
	struct ms_host *host = NULL;
	json_t *gid = json_pack("{s:i}", "index", (int)index);

	if (!gid || ms_host_open(NULL, &host, &ignored) < 0)
		return gid;
	json_object_set_new(gid, "gid",
			    ms_host_json_word(host, MS_PATH(PORT "/gids/%u", device, port, index)));
	json_object_set_new(
		gid, "type",
		ms_host_json_word(host, MS_PATH(PORT "/gid_attrs/types/%u", device, port, index)));
	json_object_set_new(
		gid, "netdev",
		ms_host_json_word(host, MS_PATH(PORT "/gid_attrs/ndevs/%u", device, port, index)));
	ms_host_close(host);
	return gid;
}
