/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs of switches that act as one: MLAG, and EVPN multihoming (RFC 7432). */
#include "fabric/intent/intent.h"

/* What the halves of a pair say to each other, when nothing else is said: link-local, on their own
 * cable. */
#define PEER_PREFIX "169.254.255."

static bool is_mlag(const struct intent *intent)
{
	return ms_streq(ms_str(intent->sw, "/spec/pair/kind", NULL), "mlag");
}

/* The number that both give to their pair; 0 and a problem when it is missing or they differ. */
static unsigned domain_of(struct intent *intent)
{
	const json_t *pair = fabric_set_pair(intent->set, intent->sw);
	unsigned own = (unsigned)ms_int(intent->sw, "/spec/pair/domain", 0);

	if (own && own == (unsigned)ms_int(pair, "/spec/pair/domain", 0))
		return own;
	ms_hint(intent_problem(intent, "/spec/pair/domain", "%s and %s have no domain in common",
			       intent->name, ms_str(intent->sw, "/spec/pair/with", "the other")),
		"the same number in both, that no other pair has: domain: 1");
	return 0;
}

/* 44:38:39:ff:... is set aside for what pairs of switches have in common. */
static void system_mac(unsigned domain, char *buf, size_t size)
{
	snprintf(buf, size, "44:38:39:ff:%02x:%02x", domain >> 8 & 255, domain & 255);
}

void intent_shared(struct intent *intent, const json_t *channel, json_t *row)
{
	const json_t *pair = fabric_set_pair(intent->set, intent->sw);
	const char *name = ms_str(channel, "/name", "0");
	unsigned number = (unsigned)strtoul(name, NULL, 10), domain;
	char mac[24], esi[40];

	if (!pair || !ms_bool(fabric_channel_named(pair, name), "/shared", false)) {
		ms_hint(intent_problem(intent, "/spec/channels", "channel %s is shared with nobody",
				       name),
			"pair: {with: ..., kind: ...} and a shared channel %s in the other too",
			name);
		return;
	}
	if (is_mlag(intent)) {
		intent_set(intent, row, "mlag", json_integer(number));
		return;
	}
	domain = domain_of(intent);
	system_mac(domain, mac, sizeof mac);
	/* Type 0, arbitrary (RFC 7432 section 5): the one type that every vendor takes. */
	snprintf(esi, sizeof esi, "00:%s:%02x:%02x:%02x", mac, number >> 16 & 255,
		 number >> 8 & 255, number & 255);
	intent_set(intent, row, "esi", json_string(esi));
	intent_set(intent, row, "systemMac", json_string(mac));
}

/* All VLANs of the switch pass between the two. */
static void carry_all(struct intent *intent, json_t *row)
{
	json_t *l2, *value;
	const char *vid;

	if (!json_object_size(json_object_get(intent->model, "vlans")))
		return;
	l2 = intent_in(intent, row, "l2");
	json_object_foreach(json_object_get(intent->model, "vlans"), vid, value)
		intent_add(intent, l2, "tagged", json_integer((json_int_t)strtoul(vid, NULL, 10)));
}

static void add_mlag(struct intent *intent)
{
	const json_t *pair = fabric_set_pair(intent->set, intent->sw);
	const char *link = ms_str(intent->sw, "/spec/pair/link", NULL);
	const char *backup = ms_str(intent->sw, "/spec/pair/backup",
				    ms_str(pair, "/spec/management/address", NULL));
	bool first = strcmp(intent->name, ms_name(pair)) < 0;
	json_t *mlag = intent_in(intent, intent->model, "mlag");
	unsigned domain = domain_of(intent);
	char mac[24];

	if (!link || !intent_channel(intent, link)) {
		ms_hint(intent_problem(intent, "/spec/pair/link",
				       "the channel that joins %s and %s is missing", intent->name,
				       ms_name(pair)),
			"link: \"100\", and a channel of that name with the ports between the two");
		return;
	}
	carry_all(intent, intent_channel(intent, link));
	system_mac(domain, mac, sizeof mac);
	intent_set(intent, mlag, "domain", json_integer(domain));
	intent_set(intent, mlag, "peer", json_string(first ? PEER_PREFIX "1" : PEER_PREFIX "0"));
	if (backup)
		intent_set(intent, mlag, "backup", json_string(backup));
	intent_set(intent, mlag, "link", json_string(link));
	intent_set(intent, mlag, "systemMac", json_string(mac));
	intent_set(intent, mlag, "priority", json_integer(first ? 1000 : 2000));
}

static void add_shared_address(struct intent *intent)
{
	json_t *vxlan = json_object_get(intent->model, "vxlan");
	const json_t *pair = fabric_set_pair(intent->set, intent->sw);
	const char *address = ms_str(intent->sw, "/spec/pair/address", NULL);

	if (!vxlan)
		return;
	if (address && ms_streq(address, ms_str(pair, "/spec/pair/address", NULL)))
		intent_set(intent, vxlan, "shared", json_string(address));
	else
		ms_hint(intent_problem(intent, "/spec/pair/address",
				       "%s and %s have no tunnel address in common", intent->name,
				       ms_name(pair)),
			"the same address in both, that is no loopback: address: 10.255.1.1");
}

/* Halves of an EVPN segment must hear each other's routes (RFC 7432 section 8), and eBGP drops
 * those that come from the own AS. */
static void check_asns(struct intent *intent)
{
	const json_t *pair = fabric_set_pair(intent->set, intent->sw);
	int64_t asn = ms_int(intent->sw, "/spec/asn", 0);

	if (asn && asn == ms_int(pair, "/spec/asn", 0) &&
	    !fabric_set_shares_asn(intent->set, intent->sw))
		ms_hint(intent_problem(intent, "/spec/asn",
				       "%s and %s have the same AS number, %lld", intent->name,
				       ms_name(pair), (long long)asn),
			"an AS number of its own for each of the two, or underlay: "
			"{asnPlan: pair}");
}

void intent_pair(struct intent *intent)
{
	if (!fabric_set_pair(intent->set, intent->sw))
		return;
	if (!is_mlag(intent)) {
		check_asns(intent);
		return;
	}
	add_mlag(intent);
	add_shared_address(intent);
}
