/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Server: a machine with a BMC. */
#include "site/kinds.h"

static const char *const vendors[] = {
	"dell", "hpe", "lenovo", "supermicro", "ami", "openbmc", "nvidia", NULL
};
static const char *const auths[] = { "auto", "session", "basic", NULL };
static const char *const trusts[] = { "ca", "pin", "skip", NULL };
static const char *const powers[] = { "on", "off", NULL };
static const char *const restores[] = { "AlwaysOn", "AlwaysOff", "LastState", NULL };
static const char *const modes[] = { "uefi", "legacy", NULL };
static const char *const targets[] = { "none", "pxe", "http", "disk", "cd", "usb", "setup", NULL };
static const char *const protocols[] = { "none", "pxe", "http", "iscsi", NULL };
static const char *const roles[] = { "Administrator", "Operator", "ReadOnly", NULL };
static const char *const states[] = { "present", "absent", NULL };
static const char *const profiles[] = { "performance", "balanced", "power", NULL };

const struct ms_field ms_fields_credentials[] = {
	{ .name = "username", .type = MS_F_STRING, .required = true, .help = "account on the BMC" },
	{ .name = "password", .type = MS_F_SECRET, .required = true,
	  .help = "reference to the secret (file: env: exec:)" },
	{ .name = "previous", .type = MS_F_SECRET,
	  .help = "the secret before a rotation: tried when `password` is refused" },
	MS_FIELD_END
};
const struct ms_field ms_fields_tls[] = {
	{ .name = "trust", .type = MS_F_ENUM, .words = trusts, .preset = "\"ca\"",
	  .help = "how the BMC proves itself: CA, pinned public key, or not at all" },
	{ .name = "pin", .type = MS_F_PIN,
	  .help = "sha256//BASE64 of the public key, from `msctl-bmc trust`" },
	{ .name = "ca", .type = MS_F_PATH,
	  .help = "file of CA certificates; the system's when absent" },
	MS_FIELD_END
};
static const struct ms_field bmc[] = {
	{ .name = "address", .type = MS_F_HOST, .help = "address or DNS name of the BMC" },
	{ .name = "pool", .type = MS_F_NAME, .site = true, .names = "/spec/pools/addresses",
	  .help = "address pool to take the address from when there is none" },
	{ .name = "port", .type = MS_F_INT, .min = 1, .max = 65535,
	  .help = "TCP port; 443 when absent" },
	{ .name = "system", .type = MS_F_STRING,
	  .help = "Id of the ComputerSystem, where a BMC has several" },
	{ .name = "vendor", .type = MS_F_ENUM, .words = vendors,
	  .help = "hint, where the service root does not say" },
	{ .name = "auth", .type = MS_F_ENUM, .words = auths, .preset = "\"auto\"",
	  .help = "session or Basic authentication" },
	{ .name = "credentials", .type = MS_F_OBJECT, .fields = ms_fields_credentials,
	  .names = "/spec/credentials",
	  .help = "how to log in; in a Site also the name of one of its credentials" },
	{ .name = "tls", .type = MS_F_OBJECT, .fields = ms_fields_tls,
	  .help = "trust in the BMC's certificate" },
	MS_FIELD_END
};
static const struct ms_field boot[] = {
	{ .name = "mode", .type = MS_F_ENUM, .words = modes, .help = "UEFI or legacy BIOS boot" },
	{ .name = "order", .type = MS_F_LIST, .item = MS_F_STRING,
	  .help = "persistent order: pxe, http, disk, cd, usb, or BootOption references" },
	{ .name = "once", .type = MS_F_ENUM, .words = targets,
	  .help = "override for the next boot" },
	{ .name = "httpUri", .type = MS_F_URL, .help = "what UEFI HTTP boot loads" },
	MS_FIELD_END
};
static const struct ms_field bios[] = {
	{ .name = "sriov", .type = MS_F_BOOL, .help = "SR-IOV in the root complex" },
	{ .name = "boot_mode", .type = MS_F_ENUM, .words = modes, .help = "UEFI or legacy" },
	{ .name = "virtualization", .type = MS_F_BOOL, .help = "VT-x or SVM" },
	{ .name = "iommu", .type = MS_F_BOOL, .help = "VT-d or AMD-Vi" },
	{ .name = "hyperthreading", .type = MS_F_BOOL, .help = "simultaneous multithreading" },
	{ .name = "turbo", .type = MS_F_BOOL, .help = "clock boost" },
	{ .name = "c_states", .type = MS_F_BOOL, .help = "processor idle states" },
	{ .name = "above_4g", .type = MS_F_BOOL, .help = "PCI memory above 4 GiB" },
	{ .name = "tpm", .type = MS_F_BOOL, .help = "trusted platform module visible to the host" },
	{ .name = "power_profile", .type = MS_F_ENUM, .words = profiles,
	  .help = "system power profile" },
	{ .name = "numa_per_socket", .type = MS_F_INT, .min = 1, .max = 8,
	  .help = "NUMA nodes per socket" },
	{ .name = "attributes", .type = MS_F_MAP, .item = MS_F_ANY,
	  .help = "raw vendor attributes; they win over the above" },
	MS_FIELD_END
};
static const struct ms_field nic[] = {
	{ .name = "name", .type = MS_F_NAME, .help = "name of the NIC in this server" },
	{ .name = "mac", .type = MS_F_MAC, .help = "permanent MAC address of the function" },
	{ .name = "slot", .type = MS_F_STRING,
	  .help = "adapter or function Id, where the MAC is not known" },
	{ .name = "sriov", .type = MS_F_BOOL, .help = "SR-IOV on this function" },
	{ .name = "vfs", .type = MS_F_INT, .min = 0, .max = 1024,
	  .help = "virtual functions offered" },
	{ .name = "boot", .type = MS_F_ENUM, .words = protocols,
	  .help = "boot protocol of the function" },
	{ .name = "cable", .type = MS_F_PORT, .help = "what it is cabled to, SWITCH:PORT" },
	{ .name = "bond", .type = MS_F_NAME,
	  .help = "NICs that name the same bond act as one: in a Site their ports become a "
		  "channel, which a pair of switches shares" },
	{ .name = "os", .type = MS_F_OBJECT, .fields = ms_fields_nic_host,
	  .help = "as the operating system has it" },
	MS_FIELD_END
};
static const struct ms_field ssh[] = {
	{ .name = "address", .type = MS_F_HOST, .help = "address or DNS name of the host" },
	{ .name = "pool", .type = MS_F_NAME, .site = true, .names = "/spec/pools/addresses",
	  .help = "address pool to take the address from when there is none" },
	{ .name = "port", .type = MS_F_INT, .min = 1, .max = 65535,
	  .help = "TCP port; 22 when absent" },
	{ .name = "credentials", .type = MS_F_OBJECT, .fields = ms_fields_login,
	  .names = "/spec/credentials",
	  .help = "how to log in; in a Site also the name of one of its credentials" },
	{ .name = "hostKey", .type = MS_F_STRING,
	  .pattern = "(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+",
	  .help = "ssh host key; without it the user's known_hosts decides" },
	{ .name = "sudo", .type = MS_F_BOOL, .preset = "false",
	  .help = "the account is not root, and sudo asks it for no password" },
	MS_FIELD_END
};
static const struct ms_field os[] = {
	{ .name = "ssh", .type = MS_F_OBJECT, .fields = ssh, .required = true,
	  .help = "how to reach it" },
	MS_FIELD_END
};
static const struct ms_field account[] = {
	{ .name = "name", .type = MS_F_STRING, .required = true, .min = 1, .max = 64,
	  .help = "user name" },
	{ .name = "role", .type = MS_F_ENUM, .words = roles, .preset = "\"Operator\"",
	  .help = "Redfish role" },
	{ .name = "password", .type = MS_F_SECRET, .help = "reference to the secret" },
	{ .name = "enabled", .type = MS_F_BOOL, .preset = "true", .help = "may log in" },
	{ .name = "state", .type = MS_F_ENUM, .words = states, .preset = "\"present\"",
	  .help = "wanted at all" },
	MS_FIELD_END
};
static const struct ms_field certificate[] = {
	{ .name = "commonName", .type = MS_F_STRING,
	  .help = "CN of the signing request; the BMC's address when absent" },
	{ .name = "alternativeNames", .type = MS_F_LIST, .item = MS_F_STRING,
	  .help = "subject alternative names" },
	{ .name = "organization", .type = MS_F_STRING, .help = "O" },
	{ .name = "organizationalUnit", .type = MS_F_STRING, .help = "OU" },
	{ .name = "city", .type = MS_F_STRING, .help = "L" },
	{ .name = "state", .type = MS_F_STRING, .help = "ST" },
	{ .name = "country", .type = MS_F_STRING, .pattern = "[A-Z]{2}", .help = "C, two letters" },
	{ .name = "file", .type = MS_F_PATH,
	  .help = "PEM file of the signed certificate to install" },
	MS_FIELD_END
};

const struct ms_field ms_fields_server[] = {
	{ .name = "rack", .type = MS_F_NAME, .help = "rack that it stands in" },
	{ .name = "unit", .type = MS_F_INT, .min = 1, .max = 100,
	  .help = "lowest rack unit taken" },
	{ .name = "height", .type = MS_F_INT, .min = 1, .max = 48, .preset = "1",
	  .help = "rack units taken" },
	{ .name = "serial", .type = MS_F_STRING,
	  .help = "serial number, checked against what the BMC says" },
	{ .name = "role", .type = MS_F_STRING, .help = "what it is for, in the site's own words" },
	{ .name = "assetTag", .type = MS_F_STRING, .help = "AssetTag of the system" },
	{ .name = "bmc", .type = MS_F_OBJECT, .fields = bmc,
	  .help = "its baseboard management controller" },
	{ .name = "power", .type = MS_F_ENUM, .words = powers, .help = "wanted power state" },
	{ .name = "powerRestore", .type = MS_F_ENUM, .words = restores,
	  .help = "PowerRestorePolicy after mains loss" },
	{ .name = "boot", .type = MS_F_OBJECT, .fields = boot,
	  .help = "boot mode, order and override" },
	{ .name = "bios", .type = MS_F_OBJECT, .fields = bios,
	  .help = "BIOS settings, neutral and raw" },
	{ .name = "secureBoot", .type = MS_F_BOOL, .help = "UEFI Secure Boot" },
	{ .name = "nics", .type = MS_F_LIST, .fields = nic, .help = "network functions" },
	{ .name = "os", .type = MS_F_OBJECT, .fields = os,
	  .help = "its operating system; with it the nics that have names become Nic resources" },
	{ .name = "accounts", .type = MS_F_LIST, .fields = account, .help = "accounts on the BMC" },
	{ .name = "ntp", .type = MS_F_LIST, .item = MS_F_HOST, .help = "NTP servers of the BMC" },
	{ .name = "syslog", .type = MS_F_LIST, .item = MS_F_STRING,
	  .help = "remote log receivers of the BMC, HOST[:PORT]" },
	{ .name = "certificate", .type = MS_F_OBJECT, .fields = certificate,
	  .help = "certificate of the BMC's web server" },
	MS_FIELD_END
};

static const char *const commands[] = { "msctl-bmc", "msctl-nic", "msctl-roce", NULL };
const struct ms_kind ms_kind_server = {
	"Server", "a machine with a BMC", ms_fields_server, commands, true,
};
