/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of command lines that are alike: what their lines make in a model. */
#include "fabric/cli/cli.h"

void cli_interface_release(struct cli_interface *i)
{
	json_decref(i->row);
	json_decref(i->allowed);
}

bool cli_take_common(struct cli_in *in, struct cli_interface *i, const char *line)
{
	const char *rest;
	unsigned number;

	i->said = true;
	if (cli_match(line, "description %r", &rest))
		cli_set_text(in, i->row, "description", rest);
	else if (cli_match(line, "mtu %u", &number))
		cli_set_number(in, i->row, "mtu", number);
	else if (!strcmp(line, "shutdown"))
		i->shut = true;
	else
		return false;
	return true;
}

bool cli_take_vlans(struct cli_in *in, struct cli_interface *i, const char *line)
{
	const char *list;
	bool more = cli_match(line, "switchport trunk allowed vlan add %r", &list);
	bool mode = !strcmp(line, "switchport mode access") ||
		    !strcmp(line, "switchport mode trunk");

	/* Of the other modes nothing is known. */
	if (!strcmp(line, "switchport") ||
	    (mode && cli_match(line, "switchport mode %w", i->mode)) ||
	    cli_match(line, "switchport access vlan %u", &i->access) ||
	    cli_match(line, "switchport trunk native vlan %u", &i->native))
		return i->switched = true;
	if (!strcmp(line, "no switchport"))
		return i->routed = true;
	if (!more && !cli_match(line, "switchport trunk allowed vlan %r", &list))
		return false;
	if (!more || !i->allowed) {
		json_decref(i->allowed);
		i->allowed = json_array();
	}
	in->failed |= !i->allowed;
	return !strcmp(list, "none") || cli_ranges_get(list, i->allowed);
}

/* ---- layers ---- */

static void all_vlans(struct cli_in *in, json_t *list)
{
	const char *vid;
	json_t *row;

	json_object_foreach(json_object_get(in->model, "vlans"), vid, row)
		in->failed |= json_array_append_new(list, json_integer(cli_vid(vid)));
}

/* Without a list all VLANs are allowed; untagged frames belong to VLAN 1 where nothing else is
 * said. */
static void make_trunk(struct cli_in *in, struct cli_interface *i, json_t *l2)
{
	json_t *tagged = cli_array(in, l2, "tagged"), *value;
	json_auto_t *all = NULL;
	unsigned native = i->native ? i->native : 1;
	const json_t *allowed = i->allowed;
	size_t n;

	if (!allowed) {
		allowed = all = json_array();
		if (all)
			all_vlans(in, all);
	}
	json_array_foreach(allowed, n, value)
		if (json_integer_value(value) != native)
			in->failed |= json_array_append(tagged, value);
	if (i->native || !i->allowed || cli_set_has(i->allowed, 1))
		cli_set_number(in, l2, "native", native);
}

static void make_layer2(struct cli_in *in, struct cli_interface *i)
{
	json_t *l2 = cli_object(in, i->row, "l2");

	if (strcmp(i->mode, "trunk"))
		cli_set_number(in, l2, "access", i->access ? i->access : 1);
	else if (i->trunk)
		i->trunk(in, i, l2);
	else
		make_trunk(in, i, l2);
}

static void make_layer3(struct cli_in *in, struct cli_interface *i)
{
	json_t *addresses = json_object_get(i->row, "addresses"), *l3;

	if (!addresses && !i->unnumbered && !*i->vrf)
		return;
	l3 = cli_object(in, i->row, "l3");
	if (addresses)
		cli_set_value(in, l3, "addresses", json_incref(addresses));
	if (i->unnumbered)
		cli_set_bool(in, l3, "unnumbered", true);
	if (*i->vrf)
		cli_set_text(in, l3, "vrf", i->vrf);
}

static void make_layers(struct cli_in *in, struct cli_interface *i)
{
	static const char *const taken[] = { "addresses", "secondary", "anycast", "virtual" };

	if (i->routed)
		make_layer3(in, i);
	else
		make_layer2(in, i);
	for (size_t n = 0; n < MS_ARRAY_SIZE(taken); n++)
		json_object_del(i->row, taken[n]);
	cli_set_bool(in, i->row, "enabled", !i->shut);
}

/* ---- kinds of interface ---- */

static void make_member(struct cli_in *in, struct cli_interface *i, const char *port)
{
	char key[16];
	json_t *channel;

	snprintf(key, sizeof(key), "%u", i->channel);
	channel = cli_object(in, cli_object(in, in->model, "channels"), key);
	cli_append_text(in, channel, "members", port);
	cli_set_text(in, channel, "lacp", strcmp(i->lacp, "on") ? i->lacp : "static");
	cli_set_bool(in, i->row, "enabled", !i->shut);
	if (json_object_size(i->row) > 1 || i->shut)
		cli_set_value(in, cli_object(in, in->model, "ports"), port, json_incref(i->row));
}

void cli_make_port(struct cli_in *in, struct cli_interface *i, const char *port)
{
	if (i->ospf)
		cli_append_text(in, cli_object(in, in->model, "ospf"), "ports", port);
	if (i->channel) {
		make_member(in, i, port);
		return;
	}
	if (!i->said)
		return;
	make_layers(in, i);
	if (json_object_size(i->row) == 2 && !i->shut && ms_int(i->row, "/l2/access", 0) == 1)
		return;
	cli_set_value(in, cli_object(in, in->model, "ports"), port, json_incref(i->row));
}

void cli_make_channel(struct cli_in *in, struct cli_interface *i, const char *number)
{
	json_t *channel = cli_object(in, cli_object(in, in->model, "channels"), number);

	make_layers(in, i);
	if (!json_object_get(channel, "members"))
		cli_array(in, channel, "members");
	in->failed |= json_object_update(channel, i->row);
}

/* One that is shut routes nothing: it is as good as none. */
void cli_make_svi(struct cli_in *in, struct cli_interface *i, const char *vid)
{
	if (i->shut)
		return;
	if (!json_object_get(i->row, "addresses"))
		cli_array(in, i->row, "addresses");
	if (!json_object_get(i->row, "anycast"))
		cli_set_bool(in, i->row, "anycast", false);
	if (*i->vrf)
		cli_set_text(in, i->row, "vrf", i->vrf);
	cli_set_value(in, cli_object(in, in->model, "svis"), vid, json_incref(i->row));
}
