/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GnuTLS asks here for the certificate of a connection.  It is signed at the first one, and kept
 * until the key changes.
 */
#include <openssl/crypto.h>
#include "sim/device.h"
#include "sim/tls.h"

struct sim_shown {
	unsigned generation;
	unsigned len;
	unsigned char der[];
};

/* A fault may show another key than the pinned one. */
static unsigned generation_shown(const struct sim_device *dev)
{
	return (unsigned)(ms_int(dev->cert, "/shown", ms_int(dev->cert, "/generation", 0)));
}

static struct sim_shown *shown_new(const struct sim_device *dev, unsigned generation)
{
	unsigned char *der;
	struct sim_shown *shown;
	int len;

	if (sim_key_cert(dev, generation, &der, &len))
		return NULL;
	shown = malloc(sizeof(*shown) + (size_t)len);
	if (shown) {
		*shown = (struct sim_shown){ generation, (unsigned)len };
		memcpy(shown->der, der, (size_t)len);
	}
	OPENSSL_free(der);
	return shown;
}

static const struct sim_shown *shown_now(struct sim_device *dev)
{
	unsigned generation = generation_shown(dev);

	if (dev->shown && dev->shown->generation != generation)
		sim_tls_forget(dev);
	if (!dev->shown)
		dev->shown = shown_new(dev, generation);
	return dev->shown;
}

void sim_tls_forget(struct sim_device *dev)
{
	free(dev->shown);
	dev->shown = NULL;
}

static int import_cert(struct sim_device *dev, gnutls_pcert_st *pcert)
{
	const struct sim_shown *shown = shown_now(dev);

	if (!shown)
		return -ENOMEM;
	return gnutls_pcert_import_x509_raw(
		pcert, &(gnutls_datum_t){ (unsigned char *)shown->der, shown->len },
		GNUTLS_X509_FMT_DER, 0);
}

static int import_key(const struct sim_device *dev, gnutls_privkey_t key)
{
	unsigned char der[SIM_KEY_LEN];
	int r = sim_key(dev, generation_shown(dev), der);

	if (!r)
		r = gnutls_privkey_import_x509_raw(key, &(gnutls_datum_t){ der, SIM_KEY_LEN },
						   GNUTLS_X509_FMT_DER, NULL, 0);
	OPENSSL_cleanse(der, sizeof(der));
	return r;
}

int sim_tls_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
			gnutls_pcert_st **certs, unsigned *n_certs, gnutls_ocsp_data_st **ocsp,
			unsigned *n_ocsp, gnutls_privkey_t *key, unsigned *flags)
{
	struct sim_device *dev = gnutls_session_get_ptr(session);
	gnutls_pcert_st *pcert = dev ? gnutls_calloc(1, sizeof(*pcert)) : NULL;

	(void)info;
	if (!pcert)
		return -1;
	if (gnutls_privkey_init(key)) {
		gnutls_free(pcert);
		return -1;
	}
	if (import_key(dev, *key) || import_cert(dev, pcert)) {
		gnutls_privkey_deinit(*key);
		gnutls_free(pcert);
		return -1;
	}
	*certs = pcert;
	*n_certs = 1;
	*ocsp = NULL;
	*n_ocsp = 0;
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	return 0;
}
