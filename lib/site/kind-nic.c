/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nic: a network function as the operating system of its server has it. */
#include "site/kinds.h"

static const char *const drivers[] = { "kernel", "vfio-pci", "none", NULL };
static const char *const states[] = { "auto", "enable", "disable", NULL };
static const char *const netns[] = { "shared", "exclusive", NULL };
static const char *const modes[] = { "legacy", "switchdev", NULL };
static const char *const inlines[] = { "none", "link", "network", "transport", NULL };
static const char *const protocols[] = { "802.1Q", "802.1ad", NULL };
static const char *const whens[] = { "runtime", "driverinit", "permanent", NULL };

#define GUID "[0-9a-f]{2}(:[0-9a-f]{2}){7}"

static const struct ms_field function[] = {
	{ .name = "index",
	  .type = MS_F_STRING,
	  .required = true,
	  .many = true,
	  .pattern = "[0-9]+",
	  .help = "number of the virtual function, or a range: [0-7]" },
	{ .name = "driver",
	  .type = MS_F_ENUM,
	  .words = drivers,
	  .help = "bound to the kernel's own driver, to vfio-pci for a guest, or to none" },
	{ .name = "mac", .type = MS_F_MAC, .help = "MAC address" },
	{ .name = "vlan",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 4094,
	  .help = "VLAN that the NIC puts its packets into (VST); 0 = none" },
	{ .name = "priority",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 7,
	  .help = "PCP in that tag" },
	{ .name = "protocol",
	  .type = MS_F_ENUM,
	  .words = protocols,
	  .help = "tag that it puts on; 802.1Q when absent" },
	{ .name = "spoofCheck",
	  .type = MS_F_BOOL,
	  .help = "drop what does not come from its MAC address" },
	{ .name = "trust",
	  .type = MS_F_BOOL,
	  .help = "may change its MAC address and listen to everything" },
	{ .name = "minRate",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 4294967295,
	  .help = "Mb/s that it is sure of" },
	{ .name = "maxRate",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 4294967295,
	  .help = "Mb/s at most; 0 = no limit" },
	{ .name = "linkState", .type = MS_F_ENUM, .words = states, .help = "link that it sees" },
	{ .name = "nodeGuid", .type = MS_F_STRING, .pattern = GUID, .help = "RDMA node GUID" },
	{ .name = "portGuid", .type = MS_F_STRING, .pattern = GUID, .help = "RDMA port GUID" },
	MS_FIELD_END
};
static const struct ms_field eswitch[] = {
	{ .name = "mode",
	  .type = MS_F_ENUM,
	  .words = modes,
	  .help = "legacy, or switchdev: a representor for each function" },
	{ .name = "inlineMode",
	  .type = MS_F_ENUM,
	  .words = inlines,
	  .help = "headers that drivers put into descriptors" },
	{ .name = "encap", .type = MS_F_BOOL, .help = "tunnels in the eswitch" },
	MS_FIELD_END
};
static const struct ms_field parameter[] = {
	{ .name = "name",
	  .type = MS_F_STRING,
	  .required = true,
	  .help = "devlink parameter: enable_roce, flow_steering_mode..." },
	{ .name = "value", .type = MS_F_ANY, .required = true, .help = "number, text or bool" },
	{ .name = "mode",
	  .type = MS_F_ENUM,
	  .words = whens,
	  .help = "when it takes effect; the first that the device offers when absent" },
	MS_FIELD_END
};
static const struct ms_field firmware[] = {
	{ .name = "version", .type = MS_F_STRING, .help = "as devlink says it (fw, fw.version)" },
	{ .name = "file",
	  .type = MS_F_STRING,
	  .help = "name under the firmware folder of the host (/lib/firmware)" },
	{ .name = "settings",
	  .type = MS_F_MAP,
	  .item = MS_F_ANY,
	  .help = "of the firmware's own store: SRIOV_EN, NUM_OF_VFS, ROCE_CC_PRIO_MASK_P1..." },
	MS_FIELD_END
};
static const struct ms_field rings[] = {
	{ .name = "rx", .type = MS_F_INT, .min = 1, .max = 65536, .help = "descriptors" },
	{ .name = "tx", .type = MS_F_INT, .min = 1, .max = 65536, .help = "descriptors" },
	MS_FIELD_END
};
static const struct ms_field channels[] = {
	{ .name = "combined", .type = MS_F_INT, .min = 1, .max = 4096, .help = "queue pairs" },
	{ .name = "rx", .type = MS_F_INT, .min = 0, .max = 4096, .help = "receive queues" },
	{ .name = "tx", .type = MS_F_INT, .min = 0, .max = 4096, .help = "send queues" },
	MS_FIELD_END
};
static const struct ms_field roce[] = {
	{ .name = "enabled",
	  .type = MS_F_BOOL,
	  .help = "part of the fabric's RoCE; true when its cable leads to a fabric that has it" },
	{ .name = "address",
	  .type = MS_F_ADDR,
	  .help = "address whose GID is used, where the interface has several" },
	{ .name = "trafficClass",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 255,
	  .help = "ToS octet of RDMA; the DSCP of the data class and ECT(0) when absent" },
	{ .name = "maxRate",
	  .type = MS_F_MAP,
	  .item = MS_F_INT,
	  .min = 0,
	  .max = 4294967295,
	  .help = "kb/s by class, where this NIC has another maxRate than its fabric" },
	{ .name = "netns",
	  .type = MS_F_ENUM,
	  .words = netns,
	  .help = "network namespaces that see RDMA devices: all of them (shared), or the one that "
		  "a device is in (exclusive); of the whole machine, one of its NICs need say it" },
	MS_FIELD_END
};

const struct ms_field ms_fields_nic_host[] = {
	{ .name = "pci",
	  .type = MS_F_STRING,
	  .pattern = "[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}[.][0-7]",
	  .help = "PCI address, where the MAC is not known" },
	{ .name = "netdev",
	  .type = MS_F_STRING,
	  .max = 127,
	  .help = "interface name, also an alternative one, where neither is known" },
	{ .name = "mtu",
	  .type = MS_F_INT,
	  .min = 68,
	  .max = 65535,
	  .help = "of the interface; hostMtu of its fabric when absent and RoCE is on" },
	{ .name = "functions",
	  .type = MS_F_LIST,
	  .fields = function,
	  .help = "virtual functions, what is not as the driver makes them" },
	{ .name = "eswitch",
	  .type = MS_F_OBJECT,
	  .fields = eswitch,
	  .help = "switch inside the NIC" },
	{ .name = "parameters",
	  .type = MS_F_LIST,
	  .fields = parameter,
	  .help = "devlink parameters" },
	{ .name = "firmware", .type = MS_F_OBJECT, .fields = firmware, .help = "firmware" },
	{ .name = "rings", .type = MS_F_OBJECT, .fields = rings, .help = "size of rings" },
	{ .name = "channels", .type = MS_F_OBJECT, .fields = channels, .help = "queues" },
	{ .name = "offloads",
	  .type = MS_F_MAP,
	  .item = MS_F_BOOL,
	  .help = "features as ethtool names them: rx-gro-hw, hw-tc-offload..." },
	{ .name = "roce", .type = MS_F_OBJECT, .fields = roce, .help = "RoCE of this NIC" },
	MS_FIELD_END
};
static const struct ms_field nic[] = {
	{ .name = "server", .type = MS_F_NAME, .required = true, .help = "server that it is in" },
	{ .name = "name",
	  .type = MS_F_NAME,
	  .required = true,
	  .help = "what the server's nics call it" },
	{ .name = "mac",
	  .type = MS_F_MAC,
	  .help = "permanent MAC address: by it the interface is found" },
	{ .name = "slot", .type = MS_F_STRING, .help = "adapter or function Id on the BMC" },
	{ .name = "cable", .type = MS_F_PORT, .help = "what it is cabled to, SWITCH:PORT" },
	{ .name = "vfs", .type = MS_F_INT, .min = 0, .max = 1024,
	  .help = "virtual functions that there are to be" },
	{ .type = MS_F_INCLUDE, .fields = ms_fields_nic_host },
	MS_FIELD_END
};

static const char *const commands[] = { "msctl-nic", "msctl-roce", NULL };
const struct ms_kind ms_kind_nic = {
	"Nic", "a network function of a server", nic, commands, true,
};
