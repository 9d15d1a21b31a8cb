/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What spec.roce of a Fabric comes to in numbers: the same arithmetic for switches and for hosts.  Part of the door of
 * lib/site.  Everything here is pure.
 */
#ifndef MS_SITE_ROCE_H
#define MS_SITE_ROCE_H

#include "core/core.h"

struct ms_roce_class {
	const char *name, *role;     /* lent by the Fabric; role: data, cnp, control, other */
	unsigned priority;           /* what PFC pauses (802.1Q, 36) */
	unsigned pcp, traffic_class, queue;
	uint64_t dscp;               /* bit n: code point n.  The classes share all 64 out among them */
	bool is_default, lossless, strict;
	unsigned bandwidth;          /* percent (ETS); 0 for strict */
	int64_t max_rate;            /* kb/s of its traffic class on NICs, 0 = no limit; negative: nobody says */
	uint64_t ecn_min, ecn_max;   /* octets at `ecn_gbps`; ecn_max 0 = no marking */
	unsigned ecn_probability, ecn_gbps;
};
struct ms_roce {
	bool managed;                /* the Fabric has spec.roce at all; false: the rest is zero */
	bool off;                    /* profile off: no PFC, no marking, one class */
	bool lossless;
	const char *control;         /* dcqcn | none | vendor */
	const char *trust;           /* dscp | pcp | both */
	const char *dcbx;            /* off | advertise | willing */
	unsigned mtu;                /* of RDMA (IBTA): 256..4096 */
	unsigned cable;              /* metres where a Link does not say */
	struct { unsigned detect, restore, poll; const char *action; } watchdog;  /* ms; action none: there is none */
	const char *encap, *decap;   /* copy | derive; preserve | copy | derive */
	size_t n;
	struct ms_roce_class classes[8];   /* by priority */
};
/*
 * fabric NULL or without spec.roce: managed is false.  Strings are lent.  What contradicts itself is -EINVAL +
 * MS_INPUT with the place in the Fabric: two classes of one priority or with one code point, no default class or two,
 * bandwidths that are not 100 together, a lossless class that is strict, min not below max, an RDMA MTU that is no
 * power of two.
 */
int ms_roce_init(struct ms_roce *ret_roce, const json_t *fabric, struct ms_err *err);
/* The class of a code point, of a PCP; never NULL where managed. */
const struct ms_roce_class *ms_roce_of_dscp(const struct ms_roce *roce, unsigned dscp);
const struct ms_roce_class *ms_roce_of_pcp(const struct ms_roce *roce, unsigned pcp);
/* The class of a role ("data"): the first; NULL when there is none. */
const struct ms_roce_class *ms_roce_of_role(const struct ms_roce *roce, const char *role);

/* "100G" -> 100; 0 for what is no speed. */
unsigned ms_gbps(const char *speed);
/* Octets in proportion to the speed of the port.  per 0: as they are. */
uint64_t ms_roce_scale(uint64_t octets, unsigned per_gbps, unsigned gbps);
/* ToS octet of RDMA: DSCP in the upper six bits (RFC 2474), ECT(0) in the lower two where packets may be marked
 * (RFC 3168): 26 -> 104, 106 with ECT. */
unsigned ms_roce_tos(unsigned dscp, bool ect);
/* Octets of an interface's MTU that RDMA headers may take, as Linux counts them (iboe_get_mtu in ib_addr.h): GRH 40,
 * UDP 8, BTH 12, RDETH 4, AtomicETH 28, ICRC 4. */
#define MS_ROCE_HEADERS 96
/* The RDMA MTU that an interface of so many octets has: the largest that fits, 0 when none does. */
unsigned ms_roce_mtu_of(unsigned netdev_mtu);

/* ---- switching chips ---- */

struct ms_asic {
	const char *name;            /* "spectrum3", "tomahawk4"; "generic" for all others */
	const char *models;          /* words in names of models, "SN3700|SN3420" */
	unsigned cell;               /* octets that buffers are given out in */
	unsigned mac_phy;            /* octets that MAC and PHY hold */
	unsigned pipeline;           /* octets under way from the pause threshold to the pause frame: the XON room */
	uint64_t buffer;             /* octets of packet buffer; 0 = not known */
	unsigned lossless;           /* lossless classes at most */
};
extern const char *const ms_asic_words[];       /* for spec.asic of a Switch */
/* By spec.asic, by status.switch.model, by spec.model; generic otherwise. */
const struct ms_asic *ms_asic_of(const json_t *sw);
/* By one of those words, else by the name of a model; either may be NULL. */
const struct ms_asic *ms_asic_find(const char *name, const char *model);

/*
 * Headroom: what still arrives after a priority was paused, and must not be lost (802.1Q-2018, Annex N; the quantum
 * counts are those of 802.3, 31B.3.7).  In octets:
 *
 *   own frame     a frame of the port's MTU is being sent when the pause frame is due
 *   pause frame   64 and its preamble and gap
 *   cable         2 x metres x rate x 5.05 ns/m (two thirds of the speed of light): there and back
 *   response      quanta(rate) x 64: as long a sender may take to obey
 *   peer's frame  a frame of the lossless class that had begun
 *   interface     MAC and PHY
 *
 * Packets fill whole cells: all of it but the peer's frame is multiplied by the worst that a stream of small packets
 * does to cells, cell/64, or 2 cell/(cell + 1) where a cell holds more than half of two of them.  Rounded up to whole
 * KiB.  SONiC calculates headroom so, too.
 */
struct ms_roce_link { unsigned gbps, metres, mtu /* of the port */, rdma_mtu; const struct ms_asic *asic; };
uint64_t ms_roce_headroom(const struct ms_roce_link *link);
/* Room below the pause threshold after which the peer is let go on. */
uint64_t ms_roce_xon(const struct ms_roce_link *link);

#endif
