/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Junos and OS10 count at ports, in the layouts of their replies: by priority, whatever queue that is in. */
#include <errno.h>
#include "driver-fixture.h"
#include "fabric/junos/junos.h"
#include "fabric/os10/rest.h"

#define CONFIG \
	"{'ports':{'1':{'qos':'roce-25g'},'2':{'qos':'two'},'49':{}},'qos':{'classes':{'0':{'queue':0},'3':{'queue':4," \
	"'lossless':true},'6':{'queue':6}},'profiles':{'roce-25g':{'ecn':{'3':{'min':1}}},'two':{'ecn':{'3':{},'6':{}}}}}}"

typedef int reader(const struct fabric_dialect *dialect, const char *text, json_t *status);

static int read_rest(const struct fabric_dialect *dialect, const char *text, json_t *status)
{
	json_auto_t *body = json_loads(text, 0, NULL);

	return os10_rest_read_counters(dialect, body, status);
}

/* ---- `show interfaces extensive` ---- */

#define QUEUE(n, class, dropped) \
	"<queue>\n<queue-number>" n "</queue-number>\n<forwarding-class-name>" class "</forwarding-class-name>\n" \
	"<queue-counters-queued-packets>29690976297</queue-counters-queued-packets>\n" \
	"<queue-counters-trans-packets>29690976297</queue-counters-trans-packets>\n" \
	"<queue-counters-total-drop-packets>" dropped "</queue-counters-total-drop-packets>\n</queue>\n"
#define QUEUES(type, rows) \
	"<queue-counters junos:style=\"brief\">\n<interface-cos-short-summary>\n<intf-cos-queue-type>" type \
	"</intf-cos-queue-type>\n</interface-cos-short-summary>\n" rows "</queue-counters>\n"
#define PFC(n, rx, tx) \
	"<ethernet-mac-pfc-statistics junos:style=\"verbose\">\n<mac-pfc-dot1p>" n "</mac-pfc-dot1p>\n" \
	"<input-mac-pfc-frames>" rx "</input-mac-pfc-frames>\n<output-mac-pfc-frames>" tx "</output-mac-pfc-frames>\n" \
	"</ethernet-mac-pfc-statistics>\n"
#define MAC(rx, tx) \
	"<ethernet-mac-statistics junos:style=\"verbose\">\n<input-mac-control-frames>5</input-mac-control-frames>\n" \
	"<input-mac-pause-frames>" rx "</input-mac-pause-frames>\n<output-mac-pause-frames>" tx "</output-mac-pause-frames>\n" \
	"</ethernet-mac-statistics>\n"
#define ERRORS(more) \
	"<input-error-list>\n<input-errors>0</input-errors>\n<input-drops>12</input-drops>\n<input-discards>7</input-discards>\n" \
	"</input-error-list>\n<output-error-list>\n<carrier-transitions>3</carrier-transitions>\n" \
	"<output-drops>9</output-drops>\n" more "</output-error-list>\n"
#define PORT(name, more) "<physical-interface>\n<name>\n" name "\n</name>\n" more "</physical-interface>\n"
#define REPLY(ports) \
	"<rpc-reply xmlns:junos=\"http://xml.juniper.net/junos/23.4R1/junos\">\n<interface-information " \
	"xmlns=\"http://xml.juniper.net/junos/23.4R1/junos-interface\" junos:style=\"verbose\">\n" ports \
	"</interface-information>\n</rpc-reply>\n"

static const char extensive[] = REPLY(
	PORT("et-0/0/0",
	     ERRORS("<ecn-marked-packets>1044</ecn-marked-packets>\n")
	     QUEUES("Egress queues", QUEUE("0", "best-effort", "70") QUEUE("4", "msctl-p3", "5") QUEUE("7", "network-control", "1")
				     QUEUE("4294967299", "no-loss", "3"))
	     QUEUES("Ingress queues", QUEUE("0", "best-effort", "70")) MAC("1", "2")
	     PFC("0", "0", "0") PFC("3", "18446744073709551615", "1,000,001") PFC("8", "1", "1") PFC("", "1", "1") PFC("5", "N/A", "-4")
	     "<logical-interface>\n<name>et-0/0/0.0</name>\n</logical-interface>\n")
	PORT("et-0/0/1", ERRORS("<ecn-marked-packets>8</ecn-marked-packets>\n"))
	PORT("em0", ERRORS("")) PORT("ae1", PFC("3", "1", "1")) PORT("et-0/0/48:0", PFC("3", "4", "0")));
static const char unconfigured[] = REPLY(PORT("et-0/0/0", "<queue-counters>" QUEUE("4", "no-loss", "5") QUEUE("8", "mcast", "6")
					      "</queue-counters>"));

/* ---- `show interface | display-xml` ---- */

#define XML(name, statistics) \
	"<?xml version=\"1.0\"?>\n<rpc-reply>\n  <data>\n    <interfaces>\n      <interface>\n        <name>" name "</name>\n" \
	"        <load-interval>299</load-interval>\n      </interface>\n    </interfaces>\n    <ports>\n      <ports-state>\n" \
	"        <port>\n          <name>phy-eth1/1/1</name>\n        </port>\n      </ports-state>\n    </ports>\n  </data>\n" \
	"  <bulk>\n    <data>\n      <interface>\n        <name>" name "</name>\n        <oper-status>up</oper-status>\n" \
	"        <statistics>\n" statistics "          <dcbx-stats>\n            <pfc-tx-tlv-count>3</pfc-tx-tlv-count>\n" \
	"          </dcbx-stats>\n        </statistics>\n      </interface>\n    </data>\n    <last-keys>\n" \
	"      <name>" name "</name>\n    </last-keys>\n  </bulk>\n</rpc-reply>\n"
#define ONE(name, n) "          <" name ">" n "</" name ">\n"

static const char display_xml[] =
	XML("ethernet1/1/1", ONE("in-octets", "1") ONE("in-discards", "12") ONE("out-discards", "9") ONE("ecn-marked-packets", "1044")
	    ONE("discard-dropped-packets", "6") ONE("pause-rx-pkts", "1") ONE("pause-tx-pkts", "2") ONE("pfc-3-rx-pkts", "40")
	    ONE("pfc-3-tx-pkts", "99999999999999999999") ONE("pfc-8-rx-pkts", "1") ONE("pfc-3-ry-pkts", "1")
	    ONE("pfc-3-rx-pkts-more", "1") ONE("pfc-4-rx-pkts", "n/a"))
	XML("ethernet1/1/2", ONE("ecn-marked-packets", "8")) "<?xml version=\"1.0\"?>\n<rpc-reply>\n<cut"
	XML("vlan100", ONE("in-discards", "1")) XML("mgmt1/1/1", ONE("in-discards", "1")) XML("ethernet1/1/49:2", ONE("pfc-3-rx-pkts", "4"));

static const char restconf[] =
	"{\"ietf-interfaces:interface\":[{\"name\":\"ethernet1/1/1\",\"statistics\":{\"in-octets\":\"5\",\"in-discards\":12,"
	"\"out-discards\":9,\"dell-interface:ecn-marked-packets\":\"1044\",\"dell-interface:pause-rx-pkts\":\"1\","
	"\"dell-interface:pfc-3-rx-pkts\":\"40\",\"dell-interface:pfc-3-tx-pkts\":\"18446744073709551615\","
	"\"dell-interface:pfc-5-rx-pkts\":null,\"dell-dcbx:dcbx-stats\":{\"pfc-tx-tlv-count\":1}}},"
	"{\"name\":\"vlan100\",\"statistics\":{\"in-discards\":1}},{\"name\":7,\"statistics\":[]},3]}";

/* ---- `show queuing statistics interface`, one behind the other ---- */

#define HEAD "Queue Packets                  Bytes                    Dropped-Packets          Dropped-Bytes            \n"
#define ROW(queue, dropped) queue "     7213                     8094117                  " dropped "                       0   \n"

static const char queues[] =
	"leaf01# Interface ethernet1/1/1\n" HEAD ROW("0", "70") ROW("3", "11") ROW("4", "5") ROW("7", "1") ROW("64", "1")
	"leaf01# % Error: no\nInterface ethernet1/1/49:2\n" ROW("4", "9") HEAD "4 1 2\n" ROW("4", "x") ROW("4", "8")
	"\nInterface vlan1\n" ROW("4", "1") "leaf01# Interface ethernet1/1/x\n" HEAD ROW("4", "2") "leaf01# exit\n";

static const struct { const char *platform; reader *read; const char *config, *text, *counters; } cases[] = {
	{ "junos", junos_read_counters, CONFIG, extensive,
	  "{'1':{'rx_discards_phy':12,'tx_discards_phy':9,'rx_pause':1,'tx_pause':2,'tx_prio3_marked':1044,'tx_prio0_discards':70,"
	  "'tx_prio3_discards':5,'rx_prio0_pause':0,'tx_prio0_pause':0,'rx_prio3_pause':9223372036854775807,'tx_prio3_pause':1000001},"
	  "'2':{'rx_discards_phy':12,'tx_discards_phy':9},'49/1':{'rx_prio3_pause':4,'tx_prio3_pause':0}}" },
	{ "junos", junos_read_counters, "{}", unconfigured, "{'1':{'tx_prio4_discards':5}}" },
	{ "junos", junos_read_counters, CONFIG, REPLY(""), "null" },
	{ "os10", os10_read_counters, CONFIG, display_xml,
	  "{'1':{'rx_discards_phy':12,'tx_discards_phy':9,'tx_prio3_marked':1044,'rx_pause':1,'tx_pause':2,'rx_prio3_pause':40,"
	  "'tx_prio3_pause':9223372036854775807},'49/2':{'rx_prio3_pause':4}}" },
	{ "os10", os10_read_counters, CONFIG, "% Error: x\n", "null" },
	{ "os10", read_rest, CONFIG, restconf,
	  "{'1':{'rx_discards_phy':12,'tx_discards_phy':9,'tx_prio3_marked':1044,'rx_pause':1,'rx_prio3_pause':40,"
	  "'tx_prio3_pause':9223372036854775807}}" },
	{ "os10", read_rest, CONFIG, "[]", "null" },
	{ "os10", os10_read_queues, CONFIG, queues, "{'1':{'tx_prio0_discards':70,'tx_prio3_discards':5},'49/2':{'tx_prio3_discards':8}}" },
};

static json_t *load(const char *text)
{
	MS_AUTO_FREE char *copy = strdup(text);
	json_t *value;

	assert_non_null(copy);
	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	value = json_loads(copy, JSON_DECODE_ANY, NULL);
	assert_non_null(value);
	return value;
}

static void reads_counters(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		json_auto_t *sw = json_pack("{s:{s:s}, s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", cases[i].platform);
		json_auto_t *status = json_pack("{s:o}", "config", load(cases[i].config)), *want = load(cases[i].counters), *null = json_null();
		const json_t *seen;
		struct fabric_dialect dialect;
		struct ms_err err = MS_ERR_INIT;

		assert_int_equal(fabric_dialect_init(&dialect, sw, NULL, &err), 0);
		assert_int_equal(cases[i].read(&dialect, cases[i].text, status), 0);
		seen = json_object_get(status, "counters");
		if (!json_equal(seen ? seen : null, want)) {
			MS_AUTO_FREE char *text = json_dumps(seen ? seen : null, JSON_ENCODE_ANY | JSON_SORT_KEYS);

			fail_msg("%s %zu: %s", cases[i].platform, i, text);
		}
	}
}

static void junk_is_said(void **state)
{
	json_auto_t *sw = json_pack("{s:{s:s}, s:{s:s}}", "metadata", "name", "leaf01", "spec", "platform", "junos"), *status = json_object();
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(fabric_dialect_init(&dialect, sw, NULL, &err), 0);
	assert_int_equal(junos_read_counters(&dialect, "no XML", status), -EBADMSG);
	assert_int_equal(json_object_size(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_counters), cmocka_unit_test(junk_is_said) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
