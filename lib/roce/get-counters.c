/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters: what two readings of can prove something. */
#include "roce/dcb.h"
#include "roce/here.h"

#include <errno.h>

/* Drops of the interface; pause frames are ethtool's (get-link.c). */
static const char *const drops[] = { "rx_dropped", "tx_dropped", "rx_missed_errors",
				     "rx_crc_errors", "rx_over_errors" };

static int add(struct roce_look *look, json_t *counters, const char *folder, const char *name)
{
	return roce_fact(counters, name,
			 ms_host_json_number(look->here->host, MS_PATH("%s/%s", folder, name)));
}

static int add_folder(struct roce_look *look, json_t *counters, const char *folder)
{
	struct ms_err none = MS_ERR_INIT;
	char **names = NULL;
	int bad = 0;

	if (ms_host_list(look->here->host, folder, &names, &none) < 0)
		return 0;
	for (size_t i = 0; !bad && names[i]; i++)
		/* How long they are kept for, a setting. */
		if (strcmp(names[i], "lifespan"))
			bad = add(look, counters, folder, names[i]);
	ms_strv_free(names);
	return bad;
}

/* Of what drivers count themselves, by hundreds. */
static int add_statistics(struct roce_look *look, json_t *counters)
{
	struct ms_err none = MS_ERR_INIT;
	json_auto_t *statistics = NULL;
	char ours[ROCE_COUNTER_NAME];
	const char *name;
	json_t *number;
	int bad = 0;

	if (ms_host_statistics(look->here->host, look->link->name, &statistics, &none) < 0)
		return none.error == -ENOMEM ? -ENOMEM : 0;
	json_object_foreach(statistics, name, number)
		if (!bad && roce_counter_name(name, ours))
			bad = json_object_set(counters, ours, number);
	return bad;
}

int roce_get_counters(struct roce_look *look, struct ms_err *err)
{
	json_auto_t *counters = json_incref(json_object_get(look->status, "counters"));
	const char *net = MS_PATH("/sys/class/net/%s/statistics", look->link->name);
	int bad = 0;

	if (!counters)
		counters = json_object();
	for (size_t i = 0; !bad && i < MS_ARRAY_SIZE(drops); i++)
		bad = add(look, counters, net, drops[i]);
	if (!bad && look->port) {
		const char *port = MS_PATH("/sys/class/infiniband/%s/ports/%u", look->port->device,
					   look->port->port);

		bad = add_folder(look, counters, MS_PATH("%s/counters", port));
		if (!bad)
			bad = add_folder(look, counters, MS_PATH("%s/hw_counters", port));
	}
	if (!bad)
		bad = add_statistics(look, counters);
	if (!bad && json_object_size(counters))
		bad = json_object_set(look->status, "counters", counters);
	return bad ? ms_nomem(err) : 0;
}
