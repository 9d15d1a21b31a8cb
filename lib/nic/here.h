/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/nic: the parts of status.nic, each of which adds its keys to `status`. */
#ifndef MS_NIC_PRIVATE_H
#define MS_NIC_PRIVATE_H

#include "nic/nic.h"

/* Take a value over into an object: NULL is a fact that is not there, and adds nothing. */
int nic_fact(json_t *object, const char *key, json_t *value);
/* A value that was made just now: NULL is -ENOMEM. */
int nic_put(json_t *object, const char *key, json_t *value);
/* Text of a device or driver, "" and NULL are none; what is no text in it becomes '?'. */
int nic_put_text(json_t *object, const char *key, const char *text);
/* Its link (NULL = it has no interface here) and the name of its PCI function ("" = it is on none). */
int nic_find(struct nic_here *here, const json_t *nic, const struct ms_link **ret_link, struct ms_err *err);
const char *nic_pci_of(const json_t *nic, const struct ms_link *link);
/* Looking at one of them. */
struct nic_look {
	struct nic_here *here;
	const json_t *nic;
	const struct ms_link *link;
	const char *pci;
	json_t *status;
	bool no_devlink;             /* its driver has none */
};
/* A part of status.nic.  Parts look at what those before them have found, so lists of them go in this order. */
typedef int nic_get_fn(struct nic_look *look, struct ms_err *err);
nic_get_fn nic_pci, nic_sriov, nic_info, nic_eswitch, nic_parameters, nic_link, nic_speed, nic_rings, nic_channels,
	nic_offloads, nic_settings, nic_use;
int nic_observe_parts(struct nic_here *here, const json_t *nic, nic_get_fn *const *parts, json_t **ret_status,
		      struct ms_err *err);
/* What nic_use goes by, read when it is first asked for: default routes (indices of interfaces), disks over networks
 * {name, address, source, interface, root}, disks of this machine {name, path: in sysfs, root}; and {GROUP or device:
 * who has it open}. */
int nic_uses_read(struct nic_here *here, struct ms_err *err);
int nic_guests_read(struct nic_here *here);
void nic_uses_release(struct nic_here *here);
/* Is `part`, "/nvme0", there between slashes, or at the end? */
bool nic_path_has(const char *path, const char *part);
/* A line of the tool's answer; it is changed. */
int nic_parse_setting(char *line, json_t *settings);
int nic_want_settings(const json_t *nic, const json_t *status, json_t *want, struct ms_err *err);
/* What could not be read is a warning (0), but for what ends the whole: `inner` is the error, r what was returned. */
int nic_soft(int r, const struct ms_err *inner, json_t *status, struct ms_err *err);

/* ---- functions (sriov.c) -------------------------------------------------------------------------------- */

/* What one IFLA_VF_INFO says, into an object; mac_len is that of the physical function's address.  -ENOMEM. */
int nic_function_fill(const struct nlattr *info, size_t mac_len, json_t *function);
/* The numbers of rtnetlink by their words, -1 for none. */
int nic_link_state_of(const char *word);
/* Folder of the device in sysfs: of its PCI function, else of its interface. */
const char *nic_device_path(char buf[static MS_PATH_MAX], const char *pci, const struct ms_link *link);

/* ---- devlink (devlink.c, devlink-parse.c) ------------------------------------------------------------------ */

struct nic_handle { char bus[32], name[64]; };   /* "pci", "0000:01:00.0" */
bool nic_handle_of(const char *pci, const struct ms_link *link, struct nic_handle *ret_handle);
int nic_devlink_init(struct nic_here *here, struct ms_nl_request *request, const struct nic_handle *handle,
		     uint8_t command, uint16_t flags, const char *what, struct ms_err *err);
/* Messages of devlink, into status: 0 for those that are of another device, too.  -ENOMEM. */
int nic_parse_eswitch(const struct nlmsghdr *reply, json_t *status);
int nic_parse_parameter(const struct nlmsghdr *reply, json_t *status);
int nic_parse_port(const struct nlmsghdr *reply, json_t *status);
int nic_parse_info(const struct nlmsghdr *reply, json_t *status);
/* That of the firmware as a whole among those of a store; NULL = none is. */
const char *nic_firmware_version(const json_t *versions);
bool nic_is_of(const struct nlmsghdr *reply, const struct nic_handle *handle);
/* The numbers of devlink by their words, -1 for none. */
int nic_eswitch_mode_of(const char *word);
int nic_inline_mode_of(const char *word);
int nic_parameter_mode_of(const char *word);
int nic_parameter_type_of(const char *word);

/* ---- what is wanted, and what is (want.c) ------------------------------------------------------------------- */

/*
 * Both in one shape, so that a Step's before and after are parts of it:
 *   {vfs, functions: {"3": {mac, vlan, ...}}, drivers: {"3": "kernel" "vfio-pci" "none"}, eswitch: {}, mtu...}
 * ret_want: -EINVAL, MS_INPUT for what contradicts itself.
 */
json_t *nic_state_new(const json_t *status);
int nic_want_new(const json_t *nic, const json_t *status, json_t **ret_want, struct ms_err *err);
/* The part of `now` that `want` speaks of; what is not there is null. */
json_t *nic_part_new(const json_t *now, const json_t *want);

/* ---- acts (act.c and others) --------------------------------------------------------------------------------- */

struct nic_act {
	struct nic_here *here;
	const json_t *nic;           /* the resource */
	const json_t *status;        /* that part of status.nic, as read just now */
	const struct ms_link *link;  /* NULL = no interface here */
	const char *pci;             /* "" = on no PCI bus */
	const json_t *want;          /* the Step's after */
	struct ms_loop *loop;
};
/* What an act takes from whoever uses it: nothing, the functions that `want` names, all functions, the NIC, too. */
enum nic_cut { NIC_CUT_NOTHING, NIC_CUT_NAMED, NIC_CUT_FUNCTIONS, NIC_CUT_ALL };
/* A kind of Step, in the order in which they are planned. */
struct nic_aspect {
	const char *action;          /* "nic.vfs" */
	const char *key;             /* of the shape above */
	const char *risk;
	bool each;                   /* a Step for each member of it */
	const char *label;           /* in summaries, before the member's name: "function" */
	nic_get_fn *const *parts;    /* what reads it, and what acting looks at */
	int (*act)(const struct nic_act *act, struct ms_err *err);
	/* NULL = nothing, and interfaces stay who they are. */
	enum nic_cut (*cuts)(const json_t *status, const json_t *want);
};
extern const struct nic_aspect nic_aspects[];
const struct nic_aspect *nic_aspect_of(const json_t *step, struct ms_err *err);
/* What of status.use and the use of functions an act would cut: adds texts to an array.  -ENOMEM. */
int nic_uses_cut(enum nic_cut cut, const json_t *status, const json_t *want, json_t *uses);

int nic_act_vfs(const struct nic_act *act, struct ms_err *err);
int nic_act_function(const struct nic_act *act, struct ms_err *err);
int nic_act_driver(const struct nic_act *act, struct ms_err *err);
int nic_act_eswitch(const struct nic_act *act, struct ms_err *err);
int nic_act_parameter(const struct nic_act *act, struct ms_err *err);
int nic_act_setting(const struct nic_act *act, struct ms_err *err);
int nic_act_flash(const struct nic_act *act, struct ms_err *err);
int nic_act_mtu(const struct nic_act *act, struct ms_err *err);
int nic_act_rings(const struct nic_act *act, struct ms_err *err);
int nic_act_channels(const struct nic_act *act, struct ms_err *err);
int nic_act_offloads(const struct nic_act *act, struct ms_err *err);

/* ---- the command ------------------------------------------------------------------------------------------- */

/* argv with --local, at the far ends of what server_of names. */
int nic_far_each(struct ms_run *run, struct ms_item *items, size_t n, const char *const *argv,
		 ms_far_server_fn *server_of, struct ms_err *err);

#endif
