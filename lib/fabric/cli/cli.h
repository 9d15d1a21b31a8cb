/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to drivers whose configuration is lines: reading them by pattern, writing them in a stable order. */
#ifndef MS_FABRIC_CLI_H
#define MS_FABRIC_CLI_H

#include "fabric/driver.h"

#define CLI_WORD 128

/*
 * Is this line as the pattern says?  Word by word: "%w" any word (char[CLI_WORD]), "%u" a number (unsigned *), "%a" the
 * number of an AS (unsigned *), "%r" what is left, at least one word (const char **), anything else itself.  Nothing is
 * said of outputs when it is not.
 */
bool cli_match(const char *line, const char *pattern, ...);

/* ---- sets ---- */

/* "10,20-22" of a sorted array of numbers; "" for none. */
void cli_ranges_put(struct ms_buf *out, const json_t *numbers);
/* The reverse: adds the numbers to the array; at most 4096 of them, each at most 4095.  false = not understood. */
bool cli_ranges_get(const char *text, json_t *numbers);
/* A new array: the scalars sorted (numbers by value, text by bytes), each once.  NULL = no memory. */
json_t *cli_set(const json_t *array);
/* "4200000000", or "64086.59904" (RFC 5396); false for what is none. */
bool cli_asn(const char *text, unsigned *ret_asn);
/* "100" -> 100; 0 for what is no number. */
int cli_vid(const char *text);
bool cli_set_has(const json_t *array, int64_t number);
/* Keys of an object by number where they are numbers or ports ("2" < "10", "1/2" < "2"), else by bytes; ends
 * with NULL; freed by free(); keys are lent. */
const char **cli_keys(const json_t *object);

/* ---- values ---- */

/* "0000.5e00.0101" and "00:00:5e:00:01:01" in any form -> the latter. */
bool cli_mac(const char *text, char buf[static 18]);
void cli_mac_dotted(const char *mac, char buf[static 15]);
bool cli_is_ipv6(const char *address);
/* First IPv4 of a list of CIDRs, without its length; false when there is none. */
bool cli_first_ipv4(const json_t *cidrs, char buf[static CLI_WORD]);
/* "100g", "100gfull", "100000", "25g-1" -> "100G". */
bool cli_speed(const char *word, char buf[static 16]);

/* ---- writing ---- */

struct cli_out {
	const struct fabric_dialect *dialect;
	const json_t *model;
	struct ms_buf buf;
	struct ms_err *err;
	unsigned indent;               /* blanks for each block around, 0 = 3 */
	int failed;
};
/* One line, `depth` blocks in. */
void cli_put(struct cli_out *out, unsigned depth, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void cli_remark(struct cli_out *out);          /* "!" */
/* What the platform cannot say: remembered as the error of the whole. */
void cli_refuse(struct cli_out *out, const char *path, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Native name of a port; "" and an error when there is none. */
const char *cli_port(struct cli_out *out, const char *port, char buf[static 64]);
/* "ip address [KIND]CIDR", all but the first secondary, then those of IPv6.  kind: "" or a word and a blank. */
void cli_put_addresses(struct cli_out *out, const json_t *addresses, const char *kind);
/* "switchport trunk allowed vlan ...": the native one is among them; so is `also`, 0 = none. */
void cli_put_allowed(struct cli_out *out, const json_t *l2, int64_t also);
/* "network ..." of the loopback and of where tunnels begin; both: also there, beside the address that a pair shares. */
void cli_put_networks(struct cli_out *out, bool ipv6, bool both);
/* Ports of which anything is said (row may be NULL) or that are members of a channel (else NULL). */
typedef void cli_port_fn(struct cli_out *out, const char *port, const json_t *row, const char *channel);
void cli_each_port(struct cli_out *out, cli_port_fn *fn);
/* The text as a JSON string. */
int cli_out_finish(struct cli_out *out, json_t **ret_native);

/* ---- reading ---- */

struct cli_in {
	const struct fabric_dialect *dialect;
	json_t *model, *opaque;
	struct ms_err *err;
	bool failed;                           /* out of memory */
};
/* In place: what follows a word like "password" is "*" from then on.  Lines that nobody understood are shown. */
void cli_mask(char *line);
/* Remember that nobody understood this line. */
void cli_opaque(struct cli_in *in, const char *block, const char *line);
void cli_set_text(struct cli_in *in, json_t *object, const char *key, const char *text);
void cli_set_number(struct cli_in *in, json_t *object, const char *key, json_int_t number);
void cli_set_bool(struct cli_in *in, json_t *object, const char *key, bool value);
void cli_set_value(struct cli_in *in, json_t *object, const char *key, json_t *value /* taken */);
/* The object or array at `key`, made when it is not there.  NULL when memory ran out. */
json_t *cli_object(struct cli_in *in, json_t *parent, const char *key);
json_t *cli_array(struct cli_in *in, json_t *parent, const char *key);
void cli_append_text(struct cli_in *in, json_t *parent, const char *key, const char *text);
void cli_append_number(struct cli_in *in, json_t *parent, const char *key, json_int_t number);
/* Make sets of the arrays of these names, wherever they are; arrays and objects that are empty stay. */
void cli_sort_sets(struct cli_in *in, json_t *value);
/* Each line of a block to fn, which says whether it understood it. */
typedef bool cli_line_fn(struct cli_in *in, const struct fabric_lines *line, void *ctx);
void cli_lines(struct cli_in *in, const struct fabric_lines *block, cli_line_fn *fn, void *ctx);
/* Text into a new model, by `read`; empty sections go, and sets are sorted. */
typedef void cli_read_fn(struct cli_in *in, const struct fabric_lines *lines);
int cli_parse(const struct fabric_dialect *dialect, const json_t *native, cli_read_fn *read, json_t **ret_model,
	      json_t *opaque, struct ms_err *err);
/* "router bgp ASN" and its lines; false: the block is another. */
bool cli_parse_bgp(struct cli_in *in, const struct fabric_lines *block, cli_line_fn *fn, void *ctx);
/* The key of a session in the model, made: "port:1/2", or its address. */
json_t *cli_session(struct cli_in *in, const char *port, const char *address);
/* `source` of sessions, a loopback, becomes `local`, its address; {NAME: {addresses}}. */
void cli_end_sources(struct cli_in *in, const json_t *loopbacks);
/* "ipv4 unicast" -> "ipv4"; NULL for what is none. */
const char *cli_family(const char *native);
extern const struct cli_family { const char *word, *native; } cli_families[3];   /* ipv4, ipv6, evpn */
/* import, export or both of a route target, into the lists of a row. */
bool cli_take_target(struct cli_in *in, json_t *row, const char *way, const char *target);
bool cli_take_router_id(struct cli_in *in, const struct fabric_lines *line, void *section);   /* "bgp", "ospf" */

/* ---- interface.c: interfaces, as their lines come ---- */

struct cli_interface {
	/* As in the model, and besides until they find their place there: addresses, anycast; secondary and virtual are
	 * the driver's own.  Owned. */
	json_t *row;
	json_t *allowed;                       /* VLANs of a trunk; NULL = nobody said which */
	unsigned access, native, channel;
	char mode[CLI_WORD], lacp[CLI_WORD], vrf[CLI_WORD];
	bool routed, switched;                 /* said to be */
	bool shut, unnumbered, ospf;
	bool said;                             /* anything */
	/* What a trunk is, where a list that nobody gave is not all VLANs; may be NULL. */
	void (*trunk)(struct cli_in *in, struct cli_interface *i, json_t *l2);
};
void cli_interface_release(struct cli_interface *i);
/* A description, an MTU, shutdown; switchport and what follows it.  false: the line says something else. */
bool cli_take_common(struct cli_in *in, struct cli_interface *i, const char *line);
bool cli_take_vlans(struct cli_in *in, struct cli_interface *i, const char *line);
/* What they make.  A port of which no line was said makes nothing. */
void cli_make_port(struct cli_in *in, struct cli_interface *i, const char *port);
void cli_make_channel(struct cli_in *in, struct cli_interface *i, const char *number);
void cli_make_svi(struct cli_in *in, struct cli_interface *i, const char *vid);

/* ---- qos.c: classes of RoCE ---- */

struct cli_codes { int dscp[64], pcp[8]; };    /* the priority that each code point comes to */
/* Classes of the priorities that any code point comes to: dscp, pcp and trafficClass of each. */
void cli_make_classes(struct cli_in *in, const struct cli_codes *codes);
/* "8 9 10", "0-7,26": those of the map come to this priority.  false = not understood, and nothing is changed. */
bool cli_take_codes(const char *text, int *map, int codes, int priority);
/* "kbytes" -> octets; 0 where it is counted in something else (cells, packets, time). */
int64_t cli_octets(unsigned number, const char *unit);

/* ---- deltas ---- */

/* Does the line begin with these words? */
bool cli_begins(const char *line, const char *words);
/* "no WORDS" where the line begins with one of them (ends with NULL): "no mtu" of "mtu 9000". */
bool cli_negate(const char *const *words, const char *line, char *buf, size_t size);
struct cli_delta {
	fabric_negate_fn *negate;
	/* Beginnings of lines that replace another of that beginning: "mtu", "neighbor * remote-as"; ends with NULL */
	const char *const *slots;
	const char *vrf;                       /* "vrf", "vrf member": a new one takes addresses along */
	bool vrf_takes_all;                    /* and everything else of layer 3 */
	bool layer_resets_shutdown;            /* "no switchport" leaves a port shut */
};
/* Both as rendered.  What turns one into the other, order of addresses and VRFs minded. */
int cli_delta(const struct cli_delta *how, const json_t *now, const json_t *target, json_t **ret_delta,
	      struct ms_err *err);

/* ---- models ---- */

/* What all of them do in `normal`: enabled is said, `mtu` at its default is not. */
int cli_normal(json_t *model, int64_t hidden_mtu, struct ms_err *err);
/* The channel that a port is a member of; NULL = none.  Lent. */
const char *cli_channel_of(const json_t *model, const char *port);
/* {PORT: CHANNEL} of all of them; NULL = no memory. */
json_t *cli_members(const json_t *model);
bool cli_is_transit(const json_t *model);     /* carries EVPN, but no tunnel ends here */
bool cli_has_family(const json_t *neighbor, const char *family);
bool cli_uses_family(const json_t *model, const char *family);   /* any session */

#endif
