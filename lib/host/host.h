/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/host: this machine, as its kernel shows it.  Layer 1: core, libnl-3 (messages and attributes only).
 *
 * Everything goes by a struct ms_host, so that a test shows another machine than the one that it runs on: files by a
 * folder that stands for "/", netlink by recorded exchanges.
 *
 * Calls wait in the caller's task where the host has a loop, else they block.
 */
#ifndef MS_HOST_H
#define MS_HOST_H

#include <linux/netlink.h>
#include "core/core.h"

struct ms_host;
struct ms_host_opts {
	struct ms_loop *loop;        /* waits go there; NULL = they block */
	const char *root;            /* folder that stands for "/"; NULL = MSCTL_ROOT, else "/" */
	const char *netlink;         /* file of recorded exchanges that answers instead of the kernel; NULL =
	                                MSCTL_NETLINK.  With a root other than "/" and no such file netlink is
	                                refused, so that no test mixes two machines */
	const char *record;          /* file to write exchanges with the kernel to; NULL = MSCTL_NETLINK_RECORD */
};
/* opts NULL = all as the environment says. */
int ms_host_open(const struct ms_host_opts *opts, struct ms_host **ret_host, struct ms_err *err);
void ms_host_close(struct ms_host *host);
/* Was the record written, were all recorded exchanges used?  Before ms_host_close, when all else went well. */
int ms_host_finish(struct ms_host *host, struct ms_err *err);
/* Is it the machine that this process runs on: no other root, no recorded netlink? */
bool ms_host_is_here(const struct ms_host *host);

/* ---- files -------------------------------------------------------------------------------------------
 *
 * Paths are absolute, as on that machine.  Below a root, ".." and absolute symbolic links stay inside of it
 * (openat2(2), RESOLVE_IN_ROOT).  Errors name the path: -ENOENT is MS_NOTFOUND; -EACCES and -EPERM are MS_AUTH with
 * "run as root".  Errors that the driver gives (-EOPNOTSUPP, -EINVAL, -EIO of sysfs) come back as they are.
 */

#define MS_PATH_MAX 512
/* A formatted path that lives as long as the block: MS_PATH("/sys/class/net/%s/mtu", name).  One that is too long is
 * "", which every call refuses with -ENAMETOOLONG. */
#define MS_PATH(...) ms_path((char[MS_PATH_MAX]){ 0 }, __VA_ARGS__)
const char *ms_path(char buf[static MS_PATH_MAX], const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The whole text, white space at its end removed, at most 1 MiB; no NUL in it.  The caller frees. */
int ms_host_read(struct ms_host *host, const char *path, char **ret_text, struct ms_err *err);
/* The same bytes as they are (config space, vpd), at most max: -EFBIG beyond. */
int ms_host_read_bytes(struct ms_host *host, const char *path, size_t max, struct ms_buf *buf, struct ms_err *err);
/* Facts that may be missing: the first line of a file, false and "" where there is none, it is empty, does not fit or
 * cannot be read; control characters, and octets of what is not UTF-8, become '?'. */
bool ms_host_word(struct ms_host *host, const char *path, char *buf, size_t size);
/* Decimal, or hexadecimal behind 0x. */
bool ms_host_number(struct ms_host *host, const char *path, int64_t *ret_number);
/* The same as new JSON values, NULL where there is none. */
json_t *ms_host_json_word(struct ms_host *host, const char *path);
json_t *ms_host_json_number(struct ms_host *host, const char *path);
bool ms_host_exists(struct ms_host *host, const char *path);
/* At the end of what reads facts, with its result: -ENOMEM where one of them, a folder or a resolved path seemed to be
 * missing because memory ran out since this was last asked. */
int ms_host_facts(struct ms_host *host, int r, struct ms_err *err);
/* Names in a folder without "." and "..", sorted by bytes, at most 65536.  Freed with ms_strv_free. */
int ms_host_list(struct ms_host *host, const char *path, char ***ret_names, struct ms_err *err);
/* The last part of what a symbolic link leads to: driver, subsystem, iommu_group... */
int ms_host_link(struct ms_host *host, const char *path, char **ret_name, struct ms_err *err);
bool ms_host_link_word(struct ms_host *host, const char *path, char *buf, size_t size);
/* All that a symbolic link says: "socket:[4711]", "/dev/vfio/12". */
bool ms_host_link_text(struct ms_host *host, const char *path, char *buf, size_t size);
/* The path with all symbolic links resolved, as on that machine. */
int ms_host_resolve(struct ms_host *host, const char *path, char **ret_path, struct ms_err *err);

/* Write `text` to a file that is there (an attribute of sysfs, debugfs, configfs) with one write(2).  What the kernel
 * refuses is an error with path and text. */
int ms_host_write(struct ms_host *host, const char *path, const char *text, struct ms_err *err);
/* The same, then read it back: anything else than `text` is -EIO, MS_UNVERIFIED. */
int ms_host_set(struct ms_host *host, const char *path, const char *text, struct ms_err *err);
/* A file of our own: written beside and renamed; folders on the way are made.  Removing what is not there is fine. */
int ms_host_replace(struct ms_host *host, const char *path, const void *data, size_t len, unsigned mode,
		    struct ms_err *err);
int ms_host_remove(struct ms_host *host, const char *path, struct ms_err *err);
/* A folder of configfs, or an empty one; -EEXIST where it is there already sets no error and returns 0. */
int ms_host_make_folder(struct ms_host *host, const char *path, struct ms_err *err);
int ms_host_remove_folder(struct ms_host *host, const char *path, struct ms_err *err);

/*
 * What the driver of an interface counts by names of its own, as ethtool -S shows them: a new object {NAME: number},
 * empty where it counts nothing.  -EOPNOTSUPP, MS_UNSUPPORTED where it cannot.  Below another root they are in a file
 * /ethtool/IF, as ethtool -S prints them.
 */
int ms_host_statistics(struct ms_host *host, const char *name, json_t **ret_statistics, struct ms_err *err);

/* ---- netlink: requests -------------------------------------------------------------------------------
 *
 * A request grows in place; what does not fit is remembered and is an error of ms_nl_talk, so that callers append
 * freely.
 */

struct nl_msg;
struct ms_nl_request {
	struct nl_msg *msg;          /* private */
	int family;                  /* NETLINK_ROUTE... */
	int failed;
	unsigned seconds;            /* how long the kernel may take, 0 = 30 */
	char what[96];               /* "mtu of eth0": begins errors, and is a comment in records */
};
#define MS_AUTO_NL MS_CLEANUP(ms_nl_request_release)
/* flags: NLM_F_DUMP, NLM_F_CREATE...; NLM_F_REQUEST is added, and NLM_F_ACK where nothing is dumped.  header (may be
 * NULL) is the family's own: struct ifinfomsg, dcbmsg... */
void ms_nl_request_init(struct ms_nl_request *request, int family, uint16_t type, uint16_t flags, const void *header,
			size_t header_len, const char *what, ...) __attribute__((format(printf, 7, 8)));
void ms_nl_request_release(struct ms_nl_request *request);
/* Generic netlink (genetlink family by name): -EOPNOTSUPP, MS_UNSUPPORTED where the kernel has no such family. */
int ms_genl_request_init(struct ms_host *host, struct ms_nl_request *request, const char *family, uint8_t command,
			 uint16_t flags, struct ms_err *err, const char *what, ...)
	__attribute__((format(printf, 7, 8)));

void ms_nl_put(struct ms_nl_request *request, int attr, const void *data, size_t len);
void ms_nl_put_u8(struct ms_nl_request *request, int attr, uint8_t value);
void ms_nl_put_u16(struct ms_nl_request *request, int attr, uint16_t value);
void ms_nl_put_u32(struct ms_nl_request *request, int attr, uint32_t value);
void ms_nl_put_u64(struct ms_nl_request *request, int attr, uint64_t value);
void ms_nl_put_text(struct ms_nl_request *request, int attr, const char *text);
void ms_nl_put_flag(struct ms_nl_request *request, int attr);
/* Attributes put until ms_nl_nest_end are inside.  With NLA_F_NESTED; the plain one without, for old families (dcbnl
 * takes both). */
struct nlattr *ms_nl_nest(struct ms_nl_request *request, int attr);
struct nlattr *ms_nl_nest_plain(struct ms_nl_request *request, int attr);
void ms_nl_nest_end(struct ms_nl_request *request, struct nlattr *nest);

/* ---- netlink: talking --------------------------------------------------------------------------------
 *
 * One request, all of its replies.  fn (may be NULL) is called for each message that is neither acknowledgement nor
 * end, after the last has come: a dump that the kernel marks as inconsistent (NLM_F_DUMP_INTR) is asked for again, five
 * times, then -EAGAIN MS_BUSY, and fn never sees its parts.  A negative result of fn ends it and is returned.
 *
 * An error of the kernel comes back as its errno; the message is `what`, the kernel's own words (NLMSGERR_ATTR_MSG)
 * and, where it says which attribute it means, its type (NLMSGERR_ATTR_OFFS).  -EPERM and -EACCES are MS_AUTH,
 * -EOPNOTSUPP MS_UNSUPPORTED, -ENODEV and -ENOENT MS_NOTFOUND, -EBUSY MS_BUSY, no answer in time -ETIMEDOUT MS_TIMEOUT.
 */
typedef int ms_nl_fn(const struct nlmsghdr *reply, void *ctx, struct ms_err *err);
int ms_nl_talk(struct ms_host *host, struct ms_nl_request *request, ms_nl_fn *fn, void *ctx, struct ms_err *err);

/*
 * Who answers.  exchange: the bytes of one request, whose sequence number is set, get all bytes of the answer, up to
 * and with the acknowledgement, NLMSG_DONE or NLMSG_ERROR; messages are checked by the caller.  The kernel, the
 * recorder and the player are such; a test may bring another.
 */
struct ms_nl_ops {
	int (*exchange)(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
			struct ms_buf *replies, struct ms_err *err);
	int (*finish)(void *ctx, struct ms_err *err);   /* may be NULL */
	void (*free)(void *ctx);                        /* may be NULL */
};
/* From now on `ops` answers for this host; the old one is freed. */
void ms_host_use_netlink(struct ms_host *host, const struct ms_nl_ops *ops, void *ctx);

/*
 * Recorded exchanges are text, for people to write, too:
 *
 *     # mtu of eth0                            comments and empty lines
 *     > route 2c000000 10000500 00000000 ...   a request: family (route, rdma, generic, or its number), bytes
 *     < 24000000 02000001 ...                  each message of the answer
 *         00000000 ...                         lines that begin with white space go on
 *
 * Bytes are hexadecimal in the order of the wire of a little-endian machine; blanks between them mean nothing.
 * Sequence number and port of a header are written as 0 and not compared.  Requests come in the order of the file;
 * another one is an error that shows both.
 */

/* ---- netlink: attributes of replies ------------------------------------------------------------------
 *
 * Replies are foreign: lengths are checked here, attributes that are too short read as not there, unknown types are
 * skipped.
 */

/* What stands behind the netlink header: `len` bytes at least, NULL where the message is shorter. */
const void *ms_nl_header(const struct nlmsghdr *reply, size_t len);
/* Attributes behind a family header of header_len bytes (GENL_HDRLEN...) into table[0..max], by type; the last of a
 * type wins, types over max are left out. */
void ms_nl_parse(const struct nlmsghdr *reply, size_t header_len, const struct nlattr **table, int max);
/* The same of what is inside an attribute; NULL has nothing inside. */
void ms_nl_parse_nested(const struct nlattr *nest, const struct nlattr **table, int max);
/* A walk where a type comes several times: lists.  prev NULL = the first; NULL at the end. */
const struct nlattr *ms_nl_next(const struct nlattr *nest, const struct nlattr *prev);
#define ms_nl_each(attr, nest) for ((attr) = ms_nl_next(nest, NULL); (attr); (attr) = ms_nl_next(nest, attr))
/* The same over what stands behind a family header of header_len bytes: lists at the top of a message. */
const struct nlattr *ms_nl_next_in(const struct nlmsghdr *reply, size_t header_len, const struct nlattr *prev);
int ms_nl_type(const struct nlattr *attr);
size_t ms_nl_len(const struct nlattr *attr);      /* 0 for NULL */
/* At least len bytes, else NULL. */
const void *ms_nl_data(const struct nlattr *attr, size_t len);
/* Integers as they are in host order; `otherwise` where the attribute is NULL or too short.  ms_nl_number takes any of
 * 1, 2, 4 and 8 bytes, for attributes whose width changed over time. */
uint8_t ms_nl_u8(const struct nlattr *attr, uint8_t otherwise);
uint16_t ms_nl_u16(const struct nlattr *attr, uint16_t otherwise);
uint32_t ms_nl_u32(const struct nlattr *attr, uint32_t otherwise);
uint64_t ms_nl_u64(const struct nlattr *attr, uint64_t otherwise);
uint64_t ms_nl_number(const struct nlattr *attr, uint64_t otherwise);
/* Text with its NUL inside of the attribute, else NULL. */
const char *ms_nl_text(const struct nlattr *attr);
/* A new JSON string, bytes that are not UTF-8 and control characters replaced; NULL where there is none. */
json_t *ms_nl_json_text(const struct nlattr *attr);
/* "b8:59:9f:00:00:01" for up to 32 bytes; "" for none.  Returns buf. */
#define MS_HWADDR_MAX 96
const char *ms_hwaddr_text(const void *bytes, size_t len, char buf[static MS_HWADDR_MAX]);

/* ---- links (rtnetlink(7)) ------------------------------------------------------------------------------ */

struct ms_link {
	int index;                       /* ifindex */
	int master;                      /* bond, bridge or VRF that it is in, 0 = none */
	int parent;                      /* IFLA_LINK: what a VLAN stands on; 0 = none */
	char name[16];
	char kind[16];                   /* "vlan", "bond", "bridge"...; "" for hardware but for "ipoib" */
	char member_kind[16];            /* of its place in the master: "bond" */
	uint16_t type;                   /* ARPHRD_ETHER, ARPHRD_INFINIBAND */
	unsigned flags;                  /* IFF_UP ... */
	unsigned mtu, min_mtu, max_mtu;  /* 0 = not said */
	char mac[MS_HWADDR_MAX];
	char permanent[MS_HWADDR_MAX];   /* "" where the kernel does not say */
	const char *state;               /* RFC 2863: "up" "down" "lowerlayerdown" "dormant" "testing" "notpresent"
	                                    "unknown" */
	int vlan;                        /* id, of kind vlan; else -1 */
	char bus[32], device[64];        /* what it is of: "auxiliary" "mlx5_core.sf.4"; "" = nothing */
	char pci[16];                    /* function that it is on; "" = none, see `representor` */
	char port_name[16];              /* IFLA_PHYS_PORT_NAME: "p0", "pf0vf3" */
	char switch_id[72];              /* IFLA_PHYS_SWITCH_ID in hexadecimal; the same on all ports of an eswitch */
	bool representor;                /* port of an eswitch that stands for a function (pf0vf3, pf0sf1, pf0) */
	bool virtual_function;           /* its PCI function is a VF */
	unsigned n_vfs;                  /* IFLA_NUM_VF */
	const struct nlattr *vfs;        /* IFLA_VFINFO_LIST, of IFLA_VF_INFO; NULL = none; lives as long as links */
	const struct nlattr *names;      /* IFLA_PROP_LIST, of IFLA_ALT_IFNAME: the same */
};
struct ms_addr {
	int index;                       /* of the link */
	int family;                      /* AF_INET, AF_INET6 */
	char text[46];
	unsigned prefix, scope, flags;   /* IFA_F_* */
};
struct ms_links {
	struct ms_link *links;           /* in the order of their index */
	size_t n;
	struct ms_addr *addrs;
	size_t n_addrs;
	struct ms_buf raw;               /* private: what `vfs` point into */
};
/* All links (RTM_GETLINK with VFs) and addresses (RTM_GETADDR) of this network namespace, and what sysfs says of their
 * PCI functions. */
int ms_links_read(struct ms_host *host, struct ms_links **ret_links, struct ms_err *err);
void ms_links_free(struct ms_links *links);
/* Lent; NULL = none.  By name: also an alternative one (ip link property).  By MAC: the permanent one, and where the
 * kernel knows none, that in use of hardware; any case.  By PCI address: not a representor. */
const struct ms_link *ms_link_by_index(const struct ms_links *links, int index);
const struct ms_link *ms_link_by_name(const struct ms_links *links, const char *name);
const struct ms_link *ms_link_by_mac(const struct ms_links *links, const char *mac);
const struct ms_link *ms_link_by_pci(const struct ms_links *links, const char *pci);
/* The link of a Nic resource: spec.mac, else spec.pci, else spec.netdev.  -ENODEV, MS_NOTFOUND with what was looked for
 * and what is there; -EINVAL, MS_INPUT where the Nic says none of the three. */
int ms_link_of_nic(const struct ms_links *links, const json_t *nic, const struct ms_link **ret_link,
		   struct ms_err *err);

#endif
