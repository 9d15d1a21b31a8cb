/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can RDMA reach memory of GPUs by DMA-BUF (ibv_reg_dmabuf_mr(3))?  Kernel, library, drivers and
 * the way over PCI Express are looked at; nothing is tried.
 */
#include "roce/here.h"

#include <errno.h>

/* Kernel 5.12 has the verb; the drivers that implement it. */
#define KERNEL_MAJOR 5
#define KERNEL_MINOR 12
static const char *const providers[] = { "mlx5_ib", "irdma", "bnxt_re", "efa", "mana_ib", "erdma" };
/* Drivers of GPUs that export their memory. */
static const char *const exporters[] = { "nvidia", "amdgpu", "i915", "xe", "habanalabs" };

/* NVIDIA's driver comes in two flavours of one name; the closed one exports nothing. */
static bool is_closed(struct roce_here *here)
{
	char line[256];

	return ms_host_word(here->host, "/proc/driver/nvidia/version", line, sizeof(line)) &&
	       !strstr(line, "Open Kernel Module");
}

/* Extended capabilities (PCI Express, 7.6): ACS is id 0x0d, its control register at offset 6. */
#define PCI_EXTENDED 0x100
#define PCI_ACS 0x0d
#define PCI_ACS_CONTROL 6
/* Request redirect and completion redirect: peers reach each other by way of the root complex. */
#define PCI_ACS_REDIRECT (0x04 | 0x08)

static bool has_module(struct roce_here *here, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ms_host_exists(here->host, MS_PATH("/sys/module/%s", names[i])))
			return true;
	return false;
}

static bool kernel_knows(struct roce_here *here)
{
	char release[64];
	unsigned major = 0, minor = 0;

	if (!ms_host_word(here->host, "/proc/sys/kernel/osrelease", release, sizeof(release)) ||
	    sscanf(release, "%u.%u", &major, &minor) != 2)
		return false;
	return major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR);
}

/* The symbol's name in the library's string table: nothing of another machine is loaded. */
static bool library_knows(struct roce_here *here)
{
	static const char *const folders[] = { "/usr/lib/x86_64-linux-gnu",
					       "/usr/lib/aarch64-linux-gnu", "/usr/lib64",
					       "/usr/lib", "/lib64", "/lib" };
	static const char symbol[] = "ibv_reg_dmabuf_mr";

	for (size_t i = 0; i < MS_ARRAY_SIZE(folders); i++) {
		MS_AUTO_BUF struct ms_buf bytes = { 0 };
		struct ms_err none = MS_ERR_INIT;

		if (ms_host_read_bytes(here->host, MS_PATH("%s/libibverbs.so.1", folders[i]),
				       16u << 20, &bytes, &none) == 0)
			return memmem(bytes.data, bytes.len, symbol, sizeof(symbol)) != NULL;
	}
	return false;
}

static unsigned word_at(const struct ms_buf *bytes, size_t at)
{
	const unsigned char *p = (const unsigned char *)bytes->data + at;

	return at + 4 > bytes->len
		       ? 0
		       : (unsigned)p[0] | (unsigned)p[1] << 8 | (unsigned)p[2] << 16 |
				 (unsigned)p[3] << 24;
}

/* Does this bridge redirect what peers below it send each other?  Its capabilities are a list that
 * ends, or is cut. */
static bool redirects(struct roce_here *here, const char *device)
{
	MS_AUTO_BUF struct ms_buf config = { 0 };
	struct ms_err none = MS_ERR_INIT;
	size_t at = PCI_EXTENDED;

	if (ms_host_read_bytes(here->host, MS_PATH("/sys/bus/pci/devices/%s/config", device), 4096,
			       &config, &none) < 0)
		return false;
	for (int i = 0; i < 48 && at >= PCI_EXTENDED; i++) {
		unsigned header = word_at(&config, at);

		if ((header & 0xffff) == PCI_ACS)
			return (word_at(&config, at + 4) >> 16 & PCI_ACS_REDIRECT) != 0;
		at = header >> 20 & 0xffc;
	}
	return false;
}

/* Bridges have class 06 04. */
static char *redirecting_new(struct roce_here *here)
{
	struct ms_err none = MS_ERR_INIT;
	char **devices = NULL, *found = NULL;
	int64_t class;

	if (ms_host_list(here->host, "/sys/bus/pci/devices", &devices, &none) < 0)
		return NULL;
	for (size_t i = 0; !found && devices[i]; i++)
		if (ms_host_number(here->host,
				   MS_PATH("/sys/bus/pci/devices/%s/class", devices[i]), &class) &&
		    class >> 8 == 0x0604 && redirects(here, devices[i]))
			found = strdup(devices[i]);
	ms_strv_free(devices);
	return found;
}

/* Peers go by way of an IOMMU that translates: type DMA or DMA-FQ, not identity. */
static bool translates(struct roce_here *here)
{
	struct ms_err none = MS_ERR_INIT;
	char **groups = NULL, type[32];
	bool found = false;

	if (ms_host_list(here->host, "/sys/kernel/iommu_groups", &groups, &none) < 0)
		return false;
	for (size_t i = 0; !found && groups[i]; i++)
		found = ms_host_word(here->host,
				     MS_PATH("/sys/kernel/iommu_groups/%s/type", groups[i]), type,
				     sizeof(type)) &&
			ms_starts(type, "DMA");
	ms_strv_free(groups);
	return found;
}

static void say(json_t *reasons, const char *reason)
{
	json_array_append_new(reasons, json_string(reason));
}

int roce_get_dmabuf(struct roce_here *here, json_t *status, struct ms_err *err)
{
	json_auto_t *reasons = json_array(), *warnings = json_array();
	MS_AUTO_FREE char *bridge = redirecting_new(here);
	char text[160];

	if (!kernel_knows(here))
		say(reasons, "the kernel is older than 5.12");
	if (!library_knows(here))
		say(reasons, "there is no libibverbs with ibv_reg_dmabuf_mr (rdma-core 34)");
	if (!has_module(here, providers, MS_ARRAY_SIZE(providers)))
		say(reasons, "no driver of an RDMA NIC is loaded that can register DMA-BUFs");
	if (!has_module(here, exporters, MS_ARRAY_SIZE(exporters)))
		say(reasons, "no driver of a GPU is loaded that exports its memory");
	else if (is_closed(here))
		say(reasons, "the driver nvidia is the closed one: its open kernel modules (515 or "
			     "newer) export memory");
	if (bridge) {
		snprintf(text, sizeof(text), "ACS of PCI bridge %.32s redirects peers to the root "
					     "complex: slower than between them", bridge);
		say(warnings, text);
	}
	if (translates(here))
		say(warnings, "the IOMMU translates (iommu=pt does not): peers go by way of it");
	if (json_object_set_new(status, "dmabuf",
				json_pack("{s:b,s:O,s:O}", "ready", !json_array_size(reasons),
					  "reasons", reasons, "warnings", warnings)) < 0)
		return ms_nomem(err);
	return 0;
}
